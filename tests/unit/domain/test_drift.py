"""Signs of drift: none where nothing changes, and one where it clearly does."""

import random
from collections.abc import Callable
from statistics import fmean, variance

import pytest

from bot.domain import drift
from bot.domain.drift import Observed, Sign, Window, signs
from bot.domain.in_use import InUse

CLASSES = ("animals", "buildings", "clothing", "faces", "flags", "food", "vehicles")
TRIALS = 200


def a_window(chance: random.Random, weights: list[float], count: int, surely: float = 2.0) -> Window:
    """Answers whose classes are drawn with these weights, and whose margins are the greater the surer."""
    drawn = chance.choices(CLASSES[: len(weights)], weights, k=count)
    margins = [chance.betavariate(surely, 1.0) for _ in range(count)]
    return Window({name: drawn.count(name) for name in set(drawn)}, fmean(margins), variance(margins))


def observed(seed: int, *, rate: float = 0.9, last: list[float] | None = None, surely: float = 2.0) -> Observed:
    """A release that was right in nine of ten in validation."""
    chance = random.Random(seed)
    weights = [chance.random() + 0.05 for _ in CLASSES]
    rated = chance.randrange(20, 300)
    right = sum(chance.random() < rate for _ in range(rated))
    size = chance.randrange(100, 500)
    first = a_window(chance, weights, size)
    return Observed(InUse(rated, right), 0.9, first, a_window(chance, last or weights, size, surely))


def test_where_nothing_changes_at_most_one_look_in_a_hundred_sees_a_sign() -> None:
    seen = sum(bool(signs(observed(seed))) for seed in range(TRIALS))

    assert seen <= TRIALS / 100


@pytest.mark.parametrize(
    ("sign", "changed"),
    [
        (Sign.LESS_RIGHT, lambda seed: observed(seed, rate=0.6)),
        (Sign.SHIFTED, lambda seed: observed(seed, last=[0.01, 0.01, 0.01, 0.01, 0.01, 0.05, 0.9])),
        (Sign.UNSURE, lambda seed: observed(seed, surely=0.7)),
    ],
)
def test_a_clear_change_is_seen_in_nine_looks_of_ten(sign: Sign, changed: Callable[[int], Observed]) -> None:
    seen = [signs(changed(seed)) for seed in range(60)]

    assert sum(sign in found for found in seen) >= 54


def test_few_validation_images_say_as_little_as_few_ratings() -> None:
    chance, wrongly, told = random.Random(7), 0, 0
    for _ in range(300):
        validation = sum(chance.random() < 0.9 for _ in range(50)) / 50
        right = [sum(chance.random() < rate for _ in range(300)) for rate in (0.9, 0.6)]
        wrongly += drift.is_less_right(InUse(300, right[0]), validation, 50)
        told += drift.is_less_right(InUse(300, right[1]), validation, 50)

    assert (wrongly <= 3, told >= 270) == (True, True)


def test_a_release_is_not_called_worse_before_twenty_have_rated_it() -> None:
    assert not drift.is_less_right(InUse(19, 0), 0.9)
    assert drift.is_less_right(InUse(20, 0), 0.9)


@pytest.mark.parametrize("validation", [None, float("nan"), 0.74])
def test_without_a_clearly_better_validation_nothing_is_less_right(validation: float | None) -> None:
    assert not drift.is_less_right(InUse(80, 57), validation)


@pytest.mark.parametrize(("answered", "size"), [(0, 0), (199, 0), (200, 100), (501, 250), (10**6, 500)])
def test_the_windows_never_overlap_and_are_neither_small_nor_endless(answered: int, size: int) -> None:
    assert drift.window_size(answered) == size


def test_a_small_shift_is_none_however_certain_it_is() -> None:
    first, last = Window({"cat": 250_000, "dog": 250_000}), Window({"cat": 300_000, "dog": 200_000})

    assert not drift.is_shifted(first, last)


def test_many_rare_classes_are_counted_together() -> None:
    first = Window({f"class {number}": 1 for number in range(150)})
    last = Window({f"class {number}": 1 for number in range(150, 300)})

    assert not drift.is_shifted(first, last)


def test_a_class_that_never_was_before_is_a_shift() -> None:
    assert drift.is_shifted(Window({"cat": 100}), Window({"cat": 70, "dog": 30}))


def test_those_that_moved_most_come_first() -> None:
    first, last = Window({"cat": 50, "dog": 30, "fox": 20}), Window({"cat": 20, "dog": 32, "owl": 48})

    assert [name for name, _, _ in drift.most_moved(first, last)] == ["owl", "cat", "fox"]
    assert drift.most_moved(first, last)[0][1:] == (0.0, 0.48)


@pytest.mark.parametrize(
    ("statistic", "degrees"),
    # https://www.itl.nist.gov/div898/handbook/eda/section3/eda3674.htm, the column of 0.05.
    [(3.841, 1), (5.991, 2), (7.815, 3), (12.592, 6), (18.307, 10), (43.773, 30), (124.342, 100)],
)
def test_the_chance_of_a_chi_square_is_that_of_the_tables(statistic: float, degrees: int) -> None:
    assert drift.chi_square_chance(statistic, degrees) == pytest.approx(0.05, abs=1e-4)


@pytest.mark.parametrize(("statistic", "degrees", "chance"), [(0.0, 3, 1.0), (5.0, 0, 1.0), (1e6, 4, 0.0)])
def test_nothing_breaks_at_the_ends(statistic: float, degrees: int, chance: float) -> None:
    assert drift.chi_square_chance(statistic, degrees) == pytest.approx(chance)


def test_the_same_sign_is_one_note_a_channel() -> None:
    ids = {drift.note_id("r1", sign, channel) for sign in Sign for channel in ("C1", "C2") for _ in range(2)}

    assert len(ids) == 6
