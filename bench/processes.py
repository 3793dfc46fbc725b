"""Starts the processes that are measured and those that measure, and ends them in order, whatever happened."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

END_SECONDS = 15.0
# Nothing else of ours reaches them: neither an account nor a setting.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
Process = subprocess.Popen[str]
Environment = Mapping[str, str]


@contextmanager
def program(arguments: list[str], log: Path, environment: Environment | None = None) -> Iterator[Process]:
    """`python -m …`, ended by SIGTERM."""
    started = _started(arguments, log, environment or {}, stdin=subprocess.DEVNULL)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
        _ended(started)


@contextmanager
def companion(arguments: list[str], log: Path, environment: Environment | None = None) -> Iterator[Process]:
    """`python -m bench.…`, which ends with its input, and so with this process even if that is killed."""
    started = _started(arguments, log, environment or {}, stdin=subprocess.PIPE)
    try:
        yield started
    finally:
        with contextlib.suppress(BrokenPipeError):
            _input(started).close()
        _ended(started)


def ask(started: Process, question: str) -> str:
    """Write a line to a companion and read the line that it answers."""
    _input(started).write(question + "\n")
    _input(started).flush()
    return heard(started)


def heard(started: Process) -> str:
    """The next line of its output; RuntimeError when it has ended."""
    assert started.stdout is not None
    line = started.stdout.readline()
    if not line:
        raise RuntimeError(f"a process has ended: {started.args!r}")
    return line


def until(condition: Callable[[], object], within: float, what: str) -> None:
    """Wait for it; RuntimeError when it does not come about."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"Not within {within:g} s: {what}")
        time.sleep(0.005)


def _started(arguments: list[str], log: Path, environment: Environment, stdin: int) -> Process:
    known = {name: os.environ[name] for name in KEPT if name in os.environ}
    with log.open("w") as told:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env={**known, "PYTHONPATH": str(Path.cwd()), **environment},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
            # Ctrl-C reaches us alone, and we end the others in order.
            start_new_session=True,
        )


def _ended(started: Process) -> None:
    with started:
        try:
            started.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            started.kill()


def _input(started: Process) -> IO[str]:
    assert started.stdin is not None
    return started.stdin
