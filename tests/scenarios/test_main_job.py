"""The main job as a conversation: train, look, ask, approve, upload, read the answer."""

from pathlib import Path

from PIL import Image

from sandbox.slack.drawn import text_of
from tests.scenarios.conftest import Room, job_name, says, until


def test_a_trained_job_shows_its_best_accuracy_and_a_chart_on_one_card(room: Room) -> None:
    card = room.trained("emoji epochs=3 learning_rate=0.05")
    room.ada.sees(
        room.channel, lambda one: one["ts"] == card["ts"] and any(b["type"] == "image" for b in one["blocks"])
    )

    name = job_name(card)
    assert says(r"best \d\d\.\d % \(epoch \d of 3\)")(card)
    assert len(room.cards(rf":white_check_mark: Trained {name}")) == 1


def test_the_requester_is_mentioned_in_the_cards_thread_at_the_end(room: Room) -> None:
    card = room.trained()

    room.shows(r"<@U0ADA00001>.*is trained", thread_ts=card["ts"])


def test_from_the_cards_button_to_an_answer_in_the_thread(room: Room) -> None:
    card = room.trained("emoji epochs=10")
    room.ada.clicks(room.current(card), "job.ask")
    room.ada.submits(room.ada.modal(), {"to": "serverless", "memory": "2048", "concurrency": "5"})
    approval = room.shows(r"Deploy emoji-\w+ to serverless\?")
    room.grace.clicks(approval, "approval.approve")
    room.becomes(approval, ":large_green_circle:")
    message = room.lin.uploads(room.channel, _a_sample(room))

    answer = room.shows(r"\d+ %", thread_ts=message["ts"])
    assert job_name(answer) == job_name(card)


def test_a_real_time_endpoint_answers_too(room: Room) -> None:
    card = room.trained()
    approval = room.in_service(card, "realtime instance=ml.m5.large count=1")
    message = room.lin.uploads(room.channel, _a_sample(room))

    assert says(r"ml\.m5\.large")(approval)
    room.shows(r"\d+ %", thread_ts=message["ts"])


def test_three_images_of_one_message_get_three_answers(room: Room, tmp_path: Path) -> None:
    room.in_service(room.trained())
    pictures = [_picture(tmp_path / f"{color}.png", color) for color in ("red", "green", "blue")]
    message = room.lin.uploads(room.channel, *pictures)

    until(lambda: len(room.ada.messages(room.channel, message["ts"])) == 4)
    answers = [text_of(one) for one in room.ada.messages(room.channel, message["ts"])[1:]]
    assert all(any(picture.name in answer for answer in answers) for picture in pictures)


def _picture(path: Path, color: str) -> Path:
    Image.new("RGB", (96, 96), color).save(path)
    return path


def _a_sample(room: Room) -> str:
    samples = room.ada._reads("workspace")["samples"]
    return str(samples[0]["name"])
