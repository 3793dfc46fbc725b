"""A training container: the engine as a subprocess in a process group of its own, stopped as AWS stops it."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sandbox.sagemaker.logs import OutputPump

POLL_SECONDS = 0.02


class EndedBy(StrEnum):
    """Why a container's run is over."""

    ITSELF = "itself"
    STOP = "stop"
    MAX_RUNTIME = "max runtime"
    INTERRUPTION = "interruption"


@dataclass(frozen=True, slots=True)
class ContainerExit:
    """How a container ended; a signal's exit code is 128 plus its number, as docker has it."""

    by: EndedBy
    code: int


@dataclass(frozen=True, slots=True)
class ContainerRun:
    """What to run, where, for how long at most (seconds), and how long it may take to end when told to.

    `interrupted` tells, once, that the instance is taken away; `started` is told the process.
    """

    command: tuple[str, ...]
    folder: Path
    environment: dict[str, str]
    max_runtime: float
    grace: float
    interrupted: Callable[[], bool]
    started: Callable[[int], None] = lambda _: None


def run_container(
    run: ContainerRun,
    stop: threading.Event,
    receive: Callable[[list[str]], None],
    closing: threading.Event,
) -> ContainerExit:
    """Runs to the end, a stop or the time limit; `closing` cuts the grace short. Leaves no process behind."""
    reading, writing = os.pipe()
    try:
        process = _start(run, writing)
    finally:
        os.close(writing)
    pump = OutputPump(reading, receive)
    pump.start()
    try:
        run.started(process.pid)
        by = _wait(process, stop, time.monotonic() + run.max_runtime, run.interrupted)
        if by is not EndedBy.ITSELF:
            _end(process, run.grace, closing)
    finally:
        _signal(process, signal.SIGKILL)
        process.wait()
        pump.finish()
    return ContainerExit(by, _exit_code(process))


def _start(run: ContainerRun, output: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - what the job's request names, as on AWS, without a shell
        run.command,
        cwd=run.folder,
        env=_plain_environment() | run.environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _plain_environment() -> dict[str, str]:
    """What any program needs; the bot's tokens and the sandbox's addresses stay outside the container."""
    names = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")
    given = {name: os.environ[name] for name in names if name in os.environ}
    return given | {"PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": str(_threads()), "OMP_WAIT_POLICY": "PASSIVE"}


def _threads() -> int:
    """For one of the two containers that run at once: with more threads than cores, torch's wait for each other."""
    return max(1, (os.cpu_count() or 1) // 2)


def _wait(
    process: subprocess.Popen[bytes], stop: threading.Event, deadline: float, interrupted: Callable[[], bool]
) -> EndedBy:
    while process.poll() is None:
        if stop.wait(POLL_SECONDS):
            return EndedBy.STOP
        if time.monotonic() > deadline:
            return EndedBy.MAX_RUNTIME
        if interrupted():
            return EndedBy.INTERRUPTION
    return EndedBy.ITSELF


def _end(process: subprocess.Popen[bytes], grace: float, closing: threading.Event) -> None:
    """SIGTERM to the container's main process, as docker stop does, then SIGKILL when its grace is over."""
    process.terminate()
    deadline = time.monotonic() + grace
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        if closing.is_set():
            deadline = min(deadline, time.monotonic() + 1)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # The group outlives its leader where a grandchild still runs.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _exit_code(process: subprocess.Popen[bytes]) -> int:
    code = process.returncode
    return 128 - code if code < 0 else code
