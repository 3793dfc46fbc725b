"""The header of a JPEG: its frame, and which of its segments matter to whoever decodes it."""

import re
import struct
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from bot.imaging.image_headers import AS_STORED, BrokenHeaderError, Colours, Header, exif_orientation

CUT = "is cut short: it ends within its header"
END_MARKER = b"\xff\xd9"
# Table B.1 of https://www.w3.org/Graphics/JPEG/itu-t81.pdf names the markers.
_SCAN, _END, _PROGRESSIVE, _EXIF, _ADOBE = 0xDA, 0xD9, 0xC2, 0xE1, 0xEE
_READABLE = frozenset({0xC0, 0xC1, _PROGRESSIVE})
_FRAMES = frozenset({*range(0xC0, 0xD0), 0xDE}) - {0xC4, 0xC8, 0xCC}
_ARITHMETIC = frozenset(range(0xC9, 0xD0))
# What is neither fill nor one of the markers that stand alone.
_NEXT = re.compile(rb"\xff([^\xff\x00\x01\xd0-\xd8])")
# All application segments and comments but for JFIF and Adobe, which say what the channels' colours are.
_DESCRIBING = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
_MOST_SEGMENTS = 10_000
# Programs write some ten. A scan may be a few bytes that pass over the whole picture, and a file hold 100,000 of them.
_MOST_SCANS, _MOST_SCANNED = 100, 500_000_000
_MOST_JUNK = 65_536
_SCAN_MARKER = bytes((0xFF, _SCAN))
_COLOURS = {1: Colours.GREY, 3: Colours.RGB, 4: Colours.CMYK}


class Segment(NamedTuple):
    """A marker with what belongs to it."""

    marker: int
    start: int
    end: int


class _Frame(NamedTuple):
    width: int
    height: int
    layers: int
    progressive: bool


def jpeg_header(image: bytes) -> Header:
    """The header of what begins as a JPEG; BrokenHeaderError where it cannot be read."""
    try:
        return _header(image, list(islice(segments(image), _MOST_SEGMENTS)))
    except (struct.error, IndexError):
        raise BrokenHeaderError(CUT) from None


def without_end(image: bytes) -> bytes:
    """The file up to its end marker, which no pixels can look like; all of it where there is no such marker."""
    at = image.find(END_MARKER, list(segments(image))[-1].end)
    return image.removesuffix(END_MARKER[:1]) if at < 0 else image[:at]


def with_end(image: bytes) -> bytes:
    """The file with the end marker that it lacks."""
    return image.removesuffix(END_MARKER[:1]) + END_MARKER


def segments(image: bytes) -> Iterator[Segment]:
    """All segments up to the header of the first scan, which is the last of them."""
    at, marker = 2, 0
    while marker != _SCAN:
        found = _NEXT.search(image, at, at + _MOST_JUNK)
        if found is None:
            raise BrokenHeaderError(CUT)
        at, marker = found.start(), found[1][0]
        if marker == _END:
            raise BrokenHeaderError("has no pixels in it")
        end = at + 2 + max(2, image[at + 2] << 8 | image[at + 3])
        if end > len(image):
            raise BrokenHeaderError(CUT)
        yield Segment(marker, at, end)
        at = end


def _header(image: bytes, segments: list[Segment]) -> Header:
    if segments[-1].marker != _SCAN:
        raise BrokenHeaderError("has a broken header: it has no end")
    frame = _frame(image, segments)
    in_passes = frame.progressive or image[segments[-1].start + 4] != frame.layers
    if in_passes:
        _check_scans(image.count(_SCAN_MARKER, segments[-1].start), frame)
    adobe = any(image.startswith(b"Adobe", one.start + 4) for one in segments if one.marker == _ADOBE)
    return Header(
        "JPEG",
        frame.width,
        frame.height,
        8,
        _COLOURS[frame.layers],
        _lean(image, segments),
        orientation=_orientation(image, segments),
        in_passes=in_passes,
        inverted=adobe,
        cut=not image.endswith(END_MARKER) and image.find(END_MARKER, segments[-1].end) < 0,
    )


def _frame(image: bytes, segments: list[Segment]) -> _Frame:
    frames = [one for one in segments if one.marker in _FRAMES]
    # Readers differ in which of several they believe, and what was judged by one could be decoded by another.
    if len(frames) != 1:
        raise BrokenHeaderError(f"has a broken header: its size is said {len(frames)} times")
    found = frames[0]
    bits, height, width, layers = struct.unpack_from(">BHHB", image, found.start + 4)
    if found.marker not in _READABLE:
        kind = "an arithmetic-coded" if found.marker in _ARITHMETIC else "a lossless"
        raise BrokenHeaderError(f"is {kind} JPEG; only baseline and progressive ones can be read")
    if bits != 8:
        raise BrokenHeaderError(f"is a JPEG of {bits} bits a channel; only those of 8 bits can be read")
    if layers not in _COLOURS or not width or not height:
        raise BrokenHeaderError(f"has a broken header: {width} × {height} pixels in {layers} channels")
    return _Frame(width, height, layers, found.marker == _PROGRESSIVE)


def _check_scans(scans: int, frame: _Frame) -> None:
    if scans > _MOST_SCANS or scans * frame.width * frame.height > _MOST_SCANNED:
        raise BrokenHeaderError(f"is damaged: it is drawn in {scans} scans, which are more than it can need")


def _orientation(image: bytes, segments: list[Segment]) -> int:
    for segment in segments:
        if segment.marker == _EXIF and image.startswith(b"Exif\0", segment.start + 4):
            return exif_orientation(image[segment.start + 10 : segment.end])
    return AS_STORED


def _lean(image: bytes, segments: list[Segment]) -> bytes:
    kept, last = [], 0
    for segment in segments:
        if segment.marker in _DESCRIBING:
            kept.append(image[last : segment.start])
            last = segment.end
    return b"".join((*kept, image[last:])) if last else image
