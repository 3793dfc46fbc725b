"""The header of a PNG: its first chunk, and which of the others matter to whoever decodes it. Checksums are checked."""

import struct
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from bot.imaging.image_headers import AS_STORED, BrokenHeaderError, Colours, Header, exif_orientation

CUT = "is cut short: it ends within its header"
# Colour types and their depths: https://www.w3.org/TR/png-3/#table111
_COLOURS = {0: Colours.GREY, 2: Colours.RGB, 3: Colours.PALETTE, 4: Colours.GREY, 6: Colours.RGB}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_WITH_ALPHA = frozenset({4, 6})
_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_MOST_SIDE = 2**31 - 1
_MOST_CHUNKS = 100_000


class _Chunk(NamedTuple):
    kind: bytes
    start: int
    end: int


class _Frame(NamedTuple):
    width: int
    height: int
    bits: int
    colour: int
    interlaced: bool


def png_header(image: bytes) -> Header:
    """The header of what begins as a PNG; BrokenHeaderError where it, or a checksum, does not hold."""
    try:
        frame = _frame(image)
        chunks = list(islice(_chunks(image), _MOST_CHUNKS))
    except (struct.error, IndexError):
        raise BrokenHeaderError(CUT) from None
    if len(chunks) == _MOST_CHUNKS:
        raise BrokenHeaderError(f"is damaged: it is in more than {_MOST_CHUNKS} pieces")
    pixels = next((place for place, chunk in enumerate(chunks) if chunk.kind == b"IDAT"), len(chunks))
    kinds = {chunk.kind for chunk in chunks[:pixels]}
    return Header(
        "PNG",
        frame.width,
        frame.height,
        frame.bits,
        _COLOURS[frame.colour],
        _lean(image, chunks),
        alpha=frame.colour in _WITH_ALPHA or b"tRNS" in kinds,
        orientation=_orientation(image, chunks),
        in_passes=frame.interlaced,
        animated=_frames(image, chunks[:pixels]) > 1,
        cut=chunks[-1].kind != b"IEND" or chunks[-1].end > len(image),
    )


def _frame(image: bytes) -> _Frame:
    length, kind, width, height, bits, colour, *_, interlaced = struct.unpack_from(">I4sIIBBBBB", image, 8)
    if kind != b"IHDR" or length != 13 or bits not in _DEPTHS.get(colour, ()):
        raise BrokenHeaderError("has a broken header: its first chunk is none that a PNG begins with")
    if not 0 < width <= _MOST_SIDE or not 0 < height <= _MOST_SIDE:
        raise BrokenHeaderError(f"has a broken header: {width} × {height} pixels")
    return _Frame(width, height, bits, colour, interlaced != 0)


def _chunks(image: bytes) -> Iterator[_Chunk]:
    """All chunks up to the one that ends the picture; the last may reach beyond the file, which is cut short then."""
    at, kind = 8, b""
    while kind != b"IEND" and at + 8 <= len(image):
        length, kind = struct.unpack_from(">I4s", image, at)
        if not kind.isalpha() or (kind == b"IHDR" and at > 8):
            raise BrokenHeaderError("is damaged: what follows one of its chunks is no chunk")
        chunk = _Chunk(kind, at, at + 12 + length)
        if chunk.end <= len(image) and kind in _KEPT:
            _check_sum(image, chunk)
        yield chunk
        at = chunk.end


def _lean(image: bytes, chunks: list[_Chunk]) -> bytes:
    if chunks[-1].end == len(image) and all(one.kind in _KEPT for one in chunks):
        return image
    return image[:8] + b"".join(image[one.start : one.end] for one in chunks if one.kind in _KEPT)


def _check_sum(image: bytes, chunk: _Chunk) -> None:
    (given,) = struct.unpack_from(">I", image, chunk.end - 4)
    if zlib.crc32(memoryview(image)[chunk.start + 4 : chunk.end - 4]) != given:
        raise BrokenHeaderError(f"is damaged: the checksum of its {chunk.kind.decode()} chunk is wrong")


def _frames(image: bytes, chunks: list[_Chunk]) -> int:
    """How many frames an animated PNG has: https://wiki.mozilla.org/APNG_Specification."""
    control = next((one for one in chunks if one.kind == b"acTL" and one.end - one.start >= 20), None)
    return 1 if control is None else int.from_bytes(image[control.start + 8 : control.start + 12], "big")


def _orientation(image: bytes, chunks: list[_Chunk]) -> int:
    exif = next((one for one in chunks if one.kind == b"eXIf"), None)
    return AS_STORED if exif is None else exif_orientation(image[exif.start + 8 : exif.end - 4])
