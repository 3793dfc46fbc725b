"""What the headers of images say that no model reads and that may be converted: how large, and how many frames.

Read from bytes that nobody vouches for, and before any decoder sees them.
"""

import struct
from collections.abc import Callable
from typing import NamedTuple

from bot.imaging.heif_headers import heif_header
from bot.imaging.image_headers import BrokenHeaderError, ForeignHeader, RareKindError
from bot.imaging.tiff_headers import tiff_header

CUT = "is cut short"
# Of a GIF: the parts up to its second frame, the blocks of a frame, and those of another part.
_MOST_PARTS, _MOST_OF_FRAME, _MOST_OF_OTHERS = 100, 400_000, 5_000
_NO_HEADER = "has a broken header"


def foreign_header(format_name: str, image: bytes) -> ForeignHeader:
    """BrokenHeaderError, RareKindError: the file is broken, or of a kind that is not worth the risk of decoding it."""
    try:
        header = _READERS[format_name](image)
    except (struct.error, IndexError):
        raise BrokenHeaderError(f"{CUT}: it ends within its header") from None
    if not header.width or not header.height:
        raise BrokenHeaderError(f"{_NO_HEADER}: {header.width} × {header.height} pixels")
    return header


def _webp_header(image: bytes) -> ForeignHeader:
    """https://developers.google.com/speed/webp/docs/riff_container."""
    if image[:4] != b"RIFF":
        raise BrokenHeaderError(_NO_HEADER)
    if int.from_bytes(image[4:8], "little") + 8 > len(image) + 1:
        raise BrokenHeaderError(CUT)
    match image[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", image, 26)
            return ForeignHeader(width & 0x3FFF, height & 0x3FFF)
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", image, 21)
            return ForeignHeader((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X":
            width, height = (int.from_bytes(image[at : at + 3], "little") + 1 for at in (24, 27))
            return ForeignHeader(width, height, max(1, image.count(b"ANMF")) if image[20] & 2 else 1)
    raise BrokenHeaderError(_NO_HEADER)


def _gif_header(image: bytes) -> ForeignHeader:
    """https://www.w3.org/Graphics/GIF/spec-gif89a.txt. Two frames are found to be many, and no more are looked for."""
    screen_width, screen_height, flags = struct.unpack_from("<HHB", image, 6)
    frames: list[_GifFrame] = []
    at = 13 + _gif_colours(flags)
    for _ in range(_MOST_PARTS):
        if len(frames) == 2 or at >= len(image) or image[at] not in b"\x21\x2c":
            break
        start, most = at + 2, _MOST_OF_OTHERS
        if image[at] == 0x2C:
            frames.append(_GifFrame(*struct.unpack_from("<HHHHB", image, at + 1)))
            start, most = at + 11 + _gif_colours(frames[-1].flags), _MOST_OF_FRAME
        at = _after_blocks(image, start, most)
    if not frames:
        raise BrokenHeaderError("has no pixels in it")
    if len(frames) == 1 and at > len(image):
        raise BrokenHeaderError(CUT)
    width = max(screen_width, *(one.left + one.width for one in frames))
    height = max(screen_height, *(one.top + one.height for one in frames))
    return ForeignHeader(width, height, len(frames))


class _GifFrame(NamedTuple):
    left: int
    top: int
    width: int
    height: int
    flags: int


def _gif_colours(flags: int) -> int:
    """The bytes that a table of colours takes."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(image: bytes, at: int, most: int) -> int:
    """Where a chain of blocks ends; beyond the file where the file ends before it."""
    for _ in range(most):
        if at >= len(image) or not image[at]:
            return at + 1
        at += 1 + image[at]
    raise RareKindError


def _bmp_header(image: bytes) -> ForeignHeader:
    """https://learn.microsoft.com/en-us/windows/win32/api/wingdi/ns-wingdi-bitmapinfoheader."""
    (length,) = struct.unpack_from("<I", image, 14)
    if length == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", image, 18)
        compression = 0
    else:
        width, height, _, bits, compression = struct.unpack_from("<iiHHI", image, 18)
    if compression not in {0, 3, 6} or bits not in {1, 4, 8, 16, 24, 32}:
        raise RareKindError
    if (width * bits + 31) // 32 * 4 * abs(height) > len(image):
        raise BrokenHeaderError(CUT)
    return ForeignHeader(max(0, width), abs(height))


_READERS: dict[str, Callable[[bytes], ForeignHeader]] = {
    "WebP": _webp_header,
    "GIF": _gif_header,
    "BMP": _bmp_header,
    "TIFF": tiff_header,
    "HEIC": heif_header,
    "AVIF": heif_header,
}
