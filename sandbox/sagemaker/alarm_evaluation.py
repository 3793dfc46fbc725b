"""Whether a CloudWatch alarm on a metric is in alarm: the rule alone, without a clock or a store.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass(frozen=True, slots=True)
class Samples:
    """What a period saw of a metric."""

    count: float
    total: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """`breaching` of the last `periods` have to break the threshold; `missing` is its TreatMissingData."""

    statistic: str
    comparison: str
    threshold: float
    periods: int
    breaching: int
    missing: str


def state_of(rule: AlarmRule, periods: Sequence[Samples | None]) -> str | None:
    """OK, ALARM or INSUFFICIENT_DATA; None where it stays as it is. A period of None is one without data."""
    seen = [_breaks(rule, samples) for samples in periods if samples is not None]
    absent = len(periods) - len(seen)
    if not seen and rule.missing == "ignore":
        return None
    if not seen and rule.missing == "missing":
        return "INSUFFICIENT_DATA"
    broken = sum(seen) + (absent if rule.missing == "breaching" else 0)
    return "ALARM" if broken >= rule.breaching else "OK"


def merged(samples: Sequence[Samples]) -> Samples | None:
    if not samples:
        return None
    return Samples(
        sum(one.count for one in samples),
        sum(one.total for one in samples),
        min(one.least for one in samples),
        max(one.most for one in samples),
    )


def _breaks(rule: AlarmRule, samples: Samples) -> bool:
    value = {
        "Sum": samples.total,
        "Average": samples.total / samples.count,
        "Minimum": samples.least,
        "Maximum": samples.most,
        "SampleCount": samples.count,
    }[rule.statistic]
    return COMPARISONS[rule.comparison](value, rule.threshold)
