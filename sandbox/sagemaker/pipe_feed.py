"""Fills the FIFOs of a channel in Pipe mode while its container runs: one FIFO for each pass, `_0`, `_1`, and so on.

Nothing here waits for a reader without end: a container may never open a pipe, close it early, or be gone.
https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

import errno
import itertools
import logging
import os
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.sagemaker.errors import ContainerFailureError

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.02

Pass = Callable[[int], Iterator[bytes]]


class PipeFeed:
    """Serves one channel in a thread of its own; `broken` is called when its content cannot be streamed."""

    def __init__(self, path: Path, content: Pass, broken: Callable[[], None]) -> None:
        self._path = path
        self._content = content
        self._broken = broken
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"pipe-{path.name}", daemon=True)
        self.failure: ContainerFailureError | None = None
        os.mkfifo(self._fifo(0))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            for epoch in itertools.count():
                self._serve(epoch)
                if self._over.is_set():
                    return
        except ContainerFailureError as error:
            self.failure = error
        except Exception:
            # The guard of the thread: a container would wait for ever for a feed that died.
            logger.exception("pipe_feed_broke channel=%s", self._path.name)
            self.failure = ContainerFailureError("InternalServerError: We encountered an internal error.")
        if self.failure:
            self._broken()

    def _serve(self, epoch: int) -> None:
        fifo = self._fifo(epoch)
        writing = self._opened(fifo)
        if writing is None:
            return
        try:
            for chunk in self._content(epoch):
                if not self._write(writing, chunk):
                    break
            self._make_next(epoch)
        finally:
            os.close(writing)

    def _make_next(self, epoch: int) -> None:
        """Before the pass ends, so that its reader finds it; the old name goes, or somebody might wait at it."""
        os.mkfifo(self._fifo(epoch + 1))
        self._fifo(epoch).unlink(missing_ok=True)

    def _opened(self, fifo: Path) -> int | None:
        """The writing end, once somebody reads; None when the container is over before."""
        while not self._over.is_set():
            try:
                return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
            except OSError as error:
                if error.errno != errno.ENXIO:
                    raise
            self._over.wait(POLL_SECONDS)
        return None

    def _write(self, writing: int, chunk: bytes) -> bool:
        """Whether the reader took it all and the container still runs."""
        rest = memoryview(chunk)
        room = select.poll()
        room.register(writing, select.POLLOUT)
        while rest and not self._over.is_set():
            if not room.poll(POLL_SECONDS * 1000):
                continue
            try:
                rest = rest[os.write(writing, rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                return False
        return not rest

    def _fifo(self, epoch: int) -> Path:
        return self._path.with_name(f"{self._path.name}_{epoch}")


@contextmanager
def serving(feeds: list[PipeFeed]) -> Iterator[None]:
    """Feeds run while the block does; then the first that could not go on fails the job."""
    for feed in feeds:
        feed.start()
    try:
        yield
    finally:
        for feed in feeds:
            feed.stop()
    for feed in feeds:
        if feed.failure:
            raise feed.failure
