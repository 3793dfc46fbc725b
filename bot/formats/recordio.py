"""MXNet's RecordIO, pure: image records into bytes and back, and the lines of the index beside them.

A file is records one after another. The framing keeps the magic number out of every aligned place but a record's
start, so that a reader may set in anywhere: a payload that holds it is cut into parts there.
https://github.com/dmlc/dmlc-core/blob/main/include/dmlc/recordio.h
"""

import math
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.errors import RefusedError
from bot.formats.lines import Readable

MAGIC = 0xCED7230A
MAX_PAYLOAD = (1 << 29) - 1
# No image that a rule allows comes near it; a damaged length must not make us ask for half a gigabyte of memory.
MAX_READ = 64 * 1024 * 1024

_MAGIC = struct.pack("<I", MAGIC)
_PADDING = (b"", b"\0\0\0", b"\0\0", b"\0")  # by the payload's length modulo 4
_PAD_OF = tuple(len(padding) for padding in _PADDING)
_WHOLE, _FIRST, _MIDDLE, _LAST = range(4)
_FRAME = struct.Struct("<II")
_HEADER = struct.Struct("<IfQQ")
_FRAMED_HEADER = struct.Struct("<IIIfQQ")
# Looking for the magic number is most of the work, and on images this is twice as fast as `in` and `bytes.find`.
_MAGIC_SOUGHT = re.compile(re.escape(_MAGIC))


@dataclass(frozen=True, slots=True)
class Record:
    """One image as a `.rec` holds it: `id` is its index in the `.lst`, `labels` are one class or a multi-hot row."""

    id: int
    labels: tuple[float, ...]
    image: bytes


def packed(record: Record) -> bytes:
    """The record as it stands in a file, framed and padded."""
    return b"".join(pieces(record))


def pieces(record: Record) -> list[bytes]:
    """What `packed` joins; the image is itself among them, uncopied, unless it holds the magic number."""
    head, image = _framed_head(record), record.image
    # The head's length is a multiple of 4, hence no aligned magic number lies across the two.
    if head.find(_MAGIC, _FRAME.size) < 0 and not _MAGIC_SOUGHT.search(image):
        return [head, image, _PADDING[len(image) & 3]]
    return _parts(head[_FRAME.size :] + image)


def framed(payload: bytes) -> bytes:
    """Any payload as one record, as SageMaker's RecordIO wrapper hands out a manifest's attributes in Pipe mode."""
    _check_length(len(payload))
    return b"".join(_parts(payload))


def read(
    stream: Readable | Iterable[bytes], name: str = "The file", most_bytes: int = MAX_READ
) -> Iterator[tuple[int, Record]]:
    """The records of a file and the offset of each, one at a time; RefusedError tells what is wrong at which byte."""
    for offset, payload in payloads(stream, name, most_bytes):
        yield offset, _record(payload, f"{name}, byte {offset}")


def payloads(
    stream: Readable | Iterable[bytes], name: str = "The file", most_bytes: int = MAX_READ
) -> Iterator[tuple[int, bytes]]:
    """The framed payloads of a file, whatever they hold, and the offset of each."""
    reading = _Reading(stream, name, most_bytes)
    while (payload := reading.payload()) is not None:
        yield payload


def index_line(key: int, offset: int) -> str:
    """One line of the `.idx`: the record's id and where its first part begins."""
    return f"{key}\t{offset}\n"


def _framed_head(record: Record) -> bytes:
    """Frame, header and the labels that the header has no room for, as if the payload were not to be cut."""
    labels = record.labels
    try:
        # As im2rec does with and without --pack-label: a single label always stands in the header, with flag 0.
        if len(labels) == 1:
            length = _HEADER.size + len(record.image)
            head = _FRAMED_HEADER.pack(MAGIC, length, 0, labels[0], record.id, 0)
        else:
            length = _HEADER.size + 4 * len(labels) + len(record.image)
            head = _FRAMED_HEADER.pack(MAGIC, length, len(labels), 0.0, record.id, 0)
            head += struct.pack(f"<{len(labels)}f", *labels)
    except (struct.error, OverflowError) as error:
        raise RefusedError(f"A record with id {record.id} and labels {_shown(labels)} can't be written.") from error
    _check_length(length)
    if not labels or not all(map(math.isfinite, labels)):
        raise RefusedError(f"The record {record.id} has no label." if not labels else _not_finite(str(record.id)))
    return head


def _check_length(length: int) -> None:
    if length > MAX_PAYLOAD:
        raise RefusedError(f"A record of {length} bytes is too long: RecordIO counts to {MAX_PAYLOAD}.")


def _parts(payload: bytes) -> list[bytes]:
    """The payload cut at each aligned magic number, which is left out: the reader puts it back between the parts."""
    parts: list[bytes] = []
    begin = 0
    for end in _aligned_magics(payload):
        parts += (_frame(_MIDDLE if begin else _FIRST, end - begin), payload[begin:end])
        begin = end + 4
    rest = payload[begin:]
    return [*parts, _frame(_LAST if begin else _WHOLE, len(rest)), rest, _PADDING[len(rest) & 3]]


def _aligned_magics(payload: bytes) -> Iterator[int]:
    return (found.start() for found in _MAGIC_SOUGHT.finditer(payload) if found.start() % 4 == 0)


def _frame(flag: int, length: int) -> bytes:
    return _FRAME.pack(MAGIC, flag << 29 | length)


def _record(payload: bytes, place: str) -> Record:
    if len(payload) < _HEADER.size:
        raise RefusedError(f"{place}: a record of {len(payload)} bytes is too short for an image's header.")
    flag, label, key, _ = _HEADER.unpack_from(payload)
    begin = _HEADER.size + 4 * flag
    if begin > len(payload):
        raise RefusedError(f"{place}: the record claims {flag} labels, and has {len(payload)} bytes only.")
    labels = struct.unpack_from(f"<{flag}f", payload, _HEADER.size) if flag else (label,)
    if not all(map(math.isfinite, labels)):
        raise RefusedError(f"{place}: {_not_finite(str(key))}")
    return Record(key, labels, payload[begin:])


def _not_finite(record: str) -> str:
    return f"A label of the record {record} is not a number."


def _shown(labels: tuple[float, ...]) -> str:
    return ", ".join(map(str, labels[:5])) + (", …" if len(labels) > 5 else "")


class _Chunks:
    """Chunks of bytes, read as a stream."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._rest = memoryview(chunk)
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)


class _Reading:
    """A file on its way through the parser, at `offset`."""

    def __init__(self, stream: Readable | Iterable[bytes], name: str, most_bytes: int) -> None:
        self._stream = _Chunks(stream) if not hasattr(stream, "read") else stream
        self._name = name
        self._most_bytes = most_bytes
        self._offset = 0

    def payload(self) -> tuple[int, bytes] | None:
        """The next record's offset and payload; None: the file ends here, as it may."""
        begin = self._offset
        frame = self._taken(_FRAME.size)
        if not frame:
            return None
        flag, part = self._part(frame, begin, 0)
        if flag == _WHOLE:
            return begin, part
        if flag != _FIRST:
            raise self._fault(begin, "a record begins in its middle")
        return begin, self._joined(part)

    def _joined(self, first: bytes) -> bytes:
        parts, length, flag = [first], len(first), _FIRST
        while flag != _LAST:
            begin = self._offset
            flag, part = self._part(self._taken(_FRAME.size), begin, length + 4)
            if flag not in (_MIDDLE, _LAST):
                raise self._fault(begin, "a new record begins before the last one has ended")
            parts.append(part)
            length += 4 + len(part)
        return _MAGIC.join(parts)

    def _part(self, frame: bytes, begin: int, before: int) -> tuple[int, bytes]:
        """The part's flag and bytes, its padding left away; `before` bytes of its record have been read."""
        if len(frame) < _FRAME.size:
            raise self._cut_short()
        magic, word = _FRAME.unpack(frame)
        if magic != MAGIC:
            raise self._fault(begin, "no record begins here, the magic number is missing")
        flag, length = word >> 29, word & MAX_PAYLOAD
        if flag > _LAST:
            raise self._fault(begin, f"no part of a record has the flag {flag}")
        if before + length > min(self._most_bytes, MAX_PAYLOAD):
            raise self._fault(begin, f"a record of {before + length} bytes is too long for an image")
        padding = _PAD_OF[length & 3]
        part = self._taken(length + padding)
        if len(part) < length + padding:
            raise self._cut_short()
        return flag, part[:length] if padding else part

    def _taken(self, size: int) -> bytes:
        """This many bytes, or fewer where the file ends."""
        taken = self._stream.read(size)
        if 0 < len(taken) < size:
            taken = b"".join((taken, *self._more(size - len(taken))))
        self._offset += len(taken)
        return taken

    def _more(self, size: int) -> Iterator[bytes]:
        while size and (more := self._stream.read(size)):
            size -= len(more)
            yield more

    def _cut_short(self) -> RefusedError:
        return self._fault(self._offset, "the file ends within a record")

    def _fault(self, offset: int, what: str) -> RefusedError:
        return RefusedError(f"{self._name}, byte {offset}: {what}.", next_step="Pack the images again.")
