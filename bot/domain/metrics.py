"""Accuracy per epoch, read from the lines that the Image Classification algorithm prints."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

# The lines may be glued to other output, so nothing is anchored to their start. Epochs count from 0 in them.
_EPOCH_LINE = re.compile(
    r"Epoch\[(?P<epoch>\d+)\] (?P<what>Train-accuracy|Validation-accuracy|Time cost)=(?P<value>\d+(?:\.\d+)?)"
)
_FIELDS = {"Train-accuracy": "train", "Validation-accuracy": "validation", "Time cost": "seconds"}


@dataclass(frozen=True, slots=True)
class Epoch:
    """Figures of one epoch: `number` counts from 1 as people do, accuracies are 0..1, `seconds` is its duration."""

    number: int
    train: float | None = None
    validation: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """The epochs so far, in order, each number once."""

    epochs: tuple[Epoch, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.epochs)

    @property
    def best(self) -> Epoch | None:
        """The first epoch with the highest validation accuracy."""
        validated = [epoch for epoch in self.epochs if epoch.validation is not None]
        return max(validated, key=lambda epoch: (epoch.validation or 0.0, -epoch.number), default=None)

    @property
    def best_accuracy(self) -> float | None:
        return self.best.validation if self.best else None

    @property
    def last_number(self) -> int:
        return self.epochs[-1].number if self.epochs else 0

    def seconds_left(self, total_epochs: int) -> float | None:
        """What the remaining epochs should take, by the mean of those timed so far."""
        timed = [epoch.seconds for epoch in self.epochs if epoch.seconds is not None]
        if not timed:
            return None
        return sum(timed) / len(timed) * max(total_epochs - self.last_number, 0)


def absorb(curve: Curve, lines: Iterable[str]) -> Curve:
    """Add what the log lines say. An epoch that is printed again (a spot restart) takes its newest figures."""
    epochs = {epoch.number: epoch for epoch in curve.epochs}
    for line in lines:
        for match in _EPOCH_LINE.finditer(line):
            number = int(match["epoch"]) + 1
            known = epochs.get(number, Epoch(number))
            epochs[number] = _with_figure(known, _FIELDS[match["what"]], float(match["value"]))
    return Curve(tuple(epochs[number] for number in sorted(epochs)))


def _with_figure(epoch: Epoch, name: str, value: float) -> Epoch:
    match name:
        case "train":
            return replace(epoch, train=value)
        case "validation":
            return replace(epoch, validation=value)
        case _:
            return replace(epoch, seconds=value)
