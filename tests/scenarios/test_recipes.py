"""The recipes that run a script of ours, from the command to the card, and from a tuning to its best job."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.sagemaker.server import LocalAws
from tests.scenarios.conftest import opened_room
from tests.scenarios.room import PATIENCE, Room, job_name, plain


@pytest.fixture(scope="module")
def shared_studio(shared_aws: LocalAws, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with opened_room(shared_aws, samples, tmp_path_factory.mktemp("recipes")) as room:
        yield room


@pytest.fixture
def studio(shared_studio: Room, aws: LocalAws, clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Room:
    """A room that these tests share."""
    shared_studio.settles()
    # The bot makes a client of AWS when it first needs one, and finds the way there in the environment.
    for name, value in shared_studio.environment.items():
        monkeypatch.setenv(name, value)
    return shared_studio


def test_a_frozen_backbone_is_trained_in_the_pytorch_container_and_can_be_gone_on_from(studio: Room) -> None:
    card = studio.trained("emoji recipe=frozen-backbone epochs=3 learning_rate=0.05")
    shown = plain(card)

    assert "frozen-backbone, pretrained" in shown
    assert "epoch" in shown.splitlines()[0]
    assert "ml.c5.xlarge" in shown
    refusal = studio.answer_to(studio.ada, f"/train emoji from={job_name(card)} recipe=image-classification")
    assert "was trained with frozen-backbone, and only that recipe can go on from its model" in refusal
    studio.trained(f"emoji from={job_name(card)} epochs=1")


def test_a_tuning_of_a_script_finds_a_best_job_by_what_the_script_prints(studio: Room) -> None:
    words = "recipe=frozen-backbone learning_rate=0.01,0.1 strategy=grid parallel=2 epochs=1"
    studio.ada.types(studio.channel, f"/tune emoji {words}")

    card = plain(studio.shows(r"Tuned emoji-tune-\w+", within=2 * PATIENCE))
    assert "2 of 2" in card or "2 jobs" in card
    assert "frozen-backbone, pretrained" in card


def test_a_dry_run_tells_the_entry_point_and_where_the_code_will_lie(studio: Room) -> None:
    answer = studio.answer_to(studio.ada, "/train emoji recipe=pytorch-resnet learning_rate=0.1 dry-run")

    assert '"python3",\n   "/opt/ml/input/data/code/start.py"' in answer
    assert re.search(r"s3://[a-z-]+/code/[0-9a-f]{16}/", answer)
    assert '"lr": "0.1"' in answer


def test_help_and_errors_know_the_recipes(studio: Room) -> None:
    assert "Did you mean `pytorch-resnet`?" in studio.answer_to(studio.ada, "/train emoji recipe=pytorch-resnt")
    assert "frozen-backbone" in studio.answer_to(studio.ada, "/train help")
