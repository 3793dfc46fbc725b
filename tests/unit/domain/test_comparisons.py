"""Which of two jobs is better, what differed, and when nothing can be said."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import comparisons, recipe_rules
from bot.domain.comparisons import recommendation, settings
from bot.domain.jobs import Job, JobStatus
from bot.domain.metrics import Curve
from bot.domain.recipes import RECIPES, RecipeName
from bot.errors import UsageError
from tests.builders import a_curve, a_data_set, a_finished_job, a_running_job, minutes


def job_of(name: str, accuracy: float, took: float = 6.0, words: dict[str, str] | None = None, **changes: Any) -> Job:
    job = a_finished_job(id=name, name=name, curve=a_curve((0.3, accuracy)), images=(4000, 2000), **changes)
    assert job.started_at
    chosen = {**job.hyperparameters, **(words or {})}
    return replace(job, hyperparameters=chosen, ended_at=job.started_at + minutes(took))


FIRST = job_of("emoji-aaaaaa", 0.9, words={"learning_rate": "0.01"})
SECOND = job_of("emoji-bbbbbb", 0.85)


def test_the_better_job_is_named_with_its_margin_and_what_was_chosen_for_it() -> None:
    assert (
        recommendation([SECOND, FIRST])
        == "*emoji-aaaaaa* is better than *emoji-bbbbbb* by 5.0 points with `learning_rate=0.01`."
    )


@pytest.mark.parametrize(
    ("took", "said"),
    [
        (12.0, "; it took twice as long."),
        (9.0, "; it took 1.5 times as long."),
        (90.0, "; it took 15 times as long."),
        (3.0, "; the other took twice as long."),
        (7.0, "`learning_rate=0.01`."),
    ],
)
def test_a_job_that_took_much_longer_is_told_to_have(took: float, said: str) -> None:
    first = job_of("emoji-aaaaaa", 0.9, took, {"learning_rate": "0.01"})

    assert recommendation([first, SECOND]).endswith(said)


def test_a_difference_within_chance_is_none_and_the_quicker_job_is_taken() -> None:
    close = job_of("emoji-cccccc", 0.896, took=2.0)

    assert recommendation([FIRST, close]) == (
        "*emoji-aaaaaa* and *emoji-cccccc* are as good as each other: 0.4 points are no more than chance makes of "
        "2,000 validation images. Take *emoji-cccccc*: the other took 3 times as long."
    )


def test_few_validation_images_tell_little_apart() -> None:
    few = [replace(job, images=(80, 20)) for job in (FIRST, SECOND)]

    assert "are as good as each other" in recommendation(few)


def test_of_three_jobs_the_best_two_are_compared() -> None:
    third = job_of("emoji-dddddd", 0.2)

    assert recommendation([third, SECOND, FIRST]) == recommendation([FIRST, SECOND])


def test_many_differences_are_counted() -> None:
    many = job_of("emoji-eeeeee", 0.95, words=dict.fromkeys(("epochs", "resize", "num_layers", "top_k"), "1"))

    assert "(and 1 more difference)" in recommendation([many, SECOND])


def test_other_images_make_accuracies_incomparable() -> None:
    other = replace(SECOND, data_set="pets")

    assert recommendation([FIRST, other]).startswith("They were validated on different images")


def test_without_two_accuracies_nothing_is_recommended() -> None:
    assert "not yet two of them" in recommendation([FIRST, replace(SECOND, curve=Curve())])


def test_while_a_job_runs_it_is_not_the_last_word() -> None:
    running = a_running_job(name="emoji-ffffff", images=FIRST.images)

    assert recommendation([FIRST, running]).endswith("Not the last word: emoji-ffffff still runs.")


def test_an_impossible_accuracy_of_a_strange_log_breaks_nothing() -> None:
    strange = replace(FIRST, curve=a_curve((1.7,)))

    assert recommendation([strange, SECOND])


def test_what_differs_comes_first_and_what_the_data_decides_not_at_all() -> None:
    rows = settings([FIRST, SECOND])

    assert [(row.name, row.values) for row in rows if row.differs] == [("learning_rate", ("0.01", "0.1"))]
    assert rows[0].differs
    assert "num_classes" not in {row.name for row in rows}


def test_what_one_job_did_not_choose_is_empty_for_it() -> None:
    rows = settings([job_of("emoji-aaaaaa", 0.9, words={"top_k": "3"}), SECOND])

    assert rows[0].values == ("3", "")


def test_what_a_job_continues_is_a_choice_too() -> None:
    assert settings([replace(FIRST, continues="emoji-old"), FIRST])[0].name == "from"


@pytest.mark.parametrize("ids", [[], ["a"], ["a", "a"], list("abcdef")])
def test_two_to_five_different_jobs_are_compared(ids: list[str]) -> None:
    with pytest.raises(UsageError):
        comparisons.checked(ids)


def test_stopped_and_failed_jobs_can_be_compared_by_what_they_reached() -> None:
    stopped = replace(SECOND, status=JobStatus.STOPPED)

    assert "*emoji-aaaaaa* is better" in recommendation([FIRST, stopped])


def test_of_two_recipes_only_the_recipe_is_named() -> None:
    recipe = RECIPES[RecipeName.PYTORCH_RESNET]
    values = recipe_rules.hyperparameters_of(recipe, {}, a_data_set())
    script = replace(FIRST, recipe=recipe.name, hyperparameters=values)

    assert settings([script, SECOND])[0].name == "recipe"
    assert recommendation([script, SECOND]).endswith("with `recipe=pytorch-resnet`.")
