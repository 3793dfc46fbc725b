"""The header of a HEIC or AVIF: the boxes of an ISO media file that say how large its images are."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from bot.imaging.image_headers import BrokenHeaderError, ForeignHeader

_SEQUENCES = frozenset({b"hevc", b"hevx", b"msf1", b"avis"})
_MOST_BOXES = 20_000


class _Box(NamedTuple):
    kind: bytes
    start: int
    end: int


def heif_header(image: bytes) -> ForeignHeader:
    """The largest of the sizes that it tells: its picture's, as tiles, thumbnails and maps are all smaller."""
    boxes = _boxes(image, 0, len(image))
    meta = _first(boxes, b"meta")
    properties = _first(_boxes(image, meta.start + 4, meta.end), b"iprp")
    container = _first(_boxes(image, properties.start, properties.end), b"ipco")
    sizes = [
        struct.unpack_from(">II", image, box.start + 4)
        for box in _boxes(image, container.start, container.end)
        if box.kind == b"ispe"
    ]
    if not sizes:
        raise BrokenHeaderError("has a broken header: it does not say how large it is")
    width, height = max(sizes, key=lambda sides: sides[0] * sides[1])
    return ForeignHeader(width, height, 2 if image[8:12] in _SEQUENCES else 1)


def _first(boxes: list[_Box], kind: bytes) -> _Box:
    found = next((box for box in boxes if box.kind == kind), None)
    if found is None:
        raise BrokenHeaderError(f"has a broken header: its {kind.decode()} box is missing")
    return found


def _boxes(image: bytes, at: int, end: int) -> list[_Box]:
    found = list(_read(image, at, end))
    if found and found[-1].end > end:
        raise BrokenHeaderError("is cut short")
    return found


def _read(image: bytes, at: int, end: int) -> Iterator[_Box]:
    """Box by box, up to one that ends beyond `end`: https://www.iso.org/standard/83102.html, 4.2."""
    for _ in range(_MOST_BOXES):
        if at + 8 > end:
            return
        length, kind = struct.unpack_from(">I4s", image, at)
        start = at + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", image, start)
            start += 8
        stop = end if length == 0 else at + length
        if stop < start:
            raise BrokenHeaderError("has a broken header: a box of it ends before it begins")
        yield _Box(kind, start, stop)
        at = stop
