"""The tick lock over processes, and what becomes of it when its holder dies."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from bot.adapters.database import Database, SqlTickLock
from bot.adapters.wakeup import SharedWakeup

HOLD = """
import sys
from bot.adapters.database import Database, SqlTickLock
with SqlTickLock(Database(sys.argv[1])).held() as held:
    print(held, flush=True)
    sys.stdin.read()
"""


@contextmanager
def _another_process(url: str) -> Iterator[subprocess.Popen[str]]:
    """A process that tries for the lock, and waits with it until its input ends."""
    command = [sys.executable, "-c", HOLD, url]
    pipe, root = subprocess.PIPE, Path(__file__).parents[3]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=root) as process:
        yield process
        process.kill()


def _answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _is_free(lock: SqlTickLock) -> bool:
    with lock.held() as held:
        return held


def _becomes_free(lock: SqlTickLock) -> bool:
    until = time.monotonic() + 20
    while not (free := _is_free(lock)) and time.monotonic() < until:
        time.sleep(0.02)
    return free


def test_two_processes_never_tick_at_once(url: str, database: Database) -> None:
    with SqlTickLock(database).held(), _another_process(url) as other:
        assert _answer(other) == "False"


def test_a_process_that_is_killed_while_it_ticks_frees_the_lock(url: str, database: Database) -> None:
    lock = SqlTickLock(database)
    with _another_process(url) as other:
        assert _answer(other) == "True"
        assert not _is_free(lock)

        other.kill()

        assert _becomes_free(lock)


def test_a_tick_that_ended_leaves_the_lock_to_the_next_process(url: str, database: Database) -> None:
    with SqlTickLock(database).held():
        pass

    with _another_process(url) as other:
        assert _answer(other) == "True"


def test_who_calls_a_lane_does_not_wait_for_the_end_of_its_work(database: Database) -> None:
    wakeup, lock = SharedWakeup(database, "keeping"), SqlTickLock(database, "keeping")
    caller = Thread(target=wakeup.call, daemon=True)
    with lock.held():
        caller.start()
        caller.join(30)
        waits = caller.is_alive()
    caller.join()
    wakeup.close()

    assert not waits
