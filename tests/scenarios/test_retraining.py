"""Pictures that people labelled make a version of the data set, and a job trains the live model on with it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.views.answer_parts import RIGHT
from bot.views.retrainings import LATER, START
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.drawn import buttons, text_of
from tests.scenarios.conftest import opened_room
from tests.scenarios.room import PATIENCE, Message, Room, job_name

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


@pytest.fixture(scope="module")
def retrained(served: Room) -> Message:
    """The card of the job that the owner's yes to an offer has started; clicked twice, and then the other button."""
    assert "no new pictures" in served.answer_to(served.ada, "/endpoints learn student")
    rate(served, *SHARED)
    offer = served.shows(r"student could learn from \d new pictures")
    served.ada.clicks(offer, START)
    served.ada.clicks(offer, START, stale=True)
    served.ada.clicks(offer, LATER, stale=True)
    served.becomes(offer, r"trains student on with \d pictures from use: emoji-2-\w+ on emoji-2")
    return served.shows(r"(?s)Trained emoji-2-\w+.*with \d pictures from use", within=2 * PATIENCE)


def test_a_yes_makes_one_version_and_one_job_that_goes_on_from_the_live_model(served: Room, retrained: Message) -> None:
    assert "continues emoji-" in text_of(retrained)
    assert len(served.cards(r"Trained emoji-2-")) == 1
    assert len(served.cards(r"emoji-2 is ready ·")) == 1
    assert re.search(r"based on .emoji. with \d", served.answer_to(served.ada, "/datasets show emoji-2"))


def test_a_request_for_it_compares_it_with_the_live_model_by_itself(served: Room, retrained: Message) -> None:
    match = re.search(r"emoji-2-[0-9a-f]{6}", text_of(retrained))
    assert match
    request = served.asked(match[0], "as=student")
    served.becomes(request, r"Golden set \d+/\d+ against \d+/\d+ · Pictures from use")
    served.shows(r"Golden set [\s\S]* Replayed the last \d+ images", thread_ts=request["ts"])
    served.rejects(request)
