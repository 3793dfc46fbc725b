"""Accuracy in use: how often a release was right by what people said of its answers, and how sure that figure is."""

import math
from dataclasses import dataclass

# Fewer ratings than these say next to nothing: their interval is some forty points wide.
FEWEST = 20
# Of the normal distribution, 95 % lie within so many standard deviations.
Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class InUse:
    """How many answers of one release people have rated, and how many of these were right.

    An answer counts once, however many people agree on it; those on which they differ, and pictures that were not fair
    to ask about, do not count. That it shows none of the model's classes counts as wrong.
    """

    rated: int = 0
    right: int = 0

    @property
    def enough(self) -> bool:
        """Whether a figure may be told."""
        return self.rated >= FEWEST

    @property
    def accuracy(self) -> float | None:
        """None while nothing is rated."""
        return self.right / self.rated if self.rated else None

    @property
    def interval(self) -> tuple[float, float]:
        """Between which accuracies it lies, with a confidence of 95 %."""
        return wilson(self.right, self.rated)


def wilson(successes: int, trials: int, z: float = Z_95) -> tuple[float, float]:
    """Wilson's score interval of a proportion, which holds for few trials and near 0 and 1, too.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927);
    https://www.itl.nist.gov/div898/handbook/prc/section2/prc241.htm
    """
    if trials <= 0:
        return 0.0, 1.0
    share, square = successes / trials, z * z
    scale = 1 + square / trials
    middle = (share + square / (2 * trials)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
