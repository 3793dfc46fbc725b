"""What was posted before is found again, and nothing else is taken for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.adapters.slack.posting import Attachment, Posting
from bot.errors import ChatBusyError
from bot.views import parts
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.scenarios.room import until
from tests.unit.adapters_slack.conftest import Starts, calls_of, client_of, leaves, messages, thread

PART, NOTE = "emoji.answer", parts.note("I answered.")
FOREIGN = {"user": Workspace.OTHER_BOT_USER, "bot_id": Workspace.OTHER_BOT, "app_id": "A0OTHER"}


@pytest.fixture
def posting(client: WebClient) -> Posting:
    return Posting(client)


@pytest.fixture
def parent_ts(slack: LocalSlack) -> str:
    return str(Person(slack.url, Workspace.ADA).says(Workspace.EMOJI, "look")["ts"])


def becomes_foreign(slack: LocalSlack, message: dict[str, Any]) -> None:
    """It is another app's, whose metadata may be like ours."""
    slack.change(lambda workspace: message.update(FOREIGN))


def test_what_we_posted_is_found_in_a_thread_and_in_a_channel(posting: Posting, parent_ts: str) -> None:
    _, reply = posting.post(Workspace.EMOJI, NOTE, PART, thread_ts=parent_ts)
    _, top = posting.post(Workspace.EMOJI, NOTE, "emoji.card")

    assert posting.posted_before(Workspace.EMOJI, PART, parent_ts) == reply
    assert posting.posted_before(Workspace.EMOJI, "emoji.card") == top


def test_a_message_of_another_app_with_our_metadata_is_not_ours(
    slack: LocalSlack, posting: Posting, parent_ts: str
) -> None:
    posting.post(Workspace.EMOJI, NOTE, PART, thread_ts=parent_ts)
    becomes_foreign(slack, thread(slack, parent_ts)[0])
    posting.post(Workspace.EMOJI, NOTE, PART)
    becomes_foreign(slack, messages(slack)[-1])

    assert posting.posted_before(Workspace.EMOJI, PART, parent_ts) == ""
    assert posting.posted_before(Workspace.EMOJI, PART) == ""


def test_behind_a_foreign_message_ours_is_still_found(slack: LocalSlack, posting: Posting, parent_ts: str) -> None:
    posting.post(Workspace.EMOJI, NOTE, PART, thread_ts=parent_ts)
    becomes_foreign(slack, thread(slack, parent_ts)[0])
    _, ours = posting.post(Workspace.EMOJI, NOTE, PART, thread_ts=parent_ts)

    assert posting.posted_before(Workspace.EMOJI, PART, parent_ts) == ours


def test_a_file_is_found_by_its_name_if_it_is_ours(slack: LocalSlack, posting: Posting, parent_ts: str) -> None:
    posting.attach(Workspace.EMOJI, parent_ts, Attachment("report.csv", "Report", b"a,b", "Why."))
    until(lambda: thread(slack, parent_ts))
    (shared,) = thread(slack, parent_ts)

    assert posting.posted_before(Workspace.EMOJI, PART, parent_ts, file_name="report.csv") == shared["ts"]
    becomes_foreign(slack, shared)
    assert posting.posted_before(Workspace.EMOJI, PART, parent_ts, file_name="report.csv") == ""


def test_nothing_is_looked_at_that_is_older_than_what_is_looked_for(posting: Posting, parent_ts: str) -> None:
    posting.post(Workspace.EMOJI, NOTE, PART, thread_ts=parent_ts)
    later = datetime.now(UTC) + timedelta(hours=1)

    assert posting.posted_before(Workspace.EMOJI, PART, parent_ts, since=later) == ""


def test_who_we_are_is_asked_once(slack: LocalSlack, posting: Posting, parent_ts: str) -> None:
    posting.post(Workspace.EMOJI, NOTE, PART, thread_ts=parent_ts)
    called = calls_of(slack)
    for _ in range(2):
        posting.posted_before(Workspace.EMOJI, PART, parent_ts)

    assert called.count("auth.test") == 1


def test_without_the_scope_to_read_a_conversation_nothing_is_found_in_it(start: Starts) -> None:
    assert Posting(client_of(start("channels:history"))).posted_before(Workspace.EMOJI, PART) == ""


def test_a_slack_that_is_too_busy_to_let_us_join_is_asked_again(slack: LocalSlack, posting: Posting) -> None:
    leaves(slack, Workspace.EMOJI)
    slack.faults.add("conversations.join", "ratelimited", retry_after=7)

    with pytest.raises(ChatBusyError):
        posting.post(Workspace.EMOJI, NOTE, PART)
    posting.post(Workspace.EMOJI, NOTE, PART)
    assert len(messages(slack)) == 1
