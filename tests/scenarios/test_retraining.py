"""Pictures that people labelled make a version of the data set, and a job trains the live model on with it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.views.answer_parts import RIGHT
from bot.views.retrainings import LATER, START
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.drawn import buttons
from tests.scenarios.conftest import opened_room
from tests.scenarios.room import Room, job_name, until

SHARED = ("pizza", "sushi", "car", "bike", "zebra_face", "jeans", "rage", "jp")


@pytest.fixture(scope="module")
def served(shared_aws: LocalAws, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A room of its own, in which few pictures are enough for an offer."""
    folder = tmp_path_factory.mktemp("retraining")
    with opened_room(shared_aws, samples, folder, RETRAIN_AFTER="3") as room:
        room.deployed(job_name(room.trained()), "as=student")
        room.answer_to(room.ada, "/classify keep 90d")
        yield room


def rate(room: Room, *names: str) -> None:
    """Lin shares these, and says that each answer is right."""
    message = room.lin.uploads(room.channel, *(f"{name}.png" for name in names))
    room.shows(rf"(\d+ %[\s\S]*){{{len(names)}}}", thread_ts=message["ts"])
    answer = room.lin.messages(room.channel, message["ts"])[1]
    for action in [one for one in buttons(answer) if one["action_id"] == RIGHT]:
        room.lin.clicks({**answer, "channel": room.channel}, RIGHT, action["value"])


def test_a_lot_is_offered_once_and_trains_the_model_on_when_its_owner_wants_that(served: Room) -> None:
    assert "no new pictures" in served.answer_to(served.ada, "/endpoints learn student")
    rate(served, *SHARED)
    offer = served.shows(r"student could learn from \d new pictures", within=60)
    served.ada.clicks(offer, START)
    served.ada.clicks(offer, LATER, stale=True)

    served.becomes(offer, r"trains student on with \d pictures from use: emoji-2-\w+ on emoji-2", within=90)
    served.shows(r"emoji-2 is ready")
    card = served.shows(r"(?s)Trained emoji-2-\w+.*with \d pictures from use", within=90)
    assert "continues emoji-" in str(card)
    assert len(served.cards(r"Trained emoji-2-")) == 1
    assert re.search(r"based on .emoji. with \d", served.answer_to(served.ada, "/datasets show emoji-2"))
    until(lambda: "no new pictures" in served.answer_to(served.ada, "/endpoints learn student"))


def test_a_request_for_what_came_of_it_compares_it_with_the_live_model_by_itself(served: Room) -> None:
    (card,) = served.cards(r"Trained emoji-2-")
    request = served.asked(job_name(card), "as=student")
    served.becomes(
        request, r"Golden set \d+/\d+ against \d+/\d+ · Pictures from use (\d+/\d+ against|unknown)", within=90
    )
    served.shows(r"Golden set .* Replayed the last \d+ images", thread_ts=request["ts"])
    served.rejects(request)
