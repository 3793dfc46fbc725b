"""How many bytes of decoded pixels may be held at once, by all threads of a process together."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOST_BYTES = 100_000_000


class PixelBudget:
    """Lets threads decode as long as their pixels fit together; what alone exceeds the budget is decoded alone."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._held = 0
        self._freed = threading.Condition()

    @contextmanager
    def held(self, weight: int) -> Iterator[None]:
        """Wait until so many bytes are free, and hold them meanwhile."""
        with self._freed:
            self._freed.wait_for(lambda: not self._held or self._held + weight <= self._most)
            self._held += weight
        try:
            yield
        finally:
            with self._freed:
                self._held -= weight
                self._freed.notify_all()
