"""Every screen against its golden JSON, and against Slack's rules. UPDATE_GOLDEN=1 writes the files anew."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.slack.blocks import HOME, MESSAGE, MODAL, check_blocks
from tests.unit.views import examples

GOLDEN = Path(__file__).parent / "golden"
MESSAGES = examples.messages()
VIEWS = examples.views()
SHOWN: dict[str, Any] = {
    **{name: {"text": message.text, "blocks": message.blocks} for name, message in MESSAGES.items()},
    **VIEWS,
}
# What mrkdwn may hold of < > and &: mentions, dates, links and the three entities.
_ALLOWED = re.compile(
    r"<@[UW]\w+>|<#C\w+>|<!subteam\^S\w+>|<!date\^\d+\^[^<>|]+\|[^<>|]+>|<https://[^<>|]+\|[^<>|]+>|&(amp|lt|gt);"
)


def mrkdwn_texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for inner in value.values():
            yield from mrkdwn_texts(inner)
    if isinstance(value, list):
        for inner in value:
            yield from mrkdwn_texts(inner)


@pytest.mark.parametrize("name", SHOWN)
def test_a_screen_looks_as_it_was_agreed(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    said = json.dumps(SHOWN[name], indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(said, encoding="utf-8")

    assert said == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(SHOWN)


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_every_message(name: str) -> None:
    assert check_blocks(MESSAGES[name].blocks, MESSAGE) == []


@pytest.mark.parametrize("name", VIEWS)
def test_slack_takes_every_view(name: str) -> None:
    view = VIEWS[name]
    surface = HOME if view["type"] == "home" else MODAL

    assert check_blocks(view["blocks"], surface) == []


@pytest.mark.parametrize("name", [name for name in VIEWS if name.startswith("modal")])
def test_a_modal_has_a_way_to_send_exactly_where_there_is_something_to_fill_in_or_to_answer(name: str) -> None:
    view = VIEWS[name]
    has_input = any(block["type"] == "input" for block in view["blocks"]) or "?" in view["title"]["text"]

    assert ("submit" in view, "callback_id" in view) == (has_input, has_input)


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_unescaped_stands_in_a_screen(name: str) -> None:
    texts = [*mrkdwn_texts(SHOWN[name]), SHOWN[name].get("text", "")]

    assert not [text for text in texts if re.search("[<>&]", _ALLOWED.sub("", text))]


@pytest.mark.parametrize("name", MESSAGES)
def test_the_text_for_notifications_has_one_line_and_no_signs(name: str) -> None:
    text = MESSAGES[name].text

    assert text
    assert "\n" not in text
    assert not re.search(r":[a-z_]+:", text)
