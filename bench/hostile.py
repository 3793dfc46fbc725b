"""Measures what a folder of hostile files costs the intake of images: the slowest of them, and the peak of memory."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.table import Measured, Row

AIM_SECONDS, AIM_MEGABYTES = 1.0, 200.0


def measure(folder: Path) -> Measured:
    """`folder` is for the files."""
    files = folder / "hostile"
    _output("tests.hostile", files)
    passages = [json.loads(line) for line in _output("tests.hostile.intake", files).splitlines()]
    slowest, largest = (max(passages, key=lambda one: one[figure]) for figure in ("seconds", "grown"))
    apart = max(one["apart"] for one in passages)
    return Measured(
        [
            _row(f"the slowest of {len(passages)} hostile files", slowest, slowest["seconds"], "s", AIM_SECONDS),
            _row("the memory that one takes", largest, largest["grown"], "MB", AIM_MEGABYTES),
            Row("the memory of a conversion's process", "", "", apart, "MB", AIM_MEGABYTES),
        ]
    )


def _row(figure: str, passage: dict[str, Any], value: float, unit: str, aim: float) -> Row:
    return Row(figure, f"{passage['name']}: {passage['outcome']}", "", value, unit, aim)


def _output(module: str, folder: Path) -> str:
    program = [sys.executable, "-m", module, str(folder)]
    return subprocess.run(program, stdout=subprocess.PIPE, text=True, check=True).stdout
