"""What is known of a JPEG or PNG before any of its pixels is decoded. Read from bytes that nobody vouches for."""

import struct
from dataclasses import dataclass
from enum import StrEnum

AS_STORED = 1  # the EXIF orientation of what is looked at as it is stored
_ORIENTATION_TAG, _SHORT = 0x0112, 3
_MOST_ENTRIES = 512


class BrokenHeaderError(ValueError):
    """The header cannot be used; the message says why in words that follow the image's name."""


class RareKindError(ValueError):
    """The file is whole, and stored in a way that hardly any program writes."""


@dataclass(frozen=True, slots=True)
class ForeignHeader:
    """An image that no model reads, before it is decoded: sides as stored, and frames, of which 2 may mean many."""

    width: int
    height: int
    frames: int = 1


class Colours(StrEnum):
    """How a pixel's colour is stored."""

    GREY = "grey"
    RGB = "RGB"
    CMYK = "CMYK"
    PALETTE = "palette"


@dataclass(frozen=True, slots=True)
class Header:
    """An image before it is decoded. `lean` is its file without what merely describes it (EXIF, profiles, texts).

    `in_passes`: rows come only when all of the file has been read (progressive, interlaced). `inverted`: CMYK as Adobe
    writes it. `cut`: the file ends before the format says so.
    """

    format: str
    width: int
    height: int
    bits: int
    colours: Colours
    lean: bytes
    alpha: bool = False
    orientation: int = AS_STORED
    in_passes: bool = False
    inverted: bool = False
    animated: bool = False
    cut: bool = False

    @property
    def turned(self) -> bool:
        return self.orientation != AS_STORED

    @property
    def sides(self) -> tuple[int, int]:
        """Width and height as a viewer shows them."""
        return (self.height, self.width) if self.orientation > 4 else (self.width, self.height)


def exif_orientation(exif: bytes) -> int:
    """The orientation that EXIF data tell, 1 to 8; data that are broken tell none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    try:
        return _first_orientation(exif, order) if order else AS_STORED
    except struct.error:
        return AS_STORED


def _first_orientation(exif: bytes, order: str) -> int:
    (at,) = struct.unpack_from(f"{order}I", exif, 4)
    (entries,) = struct.unpack_from(f"{order}H", exif, at)
    for entry in range(min(entries, _MOST_ENTRIES)):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, at + 2 + 12 * entry)
        if tag == _ORIENTATION_TAG:
            return int(value) if kind == _SHORT and AS_STORED <= value <= 8 else AS_STORED
    return AS_STORED
