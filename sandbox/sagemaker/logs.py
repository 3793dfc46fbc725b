"""A container's output on its way to CloudWatch Logs: lines as they come, in small batches, and the metrics in them."""

import math
import os
import re
import select
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from sandbox.sagemaker.moto_services import MotoServices

TRAINING_GROUP = "/aws/sagemaker/TrainingJobs"
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html: 256 KB an event.
LONGEST_LINE = 256 * 1024 - 26
BATCH_SECONDS = 0.1
# A reader that paused when the pipe was full would slow the container down.
FULL_PIPE = 64 * 1024

Metrics = list[tuple[str, re.Pattern[str]]]


class LogStream:
    """One stream of CloudWatch Logs."""

    def __init__(self, services: MotoServices, group: str, name: str) -> None:
        self._services = services
        self._group = group
        self.name = name
        services.open_log(group, name)

    def write(self, lines: list[str]) -> None:
        # CloudWatch Logs takes no empty events.
        kept = [line[:LONGEST_LINE] for line in lines if line.strip()]
        if kept:
            self._services.log(self._group, self.name, kept)


class OutputPump:
    """A thread that carries a pipe's lines to a receiver until the pipe ends or the pump is told to finish."""

    def __init__(self, pipe: int, receive: Callable[[list[str]], None]) -> None:
        self._pipe = pipe
        self._receive = receive
        self._rest = b""
        self._finishing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="container-output", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        """Takes what is still in the pipe, even where a grandchild holds it open, and ends."""
        self._finishing.set()
        self._thread.join()
        os.close(self._pipe)

    def _run(self) -> None:
        while chunk := self._next_chunk():
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            self._hand_over(lines)
            if len(self._rest) > LONGEST_LINE:
                self._hand_over([self._rest])
                self._rest = b""
            if len(chunk) < FULL_PIPE and not self._finishing.is_set():
                time.sleep(BATCH_SECONDS)
        self._hand_over([self._rest])

    def _next_chunk(self) -> bytes:
        while not select.select([self._pipe], [], [], BATCH_SECONDS)[0]:
            if self._finishing.is_set():
                return b""
        return os.read(self._pipe, 1 << 20)

    def _hand_over(self, lines: list[bytes]) -> None:
        if lines:
            self._receive([line.decode(errors="replace").rstrip("\r") for line in lines])


def compiled(definitions: Iterable[Mapping[str, str]]) -> Metrics:
    """A job's metric definitions, ready to be looked for."""
    return [(one["Name"], re.compile(one["Regex"])) for one in definitions]


def metrics_in(line: str, metrics: Metrics) -> list[tuple[str, float]]:
    """The metrics that a log line tells, by the first group of each expression."""
    found = ((name, pattern.search(line)) for name, pattern in metrics)
    values = [(name, _number(match[1])) for name, match in found if match]
    return [(name, value) for name, value in values if value is not None]


def _number(text: str | None) -> float | None:
    """None for what an expression such as `[0-9.]+` takes for a number and is none."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
