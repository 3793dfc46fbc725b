"""Signs that a release no longer meets what it was trained for, from counts of its answers. All pure.

Each sign takes a difference that matters as well as one that is no accident; `docs/in-use.md` has the statistics.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.in_use import InUse, wilson

# So far below nothing the whole interval of the difference to the validation accuracy has to lie.
ACCURACY_MARGIN = 0.03
# It is looked at after each rating: of 95 % of certainty there would be little left.
Z_99 = 2.575829
# The last answers are held against the first, so many of each at least and at most.
LEAST_WINDOW, MOST_WINDOW = 100, 500
# It is looked at again and again, and of many releases: one look in two thousand may err.
MOST_CHANCE = 0.0005
# A shift matters where a fifth of the answers went to another class.
LEAST_SHIFT = 0.2
# Cochran's rule: classes of which fewer than five are expected in a window are counted together.
LEAST_EXPECTED = 5.0
# Less sure by ten points, and by so many standard errors.
LEAST_UNSURE, LEAST_ERRORS = 0.1, 4.0


class Sign(StrEnum):
    """What is told of a release, each once."""

    LESS_RIGHT = "less right"
    SHIFTED = "shifted"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Window:
    """Some answers in a row: how many had which class first, and the mean and variance of their margins."""

    predicted: Mapping[str, int] = field(default_factory=dict)
    margin: float = 0.0
    variance: float = 0.0

    @property
    def count(self) -> int:
        return sum(self.predicted.values())

    def share(self, name: str) -> float:
        return self.predicted.get(name, 0) / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Observed:
    """All that the signs are read from: the ratings, the accuracy in validation, the first and the last answers.

    `validated` is on how many images that accuracy was measured; 0 where that is not known.
    """

    in_use: InUse
    validation: float | None
    first: Window
    last: Window
    validated: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures behind a sign when it was seen, of which each sign needs some.

    `margins` are the mean ones of the first and of the last answers, `size` of each; `moved` are the classes whose
    shares have changed most, with their shares then and now.
    """

    rated: int
    right: int
    validation: float | None
    size: int
    margins: tuple[float, float]
    moved: tuple[tuple[str, float, float], ...]

    @property
    def in_use(self) -> InUse:
        return InUse(self.rated, self.right)


@dataclass(frozen=True, slots=True)
class DriftNote:
    """A sign as it is told to a channel, once: of which release, and with which figures."""

    id: str
    release: str
    endpoint_name: str
    owner: str
    channel_id: str
    sign: Sign
    measured: Measured
    seen_at: datetime
    tries: int = 0
    told_at: datetime | None = None


def note_id(release: str, sign: Sign, channel_id: str) -> str:
    """The same sign of the same release is one note in each channel, whoever sees it and how often."""
    return hashlib.sha256(f"{release} {sign} {channel_id}".encode()).hexdigest()[:16]


def window_size(answered: int) -> int:
    """How many of the first and of the last answers are compared, so that none is in both; 0: there are too few."""
    size = min(answered // 2, MOST_WINDOW)
    return size if size >= LEAST_WINDOW else 0


def signs(seen: Observed) -> list[Sign]:
    """All that there is to say."""
    found = {
        Sign.LESS_RIGHT: is_less_right(seen.in_use, seen.validation, seen.validated),
        Sign.SHIFTED: is_shifted(seen.first, seen.last),
        Sign.UNSURE: is_unsure(seen.first, seen.last),
    }
    return [sign for sign, is_so in found.items() if is_so]


def measured(seen: Observed) -> Measured:
    return Measured(
        rated=seen.in_use.rated,
        right=seen.in_use.right,
        validation=seen.validation,
        size=seen.last.count,
        margins=(seen.first.margin, seen.last.margin),
        moved=tuple(most_moved(seen.first, seen.last)),
    )


def is_less_right(in_use: InUse, validation: float | None, validated: int = 0) -> bool:
    """Whether even the best that the ratings allow for is clearly less than the least that validation allows for.

    Few validation images say as little as few ratings do, so both have their part in the interval of the difference.
    R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17
    (1998), method 10.
    """
    accuracy = in_use.accuracy
    if accuracy is None or validation is None or not math.isfinite(validation) or not in_use.enough:
        return False
    above = wilson(in_use.right, in_use.rated, Z_99)[1] - accuracy
    below = validation - wilson(round(validation * validated), validated, Z_99)[0] if validated else 0.0
    return accuracy - validation + math.hypot(above, below) < -ACCURACY_MARGIN


def is_shifted(first: Window, last: Window) -> bool:
    """Whether the answers go to other classes than they did at first."""
    if min(first.count, last.count) < LEAST_WINDOW:
        return False
    pairs = _pooled(first, last)
    return _total_variation(pairs) >= LEAST_SHIFT and _chance(pairs) < MOST_CHANCE


def is_unsure(first: Window, last: Window) -> bool:
    """Whether the first class leads by less than it did at first."""
    if min(first.count, last.count) < LEAST_WINDOW:
        return False
    drop = first.margin - last.margin
    error = math.sqrt(first.variance / first.count + last.variance / last.count)
    return drop >= LEAST_UNSURE and drop > LEAST_ERRORS * error


def most_moved(first: Window, last: Window, most: int = 3) -> list[tuple[str, float, float]]:
    """The classes whose shares have changed most, with their shares then and now."""
    names = sorted({*first.predicted, *last.predicted})
    moved = sorted(names, key=lambda name: -abs(last.share(name) - first.share(name)))
    return [(name, first.share(name), last.share(name)) for name in moved[:most]]


def chi_square_chance(statistic: float, degrees: int) -> float:
    """The probability that a chi-square distributed figure is at least as large, in closed form.

    Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.4.4 and 26.4.5.
    """
    if statistic <= 0 or degrees < 1:
        return 1.0
    half = statistic / 2
    odd = degrees % 2
    start = math.erfc(math.sqrt(half)) if odd else 0.0
    steps = (index + odd / 2 for index in range(degrees // 2))
    return min(1.0, start + sum(math.exp(step * math.log(half) - half - math.lgamma(step + 1)) for step in steps))


def _pooled(first: Window, last: Window) -> list[tuple[int, int]]:
    """Each class's counts in both windows; rare classes together, for their counts say nothing one by one."""
    all_of_them = first.count + last.count
    least = LEAST_EXPECTED * all_of_them / min(first.count, last.count)
    counts = [
        (first.predicted.get(name, 0), last.predicted.get(name, 0)) for name in {*first.predicted, *last.predicted}
    ]
    common = [pair for pair in counts if sum(pair) >= least]
    rare = [pair for pair in counts if sum(pair) < least]
    return [*common, (sum(one for one, _ in rare), sum(other for _, other in rare))] if rare else common


def _total_variation(pairs: list[tuple[int, int]]) -> float:
    """Which share of the answers went to another class, 0..1."""
    then, now = sum(one for one, _ in pairs), sum(other for _, other in pairs)
    return sum(abs(one / then - other / now) for one, other in pairs) / 2


def _chance(pairs: list[tuple[int, int]]) -> float:
    """Pearson's test of homogeneity, https://www.itl.nist.gov/div898/handbook/prc/section4/prc45.htm."""
    then, now = sum(one for one, _ in pairs), sum(other for _, other in pairs)
    all_of_them = then + now
    statistic = 0.0
    for one, other in pairs:
        for count, whole in ((one, then), (other, now)):
            expected = (one + other) * whole / all_of_them
            statistic += (count - expected) ** 2 / expected
    return chi_square_chance(statistic, len(pairs) - 1)
