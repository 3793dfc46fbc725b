"""CloudWatch as moto keeps it, in this process: metrics put there, and alarms that really follow them.

moto stores alarms without ever looking at the metrics. Here those on endpoints are evaluated, in paced time.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.sagemaker.alarm_evaluation import COMPARISONS, AlarmRule, Samples, merged, state_of
from sandbox.sagemaker.moto_services import backend
from sandbox.sagemaker.pace import Pace

NAMESPACE = "AWS/SageMaker"
ALARM = "ALARM"
# Points of one metric that alarms look back on; the longest alarm looks back on a day of minutes.
LONGEST_HISTORY = 1500
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html: "often within seconds".
SET_BY_HAND_SECONDS = 2.0
_STATISTICS = {"Sum", "Average", "Minimum", "Maximum", "SampleCount"}


Followed = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Datum:
    """One metric of one period, for one set of dimensions."""

    name: str
    dimensions: tuple[tuple[str, str], ...]
    unit: str
    samples: Samples
    at: float


class CloudWatch:
    """The metrics and alarms of one region."""

    def __init__(self, region: str, pace: Pace) -> None:
        self._region = region
        self._pace = pace
        self._history: dict[Followed, deque[tuple[float, Samples]]] = {}
        self._evaluated: dict[str, str] = {}
        self._tripped: dict[str, float] = {}

    def put(self, data: Iterable[Datum]) -> None:
        for datum in data:
            followed = (datum.name, frozenset(datum.dimensions))
            self._history.setdefault(followed, deque(maxlen=LONGEST_HISTORY)).append((datum.at, datum.samples))
            self._backend.put_metric_data(NAMESPACE, [_as_request(datum)])

    def alarm_state(self, name: str) -> str | None:
        """None where there is no such alarm."""
        alarm = self._backend.alarms.get(name)
        return None if alarm is None else str(alarm.state_value)

    def has_tripped(self, name: str, since: float) -> bool:
        """Whether an alarm is in alarm, or was at any moment since then."""
        return self.alarm_state(name) == ALARM or self._tripped.get(name, 0.0) >= since

    def evaluate(self, now: float) -> None:
        """Sets the state of each alarm on an endpoint's metric; one that was set by hand stays a moment, as on AWS."""
        for alarm in list(self._backend.alarms.values()):
            if not _is_understood(alarm):
                continue
            state = self._state(alarm, now)
            if state is None or state == alarm.state_value or self._is_set_by_hand(alarm, now):
                continue
            self._evaluated[alarm.name] = state
            alarm.update_state("Threshold Crossed: evaluated by the local AWS", "{}", state)
            if state == ALARM:
                self._tripped[alarm.name] = now

    def _is_set_by_hand(self, alarm: Any, now: float) -> bool:
        ours = self._evaluated.get(alarm.name) == alarm.state_value
        # An alarm without a history is as it was put.
        return not ours and bool(alarm.history) and now - _epoch(alarm.state_updated_timestamp) < SET_BY_HAND_SECONDS

    def _state(self, alarm: Any, now: float) -> str | None:
        periods = int(alarm.evaluation_periods)
        rule = AlarmRule(
            alarm.statistic,
            alarm.comparison_operator,
            float(alarm.threshold),
            periods,
            int(alarm.datapoints_to_alarm or periods),
            alarm.treat_missing_data or "missing",
        )
        length = int(alarm.period) / self._pace.speed
        # What came late in the period before is seen only now: either may raise the alarm.
        latest = int(now / length)
        ending_now, ending_before = (self._periods(alarm, length, end, periods) for end in (latest, latest - 1))
        before = state_of(rule, ending_before)
        return before if before == ALARM else state_of(rule, ending_now if any(ending_now) else ending_before)

    def _periods(self, alarm: Any, length: float, last: int, periods: int) -> list[Samples | None]:
        dimensions = frozenset((one.name, one.value) for one in alarm.dimensions)
        found: dict[int, list[Samples]] = {}
        for at, samples in self._history.get((alarm.metric_name, dimensions), ()):
            found.setdefault(int(at / length), []).append(samples)
        return [merged(found.get(last - back, [])) for back in range(periods)]

    @property
    def _backend(self) -> Any:
        return backend("cloudwatch", self._region)


def _as_request(datum: Datum) -> dict[str, Any]:
    return {
        "MetricName": datum.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in datum.dimensions],
        # moto compares times without a zone.
        "Timestamp": datetime.fromtimestamp(datum.at, UTC).replace(tzinfo=None),
        "Unit": datum.unit,
        "StatisticValues": {
            "SampleCount": datum.samples.count,
            "Sum": datum.samples.total,
            "Minimum": datum.samples.least,
            "Maximum": datum.samples.most,
        },
    }


def _is_understood(alarm: Any) -> bool:
    """An alarm on one metric of endpoints; moto takes others as well, and keeps them as they are."""
    return (
        alarm.namespace == NAMESPACE
        and alarm.statistic in _STATISTICS
        and alarm.comparison_operator in COMPARISONS
        and bool(alarm.period)
    )


def _epoch(moment: datetime) -> float:
    """Of a time of moto's: these are in UTC, and do not say so."""
    return moment.replace(tzinfo=UTC).timestamp()
