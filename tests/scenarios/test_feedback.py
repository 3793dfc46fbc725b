"""People say what they think of answers: what is kept of that, where it lies, and how it goes again."""

import json
from typing import Any

import pytest

from bot.formats import manifests
from bot.views.answer_parts import AGREE_OTHERWISE, RIGHT, WRONG
from sandbox.sagemaker.server import BUCKET, LocalAws
from tests.scenarios.operators import aws_client
from tests.scenarios.room import Lab, Message, Room, until

FOLDER = "datasets/emoji/feedback/"


@pytest.fixture(scope="module")
def shared_served(shared_lab: Lab) -> Room:
    shared_lab.room.deployed(shared_lab.job, "as=learner")
    return shared_lab.room


@pytest.fixture
def served(shared_served: Room, lab: Lab) -> Room:
    """The room with an endpoint that answers its pictures."""
    return shared_served


def answered(room: Room, name: str = "pizza.png") -> tuple[Message, Message]:
    """A picture that Lin shared, and the answer to it."""
    message = room.lin.uploads(room.channel, name)
    answer = room.shows(r"\d+ %", thread_ts=message["ts"])
    return message, {**answer, "channel": room.channel}


def objects(aws: LocalAws) -> list[str]:
    """The names of all that is kept."""
    with aws_client(aws, "s3") as s3:
        found = s3.list_objects_v2(Bucket=BUCKET, Prefix=FOLDER)
        return [one["Key"].removeprefix(FOLDER) for one in found.get("Contents", ())]


def lines(aws: LocalAws) -> list[dict[str, Any]]:
    """What the manifest says; where it lists nothing there is none."""
    with aws_client(aws, "s3") as s3:
        try:
            body = s3.get_object(Bucket=BUCKET, Key=f"{FOLDER}feedback.manifest")["Body"].read()
        except s3.exceptions.NoSuchKey:
            return []
    assert len(list(manifests.read(body.splitlines(keepends=True)))) == len(body.splitlines())
    return [json.loads(line) for line in body.splitlines()]


def labels(aws: LocalAws) -> list[str]:
    return [line["class-metadata"]["class-name"] for line in lines(aws)]


def says_it_is(room: Room, person: Any, answer: Message, label: str, button: str = WRONG) -> None:
    person.clicks(reread(room, answer), button)
    person.submits(person.modal(), {"class": label})


def reread(room: Room, answer: Message) -> Message:
    """The answer as it stands now."""
    thread = room.ada.messages(room.channel, answer["thread_ts"])
    return {**next(one for one in thread if one["ts"] == answer["ts"]), "channel": room.channel}


def test_where_pictures_are_not_kept_an_opinion_counts_and_a_hint_is_given_once(served: Room, aws: LocalAws) -> None:
    served.answer_to(served.ada, "/classify keep off")
    message, answer = answered(served)

    def told() -> list[str]:
        thread = served.lin.messages(served.channel, message["ts"])
        return [one["text"] for one in thread if one.get("is_ephemeral")]

    says_it_is(served, served.lin, answer, "animals")
    served.shows("It is animals, says", thread_ts=message["ts"])
    until(told)
    assert "/classify keep 90d" in told()[0]
    says_it_is(served, served.lin, answer, "faces")
    served.shows("It is faces, says", thread_ts=message["ts"])
    assert len(told()) == 1
    assert objects(aws) == []


def test_what_is_right_is_kept_without_its_metadata_and_what_is_wrong_is_put_right(served: Room, aws: LocalAws) -> None:
    assert "90 days" in served.answer_to(served.ada, "/classify keep 90d")
    message, answer = answered(served)
    served.lin.clicks(answer, RIGHT)
    served.shows("Right, says", thread_ts=message["ts"])
    until(lambda: len(lines(aws)) == 1)
    first = lines(aws)[0]["class-metadata"]
    says_it_is(served, served.lin, answer, "animals")
    until(lambda: labels(aws) == ["animals"])
    (line,) = lines(aws)

    assert (first["class-name"], first["predicted"]) == ("food", "food")
    assert line["class-metadata"]["labelled-by"] == [served.lin.id]
    assert line["source-ref"] == f"s3://{BUCKET}/{FOLDER}{objects(aws)[0]}"
    forget(served, message, aws)


def forget(room: Room, message: Message, aws: LocalAws) -> str:
    said = room.answer_to(room.lin, f"/classify forget {room.lin.copies_link(message)}")
    until(lambda: objects(aws) == [])
    return said


def test_who_differ_are_asked_once_and_nothing_is_learned_until_they_agree(served: Room, aws: LocalAws) -> None:
    served.answer_to(served.ada, "/classify keep 90d")
    message, answer = answered(served)
    served.ada.clicks(answer, RIGHT)
    until(lambda: labels(aws) == ["food"])
    says_it_is(served, served.grace, answer, "animals")
    question = served.shows("says food, .* says animals. What is it?", thread_ts=message["ts"])
    until(lambda: lines(aws) == [])
    served.shows("Agree: animals", thread_ts=message["ts"])
    served.ada.clicks(reread(served, answer), AGREE_OTHERWISE)
    served.shows("agreed: it is animals", thread_ts=message["ts"])

    until(lambda: labels(aws) == ["animals"])
    assert [one["ts"] for one in served.ada.messages(served.channel, message["ts"])[2:]] == [question["ts"]]
    forget(served, message, aws)


def test_of_a_forgotten_picture_nothing_is_left_and_nothing_more_is_said(served: Room, aws: LocalAws) -> None:
    served.answer_to(served.ada, "/classify keep 90d")
    message, answer = answered(served)
    served.lin.clicks(answer, RIGHT)
    until(lambda: labels(aws) == ["food"])
    said = forget(served, message, aws)
    served.lin.clicks(reread(served, answer), WRONG)

    assert "1 kept copy" in said
    served.shows("forgotten meanwhile", thread_ts=message["ts"], to=served.lin)
    served.shows("a forgotten picture", thread_ts=message["ts"])


def test_what_is_deleted_in_slack_is_not_kept_elsewhere(served: Room, aws: LocalAws) -> None:
    served.answer_to(served.ada, "/classify keep 90d")
    for delete in (lambda one: served.lin.deletes_file(one["files"][0]), served.lin.deletes):
        message, answer = answered(served)
        served.lin.clicks(answer, RIGHT)
        until(lambda: labels(aws) == ["food"])
        delete(message)
        until(lambda: objects(aws) == [])


def test_a_channel_that_keeps_no_more_has_its_pictures_removed(served: Room, aws: LocalAws) -> None:
    served.answer_to(served.ada, "/classify keep 90d")
    _, answer = answered(served)
    served.lin.clicks(answer, RIGHT)
    until(lambda: labels(aws) == ["food"])
    served.answer_to(served.ada, "/classify keep off")

    until(lambda: objects(aws) == [])
