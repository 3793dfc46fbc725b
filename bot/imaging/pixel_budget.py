"""How many bytes of decoded pixels may be held at once, by all threads of a process together."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

MOST_BYTES = 100_000_000


class PixelBudget:
    """Lets threads decode as long as their pixels fit together; what alone exceeds the budget is decoded alone.

    Whoever came first goes first: among many small ones a large one would wait for ever.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._held = 0
        self._line: deque[object] = deque()
        self._freed = threading.Condition()

    @contextmanager
    def held(self, weight: int) -> Iterator[None]:
        """Wait until so many bytes are free, and hold them meanwhile."""
        if not weight:
            yield
            return
        self._take(weight)
        try:
            yield
        finally:
            with self._freed:
                self._held -= weight
                self._freed.notify_all()

    def _take(self, weight: int) -> None:
        mine = object()
        with self._freed:
            self._line.append(mine)
            try:
                self._freed.wait_for(lambda: self._line[0] is mine and self._fits(weight))
                self._held += weight
            finally:
                self._line.remove(mine)
                # There may be room for the next one, too.
                self._freed.notify_all()

    def _fits(self, weight: int) -> bool:
        return not self._held or self._held + weight <= self._most
