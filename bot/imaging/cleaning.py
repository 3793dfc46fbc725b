"""An image without what merely describes it: EXIF, XMP, colour profiles, comments, texts, and what follows its end.

Who took it and where must not leave with it. Its pixels are left as they are compressed, unless it has to be turned.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.domain.image_rules import MAX_BYTES
from bot.imaging import decoding
from bot.imaging.image_headers import Colours, Header
from bot.imaging.jpeg_headers import END_MARKER, Segment, segments

if TYPE_CHECKING:
    from PIL.Image import Image

_START = b"\xff\xd8"
_SCAN, _END, _JFIF, _ADOBE = 0xDA, 0xD9, 0xE0, 0xEE
# Tables, frames, restart interval and number of lines: what takes part in decoding.
_DECODING = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, _SCAN}) - {0xC8}
_DESCRIBING = frozenset({*range(0xE0, 0xF0), 0xFE})
# What JFIF and Adobe have to say; a thumbnail may follow the one, and anything the other.
_JFIF_BYTES, _ADOBE_BYTES = 14, 12
# A marker among compressed pixels, where 0 follows each 0xFF of theirs, and D0 to D7 are places to restart at.
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
_MOST_MARKERS = 10_000
_QUALITIES = (95, 80, 50)
_MOST_TO_TRY = 4_000_000  # pixels up to which there is time for what may turn out too large: the best quality, a PNG


def cleaned(image: bytes, header: Header) -> bytes:
    """The image upright and without metadata; the header is its own."""
    if header.turned:
        return _upright(header)
    return _clean_jpeg(image) if header.format == "JPEG" else header.lean


def _clean_jpeg(image: bytes) -> bytes:
    parts = list(segments(image))
    kept = (kept for one in parts if (kept := _kept(image, one)))
    return b"".join((_START, *kept, *_scans(image, parts[-1].end), END_MARKER))


def _kept(image: bytes, segment: Segment) -> bytes:
    """What is left of a segment before the first scan."""
    if segment.marker in _DECODING:
        return image[segment.start : segment.end]
    content = image[segment.start + 4 : segment.end]
    if segment.marker == _JFIF and content.startswith(b"JFIF\0") and len(content) >= _JFIF_BYTES:
        return b"\xff\xe0\0\x10" + content[: _JFIF_BYTES - 2] + b"\0\0"
    if segment.marker == _ADOBE and content.startswith(b"Adobe") and len(content) >= _ADOBE_BYTES:
        return b"\xff\xee\0\x0e" + content[:_ADOBE_BYTES]
    return b""


def _scans(image: bytes, start: int) -> Iterator[bytes]:
    """The compressed pixels up to the end marker, without the segments between them that describe."""
    for place, marker in enumerate(_MARKER.finditer(image, start)):
        if place > _MOST_MARKERS:
            raise ValueError("too many markers")
        kind, at = marker[1][0], marker.start()
        if at < start:
            continue
        if kind == _END:
            yield image[start:at]
            return
        if kind in _DESCRIBING:
            yield image[start:at]
            start = at + 2 + int.from_bytes(image[at + 2 : at + 4], "big")
    yield image[start:]


def _upright(header: Header) -> bytes:
    if header.format == "PNG":
        return _upright_png(header)
    stored = decoding.decoded(header)
    picture = decoding.upright(stored, header.orientation)
    if header.colours != Colours.CMYK:
        same = decoding.encoded_alike(picture, stored, quarter=header.orientation > 4)
        if len(same) <= MAX_BYTES:
            return same
    return compressed(decoding.as_rgb(picture, header))


def _upright_png(header: Header) -> bytes:
    if header.width * header.height <= _MOST_TO_TRY:
        png = decoding.encoded_as_stored(decoding.upright(decoding.decoded(header), header.orientation))
        if len(png) <= MAX_BYTES:
            return png
    return compressed(decoding.upright(decoding.as_rgb(decoding.decoded(header), header), header.orientation))


def compressed(picture: "Image") -> bytes:
    """The JPEG of a picture, of the best quality that fits the rules."""
    found = b""
    for quality in _QUALITIES if picture.width * picture.height <= _MOST_TO_TRY else _QUALITIES[1:]:
        found = decoding.encoded(picture, "JPEG", quality)
        if len(found) <= MAX_BYTES:
            break
    return found
