"""Reads MXNet's RecordIO: records out of a stream, and a picture with its labels out of a record.

Layout: https://github.com/dmlc/dmlc-core/blob/main/include/dmlc/recordio.h and
https://github.com/apache/mxnet/blob/v1.x/python/mxnet/recordio.py (IRHeader). Little-endian throughout.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import BinaryIO, NoReturn

from training.errors import CustomerError

MAGIC = bytes.fromhex("0a23d7ce")
FRAME = struct.Struct("<4sI")  # magic; three bits of Part, 29 bits of length
LENGTH_BITS = 29
HEADER = struct.Struct("<IfQQ")  # number of further labels, label, id, second id
ALIGNMENT = 4


class Part(IntEnum):
    """Where a frame stands in its record; a payload is cut where it holds the magic, which the cut then stands for."""

    WHOLE = 0
    FIRST = 1
    MIDDLE = 2
    LAST = 3


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """A picture as im2rec packs it."""

    labels: tuple[float, ...]
    image: bytes


def read_records(stream: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
    """Each record's offset and payload, one at a time. Raises CustomerError in the built-in algorithm's words."""
    offset = 0
    while (payload := _record(stream, name, offset)) is not None:
        content, size = payload
        yield offset, content
        offset += size


def _record(stream: BinaryIO, name: str, offset: int) -> tuple[bytes, int] | None:
    parts: list[bytes] = []
    size = 0
    while (frame := _frame(stream, name, offset + size)) is not None:
        part, content, frame_size = frame
        if (part in (Part.WHOLE, Part.FIRST)) == bool(parts):
            _refuse("The parts of a record are out of order", name, offset + size)
        size += frame_size
        parts.append(content)
        if part in (Part.WHOLE, Part.LAST):
            return MAGIC.join(parts), size
    if parts:
        _refuse("The last part of a record is missing", name, offset)
    return None


def _frame(stream: BinaryIO, name: str, offset: int) -> tuple[Part, bytes, int] | None:
    head = stream.read(FRAME.size)
    if not head:
        return None
    if head[: len(MAGIC)] != MAGIC:
        _refuse("The Record IO header does not start with the magic number", name, offset)
    if len(head) < FRAME.size:
        _refuse("The record is cut short", name, offset)
    _, word = FRAME.unpack(head)
    flag, length = word >> LENGTH_BITS, word & (1 << LENGTH_BITS) - 1
    if flag > Part.LAST:
        _refuse("The record's header is damaged", name, offset)
    padded = length + -length % ALIGNMENT
    content = stream.read(padded)
    if len(content) < padded:
        _refuse("The record is cut short", name, offset)
    return Part(flag), content[:length], FRAME.size + padded


def image_record(payload: bytes, place: str) -> ImageRecord:
    """Flag 0: the one label stands in the header; otherwise that many labels follow it."""
    if len(payload) < HEADER.size:
        raise CustomerError(f"Unable to parse record: {place} has no image header")
    count, label, _, _ = HEADER.unpack_from(payload)
    if not count:
        return ImageRecord((label,), payload[HEADER.size :])
    end = HEADER.size + 4 * count
    if end > len(payload):
        raise CustomerError(f"Unable to parse record: {place} has fewer labels than it says")
    return ImageRecord(struct.unpack_from(f"<{count}f", payload, HEADER.size), payload[end:])


def _refuse(fault: str, name: str, offset: int) -> NoReturn:
    raise CustomerError(f"Unable to parse record: {fault} ({name}, byte {offset}).")
