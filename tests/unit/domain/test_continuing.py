"""Training on from an earlier job's model: what it decides, and what contradicts it."""

from typing import Any

import pytest

from bot.domain.continuing import continued
from bot.domain.hyperparameters import completed
from bot.domain.jobs import JobStatus
from bot.errors import FieldError
from tests.builders import ARTIFACT, CLASSES, a_data_set, a_finished_job, a_running_job

NETWORK = {"num_layers": "20", "image_shape": "3,64,64", "use_pretrained_model": "0"}
EARLIER = a_finished_job(hyperparameters=completed(NETWORK))


def refused(given: dict[str, str] | None = None, earlier: Any = EARLIER, **data_set: Any) -> FieldError:
    with pytest.raises(FieldError) as refusal:
        continued(given or {}, earlier, a_data_set(**data_set))
    return refusal.value


def test_the_earlier_jobs_network_is_taken_over() -> None:
    assert continued({"epochs": "2"}, EARLIER, a_data_set()) == {"epochs": "2", **NETWORK}


def test_what_is_taken_over_makes_a_complete_job() -> None:
    assert NETWORK.items() <= completed(continued({}, EARLIER, a_data_set())).items()


def test_the_same_network_may_be_said_in_other_words() -> None:
    given = {"image_shape": "3x64x64", "num_layers": "20"}

    assert continued(given, EARLIER, a_data_set()) == NETWORK


def test_a_stopped_job_that_left_a_model_can_be_continued() -> None:
    stopped = a_finished_job(status=JobStatus.STOPPED)

    assert continued({}, stopped, a_data_set())["num_layers"] == "18"


@pytest.mark.parametrize(
    ("given", "field", "values"),
    [
        ({"num_layers": "32"}, "num_layers", ("num_layers=20", "32")),
        ({"image_shape": "3,32,32"}, "image_shape", ("image_shape=3,64,64", "3,32,32")),
    ],
)
def test_another_network_is_refused_with_both_values(
    given: dict[str, str], field: str, values: tuple[str, str]
) -> None:
    refusal = refused(given)

    assert refusal.field == field
    assert all(value in refusal.what for value in values)


def test_a_job_does_not_start_from_two_models() -> None:
    assert refused({"use_pretrained_model": "1"}).field == "use_pretrained_model"


def test_a_word_that_cannot_be_read_is_refused_as_ever() -> None:
    assert refused({"num_layers": "many"}).what.startswith("`num_layers` takes")


def test_other_classes_are_refused_with_both() -> None:
    refusal = refused(classes=("cat", "dog"))

    assert refusal.field == "from"
    assert "animals, buildings, clothing, faces, flags and 2 more" in refusal.what
    assert "other ones: cat, dog." in refusal.what


def test_the_same_classes_in_another_order_are_refused_as_that() -> None:
    assert "the same classes in another order" in refused(classes=CLASSES[::-1]).what


@pytest.mark.parametrize(("ours", "before"), [(True, "0"), (False, "1")])
def test_one_label_and_several_labels_an_image_do_not_go_together(ours: bool, before: str) -> None:
    earlier = a_finished_job(hyperparameters={**EARLIER.hyperparameters, "multi_label": before})

    assert refused(earlier=earlier, multi_label=ours).field == "from"


@pytest.mark.parametrize(
    ("earlier", "sentence"),
    [
        (a_running_job(), "`emoji-7f3a2c` is running."),
        (a_running_job(status=JobStatus.STOPPING, artifact=ARTIFACT), "`emoji-7f3a2c` is stopping."),
        (a_finished_job(status=JobStatus.STOPPED, artifact=""), "left no model to start from"),
        (a_finished_job(status=JobStatus.FAILED), "left no model to start from"),
    ],
)
def test_a_job_without_a_model_cannot_be_continued(earlier: Any, sentence: str) -> None:
    refusal = refused(earlier=earlier)

    assert refusal.field == "from"
    assert sentence in refusal.what
