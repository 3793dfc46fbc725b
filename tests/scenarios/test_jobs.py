"""Jobs after they were asked for: the list, the card and its chart, stopping, and failing."""

import json
import re
from collections.abc import Iterator

import pytest

from sandbox.sagemaker.server import BUCKET, LocalAws
from sandbox.slack.drawn import buttons
from tests.few_samples import IMAGES
from tests.scenarios.operators import aws_client
from tests.scenarios.room import Lab, Message, Room, job_name, plain, says, until

LONG = "emoji epochs=100000"


@pytest.fixture
def long_job(lab: Lab) -> Iterator[Message]:
    """The card of a job that would run for hours, some epochs in."""
    room = lab.room
    name = re.search(r"emoji-[0-9a-f]{6}", room.answer_to(room.ada, f"/train {LONG}"))
    assert name
    card = room.shows(rf"{name[0]} · epoch \d+ of 100000")
    yield card
    if "job.stop" in _actions(room.current(card)):
        room.ada.clicks(room.current(card), "job.stop")
        room.becomes(card, f"Stopped {name[0]}")


def _actions(card: Message) -> list[str]:
    return [action["action_id"] for action in buttons(card)]


def _charts(room: Room) -> list[str]:
    """The pictures of jobs that the workspace keeps."""
    files = room.slack.workspace.files.by_id.copy()
    return [one.name for one in files.values() if one.user == room.slack.workspace.BOT_USER]


def test_jobs_lists_the_newest(lab: Lab) -> None:
    answer = lab.room.answer_to(lab.room.lin, "/jobs")

    assert lab.job in answer
    assert "best " in answer


def test_jobs_name_brings_a_copy_of_the_card_with_the_way_to_the_live_one(lab: Lab) -> None:
    answer = lab.room.answer_to(lab.room.lin, f"/jobs {lab.job}")

    assert f"Trained {lab.job} · best" in answer
    assert lab.card["ts"].replace(".", "") in answer


def test_the_lists_button_brings_the_card(lab: Lab) -> None:
    room = lab.room
    room.lin.types(room.channel, "/jobs")
    answer = room.lin.sees(room.channel, lambda one: "job.card" in _actions(one))
    job_id = next(button["value"] for button in buttons(lab.card) if button["action_id"] == "job.details")

    assert f"Trained {lab.job}" in room.told(room.lin, lambda: room.lin.clicks(answer, "job.card", job_id, stale=True))


def test_a_job_that_nobody_knows_is_answered_with_the_nearest(lab: Lab) -> None:
    wrong = lab.job[:-1] + ("0" if lab.job[-1] != "0" else "1")

    assert f"Did you mean `{lab.job}`?" in lab.room.answer_to(lab.room.ada, f"/jobs {wrong}")
    assert f"Did you mean `{lab.job}`?" in lab.room.answer_to(lab.room.ada, f"/jobs stop {wrong}")
    assert f"Did you mean `{lab.job}`?" in lab.room.answer_to(lab.room.ada, f"/deploy {wrong}")


def test_a_misspelt_verb_is_answered_with_the_right_one(lab: Lab) -> None:
    assert "Did you mean `stop`?" in lab.room.answer_to(lab.room.ada, f"/jobs stp {lab.job}")


def test_the_stop_button_ends_a_long_job_and_the_card_says_who_stopped_it(lab: Lab, long_job: Message) -> None:
    room = lab.room
    room.grace.clicks(room.current(long_job), "job.stop")

    stopped = room.becomes(long_job, rf"Stopped {job_name(long_job)}")
    assert says(f"stopped by <@{room.grace.id}>")(stopped)
    room.shows(rf"<@{room.ada.id}>.*has stopped, as <@{room.grace.id}> asked", thread_ts=long_job["ts"])


def test_a_stopped_jobs_model_can_be_deployed(lab: Lab, long_job: Message) -> None:
    room = lab.room
    room.answer_to(room.ada, f"/jobs stop {job_name(long_job)}")

    stopped = room.becomes(long_job, "Stopped emoji")
    assert "job.ask" in _actions(stopped)


def test_a_second_stop_is_answered_with_what_happened(lab: Lab, long_job: Message) -> None:
    room, name = lab.room, job_name(long_job)
    room.answer_to(room.ada, f"/jobs stop {name}")
    again = room.answer_to(room.grace, f"/jobs stop {name}")
    room.becomes(long_job, "Stopped emoji")
    stale = room.told(room.grace, lambda: room.grace.clicks(long_job, "job.stop"))

    assert "stopping already" in again or "stopped already" in again
    assert f"{name} is stopped already" in stale


def test_the_chart_is_one_picture_that_changes_and_old_ones_are_removed(lab: Lab, long_job: Message) -> None:
    room, name = lab.room, job_name(long_job)

    def shown() -> str:
        pictures = [block for block in room.current(long_job)["blocks"] if block["type"] == "image"]
        return str(pictures[0]["slack_file"]["id"]) if pictures else ""

    until(shown)
    first = shown()
    until(lambda: shown() not in ("", first))
    room.grace.clicks(room.current(long_job), "job.stop")
    room.becomes(long_job, "Stopped emoji")

    until(lambda: _charts(room).count(f"{name}.png") == 1)
    assert first not in room.slack.workspace.files.by_id


def test_where_files_cannot_be_uploaded_the_card_still_works(lab: Lab) -> None:
    lab.room.slack.faults.add("files.getUploadURLExternal", "error", times=50, error="missing_scope")
    card = lab.room.trained("emoji epochs=2")

    assert says(r"best \d\d\.\d %")(card)
    assert [block["type"] for block in card["blocks"]].count("image") == 0
    lab.room.shows("is trained", thread_ts=card["ts"])


@pytest.fixture(scope="module")
def liars_card(shared_lab: Lab, shared_aws: LocalAws) -> Message:
    """The card of a job whose data set says that it has two classes, where its listing has seven."""
    told = {"name": "liar", "format": "image", "classes": ["one", "two"], "images": IMAGES}
    with aws_client(shared_aws, "s3") as s3:
        found = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="datasets/emoji/")
        for key in [one["Key"] for page in found for one in page["Contents"]]:
            copied = {"Bucket": BUCKET, "Key": key}
            s3.copy_object(Bucket=BUCKET, Key=key.replace("/emoji/", "/liar/"), CopySource=copied)
        s3.put_object(Bucket=BUCKET, Key="datasets/liar/dataset.json", Body=json.dumps(told).encode())
    room = shared_lab.room
    assert room.catalog
    room.catalog.refresh()
    room.ada.types(room.channel, "/train liar epochs=1")
    return room.shows(r"Training liar-\w+ failed")


def test_a_job_that_fails_in_its_container_shows_why(lab: Lab, liars_card: Message) -> None:
    said = plain(liars_card)

    assert ":x:" in said
    assert "AWS says: ClientError" in said
    assert "num_classes" in said
    lab.room.shows(rf"<@{lab.room.ada.id}>.*failed", thread_ts=liars_card["ts"])


def test_a_job_without_a_model_cannot_be_deployed(lab: Lab, liars_card: Message) -> None:
    assert "without a model" in lab.room.answer_to(lab.room.ada, f"/deploy {_liar(liars_card)}")
    assert "job.ask" not in _actions(liars_card)


def test_a_failed_job_is_started_again_once_its_data_set_is_right(
    lab: Lab, liars_card: Message, shared_aws: LocalAws
) -> None:
    room = lab.room
    with aws_client(shared_aws, "s3") as s3:
        right = json.load(s3.get_object(Bucket=BUCKET, Key="datasets/emoji/dataset.json")["Body"])
        told = json.dumps({**right, "name": "liar"}).encode()
        s3.put_object(Bucket=BUCKET, Key="datasets/liar/dataset.json", Body=told)
    assert room.catalog
    room.catalog.refresh()
    room.ada.types(room.channel, f"/jobs {_liar(liars_card)}")
    copy = room.ada.sees(room.channel, lambda one: "job.retry" in _actions(one))

    said = room.told(room.ada, lambda: room.ada.clicks(copy, "job.retry"))
    again = room.told(room.ada, lambda: room.ada.clicks(copy, "job.retry"))

    name = re.search(r"Training (liar-[0-9a-f]{6}) instead of", said)
    assert name
    assert f"has started that already, as {name[1]}" in again
    room.shows(f"Trained {name[1]}")


def _liar(card: Message) -> str:
    name = re.search(r"liar-[0-9a-f]{6}", plain(card))
    assert name
    return name[0]
