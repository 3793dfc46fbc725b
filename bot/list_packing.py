"""Packs what an `.lst` names into one `.rec`, byte for byte and in its order, as im2rec does with `--pass-through`.

An image that cannot be read is a line in the report, and never the end; how images look is not asked.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import recordio
from bot.domain.checks import Finding, Rule
from bot.errors import DarkroomError, DeniedError, GoneError
from bot.listings import Entry
from bot.ports import ImageSource

MOST_BYTES = recordio.MAX_PAYLOAD // 8
TOGETHER = 16
# The most pieces that one call writes: https://man7.org/linux/man-pages/man2/writev.2.html
_MOST_PIECES = 960


@dataclass(frozen=True, slots=True)
class PackedList:
    """What became of a list: how many records and bytes were written, and what was left out."""

    images: int
    size: int
    findings: tuple[Finding, ...]


def packed_list(
    source: ImageSource, entries: Sequence[Entry], out: Path, watch: Callable[[int, int], None]
) -> PackedList:
    """Write `out` and the `.idx` beside it; `watch` is told how many were read and how many of them left out.

    In one thread: a file takes so little that threads would mostly take the interpreter from each other.
    """
    packing = _Packing(out)
    with packing:
        for start in range(0, len(entries), TOGETHER):
            packing.add(_read(source, entries[start : start + TOGETHER]))
            watch(packing.images + len(packing.findings), len(packing.findings))
    return PackedList(packing.images, packing.size, tuple(packing.findings))


Read = tuple[Entry, list[bytes] | Finding]


def _read(source: ImageSource, entries: Sequence[Entry]) -> list[Read]:
    return [(entry, _pieces(source, entry)) for entry in entries]


def _pieces(source: ImageSource, entry: Entry) -> list[bytes] | Finding:
    try:
        body = source.read(entry.path, MOST_BYTES)
        if not body:
            return Finding(Rule.EMPTY_FILE, entry.path, "is empty")
        labels = tuple(float(label) for label in entry.labels)
        return recordio.pieces(recordio.Record(entry.index, labels, body))
    except GoneError:
        return Finding(Rule.MISSING, entry.path, "is named in the list, and is not there")
    except DeniedError as error:
        return Finding(Rule.DENIED, entry.path, error.sentences)
    except DarkroomError as error:
        return Finding(Rule.TOO_MANY_BYTES, entry.path, error.sentences)


class _Packing:
    """The file that is written; it gets its name when it is whole."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._new = out.with_name(f".{out.name}.new")
        self._index: list[str] = []
        self._descriptor = -1
        self.findings: list[Finding] = []
        self.images = self.size = 0

    def __enter__(self) -> None:
        self._descriptor = os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        os.close(self._descriptor)
        if kind is not None:
            self._new.unlink(missing_ok=True)
            return
        self._new.replace(self._out)
        self._out.with_suffix(".idx").write_text("".join(self._index))

    def add(self, some: Sequence[Read]) -> None:
        pieces: list[bytes] = []
        for entry, told in some:
            if isinstance(told, Finding):
                self.findings.append(told)
                continue
            self._index.append(recordio.index_line(entry.index, self.size))
            self.size += sum(map(len, told))
            self.images += 1
            pieces += told
        for batch in _batches(pieces):
            _write_all(self._descriptor, batch)


def _batches(pieces: list[bytes]) -> Iterator[list[bytes]]:
    return (pieces[start : start + _MOST_PIECES] for start in range(0, len(pieces), _MOST_PIECES))


def _write_all(descriptor: int, pieces: list[bytes]) -> None:
    left = sum(map(len, pieces)) - os.writev(descriptor, pieces)
    if left:
        rest = memoryview(b"".join(pieces))[-left:]
        while rest:
            rest = rest[os.write(descriptor, rest) :]
