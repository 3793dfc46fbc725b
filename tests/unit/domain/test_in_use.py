"""Accuracy in use: its interval, and when it may be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.in_use import FEWEST, InUse, wilson

COUNTS = st.integers(1, 100_000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))


@pytest.mark.parametrize(
    ("right", "rated", "interval"),
    # As R's prop.test(x, n, correct = FALSE) has them.
    [(57, 62, (0.8247, 0.9651)), (0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1.0)), (1, 2, (0.0945, 0.9055))],
)
def test_the_interval_is_wilsons(right: int, rated: int, interval: tuple[float, float]) -> None:
    assert InUse(rated, right).interval == pytest.approx(interval, abs=1e-4)


@given(COUNTS)
def test_the_interval_holds_the_share_and_lies_between_nothing_and_all(counts: tuple[int, int]) -> None:
    right, rated = counts
    low, high = wilson(right, rated)

    assert 0.0 <= low <= right / rated <= high <= 1.0


@given(COUNTS)
def test_more_of_the_same_makes_it_narrower(counts: tuple[int, int]) -> None:
    right, rated = counts
    low, high = wilson(right, rated)
    closer_low, closer_high = wilson(right * 4, rated * 4)

    assert closer_high - closer_low < high - low


def test_of_nothing_anything_may_be_so() -> None:
    assert (InUse().accuracy, InUse().interval) == (None, (0.0, 1.0))


@pytest.mark.parametrize(("rated", "enough"), [(0, False), (FEWEST - 1, False), (FEWEST, True)])
def test_a_few_ratings_are_too_few(rated: int, enough: bool) -> None:
    assert InUse(rated, rated).enough is enough
