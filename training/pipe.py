"""Reads an input channel in Pipe mode: a FIFO that the platform fills with one pass over the data.

A thread of its own reads, because opening and reading a FIFO wait for the other side and cannot be interrupted; the
job stays able to hear a stop. Only a few items wait between the two, so memory stays small.
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import BinaryIO, Generic, TypeVar

from training.errors import CustomerError, JobStoppedError

AHEAD = 16  # items read before they are asked for
POLL_SECONDS = 0.1
APPEARS_WITHIN = 60.0

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class _End:
    """Stands in the queue after the last item, with what ended the reading early, if anything did."""

    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class PipeReader(Generic[Item]):
    """One pass over the items that `parse` finds in the FIFO."""

    fifo: Path
    parse: Callable[[BinaryIO], Iterator[Item]]
    stop: Event
    _left: Event = field(default_factory=Event)
    _items: "queue.Queue[Item | _End]" = field(default_factory=lambda: queue.Queue(AHEAD))

    def __iter__(self) -> Iterator[Item]:
        """Raises JobStoppedError, or what `parse` raised."""
        # A daemon: where the platform never opens its end, nothing but the end of the process ends the waiting.
        threading.Thread(target=self._read, name=f"pipe-{self.fifo.name}", daemon=True).start()
        try:
            while not isinstance(item := self._next(), _End):
                yield item
            if item.error is not None:
                raise item.error
        finally:
            self._left.set()

    def _next(self) -> Item | _End:
        while not self.stop.is_set():
            try:
                return self._items.get(timeout=POLL_SECONDS)
            except queue.Empty:
                continue
        raise JobStoppedError

    def _read(self) -> None:
        error: Exception | None = None
        try:
            self._await_fifo()
            with self.fifo.open("rb") as stream:
                for item in self.parse(stream):
                    if not self._put(item):
                        return
        except Exception as raised:  # noqa: BLE001 - raised again by whoever takes the items
            error = raised
        self._put(_End(error))

    def _await_fifo(self) -> None:
        """The platform may make it later than it starts the container."""
        deadline = time.monotonic() + APPEARS_WITHIN
        while not self.fifo.exists():
            if time.monotonic() > deadline:
                raise CustomerError(f"the input channel's pipe {self.fifo.name} is missing")
            if self._left.wait(POLL_SECONDS):
                return

    def _put(self, item: Item | _End) -> bool:
        while not self._left.is_set():
            try:
                self._items.put(item, timeout=POLL_SECONDS)
            except queue.Full:
                continue
            return True
        return False
