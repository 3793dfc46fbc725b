"""Calls are heard by every waiting thread of every process, at once, and none is lost."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.adapters.database import Database, SqlJobs
from bot.adapters.wakeup import SharedWakeup
from tests.integration.database.examples import a_job

# What waits for much longer than this was not woken; what must not be woken gets a fraction of it.
LONG = 20.0
CALL = "import sys\nfrom bot.adapters.database import Database\nfrom bot.adapters.wakeup import SharedWakeup\n"


@pytest.fixture
def woken(opened: Callable[[str], Database]) -> Iterator[Callable[..., SharedWakeup]]:
    """Makes wakeups as each process has one, and closes them after the test."""
    made: list[SharedWakeup] = []

    def make(url: str, topic: str = "work") -> SharedWakeup:
        made.append(SharedWakeup(opened(url), topic))
        # The first wait of all may end for nothing.
        made[-1].wait(0.01)
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_every_waiting_thread_wakes(url: str, woken: Callable[..., SharedWakeup]) -> None:
    wakeup = woken(url)
    ready = threading.Barrier(6)

    def wait() -> bool:
        wakeup.wait(0)
        ready.wait()
        return wakeup.wait(LONG)

    with ThreadPoolExecutor(5) as threads:
        waiting = [threads.submit(wait) for _ in range(5)]
        ready.wait()
        wakeup.call()
        assert [one.result() for one in waiting] == [True] * 5


def test_a_thread_in_the_same_process_wakes_at_once(url: str, woken: Callable[..., SharedWakeup]) -> None:
    wakeup = woken(url)
    with ThreadPoolExecutor(1) as threads:
        threads.submit(wakeup.wait, 0).result()
        for _ in range(5):
            waiting = threads.submit(_seconds_of, wakeup)
            wakeup.call()
            assert waiting.result() < LONG / 2


def _seconds_of(wakeup: SharedWakeup) -> float:
    began = time.monotonic()
    wakeup.wait(LONG)
    return time.monotonic() - began


def test_a_call_of_another_process_is_heard(url: str, woken: Callable[..., SharedWakeup]) -> None:
    wakeup = woken(url)
    caller = [sys.executable, "-c", CALL + "SharedWakeup(Database(sys.argv[1])).call()", url]
    with ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(_heard, wakeup) for _ in range(2)]
        subprocess.run(caller, check=True, cwd=Path(__file__).parents[3])
        assert [one.result() for one in waiting] == [True, True]


def _heard(wakeup: SharedWakeup) -> bool:
    wakeup.wait(0)
    return wakeup.wait(LONG)


def test_a_call_of_another_process_between_two_waits_is_heard_once(
    url: str, woken: Callable[..., SharedWakeup]
) -> None:
    here, there = woken(url), woken(url)
    there.call()

    assert here.wait(LONG)
    assert not here.wait(0.5)


def test_a_call_of_another_process_is_heard_though_our_own_came_after_it(
    url: str, woken: Callable[..., SharedWakeup]
) -> None:
    here, there = woken(url), woken(url)
    there.call()
    here.call()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(here.wait, 0).result()
        assert threads.submit(here.wait, LONG).result()


def test_calls_about_something_else_are_not_heard(url: str, woken: Callable[..., SharedWakeup]) -> None:
    ticks, pictures, elsewhere = woken(url, "ticks"), woken(url, "pictures"), woken(url, "pictures")
    pictures.call()

    assert not ticks.wait(0.5)
    assert elsewhere.wait(LONG)


def test_writing_alone_wakes_nobody(url: str, woken: Callable[..., SharedWakeup], database: Database) -> None:
    wakeup = woken(url)
    SqlJobs(database).add(a_job())

    assert not wakeup.wait(0.5)


def test_when_the_one_that_listens_gives_up_another_listens_on(url: str, woken: Callable[..., SharedWakeup]) -> None:
    here, there = woken(url), woken(url)
    with ThreadPoolExecutor(2) as threads:
        short = threads.submit(here.wait, 0.3)
        long = threads.submit(_heard, here)
        short.result()
        there.call()
        assert long.result()


def test_many_calls_from_many_threads_are_never_lost(url: str, woken: Callable[..., SharedWakeup]) -> None:
    here, there = woken(url), woken(url)
    heard = threading.Event()

    def work() -> None:
        here.wait(0)
        for _ in range(20):
            assert here.wait(LONG)
            heard.set()

    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(work)
        for number in range(20):
            (here if number % 2 else there).call()
            assert heard.wait(LONG)
            heard.clear()
        working.result()


@pytest.mark.postgres
def test_a_lost_server_connection_is_opened_again(
    postgresql: str,
    woken: Callable[..., SharedWakeup],
    opened: Callable[[str], Database],
) -> None:
    here, there = woken(postgresql), woken(postgresql)
    with opened(postgresql).writing() as connection:
        mine = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{mine} AND pid <> pg_backend_pid()"))

    assert here.wait(LONG)
    there.call()
    assert here.wait(LONG)


def test_a_call_that_reaches_nobody_is_no_error(woken: Callable[..., SharedWakeup]) -> None:
    wakeup = woken("postgresql://nobody@127.0.0.1:1/nothing")
    wakeup.call()

    assert wakeup.wait(LONG)


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, opened: Callable[[str], Database]) -> None:
    (tmp_path / "file").write_text("a file where the folder should be")
    wakeup = SharedWakeup(opened(f"sqlite:///{tmp_path}/file/bot.db"))
    wakeup.call()

    assert wakeup.wait(LONG)
