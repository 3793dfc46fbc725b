"""Measures a later start of `python -m sandbox`: until its address is printed, and until the bot is connected."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.stand import end
from bench.table import Measured, Row

STARTS = 3
AIM_SECONDS = 5.0
ADDRESS, CONNECTED = "Open http", "Darkroom is running"


def measure(folder: Path) -> Measured:
    """`folder` has been used by an earlier start, which made the sample data."""
    starts = [seconds(folder) for _ in range(STARTS)]
    address, connected = (statistics.median(figures) for figures in zip(*starts, strict=True))
    return Measured(
        [
            Row("a second start, to the printed address", f"{address:.1f} s", "", address, "s", AIM_SECONDS),
            Row("a second start, to the bot's connection", f"{connected:.1f} s", "", connected, "s", AIM_SECONDS),
        ]
    )


def seconds(folder: Path) -> tuple[float, float]:
    began = time.perf_counter()
    with sandbox_process(folder) as started:
        assert started.stdout is not None
        seen: dict[str, float] = {}
        for line in started.stdout:
            for sign in (ADDRESS, CONNECTED):
                if sign in line:
                    seen.setdefault(sign, time.perf_counter() - began)
            if len(seen) == 2:
                return seen[ADDRESS], seen[CONNECTED]
    raise RuntimeError("the sandbox ended before it was up")


@contextmanager
def sandbox_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    ports = ["--slack-port", "0", "--aws-port", "0"]
    started = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--folder", str(folder), *ports],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        yield started
    finally:
        end(started)
        if started.stdout:
            started.stdout.close()
