"""Packs what an `.lst` names into one `.rec`, byte for byte and in its order, as im2rec does with `--pass-through`.

An image that cannot be read is a line in the report, and never the end; how images look is not asked.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.domain.checks import Finding, Rule
from bot.errors import DarkroomError, DeniedError, GoneError
from bot.formats import recordio
from bot.formats.listings import Entry
from bot.formats.record_batch import Added, RecordBatch

MOST_BYTES = recordio.MAX_PAYLOAD // 8
WATCHED_EVERY = 64


class ListedSource(Protocol):
    """Where the images of a list lie. GoneError, DeniedError, RefusedError: this one cannot be read."""

    def read(self, key: str, most_bytes: int) -> bytes: ...
    def read_into(self, key: str, room: memoryview) -> int:
        """Fill `room` with the image; how many bytes it has, or as many as `room` where it is that large or larger."""


@dataclass(frozen=True, slots=True)
class PackedList:
    """What became of a list: how many records and bytes were written, and what was left out."""

    images: int
    size: int
    findings: tuple[Finding, ...]


def packed_list(
    source: ListedSource, entries: Sequence[Entry], out: Path, watch: Callable[[int, int], None]
) -> PackedList:
    """Write `out` and the `.idx` beside it; `watch` is told how many were read and how many of them left out."""
    packing = _Packing(source, out)
    with packing:
        for number, entry in enumerate(entries, start=1):
            packing.add(entry)
            if number % WATCHED_EVERY == 0 or number == len(entries):
                watch(number, len(packing.findings))
    return PackedList(packing.images, packing.size, tuple(packing.findings))


class _Packing:
    """The file that is written; it gets its name when it is whole.

    In one thread: reading and writing a small file are so short that two threads would mostly take the interpreter from
    each other.
    """

    def __init__(self, source: ListedSource, out: Path) -> None:
        self._source = source
        self._out = out
        self._new = out.with_name(f".{out.name}.new")
        self._batch = RecordBatch()
        self._index: list[str] = []
        self._descriptor = -1
        self.findings: list[Finding] = []
        self.images = self.size = 0

    def __enter__(self) -> None:
        self._descriptor = os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._write()
                self._out.with_suffix(".idx").write_text("".join(self._index))
                self._new.replace(self._out)
        finally:
            os.close(self._descriptor)
            self._new.unlink(missing_ok=True)

    def add(self, entry: Entry) -> None:
        """Read the image behind those before it; what cannot be read is noted."""
        try:
            added = self._batch.add(entry, self._source.read_into)
            if added is Added.TOO_LARGE:
                self._add_large(entry)
            if added is Added.EMPTY:
                self.findings.append(Finding(Rule.EMPTY_FILE, entry.path, "is empty"))
            else:
                self.images += 1
            if self._batch.due:
                self._write()
        except GoneError:
            self.findings.append(Finding(Rule.MISSING, entry.path, "is named in the list, and is not there"))
        except DeniedError as error:
            self.findings.append(Finding(Rule.DENIED, entry.path, error.sentences))
        except DarkroomError as error:
            self.findings.append(Finding(Rule.TOO_MANY_BYTES, entry.path, error.sentences))

    def _add_large(self, entry: Entry) -> None:
        image = self._source.read(entry.path, MOST_BYTES)
        self._write()
        self._batch.add_large(entry, image)
        self._write()

    def _write(self) -> None:
        body = self._batch.finished()
        self._index += (recordio.index_line(key, self.size + begin) for key, begin in self._batch.begins)
        self.size += len(body)
        while body:
            body = body[os.write(self._descriptor, body) :]
        self._batch.clear()
