"""Lanes of work: a thread, or several side by side, that sleep until they are called or their time has come."""

import math
import threading
import time
from collections.abc import Callable, Mapping

from bot.ports import Wakeup
from bot.services.rows import guarded

IDLE_SECONDS = 30.0
SHORTEST_SECONDS = 0.05
# After something that should never fail did: whatever it was, it is not tried as fast as the machine can.
BROKEN_SECONDS = 1.0
Piece = Callable[[], None]


class Lane:
    """One thread's: what is to be done, in turn; `soon` is when it looks again after work that says there is more."""

    def __init__(
        self, wakeup: Wakeup, works: Mapping[str, Callable[[], bool]], soon: float, stopping: threading.Event
    ) -> None:
        self._wakeup = wakeup
        self._works = works
        self._soon = soon
        self._stopping = stopping

    def run(self) -> None:
        while not self._stopping.is_set():
            more: list[bool] = []
            for name, work in self._works.items():
                guarded(name, self, lambda _: more.append(work()))  # noqa: B023 - runs at once
            self._wakeup.wait(self._soon if any(more) else IDLE_SECONDS)


class Crew:
    """Several threads that do the pieces of one line of work, of whom one at a time waits for calls.

    So a call wakes one thread and not all. Whoever has got a piece lets the next one wait before beginning, and looks
    for another piece when it is done.
    """

    def __init__(
        self,
        wakeup: Wakeup,
        name: str,
        claim: Callable[[], Piece | None],
        seconds_to_next: Callable[[float], float],
        stopping: threading.Event,
    ) -> None:
        self._wakeup = wakeup
        self._name = name
        self._claim = claim
        self._seconds_to_next = seconds_to_next
        self._stopping = stopping
        self._waiting = threading.Lock()
        # When the one who waits will look again: never before it has made up its mind, and long ago when nobody waits,
        # as the next one looks before it waits.
        self._wakes_at = 0.0

    def run(self) -> None:
        """What each of the threads does."""
        while (piece := self._awaited()) is not None:
            while piece is not None:
                self._do(piece)
                piece = self._claimed()
            self._correct_the_wait()

    def _do(self, piece: Piece) -> None:
        guarded(self._name, self, lambda _: piece())

    def _awaited(self) -> Piece | None:
        """The next piece, as soon as there is one; None: the end."""
        with self._waiting:
            self._wakes_at = math.inf
            while (piece := self._claimed()) is None and not self._stopping.is_set():
                pause = self._pause()
                self._wakes_at = time.monotonic() + pause
                self._wakeup.wait(pause)
                self._wakes_at = math.inf
            self._wakes_at = 0.0
        return piece

    def _correct_the_wait(self) -> None:
        """Wake the one who waits where what was just done is due again before that one would look."""
        if time.monotonic() + self._pause() < self._wakes_at - SHORTEST_SECONDS:
            self._wakeup.call()

    def _claimed(self) -> Piece | None:
        found: list[Piece | None] = [None]
        if not self._stopping.is_set():
            guarded(self._name, self, lambda _: found.append(self._claim()))
        return found[-1]

    def _pause(self) -> float:
        known: list[float] = []
        guarded(self._name, self, lambda _: known.append(self._seconds_to_next(IDLE_SECONDS)))
        return max(SHORTEST_SECONDS, known[0]) if known else BROKEN_SECONDS
