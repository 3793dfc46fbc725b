"""The picture of several jobs: its bytes, its words, and labels that do not run over each other."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.metrics import Curve, Epoch
from bot.drawing.comparison_chart import comparison_alt_text, comparison_chart, stacked
from bot.drawing.figures import HEIGHT, WIDTH
from bot.imaging.images import PillowImages
from tests.builders import BEST_AT_NINE, a_curve

CURVES = [("emoji-7f3a2c", a_curve()), ("emoji-51c0aa", a_curve(BEST_AT_NINE[:4]))]


def test_the_picture_is_a_png_of_the_usual_size_and_always_the_same() -> None:
    drawn = comparison_chart(CURVES)
    facts = PillowImages().look(drawn)

    assert (facts.format, facts.width, facts.height) == ("PNG", WIDTH, HEIGHT)
    assert comparison_chart(CURVES) == drawn


@pytest.mark.parametrize(
    "curves",
    [[Curve(), Curve()], [a_curve((1.7,)), Curve()], [Curve((Epoch(1, 0.5),)), a_curve((0.5,) * 300)], [a_curve()] * 5],
    ids=["none", "impossible", "no validation and many epochs", "five alike"],
)
def test_any_curves_are_drawn(curves: list[Curve]) -> None:
    assert comparison_chart([(f"$job{number}_é", curve) for number, curve in enumerate(curves)])


def test_the_words_name_each_job_with_its_best() -> None:
    assert comparison_alt_text([*CURVES, ("new", Curve())]) == (
        "Best validation accuracies: emoji-7f3a2c 89.2 % at epoch 9, emoji-51c0aa 80.1 % at epoch 4, new has none yet."
    )


@given(st.lists(st.floats(0, 380), min_size=1, max_size=5))
def test_labels_keep_their_distance_and_stay_inside(heights: list[float]) -> None:
    placed = stacked(dict(enumerate(heights)), 46, 95, 357)
    order = sorted(placed.values())

    assert all(95 - 1e-6 <= height <= 357 + 1e-6 for height in order)
    assert all(above - below >= 46 - 1e-6 for below, above in itertools.pairwise(order))
