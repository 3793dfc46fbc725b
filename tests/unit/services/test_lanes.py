"""Threads that share a line of work: woken one at a time, working side by side, gone when told to stop."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from bot.lanes import Crew, Piece
from tests.fakes.stores import FakeWakeup
from tests.unit.services.test_worker import PATIENCE, until

THREADS = 4


class Line:
    """Pieces of work that are claimed one by one, and how often somebody looked for one."""

    def __init__(self) -> None:
        self.pieces: deque[Piece] = deque()
        self.looks = 0
        self.seconds: Callable[[], float] = lambda: 30.0

    def claim(self) -> Piece | None:
        self.looks += 1
        return self.pieces.popleft() if self.pieces else None

    def seconds_to_next(self, at_most: float) -> float:
        return min(at_most, self.seconds())


@contextmanager
def crew_at(line: Line, wakeup: FakeWakeup) -> Iterator[None]:
    stopping = threading.Event()
    crew = Crew(wakeup, "piece", line.claim, line.seconds_to_next, stopping)
    threads = [threading.Thread(target=crew.run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        wakeup.call()
        for thread in threads:
            thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)


def _wait(awaited: threading.Barrier | threading.Event) -> None:
    awaited.wait(PATIENCE)


def test_a_call_wakes_one_thread_and_not_all() -> None:
    line, wakeup = Line(), FakeWakeup()
    with crew_at(line, wakeup):
        until(lambda: line.looks == 1)
        wakeup.call()
        until(lambda: line.looks == 2)
        threading.Event().wait(0.1)

        assert line.looks == 2


def test_pieces_are_worked_on_side_by_side() -> None:
    line, wakeup = Line(), FakeWakeup()
    together = threading.Barrier(THREADS + 1)
    line.pieces.extend([partial(_wait, together)] * THREADS)
    with crew_at(line, wakeup):
        together.wait(PATIENCE)

    assert not together.broken


def test_while_one_works_another_hears_the_next_call() -> None:
    line, wakeup = Line(), FakeWakeup()
    busy, done = threading.Event(), threading.Event()
    line.pieces.append(partial(_wait, busy))
    with crew_at(line, wakeup):
        until(lambda: not line.pieces)
        line.pieces.append(done.set)
        wakeup.call()
        heard = done.wait(PATIENCE)
        busy.set()

    assert heard


def test_what_is_due_again_soon_after_it_was_done_does_not_wait_for_who_sleeps_longer() -> None:
    line, wakeup = Line(), FakeWakeup()
    busy, done = threading.Event(), threading.Event()

    def postpone() -> None:
        busy.wait(PATIENCE)
        line.seconds = lambda: 0.1
        threading.Timer(0.1, lambda: line.pieces.append(done.set)).start()

    line.pieces.append(postpone)
    with crew_at(line, wakeup):
        until(lambda: line.looks == 2)
        busy.set()
        assert done.wait(PATIENCE)


def test_a_piece_that_fails_does_not_end_its_thread() -> None:
    line, wakeup, done = Line(), FakeWakeup(), threading.Event()

    def fail() -> None:
        raise ZeroDivisionError

    line.pieces.extend([*[fail] * THREADS, done.set])
    with crew_at(line, wakeup):
        assert done.wait(PATIENCE)


def test_where_it_cannot_be_known_when_the_next_comes_it_is_looked_for_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.lanes.BROKEN_SECONDS", 0.01)
    line, wakeup, done = Line(), FakeWakeup(), threading.Event()

    def fail() -> float:
        raise ZeroDivisionError

    line.seconds = fail
    with crew_at(line, wakeup):
        until(lambda: line.looks > 0)
        line.pieces.append(done.set)
        assert done.wait(PATIENCE)


def test_nothing_is_begun_once_it_is_to_stop() -> None:
    line, begun = Line(), threading.Event()
    stopping = threading.Event()
    stopping.set()
    line.pieces.append(begun.set)
    Crew(FakeWakeup(), "piece", line.claim, line.seconds_to_next, stopping).run()

    assert not begun.is_set()
