"""Accuracy per epoch, read from the lines that a job prints: those of the built-in algorithm, or by own expressions."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bot.errors import RefusedError

# The lines may be glued to other output, so nothing is anchored to their start. Epochs count from 0 in them.
_EPOCH_LINE = re.compile(
    r"Epoch\[(?P<epoch>\d{1,6})\] (?P<what>Train-accuracy|Validation-accuracy|Time cost)=(?P<value>\d{1,9}(?:\.\d+)?)",
    re.ASCII,
)
_EPOCH_NUMBER = re.compile(r"[1-9]\d{0,5}", re.ASCII)
_FIELDS = {"Train-accuracy": "train", "Validation-accuracy": "validation", "Time cost": "seconds"}
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_MetricDefinition.html
_LONGEST_EXPRESSION = 500


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


@dataclass(frozen=True, slots=True)
class Expressions:
    """What another recipe prints: by `train`, `validation` and `seconds` an expression whose first group is the value.

    They are SageMaker's metric definitions, which see no epochs: the first value of a figure is that of epoch 1, and
    so on, unless a group named `epoch`, wherever it stands, tells its number, which counts from 1.
    """

    figures: Mapping[str, re.Pattern[str]]

    @classmethod
    def of(cls, **written: str) -> "Expressions":
        """From their text. RefusedError: one is none, is too long for SageMaker, or has no group."""
        return cls({figure: _compiled(figure, text) for figure, text in written.items()})


def absorb(curve: Curve, lines: Iterable[str], expressions: Expressions | None = None) -> Curve:
    """Add what the log lines say. An epoch that is printed again (a spot restart) takes its newest figures."""
    epochs = {epoch.number: epoch for epoch in curve.epochs}
    found = _built_in(lines) if expressions is None else _by_expressions(curve, lines, expressions)
    for number, figure, value in found:
        epochs[number] = _with_figure(epochs.get(number) or Epoch(number), figure, value)
    return Curve(tuple(epochs[number] for number in sorted(epochs)))


def _built_in(lines: Iterable[str]) -> Iterator[tuple[int, str, float]]:
    # In one piece: a call for each of a long log's lines would take most of the time.
    for match in _EPOCH_LINE.finditer("\n".join(lines)):
        yield int(match["epoch"]) + 1, _FIELDS[match["what"]], float(match["value"])


def _by_expressions(curve: Curve, lines: Iterable[str], expressions: Expressions) -> Iterator[tuple[int, str, float]]:
    last = {figure: _last_with(curve, figure) for figure in expressions.figures}
    for line in lines:
        for figure, pattern in expressions.figures.items():
            for match in pattern.finditer(line):
                value = _number(match[_value_group(pattern)])
                if value is not None:
                    last[figure] = _epoch_of(match, last[figure] + 1)
                    yield last[figure], figure, value


def _last_with(curve: Curve, figure: str) -> int:
    return max((epoch.number for epoch in curve.epochs if getattr(epoch, figure) is not None), default=0)


def _value_group(pattern: re.Pattern[str]) -> int:
    return 2 if pattern.groupindex.get("epoch") == 1 else 1


def _epoch_of(match: re.Match[str], following: int) -> int:
    told = match.groupdict().get("epoch") or ""
    return int(told) if _EPOCH_NUMBER.fullmatch(told) else following


def _number(written: str | None) -> float | None:
    """None for what an expression such as `[0-9.]+` takes for a number and is none."""
    try:
        value = float(written or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _compiled(figure: str, text: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise RefusedError(f"The expression for {figure} is none: {error}.") from None
    if len(text) > _LONGEST_EXPRESSION:
        raise RefusedError(f"The expression for {figure} is longer than {_LONGEST_EXPRESSION} characters.")
    if pattern.groups < _value_group(pattern):
        raise RefusedError(f"The expression for {figure} has no group (in parentheses) that holds the value.")
    return pattern


def _with_figure(epoch: Epoch, name: str, value: float) -> Epoch:
    match name:
        case "train":
            return replace(epoch, train=value)
        case "validation":
            return replace(epoch, validation=value)
        case _:
            return replace(epoch, seconds=value)
