"""What is offered instead of a failed job, and what is not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.domain import compute, corrections, recipe_rules
from bot.domain.corrections import SIZES, Correction, corrected
from bot.domain.datasets import DataSet, Format
from bot.domain.failures import Trouble, trouble_of
from bot.domain.jobs import Job, JobStatus
from bot.domain.recipes import RECIPES, Recipe, RecipeName
from tests.builders import a_data_set, a_finished_job

PRICES = {"ml.g4dn.xlarge": 0.736, "ml.g4dn.4xlarge": 1.505, "ml.g5.xlarge": 1.408, "ml.p3.2xlarge": 3.825}
GPU = "AlgorithmError: CUDA error: out of memory, exit code: 1"
HOST = "AlgorithmError: Please use an instance type with more memory, exit code: 137"


def failed(reason: str, words: Mapping[str, str] | None = None, **changes: Any) -> Job:
    job = a_finished_job(status=JobStatus.FAILED, failure_reason=reason, artifact="", **changes)
    return replace(job, hyperparameters={**job.hyperparameters, **(words or {})})


def resnet(reason: str) -> Job:
    recipe = RECIPES[RecipeName.PYTORCH_RESNET]
    values = recipe_rules.hyperparameters_of(recipe, {}, a_data_set())
    return failed(reason, recipe=recipe.name, hyperparameters=values, weights="s3://lab/resnet18.pth")


def offered(job: Job, data_set: DataSet | None = None) -> Correction | None:
    return corrected(job, data_set or a_data_set(), PRICES.get)


def change(job: Job, data_set: DataSet | None = None) -> Mapping[str, str] | None:
    correction = offered(job, data_set)
    return correction.change if correction else None


@pytest.mark.parametrize(
    ("reason", "words", "expected"),
    [
        (GPU, {}, {"mini_batch_size": "16"}),
        (GPU, {"mini_batch_size": "12"}, {"mini_batch_size": "8"}),
        (GPU, {"mini_batch_size": "8"}, {"instance": "ml.g4dn.4xlarge"}),
        (HOST, {}, {"instance": "ml.g4dn.4xlarge"}),
        ("CapacityError: Unable to provision requested ML compute capacity.", {}, {"instance": "ml.g5.xlarge"}),
        ("A quota of the account is used up.", {}, {"instance": "ml.g5.xlarge"}),
        ("The instance type ml.g4dn.xlarge is not supported in eu-north-9.", {}, {"instance": "ml.g5.xlarge"}),
        (
            "Value 'ml.g4dn.xlarge' at 'resourceConfig.instanceType' failed to satisfy constraint: Member must be one",
            {},
            {"instance": "ml.g5.xlarge"},
        ),
        ("ClientError: an image is smaller than image_shape 3,224,224", {"resize": "100"}, {"resize": "224"}),
        ("AlgorithmError: training diverged in the first epoch", {}, {"learning_rate": "0.01"}),
        ("InternalServerError: We encountered an internal error.", {}, {}),
    ],
)
def test_what_is_likely_to_help_is_offered(reason: str, words: dict[str, str], expected: dict[str, str]) -> None:
    assert change(failed(reason, words)) == expected


def test_a_batch_over_the_samples_becomes_the_samples() -> None:
    job = failed("ClientError: mini_batch_size=32 is more than the 20 training samples")

    assert change(job, a_data_set(train_images=20)) == {"mini_batch_size": "20"}


@pytest.mark.parametrize(
    "reason",
    [
        "ClientError: num_classes=7 does not match the training data, which has 8 labels from 0 to 7",
        "ClientError: num_training_samples=638 does not match: 700 were found",
    ],
)
def test_what_the_data_set_decides_is_taken_from_it_as_it_is_now(reason: str) -> None:
    changed = a_data_set(classes=("a", "b"), train_images=700)
    correction = offered(failed(reason), changed)

    assert correction
    assert correction.change == {"num_classes": "2", "num_training_samples": "700"}
    assert not correction.change.keys() & correction.words.keys()


def test_the_same_facts_again_are_not_offered() -> None:
    assert change(failed("ClientError: num_classes=7 does not match the training data")) is None


def test_records_that_cannot_be_piped_are_read_as_files() -> None:
    reason = "ClientError: Unable to parse record: The Record IO header does not start with the magic number"
    job = failed(reason)
    piped = replace(job, compute=replace(job.compute, input_mode="Pipe"))

    assert change(piped, a_data_set(format=Format.REC)) == {"mode": "file"}
    assert change(piped, a_data_set(format=Format.MANIFEST)) is None
    assert change(job, a_data_set(format=Format.REC)) is None


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "Something new.",
        "ClientError: Data download failed: AccessDenied (403)",
        "ClientError: Data download failed: No S3 objects found",
        "ClientError: an image is smaller than image_shape 3,224,224",
    ],
)
def test_nothing_is_offered_where_no_change_is_known_to_help(reason: str) -> None:
    assert change(failed(reason)) is None


@pytest.mark.parametrize("status", [status for status in JobStatus if status != JobStatus.FAILED])
def test_only_failed_jobs_are_corrected(status: JobStatus) -> None:
    assert change(replace(failed(GPU), status=status)) is None


def test_without_its_data_set_nothing_can_be_started() -> None:
    assert corrected(failed(GPU), None, PRICES.get) is None


def test_without_a_price_no_other_instance_is_offered() -> None:
    assert corrected(failed("CapacityError"), a_data_set(), lambda name: None) is None
    assert corrected(failed(HOST, {"mini_batch_size": "8"}), a_data_set(), lambda name: None) is None


def test_the_words_ask_for_the_same_job_but_for_the_change() -> None:
    job = failed(GPU, {"augmentation_type": "crop"}, continues="emoji-51c0aa")
    correction = offered(job)

    assert correction
    assert correction.words["augmentation_type"] == "crop"
    assert {name: correction.words[name] for name in ("instance", "count", "max_run", "from", "mini_batch_size")} == {
        "instance": "ml.g4dn.xlarge",
        "count": "1",
        "max_run": "7200s",
        "from": "emoji-51c0aa",
        "mini_batch_size": "16",
    }
    assert "num_classes" not in correction.words


def test_the_machine_is_asked_for_as_it_was() -> None:
    job = failed(GPU)
    own = replace(job.compute, volume_gb=80, max_run_seconds=5400, instance_count=2, input_mode="File", spot=True)
    correction = offered(replace(job, compute=own))

    assert correction
    assert compute.requested(correction.words) == replace(own, usd_per_hour=None)


def test_the_cost_is_that_of_the_changed_request() -> None:
    larger = offered(failed(HOST))

    assert larger
    assert larger.cost == pytest.approx(1.505 * 2)


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=str)
def test_every_type_that_may_be_offered_may_be_asked_for(recipe: Recipe) -> None:
    types = [f"ml.{family}.{size}" for family in recipe.families for size in SIZES.get(family, ())]

    assert [compute.requested({"instance": name}, recipe).instance_type for name in types] == types


def test_a_script_job_is_started_again_with_its_recipe_in_its_own_words() -> None:
    correction = corrected(resnet(GPU), a_data_set(), PRICES.get)

    assert correction is not None
    assert correction.change == {"batch-size": "16"}
    assert (
        correction.words.items()
        >= {
            "recipe": "pytorch-resnet",
            "weights": "s3://lab/resnet18.pth",
            "model": "resnet18",
            "batch-size": "16",
            "instance": "ml.g4dn.xlarge",
        }.items()
    )
    assert "num-classes" not in correction.words


def test_what_a_recipe_always_sends_is_no_word_of_the_corrected_request() -> None:
    recipe = RECIPES[RecipeName.FROZEN_BACKBONE]
    values = recipe_rules.hyperparameters_of(recipe, {"mini_batch_size": "600"}, a_data_set())
    job = failed(HOST, recipe=recipe.name, hyperparameters=values, compute=compute.requested({}, recipe))

    correction = corrected(job, a_data_set(), {"ml.c5.2xlarge": 0.408}.get)

    assert correction is not None
    assert correction.change == {"instance": "ml.c5.2xlarge"}
    assert recipe.given(correction.words, [*compute.WORDS]).keys() == values.keys() - {
        "num_classes",
        "num_training_samples",
        "use_pretrained_model",
    }


def test_no_gpu_is_offered_to_a_recipe_that_has_no_use_for_it() -> None:
    recipe = RECIPES[RecipeName.FROZEN_BACKBONE]
    job = failed("CapacityError", recipe=recipe.name, compute=compute.requested({}, recipe))

    correction = corrected(job, a_data_set(), {"ml.g4dn.xlarge": 0.21, "ml.m5.xlarge": 0.23}.get)

    assert correction is not None
    assert correction.change == {"instance": "ml.m5.xlarge"}


def test_no_offer_is_made_for_troubles_that_endpoints_have() -> None:
    assert not {Trouble.HEALTH, Trouble.MODEL_GONE, Trouble.MODEL_UNREAD, Trouble.DENIED} & corrections._CHANGES.keys()


@pytest.mark.parametrize("reason", ["", "x" * 32_000, "\x00", "out of memory\n" * 500])
def test_any_reason_is_looked_at_without_trouble(reason: str) -> None:
    assert trouble_of(reason) in {None, Trouble.MEMORY}
