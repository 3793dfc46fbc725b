"""The ranges that a tuning job searches, and their scales: from a place between 0 and 1 to a value's text and back.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# AWS does not say how Auto decides; its advice is a linear scale within one order of magnitude.
ONE_ORDER_OF_MAGNITUDE = 10


class Scale(StrEnum):
    """ScalingType."""

    AUTO = "Auto"
    LINEAR = "Linear"
    LOGARITHMIC = "Logarithmic"
    REVERSE_LOGARITHMIC = "ReverseLogarithmic"


@dataclass(frozen=True, slots=True)
class Numbers:
    """A range of numbers, both ends included; `whole` for integers."""

    name: str
    low: float
    high: float
    scale: Scale
    whole: bool

    @property
    def combinations(self) -> float:
        return self.high - self.low + 1 if self.whole else math.inf

    def text_at(self, place: float) -> str:
        """The value at a place between 0 and 1 on the range's scale."""
        low, high = self._bent(self.low), self._bent(self.high)
        value = self._straightened(low + place * (high - low))
        inside = min(max(value, self.low), self.high)
        return str(round(inside)) if self.whole else repr(inside)

    def place_of(self, text: str) -> float | None:
        """Where a value lies on the scale, or None where the range does not hold it."""
        try:
            value = float(text)
        except ValueError:
            return None
        if not self.low <= value <= self.high:
            return None
        low, high = self._bent(self.low), self._bent(self.high)
        return (self._bent(value) - low) / (high - low)

    def _bent(self, value: float) -> float:
        match self.scale:
            case Scale.LOGARITHMIC:
                return math.log(value)
            case Scale.REVERSE_LOGARITHMIC:
                return -math.log1p(-value)
            case _:
                return value

    def _straightened(self, value: float) -> float:
        match self.scale:
            case Scale.LOGARITHMIC:
                return math.exp(value)
            case Scale.REVERSE_LOGARITHMIC:
                return -math.expm1(-value)
            case _:
                return value


@dataclass(frozen=True, slots=True)
class Categories:
    """A list of values, none before another."""

    name: str
    values: tuple[str, ...]

    @property
    def combinations(self) -> float:
        return len(self.values)


Range = Numbers | Categories


def ranges_of(request: Mapping[str, Any]) -> tuple[Range, ...]:
    """The ranges of a CreateHyperParameterTuningJob request; raises ValueError for ends that are no numbers."""
    given = request["HyperParameterTuningJobConfig"].get("ParameterRanges", {})
    continuous = [_numbers(one, whole=False) for one in given.get("ContinuousParameterRanges", [])]
    integer = [_numbers(one, whole=True) for one in given.get("IntegerParameterRanges", [])]
    categories = [Categories(one["Name"], tuple(one["Values"])) for one in given.get("CategoricalParameterRanges", [])]
    return (*continuous, *integer, *categories)


def combinations_of(ranges: tuple[Range, ...]) -> float:
    """How many different jobs the ranges allow; infinite with any continuous one."""
    return math.prod(one.combinations for one in ranges)


def _numbers(given: Mapping[str, str], *, whole: bool) -> Numbers:
    read = int if whole else float
    low, high = read(given["MinValue"]), read(given["MaxValue"])
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(given["Name"])
    scale = Scale(given.get("ScalingType", Scale.AUTO))
    return Numbers(given["Name"], low, high, _decided(low, high, whole) if scale is Scale.AUTO else scale, whole)


def _decided(low: float, high: float, whole: bool) -> Scale:
    if low > 0 and high / low > ONE_ORDER_OF_MAGNITUDE:
        return Scale.LOGARITHMIC
    if not whole and 0.5 <= low <= high < 1 and (1 - low) / (1 - high) > ONE_ORDER_OF_MAGNITUDE:
        return Scale.REVERSE_LOGARITHMIC
    return Scale.LINEAR
