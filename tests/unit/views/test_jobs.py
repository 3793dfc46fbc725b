"""What a job's screens say and offer, case by case."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.jobs import JobStatus, Phase
from bot.domain.metrics import Curve
from bot.domain.recipes import RecipeName
from bot.views import job_pages, jobs
from tests.builders import (
    APPROVER,
    NOW,
    REQUESTER,
    a_finished_job,
    a_job,
    a_running_job,
    minutes,
    phases,
)
from tests.unit.views.screens import actions, said


@pytest.mark.parametrize("status", JobStatus)
def test_stop_is_offered_exactly_while_it_is_possible(status: JobStatus) -> None:
    job = a_running_job(status=status)

    assert (jobs.STOP in actions(jobs.job_card(job, NOW).blocks)) == job.stoppable


def test_deployment_is_offered_where_there_is_a_model() -> None:
    assert jobs.ASK in actions(jobs.job_card(a_finished_job(), NOW).blocks)
    assert jobs.ASK not in actions(jobs.job_card(a_finished_job(artifact=""), NOW).blocks)


def test_a_running_card_does_not_change_every_second() -> None:
    cards = [jobs.job_card(a_running_job(), NOW + timedelta(seconds=second)) for second in range(240, 260)]

    assert len({str(card) for card in cards}) <= 2


def test_a_card_works_without_its_chart() -> None:
    blocks = jobs.job_card(a_running_job(), NOW).blocks

    assert "image" not in {block["type"] for block in blocks}


def test_a_chart_without_words_of_its_own_is_described_by_its_best_epoch() -> None:
    blocks = jobs.job_card(a_running_job(), NOW, "F0CHART0001").blocks

    assert [block["alt_text"] for block in blocks if block["type"] == "image"] == [
        "Accuracy per epoch of emoji-7f3a2c: best 89.2 % (epoch 9)"
    ]


def test_a_job_that_is_not_over_has_no_note() -> None:
    assert jobs.finished_note(a_running_job()) is None


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (a_finished_job(), "is trained: best 89.2 % (epoch 9 of 30)"),
        (a_finished_job(curve=Curve()), "no validation accuracy in its log"),
        (
            a_finished_job(status=JobStatus.FAILED, failure_reason="CapacityError: no"),
            "no such instance free right now",
        ),
        (a_finished_job(status=JobStatus.STOPPED, stopped_by=APPROVER), f"as <@{APPROVER}> asked. The model it had"),
        (a_running_job(status=JobStatus.STOPPED), "It left no model."),
        (a_running_job(status=JobStatus.STOPPED, phases=(Phase("MaxRuntimeExceeded", NOW),)), "longest run time"),
    ],
)
def test_the_requester_is_told_of_the_end(job: Any, words: str) -> None:
    note = jobs.finished_note(job)

    assert note is not None
    assert note.text.startswith(f"<@{REQUESTER}>")
    assert words in note.text


def test_a_price_that_nobody_knows_is_called_unknown() -> None:
    unpriced = a_job(compute=replace(a_job().compute, usd_per_hour=None))

    assert "price unknown" in said(jobs.job_card(unpriced, NOW))
    assert "unknown" in jobs.started_reply(unpriced).text


def test_billed_seconds_that_aws_has_not_told_are_not_called_a_missing_price() -> None:
    card = said(jobs.job_card(a_finished_job(billable_seconds=None), NOW))

    assert "billed time unknown" in card
    assert "$" not in card


def test_a_phase_that_did_not_last_has_no_time() -> None:
    card = said(jobs.job_card(a_running_job(phases=(Phase("Starting", NOW, NOW),)), NOW))

    assert "'Starting'" in card


def test_only_the_end_of_the_phases_is_no_phase() -> None:
    card = jobs.job_card(a_finished_job(phases=(phases(ended=True)[-1],)), NOW)

    assert "context" not in {block["type"] for block in card.blocks}


def test_the_list_of_one_job_says_so() -> None:
    assert job_pages.job_list([a_job()]).text == "The only job so far: emoji-7f3a2c."


def test_a_list_shows_ten_jobs_at_most() -> None:
    assert len(job_pages.job_list([a_job()] * 30).blocks) == 11


def test_the_time_left_is_told_while_a_job_runs() -> None:
    assert "about 4 min left" in said(jobs.job_card(a_running_job(), NOW + minutes(3)))


@pytest.mark.parametrize(
    ("seconds", "said"), [(1200, "on ml.g4dn.xlarge spot, which saved 70 %"), (None, "on ml.g4dn.xlarge spot")]
)
def test_the_card_of_a_spot_job_tells_at_the_end_what_that_saved(seconds: int | None, said: str) -> None:
    spot = replace(a_job().compute, spot=True)
    job = a_finished_job(compute=spot, billable_seconds=360, training_seconds=seconds)

    assert said in str(jobs.job_card(job, NOW).blocks)


@pytest.mark.parametrize(
    ("recipe", "values", "model"),
    [
        (RecipeName.IMAGE_CLASSIFICATION, {"num_layers": "50"}, "image-classification, ResNet-50"),
        (RecipeName.PYTORCH_RESNET, {"model": "resnet18", "pretrained": "1"}, "pytorch-resnet, ResNet-18, pretrained"),
        (RecipeName.FROZEN_BACKBONE, {"use_pretrained_model": "1"}, "frozen-backbone, pretrained"),
    ],
)
def test_a_card_names_the_recipe_its_network_and_its_start(
    recipe: RecipeName, values: dict[str, str], model: str
) -> None:
    job = a_job(recipe=recipe, hyperparameters={"epochs": "3", **values})

    assert f"*Model*\\n{model}" in said(jobs.job_card(job, NOW))


def test_a_card_says_that_a_job_starts_from_weights_of_ones_own() -> None:
    values = {"epochs": "1", "pretrained": "1"}
    job = a_job(recipe=RecipeName.PYTORCH_RESNET, weights="s3://lab/resnet18.pth", hyperparameters=values)

    assert "pytorch-resnet, weights of yours" in said(jobs.job_card(job, NOW))


def test_a_failure_is_explained_in_the_words_of_the_recipe() -> None:
    reason = "ClientError: batch-size=64 is more than the 40 training samples"
    job = a_job(recipe=RecipeName.PYTORCH_RESNET, status=JobStatus.FAILED, failure_reason=reason)

    assert "Take a smaller `batch-size`." in said(jobs.job_card(job, NOW))
