"""Dry runs of any size, and quotes in words."""

import json
import re

import pytest

from bot.domain.dry_runs import DryRun
from bot.domain.questions import Started
from bot.domain.quotes import Quote
from bot.views import parts, starting
from sandbox.slack.blocks import MESSAGE, check_blocks
from tests.builders import a_job


def shown(dry_run: DryRun) -> list[str]:
    """The text of the message's code blocks, as a person copies it."""
    texts = [block["text"]["text"] for block in starting.dry_run_reply(dry_run).blocks]
    return [parts.unescape(match[1]) for text in texts if (match := re.fullmatch(r"(?s).*?```(.*)```", text))]


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"a": "b"},
        {"many": ["s3://bucket/" + "x" * 90] * 400},
        {"long": "&" * 7000},
        {"ticks": "```", "marks": "<!channel> & <@U1>", "quote": "'\"\\"},
    ],
)
def test_a_request_of_any_size_can_be_copied_together_again(request_: dict[str, object]) -> None:
    dry_run = DryRun(a_job().name, "eu-central-1", request_)
    *pieces, command = shown(dry_run)

    assert check_blocks(starting.dry_run_reply(dry_run).blocks, MESSAGE) == []
    assert "".join(pieces).replace("\n", "") == dry_run.json.replace("\n", "")
    assert json.loads(dry_run.json) == request_
    assert command == dry_run.command


def test_a_quote_is_told_with_what_it_goes_by() -> None:
    said = json.dumps(starting.started_reply(Started(a_job(), Quote(1.47, 0.09, 3))).blocks)

    assert "Probably $0.09, by 3 jobs like it." in said


def test_an_unknown_quote_is_said_to_be_unknown() -> None:
    assert "unknown" in json.dumps(starting.started_reply(Started(a_job(), Quote(1.47))).blocks)
