"""The report in the card's thread: once, with a line that says what is in it, and never in the card's way."""

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.adapters.slack.announcer import SlackAnnouncer
from bot.domain.cards import Card, CardKind
from bot.domain.checks import Rule
from bot.domain.preparations import Preparation, PreparationStatus, Progress, Summary
from bot.errors import BusyError, ChatBusyError, GoneError
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.builders import NOW
from tests.scenarios.room import until
from tests.unit.adapters_slack.conftest import CSV, Starts, announcer_of, calls_of, messages, prepared, thread

NEW = Card(prepared().id, CardKind.DATA_SET, Workspace.EMOJI)
FAILED = prepared(status=PreparationStatus.FAILED, problem="No image can be used.")
CLEAN = prepared(summary=Summary(), progress=Progress(found=10, checked=10, packed=10))


def posted(announcer: SlackAnnouncer, preparation: Preparation) -> Card:
    card = announcer.show(NEW, preparation, NOW)
    announcer.announce(card, preparation)
    return card


def reports(slack: LocalSlack, card: Card) -> list[dict[str, Any]]:
    return [one for one in thread(slack, card.message_ts) if one.get("files")]


def came(slack: LocalSlack, card: Card, count: int = 1) -> list[dict[str, Any]]:
    """Slack shares a file a moment after it has said that it would."""
    until(lambda: len(reports(slack, card)) >= count)
    return reports(slack, card)


@pytest.mark.parametrize("preparation", [prepared(), FAILED])
def test_the_end_brings_the_report_into_the_thread(
    slack: LocalSlack, announcer: SlackAnnouncer, preparation: Preparation
) -> None:
    card = posted(announcer, preparation)

    (report,) = came(slack, card)
    (file,) = report["files"]
    assert report["text"] == "12 images were left out; report.csv says which and why."
    assert slack.workspace.files.by_id[file["id"]].data == CSV


def test_the_report_comes_after_the_line_that_tells_of_the_end(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = posted(announcer, prepared())

    came(slack, card)
    note, report = thread(slack, card.message_ts)
    assert "is ready" in note["text"]
    assert report["files"]


def test_told_twice_there_is_one_report(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = posted(announcer, prepared())
    came(slack, card)
    announcer.announce(card, prepared())

    assert len(reports(slack, card)) == 1


def test_a_file_of_the_same_name_from_a_person_is_not_taken_for_the_report(
    slack: LocalSlack, announcer: SlackAnnouncer, client: WebClient
) -> None:
    card = announcer.show(NEW, prepared(), NOW)
    person = WebClient(token=slack.credentials.bot_token, base_url=client.base_url)
    person.files_upload_v2(
        content=b"a,b", filename="report.csv", channel=card.channel_id, thread_ts=card.message_ts, title="mine"
    )
    (theirs,) = came(slack, card)
    slack.change(lambda workspace: theirs.update(user=Workspace.LIN))
    announcer.announce(card, prepared())

    assert len(came(slack, card, 2)) == 2


@pytest.mark.parametrize(
    "preparation",
    [CLEAN, prepared(status=PreparationStatus.STOPPED), prepared(status=PreparationStatus.REMOVED)],
)
def test_where_there_is_nothing_to_report_no_file_comes(
    slack: LocalSlack, announcer: SlackAnnouncer, preparation: Preparation
) -> None:
    card = posted(announcer, preparation)

    assert len(thread(slack, card.message_ts)) == 1
    assert reports(slack, card) == []


def test_changes_alone_are_reported_too(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    summary = Summary(by_rule={Rule.TURNED: 1})
    card = posted(announcer, prepared(summary=summary, progress=Progress(found=10, checked=10, packed=10)))

    (report,) = came(slack, card)
    assert report["text"] == "1 image was changed; report.csv says which and how."


def test_a_busy_slack_gets_the_report_later(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    card = announcer.show(NEW, prepared(), NOW)
    slack.faults.add("files.completeUploadExternal", "http", status=503)
    with pytest.raises(ChatBusyError):
        announcer.announce(card, prepared())
    announcer.announce(card, prepared())

    assert len(came(slack, card)) == 1
    assert len(thread(slack, card.message_ts)) == 2


def test_a_busy_bucket_is_asked_again(slack: LocalSlack) -> None:
    def busy(preparation: Preparation, name: str) -> bytes | None:
        raise BusyError("AWS is busy.")

    card = announcer_of(slack).show(NEW, prepared(), NOW)
    with pytest.raises(BusyError):
        announcer_of(slack, busy).announce(card, prepared())
    announcer_of(slack).announce(card, prepared())

    assert len(came(slack, card)) == 1


def test_a_report_that_is_gone_does_not_matter(slack: LocalSlack) -> None:
    def gone(preparation: Preparation, name: str) -> bytes | None:
        raise GoneError("There is no such bucket.")

    card = posted(announcer_of(slack, gone), prepared())
    posted(announcer_of(slack, lambda preparation, name: None), prepared())

    assert reports(slack, card) == []
    assert len(messages(slack)) == 2


def test_without_the_scope_for_files_the_end_is_told_all_the_same(start: Starts) -> None:
    slack = start("files:write")
    card = posted(announcer_of(slack), prepared())

    assert len(thread(slack, card.message_ts)) == 1


def test_what_was_removed_is_told_in_the_thread_alone(slack: LocalSlack, announcer: SlackAnnouncer) -> None:
    called = calls_of(slack)
    posted(announcer, prepared(status=PreparationStatus.REMOVED))

    assert len(messages(slack)) == 1
    assert "files.getUploadURLExternal" not in called
