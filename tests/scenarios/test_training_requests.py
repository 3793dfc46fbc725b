"""Asking for a training job: what is refused and how, the form, and who may."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.views.modals import standing
from sandbox.sagemaker.server import LocalAws
from tests.few_samples import IMAGES
from tests.scenarios.conftest import opened_room
from tests.scenarios.operators import jobs_on_aws
from tests.scenarios.room import Lab, Room, plain, public


@contextmanager
def nothing_started(room: Room, aws: LocalAws) -> Iterator[None]:
    """What happens within adds no job, not even one that is still to be sent to AWS, and no message for others."""
    before = _standing(room, aws)
    yield
    assert _standing(room, aws) == before


def _standing(room: Room, aws: LocalAws) -> tuple[list[str], set[str], list[str]]:
    assert room.bot
    rows = [job.id for job in room.bot.training.recent()]
    return rows, jobs_on_aws(aws), [one["ts"] for one in public(room.ada.messages(room.channel))]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/train emojy", "Did you mean `emoji`?"),
        ("/train emoji epoch=3", "Did you mean `epochs`?"),
        ("/train emoji epochs=many", r"epochs"),
        ("/train emoji learning_rate=7", r"learning_rate"),
        ("/train emoji epochs=3 epochs=4", "stands there twice"),
        ("/train emoji epochs=", "I can't read these words"),
        ("/train epochs=3", "Which data set?"),
        ("/train emoji cats", "`cats` is a word too many"),
        ("/train emoji instance=ml.m5.large", "m5.large`"),
        ("/train emoji mini_batch_size=100000", f"more than the {IMAGES['train']} training images"),
        ("/train help", "/train emoji epochs=10 learning_rate=0.01"),
    ],
)
def test_what_cannot_be_trained_is_answered_and_nothing_is_started(
    lab: Lab, aws: LocalAws, typed: str, answer: str
) -> None:
    with nothing_started(lab.room, aws):
        assert answer in lab.room.answer_to(lab.room.lin, typed)


def test_a_job_that_may_be_too_dear_is_refused_with_its_price_and_the_limit(lab: Lab, aws: LocalAws) -> None:
    with nothing_started(lab.room, aws):
        answer = lab.room.answer_to(lab.room.ada, "/train emoji instance=ml.p3.16xlarge max_run=5d")

    assert "may cost $3,378.24, and a job may cost $20.00 at most" in answer
    assert "MAX_JOB_COST_USD" in answer


def test_a_job_within_the_budget_on_a_dear_instance_is_told_its_price(lab: Lab) -> None:
    answer = lab.room.answer_to(lab.room.ada, "/train emoji instance=p3.2xlarge max_run=60m epochs=1")

    assert "It costs $3.83 at most." in answer


def test_train_alone_opens_a_form_with_the_recipes_values(lab: Lab) -> None:
    lab.room.ada.types(lab.room.channel, "/train")

    form = lab.room.ada.modal()
    shown = {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}
    assert "emoji" in [option["value"] for option in lab.room.ada.options(form, "data_set", "mo")]
    assert shown["epochs"]["initial_value"].isdecimal()
    lab.room.ada.closes(form)


def test_the_form_finds_what_is_typed_and_follows_what_is_chosen(lab: Lab) -> None:
    ada = lab.room.ada
    ada.types(lab.room.channel, "/train")
    form = ada.modal()

    assert [one["description"]["text"] for one in ada.options(form, "instance", "g4dn.xl")] == ["$0.74 an hour"]
    assert lab.job in [one["value"] for one in ada.options(form, "from", "emoji-")]
    ada.chooses(form, "preset", "quick", learning_rate="0.03")
    ada.chooses(ada.modal(), "optimizer", "adam")

    stands = standing(ada.modal()["state"]["values"])
    assert (stands["epochs"], stands["learning_rate"], stands["beta_1"]) == ("3", "0.03", "0.9")
    assert "momentum" not in stands
    ada.closes(ada.modal())


@pytest.mark.parametrize(
    ("filled", "field", "said"),
    [
        ({"learning_rate": "fast"}, "learning_rate", "learning_rate"),
        ({"max_run": "soon"}, "max_run", "90m or 2h"),
        ({"more": "epoch_count=3"}, "more", "epoch_count"),
        ({"more": "epochs=3"}, "more", "a field of its own"),
        ({"instance": "ml.p3.16xlarge", "max_run": "5d"}, "instance", "$3,378.24"),
    ],
)
def test_an_error_of_the_form_stands_under_its_field_and_nothing_is_started(
    lab: Lab, aws: LocalAws, filled: dict[str, str], field: str, said: str
) -> None:
    lab.room.ada.types(lab.room.channel, "/train")
    form = lab.room.ada.modal()
    with nothing_started(lab.room, aws):
        answer = lab.room.ada.submits(form, {"data_set": "emoji", "epochs": "3", **filled})

    assert said in answer["errors"][field]
    lab.room.ada.closes(form)


def test_the_form_starts_the_job_with_what_was_filled_in(lab: Lab) -> None:
    room = lab.room
    known = {one["ts"] for one in room.ada.messages(room.channel)}
    room.ada.types(room.channel, "/train")
    answer = room.ada.submits(
        room.ada.modal(), {"data_set": "emoji", "epochs": "4", "learning_rate": "0.02", "momentum": "0.8"}
    )
    card = room.ada.sees(room.channel, lambda one: one["ts"] not in known and "After epoch 4" in plain(one))

    assert answer["ok"]
    room.ada.clicks(room.current(card), "job.details")
    details = plain(room.ada.modal())
    assert "learning_rate = 0.02" in details
    assert "momentum = 0.8" in details


def test_where_trainers_are_named_others_are_refused(
    shared_aws: LocalAws, samples: Path, tmp_path: Path, aws: LocalAws
) -> None:
    with opened_room(shared_aws, samples, tmp_path, TRAINERS="S0APPROVER") as room:
        with nothing_started(room, aws):
            answer = room.answer_to(room.lin, "/train emoji epochs=1")
        stopping = room.answer_to(room.lin, "/jobs stop emoji-000000")
        asking = room.answer_to(room.lin, "/deploy emoji-000000")
        welcome = room.answer_to(room.grace, "/train emoji epochs=1")

    assert [("Only trainers can do this" in said) for said in (answer, stopping, asking, welcome)] == [
        True,
        True,
        True,
        False,
    ]
