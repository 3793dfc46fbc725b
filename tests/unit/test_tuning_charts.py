"""The pictures of a tuning: their bytes, what they mark, and their words."""

import io
import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.domain.jobs import JobStatus
from bot.domain.searches import Choice, Range, Scaling
from bot.domain.tunings import Tuning
from bot.drawing import tuning_charts, tuning_scatters
from tests.builders import a_finished_tuning, a_running_tuning, a_search, a_trial, a_tuning

DRAW = (tuning_charts.progress_chart, tuning_scatters.scatter_chart)
WIDE = a_search(
    ranges=(
        Range("learning_rate", 1e-6, 0.5, scaling=Scaling.LOGARITHMIC),
        Range("momentum", 0, 0.999),
        Range("beta_1", 1e-6, 0.999, scaling=Scaling.REVERSE_LOGARITHMIC),
        Range("mini_batch_size", 8, 64, whole=True),
    ),
    choices=(Choice("optimizer", ("sgd", "adam", "rmsprop", "nag")),),
)
VALUES = {"learning_rate": "0.01", "momentum": "0.5", "beta_1": "0.9", "mini_batch_size": "32", "optimizer": "nag"}
TUNINGS = {
    "no job": a_tuning(),
    "one job": a_running_tuning(trials=(a_trial(1, 0.4),), best_name=a_trial(1).name),
    "six jobs": a_finished_tuning(),
    "none succeeded": a_finished_tuning(trials=(a_trial(1, None, status=JobStatus.FAILED),), best_name=""),
    "five hyperparameters": a_finished_tuning(
        search=WIDE, trials=tuple(a_trial(one, 0.5 + one / 100, hyperparameters=VALUES) for one in range(1, 31))
    ),
    "values that are no numbers": a_finished_tuning(
        trials=(a_trial(4, 0.5, hyperparameters={"learning_rate": "nan", "optimizer": "unheard of"}),)
    ),
    "figures that cannot be": a_finished_tuning(trials=(a_trial(1, math.inf), a_trial(2, -3.0), a_trial(4, 0.5))),
}


def picture(drawn: bytes) -> Image.Image:
    with Image.open(io.BytesIO(drawn)) as image:
        return image.convert("RGB")


def has_mark(drawn: bytes) -> bool:
    """Whether the colour of the best is in it."""
    colours = picture(drawn).getcolors(maxcolors=1 << 20) or []
    return (194, 87, 12) in {colour for _, colour in colours}


@pytest.mark.parametrize("draw", DRAW)
@pytest.mark.parametrize("tuning", TUNINGS.values(), ids=TUNINGS.keys())
def test_every_tuning_can_be_drawn_800_pixels_wide(tuning: Tuning, draw: Callable[[Tuning], bytes]) -> None:
    assert picture(draw(tuning)).width == 800


@pytest.mark.parametrize("draw", DRAW)
def test_the_same_results_give_the_same_bytes(draw: Callable[[Tuning], bytes]) -> None:
    assert draw(a_finished_tuning()) == draw(a_finished_tuning())


@pytest.mark.parametrize("draw", DRAW)
def test_the_best_is_marked_where_there_is_one(draw: Callable[[Tuning], bytes]) -> None:
    assert has_mark(draw(a_finished_tuning()))
    assert not has_mark(draw(TUNINGS["none succeeded"]))


def test_two_hyperparameters_stand_beside_each_other_and_more_below() -> None:
    heights = [picture(tuning_scatters.scatter_chart(TUNINGS[name])).height for name in ("six jobs", "no job")]

    assert heights[0] == heights[1]
    assert picture(tuning_scatters.scatter_chart(TUNINGS["five hyperparameters"])).height > 2 * heights[0]


def test_the_best_so_far_never_falls() -> None:
    shares = [point.share for point in tuning_charts.records(tuning_charts.points(a_finished_tuning()))]

    assert shares == [71.0, 83.0, 91.0]


def test_only_results_that_can_be_are_drawn() -> None:
    found = tuning_charts.points(TUNINGS["figures that cannot be"])

    assert [point.share for point in found] == [50.0]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("six jobs", "Best validation accuracy 91.0 % (job 4 of 6). The best so far rose to 71.0 % by job 1, "),
        ("one job", "Best validation accuracy 40.0 % (job 1). "),
        ("none succeeded", "No job has a result yet."),
    ],
)
def test_the_words_carry_what_the_first_picture_says(name: str, words: str) -> None:
    assert tuning_charts.progress_alt_text(TUNINGS[name]).startswith(words)


def test_the_words_say_which_jobs_are_not_drawn() -> None:
    assert tuning_charts.progress_alt_text(a_running_tuning()).endswith("Not drawn: 2 running.")


def test_the_words_carry_what_the_second_picture_says() -> None:
    words = tuning_scatters.scatter_alt_text(a_finished_tuning())

    assert words.startswith(
        "Validation accuracy by learning_rate, optimizer. Best at learning_rate 0.01, optimizer sgd."
    )
    assert "91.0 %" in words


def test_what_hollow_means_is_said_where_there_is_a_hollow_dot() -> None:
    stopped = replace(a_trial(5, 0.6), status=JobStatus.STOPPED)

    assert tuning_charts.hollow(a_finished_tuning()) == ""
    assert tuning_charts.hollow(a_finished_tuning(trials=(a_trial(4, 0.9), stopped))) == "hollow: stopped early"


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.none() | st.floats(), max_size=40), st.text(max_size=12))
def test_any_results_can_be_drawn_and_told(objectives: list[float | None], value: str) -> None:
    given_values = {"learning_rate": value, "optimizer": value}
    trials = tuple(a_trial(one, share, hyperparameters=given_values) for one, share in enumerate(objectives, start=1))
    tuning = a_finished_tuning(trials=trials)

    for draw in DRAW:
        assert draw(tuning)
    assert len(tuning_scatters.scatter_alt_text(tuning)) < 2000
