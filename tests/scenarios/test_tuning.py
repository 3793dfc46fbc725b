"""A team searches for better hyperparameters: from `/tune` to a card with pictures, and on from the best job."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.sagemaker.server import LocalAws
from tests.scenarios.conftest import opened_room
from tests.scenarios.room import PATIENCE, Lab, Message, Room, plain, until

WORDS = "emoji learning_rate=0.01..0.1 epochs=2 jobs=2 parallel=2 seed=3"
NAME = r"emoji-tune-\w+"


@pytest.fixture(scope="module")
def shared_lab(shared_aws: LocalAws, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with opened_room(shared_aws, samples, tmp_path_factory.mktemp("tuning")) as room:
        name = asked(room, WORDS)
        yield Lab(room, room.shows(rf"Tuned {name}", within=2 * PATIENCE), name)


def asked(room: Room, words: str) -> str:
    """The name of a tuning that Ada asks for."""
    told = re.search(NAME, room.answer_to(room.ada, f"/tune {words}"))
    assert told
    return told[0]


def pictures(message: Message) -> int:
    return sum(block["type"] == "image" for block in message["blocks"])


def test_a_tuning_is_run_to_its_end_and_shows_its_best_job_in_two_pictures(lab: Lab) -> None:
    until(lambda: pictures(lab.room.current(lab.card)) == 2)

    said = plain(lab.room.current(lab.card))
    assert re.search(rf"Tuned {lab.job} · best [\d.]+ % \(job [12] of 2\)", said)
    assert "The best 2 of 2" in said


def test_the_requester_hears_of_the_end_in_the_cards_thread(lab: Lab) -> None:
    until(lambda: any(f"{lab.job} is tuned" in line for line in lab.room.replies(lab.card)))


def test_the_best_job_becomes_one_like_any_other_to_be_trained_on_from_and_deployed(lab: Lab) -> None:
    room = lab.room
    room.ada.clicks(lab.card, "tuning.train_on")
    room.shows(rf"Trained {lab.job}-00\d")
    room.ada.submits(room.ada.modal(), {"epochs": "1"})
    room.shows(rf"(?s)Trained emoji-\w+ .*continues {lab.job}-00\d")

    room.ada.clicks(lab.card, "tuning.ask")
    room.ada.submits(room.ada.modal(), {"as": "tuned-live"})
    room.shows(rf"Deploy {lab.job}-00\S+ to serverless")


def test_a_tuning_goes_on_around_the_best_of_an_earlier_one_until_somebody_stops_it(lab: Lab) -> None:
    room = lab.room
    room.ada.clicks(lab.card, "tuning.tune_on")
    room.ada.submits(room.ada.modal(), {"jobs": "12", "parallel": "1", "max_run": "15m"})
    card = room.shows(rf"(?s)Tuning {NAME} · .*starts with the results of {lab.job}")

    room.ada.clicks(card, "tuning.stop")
    room.becomes(card, rf"Stopped {NAME}")
