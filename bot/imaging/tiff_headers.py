"""The header of a TIFF: the directory of its first page, and whether there are more of them."""

import struct

from bot.imaging.image_headers import BrokenHeaderError, ForeignHeader, RareKindError

# https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES, _TILE_WIDTH, _TILE_HEIGHT = 256, 257, 258, 259, 277, 322, 323
_SHORT, _LONG = 3, 4
# None, LZW, deflate and packed bits. Whole other formats hide behind the rest (JPEG, WebP), with bombs of their own.
_PLAIN = frozenset({1, 5, 8, 32773, 32946})
_MOST_ENTRIES, _MOST_SAMPLES, _MOST_TILE = 512, 5, 4096 * 4096


def tiff_header(image: bytes) -> ForeignHeader:
    """BrokenHeaderError, RareKindError: its directory is broken, or its pixels are stored in an unusual way."""
    order = "<" if image[:2] == b"II" else ">"
    (at,) = struct.unpack_from(f"{order}I", image, 4)
    (entries,) = struct.unpack_from(f"{order}H", image, at)
    tags = _tags(image, order, at + 2, min(entries, _MOST_ENTRIES))
    if _WIDTH not in tags or _HEIGHT not in tags:
        raise BrokenHeaderError("has a broken header: it does not say how large it is")
    if not _is_plain(tags):
        raise RareKindError
    (following,) = struct.unpack_from(f"{order}I", image, at + 2 + 12 * entries)
    return ForeignHeader(tags[_WIDTH], tags[_HEIGHT], 2 if following else 1)


def _tags(image: bytes, order: str, at: int, entries: int) -> dict[int, int]:
    """The tags of one number each; where one is told twice, the larger."""
    found: dict[int, int] = {}
    for place in range(at, at + 12 * entries, 12):
        tag, kind, count = struct.unpack_from(f"{order}HHI", image, place)
        if kind in {_SHORT, _LONG} and count == 1:
            (value,) = struct.unpack_from(f"{order}{'H' if kind == _SHORT else 'I'}", image, place + 8)
            found[tag] = max(value, found.get(tag, 0))
    return found


def _is_plain(tags: dict[int, int]) -> bool:
    return (
        tags.get(_COMPRESSION, 1) in _PLAIN
        and tags.get(_SAMPLES, 1) <= _MOST_SAMPLES
        and tags.get(_BITS, 1) <= 16
        and tags.get(_TILE_WIDTH, 0) * tags.get(_TILE_HEIGHT, 0) <= _MOST_TILE
    )
