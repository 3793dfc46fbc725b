"""Golden images: pictures whose classes are known, with which a release is tried before anybody hears of it.

How many must be right is a matter of chance, too: of 20 pictures a model that is right 89 times in 100 gets 18 on
average, and 15 now and then. A release fails when it is below its job's accuracy by more than the margin, and a model
of that accuracy would do so badly on so few pictures less than once in a hundred times.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.endpoints import Check

MOST_IMAGES = 20
UNLIKELY = 0.01
# What rounding in a container's answer may make of a sum of 1.
_TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class Golden:
    """One picture, with the indexes of its classes in label order."""

    labels: tuple[int, ...]
    image: bytes
    content_type: str


def picked(samples: Iterable[Golden], classes: int, most: int = MOST_IMAGES) -> tuple[Golden, ...]:
    """At most so many, as evenly over the classes as they come; no more samples are taken than that needs."""
    quota = math.ceil(most / max(1, classes))
    by_class: dict[int, list[Golden]] = {}
    for sample in samples:
        own = by_class.setdefault(sample.labels[0], [])
        if len(own) < quota:
            own.append(sample)
        if len(by_class) == min(classes, most) and all(len(one) == quota for one in by_class.values()):
            break
    rounds = (row[number] for number in range(quota) for _, row in sorted(by_class.items()) if number < len(row))
    return tuple(rounds)[:most]


def fault(probabilities: Sequence[float], classes: int, *, multi_label: bool) -> str:
    """What is wrong with the form of an answer; empty: nothing."""
    if len(probabilities) != classes:
        return f"It answers with {len(probabilities)} probabilities, and there are {classes} classes."
    if not all(math.isfinite(one) and -_TOLERANCE <= one <= 1 + _TOLERANCE for one in probabilities):
        return "It answers with numbers that are no probabilities."
    if not multi_label and abs(sum(probabilities) - 1) > _TOLERANCE:
        return f"Its probabilities come to {sum(probabilities):.2f} together instead of 1."
    return ""


def score(golden: Golden, probabilities: Sequence[float], *, multi_label: bool) -> float:
    """1 for the right class, 0 for another one; with several labels, the share of the classes that is right."""
    if not multi_label:
        likeliest = max(range(len(probabilities)), key=lambda index: probabilities[index])
        return float(likeliest == golden.labels[0])
    right = sum((share >= 0.5) == (index in golden.labels) for index, share in enumerate(probabilities))
    return right / len(probabilities)


def judged(scores: Sequence[float], accuracy: float | None, margin: float) -> Check:
    """The check over all pictures, against the accuracy that the job had; without one their form was all to check."""
    images, right = len(scores), sum(scores)
    if accuracy is None or not images:
        return Check(images, right)
    too_low = right / images < accuracy - margin
    if too_low and likelihood(images, math.floor(right), accuracy) < UNLIKELY:
        expected = f"{accuracy * 100:.0f} % were to be expected, give or take {margin * 100:.0f} %"
        return Check(images, right, False, f"It got {right:g} of {images} golden images right; {expected}.")
    return Check(images, right)


def likelihood(images: int, right: int, accuracy: float) -> float:
    """How likely a model of that accuracy gets so many of the images right, or fewer."""
    return sum(
        math.comb(images, count) * accuracy**count * (1 - accuracy) ** (images - count) for count in range(right + 1)
    )
