"""What the watchdog makes of curves and logs: each sign at its threshold, none below it, and each once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.jobs import Job, JobStatus
from bot.domain.metrics import Curve, Epoch
from bot.domain.notices import Notice, Sign
from bot.domain.recipes import RecipeName
from bot.domain.watchdog import SILENT_AFTER, untold, watched
from tests.builders import BEST_AT_NINE, NOW, a_curve, a_running_job, minutes, phases

# A minute into training.
PRINTED = NOW + minutes(2)
STEADY = tuple(0.3 + 0.02 * number for number in range(12))
TOLD = Notice(Sign.PLATEAU, "it stands still.")


def job_of(validation: Sequence[float | None], train: Sequence[float] = (), **changes: Any) -> Job:
    if not train:
        return a_running_job(curve=a_curve(tuple(validation)), printed_at=PRINTED, **changes)
    both = zip(train, validation, strict=True)
    curve = Curve(tuple(Epoch(number, fit, share) for number, (fit, share) in enumerate(both, start=1)))
    return a_running_job(curve=curve, printed_at=PRINTED, **changes)


def signs(job: Job, *lines: str) -> list[Sign]:
    return [notice.sign for notice in watched(job, lines, PRINTED).warned]


@pytest.mark.parametrize("validation", [(), (0.1,), STEADY, BEST_AT_NINE, (0.2, 0.5, 0.45, 0.6, 0.55)])
def test_a_job_that_learns_is_let_be(validation: tuple[float, ...]) -> None:
    assert signs(job_of(validation), "Epoch[3] Validation-accuracy=0.5") == []


@pytest.mark.parametrize(
    "line",
    [
        "Epoch[2] Train-accuracy=nan",
        "x Epoch[0] Batch [20] Speed: 100 samples/sec accuracy=NaN",
        "cross-entropy=-inf",
        "loss: nan",
    ],
)
def test_figures_that_are_no_numbers_are_told(line: str) -> None:
    assert signs(job_of(STEADY), line) == [Sign.NOT_A_NUMBER]


@pytest.mark.parametrize("line", ["resuming with nanosecond clocks", "accuracy=0.5", "loss=infected", "class=nan"])
def test_other_lines_are_no_broken_figures(line: str) -> None:
    assert signs(job_of(STEADY), line) == []


def test_accuracy_at_chance_after_five_epochs_is_told() -> None:
    assert signs(job_of((0.14, 0.15, 0.14, 0.14, 0.15), (0.14,) * 5)) == [Sign.STALLED]


def test_accuracy_at_chance_is_given_five_epochs() -> None:
    assert signs(job_of((0.14,) * 4, (0.14,) * 4)) == []


def test_accuracy_that_rises_in_training_alone_has_not_stalled() -> None:
    assert signs(job_of((0.14,) * 5, (0.14, 0.16, 0.18, 0.2, 0.22))) == []


def test_of_several_labels_an_image_chance_is_not_known() -> None:
    job = job_of((0.14,) * 5, (0.14,) * 5)

    assert signs(replace(job, hyperparameters={**job.hyperparameters, "multi_label": "1"})) == []


def test_ten_points_below_the_best_for_three_epochs_are_told() -> None:
    assert signs(job_of((0.5, 0.9, 0.8, 0.8, 0.8))) == [Sign.FALLING]


@pytest.mark.parametrize("validation", [(0.5, 0.9, 0.8, 0.8), (0.5, 0.9, 0.8, 0.81, 0.8), (0.5, 0.9, 0.8, 0.7, 0.9)])
def test_a_fall_that_is_short_or_small_is_let_be(validation: tuple[float, ...]) -> None:
    assert signs(job_of(validation)) == []


def test_training_that_gets_better_while_validation_gets_worse_is_told() -> None:
    assert signs(job_of((0.7, 0.8, 0.78, 0.78, 0.78), (0.72, 0.82, 0.86, 0.88, 0.9))) == [Sign.OVERFITTING]


@pytest.mark.parametrize(
    ("validation", "train"),
    [
        ((0.7, 0.8, 0.78, 0.78), (0.72, 0.82, 0.88, 0.9)),
        ((0.7, 0.8, 0.79, 0.78, 0.78), (0.72, 0.82, 0.86, 0.88, 0.9)),
        ((0.7, 0.8, 0.78, 0.78, 0.78), (0.72, 0.88, 0.9, 0.9, 0.9)),
        ((0.6, 0.7, 0.68, 0.68, 0.68), (0.72, 0.82, 0.8, 0.81, 0.81)),
    ],
    ids=["too soon", "validation holds", "the gap was there before", "training falls too"],
)
def test_less_than_that_is_no_overfitting(validation: tuple[float, ...], train: tuple[float, ...]) -> None:
    assert signs(job_of(validation, train)) == []


def test_eight_epochs_without_half_a_point_are_told() -> None:
    assert signs(job_of((0.6, 0.8, *(0.805,) * 8))) == [Sign.PLATEAU]


@pytest.mark.parametrize("validation", [(0.6, 0.8, *(0.8,) * 7), (0.6, 0.8, *(0.8,) * 7, 0.806)])
def test_a_shorter_or_smaller_rest_is_no_plateau(validation: tuple[float, ...]) -> None:
    assert signs(job_of(validation)) == []


@pytest.mark.parametrize("words", [{"early_stopping": "True"}, {"epochs": "12"}], ids=["stops itself", "nearly done"])
def test_a_plateau_that_ends_anyway_is_let_be(words: dict[str, str]) -> None:
    job = job_of((0.6, 0.8, *(0.8,) * 8))

    assert signs(replace(job, hyperparameters={**job.hyperparameters, **words})) == []


def test_a_job_that_has_been_told_not_to_learn_is_not_told_of_a_plateau_too() -> None:
    overfits = Notice(Sign.OVERFITTING, "it overfits.")

    assert signs(job_of((0.6, 0.8, *(0.8,) * 8), warned=(overfits,))) == [Sign.OVERFITTING]


def test_silence_in_training_is_told_after_a_quarter_of_an_hour() -> None:
    job = job_of(STEADY)

    assert watched(job, (), PRINTED + SILENT_AFTER - timedelta(seconds=1)).warned == ()
    assert [one.sign for one in watched(job, (), PRINTED + SILENT_AFTER).warned] == [Sign.SILENT]


def test_a_job_that_has_printed_nothing_at_all_is_silent_since_its_training_began() -> None:
    job = replace(job_of(()), printed_at=None)

    assert watched(job, (), phases()[2].began_at + SILENT_AFTER).warned[0].sign == Sign.SILENT


def test_a_job_that_downloads_its_images_may_be_silent() -> None:
    job = replace(job_of(()), phases=phases()[:2])

    assert watched(job, (), PRINTED + minutes(90)).warned == ()


def test_a_line_ends_the_silence() -> None:
    job = watched(job_of(STEADY), ["a line"], PRINTED + minutes(10))

    assert watched(job, (), PRINTED + minutes(20)).warned == ()


def test_a_sign_is_told_once() -> None:
    once = watched(job_of((0.5, 0.9, 0.8, 0.8, 0.8)), (), PRINTED)

    assert watched(once, (), PRINTED) == once


def test_of_several_new_signs_the_gravest_is_told_first_and_the_next_at_the_next_look() -> None:
    first = watched(job_of((0.5, 0.9, 0.8, 0.8, 0.8)), ["Epoch[5] Train-accuracy=nan"], PRINTED)
    second = watched(first, (), PRINTED)

    assert [notice.sign for notice in second.warned] == [Sign.NOT_A_NUMBER, Sign.FALLING]


@pytest.mark.parametrize("status", [status for status in JobStatus if status != JobStatus.RUNNING])
def test_what_does_not_run_is_not_watched(status: JobStatus) -> None:
    assert signs(job_of((0.5, 0.9, 0.8, 0.8, 0.8), status=status), "loss=nan") == []


@pytest.mark.parametrize(
    ("announced", "new"), [("", [Sign.PLATEAU, Sign.SILENT]), ("plateau", [Sign.SILENT]), ("silent", [])]
)
def test_what_came_after_the_last_announcement_is_untold(announced: str, new: list[Sign]) -> None:
    job = a_running_job(warned=(TOLD, Notice(Sign.SILENT, "it is silent.")))

    assert [notice.sign for notice in untold(job, announced)] == new


@pytest.mark.parametrize(
    ("validation", "train"),
    [
        ((0.1,) * 5, (0.1,) * 5),
        ((0.8, *(0.6,) * 3), ()),
        ((0.5, 0.8, *(0.8,) * 8), ()),
        ((0.8, 0.7, 0.69, 0.68), (0.85, 0.9, 0.95, 0.99)),
    ],
)
def test_advice_names_only_what_the_recipe_has(validation: tuple[float, ...], train: tuple[float, ...]) -> None:
    values = {"epochs": "30", "lr": "0.01"}
    job = job_of(validation, train, recipe=RecipeName.PYTORCH_RESNET, hyperparameters=values)

    (notice,) = watched(job, [], PRINTED).warned
    assert "learning_rate`" not in notice.said
    assert not any(word in notice.said for word in ("early_stopping", "augmentation_type", "lr_scheduler"))


def test_a_divergence_names_the_learning_rate_as_the_recipe_does() -> None:
    job = job_of((), recipe=RecipeName.PYTORCH_RESNET, hyperparameters={"epochs": "3"})

    (notice,) = watched(job, ["loss: nan"], PRINTED).warned
    assert "a tenth of the `lr`" in notice.said
