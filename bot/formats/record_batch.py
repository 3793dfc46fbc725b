"""Many image records in one buffer, as they will stand in the file: read in place, and looked through at once.

Framing a record by itself costs most where the magic number is looked for in it. In a whole batch, which begins every
record at a multiple of four, numpy counts the magic numbers: if there are as many as records, none is in a payload.
"""

import struct
from collections.abc import Callable
from enum import Enum, auto

import numpy as np

from bot.formats import recordio
from bot.formats.listings import Entry

# Small enough to stay in a processor's cache between being filled, looked through and written.
ENOUGH = 512 * 1024
# An image as large as this is packed by itself.
LARGE = 1024 * 1024
MOST_LABELS = 10_000
_HEAD = struct.Struct("<IIIfQQ")
_NOTHING = b"\0\0\0"


class Added(Enum):
    """What became of an image: it is in the batch, is too large for one, or has no bytes."""

    TAKEN = auto()
    TOO_LARGE = auto()
    EMPTY = auto()


class RecordBatch:
    """`begins` are the ids of the records and where each begins, once it is `finished`."""

    def __init__(self) -> None:
        self._buffer = bytearray(ENOUGH + LARGE + 4 * MOST_LABELS + 64)
        self._view = memoryview(self._buffer)
        self._images: list[tuple[Entry, int, int]] = []
        self._used = 0
        self._large: memoryview | None = None
        self.begins: list[tuple[int, int]] = []

    def add(self, entry: Entry, read_into: Callable[[str, memoryview], int]) -> Added:
        """Read an image behind the last one."""
        begin = self._used + _HEAD.size + (4 * len(entry.labels) if len(entry.labels) > 1 else 0)
        size = read_into(entry.path, self._view[begin : begin + LARGE]) if len(entry.labels) <= MOST_LABELS else LARGE
        if not size:
            return Added.EMPTY
        if size == LARGE:
            return Added.TOO_LARGE
        end = begin + size
        self._put_head(entry, end - self._used - 8)
        padded = -(-end // 4) * 4
        self._buffer[end:padded] = _NOTHING[: padded - end]
        self._images.append((entry, begin, end))
        self.begins.append((entry.index, self._used))
        self._used = padded
        return Added.TAKEN

    @property
    def due(self) -> bool:
        """Whether it should be written before more is added."""
        return self._used >= ENOUGH

    def add_large(self, entry: Entry, image: bytes) -> None:
        """Be one record alone, of any length."""
        self._large = memoryview(recordio.packed(_record(entry, image)))
        self.begins = [(entry.index, 0)]

    def finished(self) -> memoryview:
        """All records, framed and padded."""
        if self._large is not None:
            return self._large
        words = np.frombuffer(self._buffer, "<u4", self._used // 4)
        if np.count_nonzero(words == recordio.MAGIC) == len(self._images):
            return self._view[: self._used]
        return self._cut_up()

    def clear(self) -> None:
        self._images.clear()
        self._used, self._large, self.begins = 0, None, []

    def _put_head(self, entry: Entry, length: int) -> None:
        # A record of which the buffer holds the whole never comes near the longest that the framing can count.
        if len(entry.labels) == 1:
            _HEAD.pack_into(self._buffer, self._used, recordio.MAGIC, length, 0, entry.labels[0], entry.index, 0)
            return
        _HEAD.pack_into(self._buffer, self._used, recordio.MAGIC, length, len(entry.labels), 0.0, entry.index, 0)
        struct.pack_into(f"<{len(entry.labels)}f", self._buffer, self._used + _HEAD.size, *entry.labels)

    def _cut_up(self) -> memoryview:
        """Some payload holds the magic number, and is written in parts: the records one by one, which moves them."""
        parts, at, self.begins = [], 0, []
        for entry, begin, end in self._images:
            self.begins.append((entry.index, at))
            parts.append(recordio.packed(_record(entry, bytes(self._view[begin:end]))))
            at += len(parts[-1])
        return memoryview(b"".join(parts))


def _record(entry: Entry, image: bytes) -> recordio.Record:
    return recordio.Record(entry.index, tuple(map(float, entry.labels)), image)
