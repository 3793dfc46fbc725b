"""Which reader reads the header of which format that models read."""

from collections.abc import Callable

from bot.imaging.image_headers import Header
from bot.imaging.jpeg_headers import jpeg_header, with_end
from bot.imaging.png_headers import png_header
from bot.imaging.signatures import format_of

HEADERS: dict[str, Callable[[bytes], Header]] = {"JPEG": jpeg_header, "PNG": png_header}


def whole_header(image: bytes) -> Header:
    """The header of an image that was looked at and found whole, with the end marker where that alone is missing."""
    header = HEADERS[format_of(image)](image)
    return jpeg_header(with_end(image)) if header.cut and header.format == "JPEG" else header
