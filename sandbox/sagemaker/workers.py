"""The workers of a container: how many requests it works on at once, who waits, and who has waited too long.

A real-time endpoint does not refuse what comes too fast: its containers queue it, and all of it gets slower.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class TooSlowError(Exception):
    """The container did not answer in time; it goes on with what it has begun."""


class Workers:
    """So many requests at once; the others wait for their turn."""

    def __init__(self, size: int = 1) -> None:
        self._size = size
        self._busy = 0
        self._changed = threading.Condition()

    def resize(self, size: int) -> None:
        with self._changed:
            self._size = size
            self._changed.notify_all()

    def run(self, work: Callable[[], T], longest: float) -> T:
        """What `work` returns or raises; raises TooSlowError where that takes more than so many seconds."""
        answer: Future[T] = Future()
        threading.Thread(target=self._work, args=(work, answer), name="container-worker", daemon=True).start()
        try:
            return answer.result(longest)
        except TimeoutError:
            if answer.done() and not answer.cancelled():
                raise
            answer.cancel()
            raise TooSlowError from None

    def _work(self, work: Callable[[], T], answer: "Future[T]") -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._busy < self._size)
            self._busy += 1
        try:
            # Whoever gave up in the queue is not worked for.
            if answer.set_running_or_notify_cancel():
                _settle(work, answer)
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify()


def _settle(work: Callable[[], T], answer: "Future[T]") -> None:
    try:
        answer.set_result(work())
    except BaseException as failure:  # noqa: BLE001 - handed over to whoever waits for the answer
        answer.set_exception(failure)
