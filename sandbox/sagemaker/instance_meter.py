"""How busy a training job's machine is: measured at its container's processes, and put where CloudWatch has it.

The processors' figures are the container's own on this machine, as shares of the instance that the job asked for. There
is no graphics card here: what one would do is taken to be what the processors do.
https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html#cloudwatch-metrics-jobs
"""

import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.sagemaker.moto_services import backend

NAMESPACE = "/aws/sagemaker/TrainingJobs"
SAMPLE_SECONDS = 0.25
# Once a minute on AWS; here as often in the time that passes faster, but not without end.
SHORTEST_PERIOD = 1.0
_INSTANCE_BYTES = 16 * 2**30
_PROC = Path("/proc")
_SEVERAL_GPUS = {"g4dn.12xlarge": 4, "g5.12xlarge": 4, "g5.24xlarge": 4, "g5.48xlarge": 8, "g6.12xlarge": 4}
_SEVERAL_GPUS |= {"g6.24xlarge": 4, "g6.48xlarge": 8, "p2.8xlarge": 8, "p2.16xlarge": 16, "p3.8xlarge": 4}
_SEVERAL_GPUS |= {"p3.16xlarge": 8, "p3dn.24xlarge": 8, "p4d.24xlarge": 8, "p5.48xlarge": 8, "g4dn.metal": 8}


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the machine: shares of its processors, its memory, and each of its graphics cards (None: no card)."""

    cpu: float
    memory: float
    gpu: float | None


class InstanceMeter:
    """Measures one job. `samples` are all so far; `speed` is how much faster than AWS time passes."""

    def __init__(self, region: str, job_name: str, resources: dict[str, Any], speed: float) -> None:
        self._region = region
        self._hosts = [f"{job_name}/algo-{number}" for number in range(1, resources["InstanceCount"] + 1)]
        self._instance = resources["InstanceType"].removeprefix("ml.")
        self._period = max(SHORTEST_PERIOD, 60 / speed)
        self._stop = threading.Event()
        self.samples: list[Sample] = []

    @contextmanager
    def measuring(self) -> Iterator[Callable[[int], None]]:
        """What is to be told the process that leads the container's session; at the end the last figures are put."""
        threads: list[threading.Thread] = []

        def started(pid: int) -> None:
            threads.append(threading.Thread(target=self._measure, args=(pid,), name="instance-meter", daemon=True))
            threads[-1].start()

        self._stop.clear()
        try:
            yield started
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _measure(self, pid: int) -> None:
        (used, resident), at = _usage(pid), time.monotonic()
        fresh, due = [self._sample(0.0, resident)], at + self._period
        while not self._stop.wait(SAMPLE_SECONDS):
            (now_used, resident), now = _usage(pid), time.monotonic()
            fresh.append(self._sample(max(0.0, now_used - used) / (now - at), resident))
            used, at = now_used, now
            if now >= due:
                self._put(fresh)
                fresh, due = [], now + self._period
        self._put(fresh)

    def _sample(self, busy_cores: float, resident: int) -> Sample:
        cpu = min(1.0, busy_cores / (os.cpu_count() or 1))
        memory = min(1.0, resident / _INSTANCE_BYTES)
        return Sample(cpu, memory, cpu if gpus(self._instance) else None)

    def _put(self, samples: Sequence[Sample]) -> None:
        if not samples:
            return
        self.samples += samples
        figures = _figures(samples, gpus(self._instance), vcpus(self._instance))
        now = datetime.now(UTC).replace(tzinfo=None)
        data = [_datum(name, host, now, value) for host in self._hosts for name, value in figures.items()]
        backend("cloudwatch", self._region).put_metric_data(NAMESPACE, data)


def gpus(instance: str) -> int:
    """AWS's families with graphics cards begin with g or p."""
    return _SEVERAL_GPUS.get(instance, 1) if instance[:1] in ("g", "p") else 0


def vcpus(instance: str) -> int:
    size = instance.partition(".")[2].removesuffix("xlarge")
    return 2 if size == "large" else 4 * int(size) if size.isdecimal() else 4


def _figures(samples: Sequence[Sample], cards: int, cores: int) -> dict[str, float]:
    """In percent, summed over cores and over cards as on AWS."""
    cpu, memory = (statistics.fmean(getattr(one, name) for one in samples) for name in ("cpu", "memory"))
    told = {"CPUUtilization": 100 * cpu * cores, "MemoryUtilization": 100 * memory}
    if cards:
        gpu = statistics.fmean(one.gpu or 0.0 for one in samples)
        told |= {"GPUUtilization": 100 * gpu * cards, "GPUMemoryUtilization": (20 + 60 * gpu) * cards}
    return told


def _datum(name: str, host: str, at: datetime, value: float) -> dict[str, Any]:
    dimensions = [{"Name": "Host", "Value": host}]
    return {"MetricName": name, "Dimensions": dimensions, "Timestamp": at, "Value": value, "Unit": "Percent"}


def _usage(session: int) -> tuple[float, int]:
    """The seconds of processor time that a session's processes have had, and the bytes of memory that they hold."""
    found = list(_processes(session))
    ticks = sum(sum(int(part) for part in fields[11:15]) for fields in found)
    pages = sum(int(fields[21]) for fields in found)
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE")


def _processes(session: int) -> Iterator[list[str]]:
    """What each one's stat says after its name; nothing where a system has no /proc."""
    for name in os.listdir(_PROC) if _PROC.is_dir() else ():
        if not name.isdecimal():
            continue
        try:
            fields = (_PROC / name / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            # It has just ended.
            continue
        if fields[3] == str(session):
            yield fields
