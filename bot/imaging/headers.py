"""Which reader reads the header of which format that models read."""

from collections.abc import Callable

from bot.imaging.image_headers import BrokenHeaderError, Header
from bot.imaging.jpeg_headers import jpeg_header, with_end
from bot.imaging.png_headers import png_header
from bot.imaging.signatures import format_of

HEADERS: dict[str, Callable[[bytes], Header]] = {"JPEG": jpeg_header, "PNG": png_header}


def whole_header(image: bytes) -> Header:
    """The header of an image that was looked at and found whole, with the end marker where that alone is missing."""
    header = HEADERS[format_of(image)](image)
    if not header.cut:
        return header
    if header.format == "PNG":
        raise BrokenHeaderError("is cut short")
    return jpeg_header(with_end(image))
