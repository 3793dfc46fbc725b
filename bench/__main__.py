"""`python -m bench`: measures everything in one run, one after the other, and prints one table.

A missed aim is shown and is no failure; the exit code is 1 only where something could not be measured.
"""

import argparse
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from bench import (
    acknowledging,
    answering,
    burst,
    curves,
    engine,
    hostile,
    memory,
    packing,
    preparing,
    starting,
    ticking,
)
from bench.stand import standing
from bench.table import Measured, drawn

INTERRUPTED = 130
# Four minutes on a quiet machine; whatever hangs is given up after this.
LIMIT_SECONDS = 1200


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _as_interrupt)
    signal.signal(signal.SIGALRM, _as_failure)
    signal.alarm(LIMIT_SECONDS)
    measured = Measured([])
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        try:
            for part in _parts(Path(folder), engine_too=not options.no_engine):
                measured += part
        except KeyboardInterrupt:
            return INTERRUPTED
        finally:
            _print(measured)
    return 0


def _parts(folder: Path, *, engine_too: bool) -> Iterator[Measured]:
    sandbox_folder = folder / "sandbox"
    sandbox_folder.mkdir()
    yield from _on_the_stand(sandbox_folder)
    _tell("starting the sandbox again")
    yield starting.measure(sandbox_folder)
    _tell("ticks over many jobs")
    yield ticking.measure(folder)
    _tell("reading and drawing curves")
    yield curves.measure(folder)
    _tell("checking and packing images")
    yield packing.measure(folder)
    _tell("hostile files go through the intake of images")
    yield hostile.measure(folder)
    if engine_too:
        _tell("training jobs and extracting features")
        yield engine.measure(sandbox_folder / "samples")


def _on_the_stand(folder: Path) -> Iterator[Measured]:
    with standing(folder) as stand:
        _tell("the bot idles")
        yield memory.idle(stand)
        _tell("a job and an endpoint are made")
        job = preparing.trained_job(stand)
        endpoint = preparing.endpoint_in_service(stand, job)
        yield memory.after_job(stand)
        _tell("pictures are uploaded")
        yield answering.measure(stand, endpoint, folder / "samples" / "held_out")
        _tell("pictures are uploaded in ten channels")
        yield burst.measure(stand, endpoint, folder / "samples" / "held_out", folder / "invocations.log")
        _tell("commands are typed")
        yield acknowledging.measure(stand, job, folder / "load.log")


def _print(measured: Measured) -> None:
    if measured.rows:
        print(drawn(measured.rows))
        print("", *measured.notes, _machine(), sep="\n")


def _machine() -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    python = f"Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, {python}, load {load}."


def _tell(what: str) -> None:
    print(f"bench: {what} ({time.strftime('%H:%M:%S')})", file=sys.stderr, flush=True)


def _as_interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _as_failure(_signal: int, _frame: FrameType | None) -> None:
    raise RuntimeError(f"not done within {LIMIT_SECONDS} s")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--no-engine", action="store_true", help="leave out the training jobs, which take longest")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
