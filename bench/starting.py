"""Measures a later start of `python -m sandbox`: until its address is printed, and until the bot is connected."""

import statistics
import time
from pathlib import Path

from bench.processes import heard, program
from bench.table import Measured, Row

STARTS = 3
AIM_SECONDS = 5.0
ADDRESS, CONNECTED = "Open http", "Darkroom is running"
PORTS = ("--slack-port", "0", "--aws-port", "0")


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
    with program(["sandbox", "--folder", str(folder), *PORTS], folder / "sandbox.log") as started:
        seen: dict[str, float] = {}
        while len(seen) < 2:
            line = heard(started)
            seen |= {sign: time.perf_counter() - began for sign in (ADDRESS, CONNECTED) if sign in line}
    return seen[ADDRESS], seen[CONNECTED]
