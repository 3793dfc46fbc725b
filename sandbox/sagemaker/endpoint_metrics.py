"""The metrics of endpoints' invocations, in CloudWatch once a minute of paced time, as AWS names them.

https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html#cloudwatch-metrics-endpoint-invocation
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.sagemaker.alarm_evaluation import Samples
from sandbox.sagemaker.cloudwatch import CloudWatch, Datum
from sandbox.sagemaker.pace import Pace

_MICROSECONDS = 1_000_000
SHORTEST_TICK = 0.05
QUIET_TICKS = 5


@dataclass(frozen=True, slots=True)
class Invocation:
    """One invocation as it went; times are seconds, `setup` that of a cold start, `instances` 0 where serverless."""

    endpoint: str
    variant: str
    config_name: str
    status: int
    model_latency: float
    overhead: float
    instances: int
    setup: float | None = None


@dataclass(slots=True)
class _Series:
    """One metric since the last minute."""

    unit: str
    samples: Samples

    def add(self, value: float) -> None:
        told = self.samples
        self.samples = Samples(told.count + 1, told.total + value, min(told.least, value), max(told.most, value))


class EndpointMetrics:
    """Collects invocations, and publishes them minute by minute from a thread of its own."""

    def __init__(self, cloudwatch: CloudWatch, pace: Pace, closing: threading.Event) -> None:
        self._cloudwatch = cloudwatch
        self._tick = max(SHORTEST_TICK, pace.seconds(60))
        self._closing = closing
        self._series: dict[tuple[str, tuple[tuple[str, str], ...]], _Series] = {}
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="endpoint-metrics", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self, seconds: float) -> None:
        self._thread.join(seconds)

    def record(self, invocation: Invocation) -> None:
        both = (("EndpointName", invocation.endpoint), ("VariantName", invocation.variant))
        with self._lock:
            for name, unit, value in _values(invocation):
                # The configuration is a dimension as well: it keeps the new fleet apart from the old one.
                for dimensions in (both, (*both, ("EndpointConfigName", invocation.config_name))):
                    self._add(name, dimensions, unit, value)

    def publish(self) -> None:
        """What was collected goes to CloudWatch, and the alarms on it are looked at."""
        now = time.time()
        with self._lock:
            series, self._series = self._series, {}
        self._cloudwatch.put(
            Datum(name, dimensions, one.unit, one.samples, now) for (name, dimensions), one in series.items()
        )
        self._cloudwatch.evaluate(now)

    def _add(self, name: str, dimensions: tuple[tuple[str, str], ...], unit: str, value: float) -> None:
        if (name, dimensions) in self._series:
            self._series[name, dimensions].add(value)
        else:
            self._series[name, dimensions] = _Series(unit, Samples(1, value, value, value))

    def _run(self) -> None:
        quiet = 0
        while not self._closing.wait(self._tick):
            # Without anything new only time changes an alarm, which is seen soon enough.
            quiet = 0 if self._series else quiet + 1
            if quiet % QUIET_TICKS == 0:
                self.publish()


def _values(invocation: Invocation) -> Iterator[tuple[str, str, float]]:
    yield "Invocations", "None", 1
    if invocation.instances:
        yield "InvocationsPerInstance", "None", 1 / invocation.instances
    yield "Invocation4XXErrors", "None", float(400 <= invocation.status < 500)
    yield "Invocation5XXErrors", "None", float(invocation.status >= 500)
    if invocation.model_latency:
        yield "ModelLatency", "Microseconds", invocation.model_latency * _MICROSECONDS
    if invocation.setup is not None:
        yield "ModelSetupTime", "Microseconds", invocation.setup * _MICROSECONDS
    yield "OverheadLatency", "Microseconds", invocation.overhead * _MICROSECONDS
