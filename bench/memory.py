"""Measures the memory of the bot's process, idle and after a job."""

import subprocess
import time
from pathlib import Path

from bench.stand import Stand
from bench.table import Measured, Row

SETTLE_SECONDS = 4.0
AIM_MEGABYTES = 120


def idle(stand: Stand) -> Measured:
    time.sleep(SETTLE_SECONDS)
    megabytes = resident_megabytes(stand.bot.pid)
    row = Row("the bot's memory, idle", f"{megabytes:.0f} MB resident", "", megabytes, "MB", AIM_MEGABYTES)
    return Measured([row])


def after_job(stand: Stand) -> Measured:
    megabytes = resident_megabytes(stand.bot.pid)
    figure = "the bot's memory after a job, its chart and its endpoint"
    return Measured([Row(figure, f"{megabytes:.0f} MB resident", "", megabytes, "MB")])


def resident_megabytes(pid: int) -> float:
    """Resident memory now, in MB; both sources count in KB."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        return int(lines["VmRSS"].split()[0]) / 1024
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], stdout=subprocess.PIPE, text=True, check=True)
    return int(told.stdout) / 1024
