"""Answers to uploads: one message in the thread, edited until it holds the answer."""

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.slack.announcer import SlackAnnouncer
from bot.domain.uploads import UploadStatus
from bot.errors import ChatBusyError
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.builders import an_answered_upload, an_endpoint, an_upload
from tests.unit.adapters_slack.conftest import leaves, thread


@pytest.fixture
def thread_ts(slack: LocalSlack) -> str:
    """The message under which a person uploaded something."""
    return str(Person(slack.url, Workspace.ADA).says(Workspace.EMOJI, "look")["ts"])


def in_thread(thread_ts: str, **changes: Any) -> dict[str, Any]:
    return {"channel_id": Workspace.EMOJI, "thread_ts": thread_ts, "tries": 1, **changes}


def test_an_answer_stands_in_the_uploads_thread(slack: LocalSlack, announcer: SlackAnnouncer, thread_ts: str) -> None:
    reply_ts = announcer.answer(an_answered_upload(**in_thread(thread_ts)), an_endpoint())

    (reply,) = thread(slack, thread_ts)
    assert reply["ts"] == reply_ts
    assert "animals 94" in reply["text"]


def test_a_waiting_note_becomes_the_answer(slack: LocalSlack, announcer: SlackAnnouncer, thread_ts: str) -> None:
    waiting = an_upload(**in_thread(thread_ts, status=UploadStatus.WAITING, tries=2))
    reply_ts = announcer.answer(waiting, an_endpoint())
    assert "waking up" in thread(slack, thread_ts)[0]["text"]
    done = an_answered_upload(**in_thread(thread_ts, reply_ts=reply_ts, tries=3))

    assert announcer.answer(done, an_endpoint()) == reply_ts
    assert ["animals 94" in reply["text"] for reply in thread(slack, thread_ts)] == [True]


def test_an_answer_whose_row_was_not_saved_is_found_and_not_given_again(
    slack: LocalSlack, announcer: SlackAnnouncer, thread_ts: str
) -> None:
    first = announcer.answer(an_answered_upload(**in_thread(thread_ts)), an_endpoint())
    again = announcer.answer(an_answered_upload(**in_thread(thread_ts, tries=2)), an_endpoint())

    assert first == again
    assert len(thread(slack, thread_ts)) == 1


def test_two_images_of_one_message_have_an_answer_each(
    slack: LocalSlack, announcer: SlackAnnouncer, thread_ts: str
) -> None:
    upload = an_answered_upload(**in_thread(thread_ts, tries=2))
    announcer.answer(upload, an_endpoint())
    announcer.answer(replace(upload, id="another", file_name="cat.png"), an_endpoint())

    assert ["fox.png" in reply["text"] for reply in thread(slack, thread_ts)] == [True, False]


def test_an_answer_needs_no_endpoint_to_say_that_there_is_none(
    slack: LocalSlack, announcer: SlackAnnouncer, thread_ts: str
) -> None:
    gone = an_upload(**in_thread(thread_ts, status=UploadStatus.FAILED, problem="The endpoint is gone."))
    announcer.answer(gone, None)

    assert "The endpoint is gone." in thread(slack, thread_ts)[0]["text"]


def test_a_busy_slack_is_told_as_busy(slack: LocalSlack, announcer: SlackAnnouncer, thread_ts: str) -> None:
    slack.faults.add("chat.postMessage", "http", status=503)

    with pytest.raises(ChatBusyError):
        announcer.answer(an_answered_upload(**in_thread(thread_ts)), an_endpoint())


def test_an_answer_whose_note_somebody_deleted_is_posted_anew(
    slack: LocalSlack, announcer: SlackAnnouncer, thread_ts: str
) -> None:
    announcer.answer(an_answered_upload(**in_thread(thread_ts, reply_ts="1.000001")), an_endpoint())

    assert len(thread(slack, thread_ts)) == 1


def test_a_bot_that_was_removed_from_the_channel_comes_back_to_answer(
    slack: LocalSlack, announcer: SlackAnnouncer, thread_ts: str
) -> None:
    leaves(slack, Workspace.EMOJI)
    announcer.answer(an_answered_upload(**in_thread(thread_ts)), an_endpoint())

    assert len(thread(slack, thread_ts)) == 1
