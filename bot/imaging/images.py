"""What can be said of an uploaded image's bytes: pure, sniffed by content, and never decoded beyond a bound."""

import io
import struct
import zlib
from typing import TYPE_CHECKING

from bot.domain.image_rules import FORMATS, MAX_SIDE, ImageFacts
from bot.errors import RefusedError

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

# What fits the largest side that a rule allows may be decoded; anything larger is judged by its header alone.
_MAX_PIXELS = MAX_SIDE * MAX_SIDE
_EXIF_ORIENTATION = 0x0112
_TURNED = frozenset({5, 6, 7, 8})

# Pillow's plugins raise nearly anything for hostile bytes.
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    EOFError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
)

# Formats by their first bytes, in a person's words, also those that Pillow cannot open.
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (8, b"WEBP", "WebP"),
    (0, b"BM", "BMP"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"\x00\x00\x01\x00", "ICO"),
    (0, b"8BPS", "a Photoshop file"),
    (0, b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (0, b"%PDF", "PDF"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"\x1aE\xdf\xa3", "a video"),
)
# The brand of an ISO media file: https://mp4ra.org/registered-types/brands
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "HEIC"),
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
}


class PillowImages:
    """The port `Images` by Pillow."""

    def look(self, image: bytes) -> ImageFacts:
        """Format by content, sides after turning and size; RefusedError for what has no such facts."""
        name = format_of(image)
        if name not in FORMATS:
            return _facts_of_others(name, image)
        return _looked(name, image)

    def as_jpeg(self, image: bytes) -> bytes:
        """The same picture as a JPEG, upright, and on white where it is transparent."""
        # Here, because what decodes whole pictures stands upon this module.
        from bot.imaging.inspection import remade_as_jpeg

        try:
            return remade_as_jpeg(image)
        except BROKEN as error:
            raise RefusedError(
                "This image cannot be made a JPEG.", next_step="Save it as one and upload that."
            ) from error


def format_of(image: bytes) -> str:
    """The format in a person's words by the first bytes, whatever the file is called; empty: nothing that is known."""
    if image[4:8] == b"ftyp":
        return _BRANDS.get(image[8:12], "a video")
    for offset, signature, name in _SIGNATURES:
        if image[offset : offset + len(signature)] == signature:
            return name
    return _text_format(image[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower())


def _text_format(start: bytes) -> str:
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in start):
        return "SVG"
    return ""


def _facts_of_others(name: str, image: bytes) -> ImageFacts:
    """The rule that names the readable formats makes the sentence; what is no picture at all is refused here."""
    if not image:
        raise RefusedError("This file is empty.", next_step="Upload it again.")
    if not name:
        raise RefusedError("This file is no image that I know.", next_step="Upload a JPEG or a PNG.")
    return ImageFacts(name, 0, 0, len(image))


def _looked(name: str, image: bytes) -> ImageFacts:
    try:
        with _opened(name, image) as picture:
            return _facts(name, picture, len(image))
    except BROKEN as error:
        raise RefusedError(
            f"This {name} is cut short or damaged.", next_step="Save it again and upload it once more."
        ) from error


def _opened(name: str, image: bytes) -> "ImageFile":
    """The picture with its header read. Not by `Image.open`, which judges by a limit that is the whole process's."""
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile

    opener: type[JpegImageFile | PngImageFile] = JpegImageFile if name == "JPEG" else PngImageFile
    return opener(io.BytesIO(image))


def _facts(name: str, picture: "ImageFile", size: int) -> ImageFacts:
    width, height = picture.size
    if getattr(picture, "is_animated", False):
        return ImageFacts(f"an animated {name}", width, height, size)
    if width * height <= _MAX_PIXELS:
        picture.load()
    if _is_turned(picture):
        width, height = height, width
    return ImageFacts(name, width, height, size)


def _is_turned(picture: "ImageFile") -> bool:
    """Whether a viewer turns it by a quarter; a picture whose EXIF data are broken is a picture all the same."""
    try:
        return picture.getexif().get(_EXIF_ORIENTATION) in _TURNED
    except BROKEN:
        return False
