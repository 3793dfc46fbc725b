"""Answers to images: one message in the thread, edited until it holds the answer."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.adapters.slack.answers import SlackAnswerWriter
from bot.domain.answers import AnswerCase, Wait
from bot.domain.uploads import Upload, UploadStatus
from bot.errors import ChatBusyError, NoMessageError, NoPlaceError
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.site import Site
from sandbox.slack.workspace import Workspace
from tests.builders import an_answer, an_answer_case, an_answered_upload, an_endpoint, an_upload
from tests.unit.adapters_slack.conftest import LONG_AGO, client_of, leaves, thread


@pytest.fixture
def thread_ts(slack: LocalSlack) -> str:
    """The message under which a person shared something."""
    return str(Person(slack.url, Workspace.ADA).says(Workspace.EMOJI, "look")["ts"])


@pytest.fixture
def writer(slack: LocalSlack) -> SlackAnswerWriter:
    return SlackAnswerWriter(client_of(slack))


def case(thread_ts: str, *uploads: Upload, **changes: Any) -> AnswerCase:
    place = {"channel_id": Workspace.EMOJI, "thread_ts": thread_ts, "received_at": LONG_AGO}
    answer = an_answer(**{**place, "tries": 1, **changes})
    return an_answer_case(*(uploads or (an_answered_upload(),)), endpoint=an_endpoint(), answer=answer)


def test_an_answer_stands_in_the_thread_of_its_images(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str
) -> None:
    written = writer.write(case(thread_ts))

    (reply,) = thread(slack, thread_ts)
    assert reply["ts"] == written.reply_ts
    assert "animals 94" in reply["text"]


def test_a_note_becomes_the_answer(slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str) -> None:
    waiting = case(thread_ts, an_upload(status=UploadStatus.WAITING))
    note = writer.write(replace(waiting, wait=Wait.WAKING))
    assert "waking up" in thread(slack, thread_ts)[0]["text"]
    written = writer.write(case(thread_ts, reply_ts=note.reply_ts, digest=note.digest))

    assert written.reply_ts == note.reply_ts
    assert ["animals 94" in reply["text"] for reply in thread(slack, thread_ts)] == [True]


def test_what_slack_shows_already_is_not_sent_again(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str
) -> None:
    written = writer.write(case(thread_ts))
    slack.faults.add("chat.update", "http", status=500)

    assert writer.write(case(thread_ts, reply_ts=written.reply_ts, digest=written.digest)).digest == written.digest


def test_an_answer_whose_row_was_not_saved_is_found_and_not_given_again(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str
) -> None:
    first = writer.write(case(thread_ts))
    again = writer.write(case(thread_ts, tries=2))

    assert first.reply_ts == again.reply_ts
    assert len(thread(slack, thread_ts)) == 1


def test_it_is_found_in_a_thread_of_which_slack_does_not_tell_all_at_once(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.slack.posting.PAGE", 2)
    for _ in range(3):
        Person(slack.url, Workspace.ADA).says(Workspace.EMOJI, "nice", thread_ts)
    first = writer.write(case(thread_ts))

    assert writer.write(case(thread_ts, tries=2)).reply_ts == first.reply_ts


def test_several_images_of_a_message_have_one_answer(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str
) -> None:
    writer.write(case(thread_ts, an_answered_upload(), an_answered_upload(id="another", file_name="cat.png")))

    assert len(thread(slack, thread_ts)) == 1


def test_an_answer_needs_no_endpoint_to_say_that_there_is_none(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str
) -> None:
    gone = an_upload(status=UploadStatus.FAILED, problem="The endpoint is gone.")
    writer.write(an_answer_case(gone, answer=case(thread_ts).answer))

    assert "The endpoint is gone." in str(thread(slack, thread_ts)[0])


def test_a_busy_slack_is_told_as_busy(slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str) -> None:
    slack.faults.add("chat.postMessage", "http", status=503)

    with pytest.raises(ChatBusyError):
        writer.write(case(thread_ts))


def test_an_answer_whose_note_somebody_deleted_is_posted_anew(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str
) -> None:
    writer.write(case(thread_ts, reply_ts="1.000001"))

    assert len(thread(slack, thread_ts)) == 1


def test_a_bot_that_was_removed_from_the_channel_does_not_come_back_to_answer(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str
) -> None:
    leaves(slack, Workspace.EMOJI)

    with pytest.raises(NoPlaceError):
        writer.write(case(thread_ts))
    assert Workspace.BOT_USER not in slack.workspace.channels[Workspace.EMOJI].members


def test_where_the_channel_is_archived_there_is_no_place(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str
) -> None:
    slack.change(lambda workspace: setattr(workspace.channels[Workspace.EMOJI], "is_archived", True))

    with pytest.raises(NoPlaceError):
        writer.write(case(thread_ts))


def test_a_message_that_is_gone_has_no_thread(slack: LocalSlack, writer: SlackAnswerWriter) -> None:
    with pytest.raises(NoMessageError):
        writer.write(case("1.000001"))


def test_a_note_whose_row_was_not_saved_is_taken_back_too(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str
) -> None:
    writer.write(case(thread_ts, an_upload(status=UploadStatus.WAITING)))
    writer.write(case(thread_ts, an_upload(status=UploadStatus.DROPPED), tries=2))

    assert thread(slack, thread_ts) == []


def two_pictures(slack: LocalSlack, folder: Path) -> list[Upload]:
    """Two pictures that somebody uploaded."""
    person, paths = Person(slack.url, Workspace.ADA), [folder / "teal.png", folder / "red.png"]
    for path in paths:
        Image.new("RGB", (64, 64), path.stem).save(path)
    message = person.uploads(Workspace.EMOJI, *paths)
    (shared,) = [one for one in person.messages(Workspace.EMOJI) if one["ts"] == message["ts"]]
    return [an_answered_upload(id=file["id"], file_id=file["id"], file_name=file["name"]) for file in shared["files"]]


def looked_through(slack: LocalSlack, seconds: float) -> None:
    """Slack will have looked through all files in so many seconds."""

    async def deed(site: Site) -> None:
        for stored in site.workspace.files.by_id.values():
            stored.ready_at = time.monotonic() + seconds

    slack._in_loop(deed)


def test_several_images_are_told_apart_by_their_pictures(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str, tmp_path: Path
) -> None:
    written = writer.write(case(thread_ts, *two_pictures(slack, tmp_path)))

    assert written.digest
    assert str(thread(slack, thread_ts)).count("slack_file") == 2


def test_without_pictures_that_slack_cannot_show_yet_an_answer_is_given_all_the_same(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str, tmp_path: Path
) -> None:
    uploads = two_pictures(slack, tmp_path)
    looked_through(slack, 3600)
    written = writer.write(case(thread_ts, *uploads))
    assert not written.digest
    looked_through(slack, 0)
    again = writer.write(case(thread_ts, *uploads, reply_ts=written.reply_ts))

    assert (again.reply_ts, bool(again.digest)) == (written.reply_ts, True)
    assert [str(reply).count("slack_file") for reply in thread(slack, thread_ts)] == [2]


def test_a_note_is_taken_back_when_nobody_is_to_hear_any_more(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str
) -> None:
    note = writer.write(case(thread_ts, an_upload(status=UploadStatus.WAITING)))
    gone = case(thread_ts, an_upload(status=UploadStatus.DROPPED), reply_ts=note.reply_ts, digest=note.digest)
    written = [writer.write(gone), writer.write(gone)]

    assert thread(slack, thread_ts) == []
    assert [one.reply_ts for one in written] == ["", ""]


def test_of_a_file_that_is_only_hinted_at_nothing_is_said(
    slack: LocalSlack, writer: SlackAnswerWriter, thread_ts: str
) -> None:
    writer.write(case(thread_ts, an_upload(url="")))

    assert thread(slack, thread_ts) == []
