"""From an image that a model cannot take to one that it can: a JPEG, or a PNG of what is small and was stored exactly.

It is decoded as a whole, on the less trodden paths of large libraries: to be run by `bot.imaging.converter`.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from bot.domain.image_rules import MAX_BYTES, MOST_PIXELS_TO_CONVERT
from bot.imaging import decoding
from bot.imaging.cleaning import compressed
from bot.imaging.headers import whole_header
from bot.imaging.image_headers import AS_STORED
from bot.imaging.signatures import BROKEN

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

# Any model looks at fewer pixels; what is larger is scaled down to this.
MOST_SIDE = 2048
_ROWS = 64
_MOST_OF_PNG = 1_000_000
_STORED_EXACTLY = frozenset({"PNG", "GIF", "BMP", "TIFF"})
_ORIENTATION = 0x0112
_PLUGINS = {
    "AVIF": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "BMP": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
    "TIFF": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "WebP": ("PIL.WebPImagePlugin", "WebPImageFile"),
}
_HIGH_BYTES = {"I;16": 1, "I;16B": 0}  # grey of 16 bits: which of the two bytes weighs more


@dataclass(frozen=True, slots=True)
class _Decoded:
    """Pixels as they are stored; `band` takes the rows from one to before another, as RGB on white."""

    width: int
    height: int
    band: Callable[[int, int], "Image"]
    orientation: int = AS_STORED


def import_decoder(format_name: str) -> None:
    """Import what will be needed; what Python compiles for that, it writes to files."""
    decoder = "pillow_heif" if format_name == "HEIC" else _PLUGINS.get(format_name, ("PIL.ImageFile",))[0]
    for module in (decoder, "PIL.JpegImagePlugin", "PIL.PngImagePlugin"):
        import_module(module)


def converted(image: bytes, format_name: str) -> bytes:
    """An image that keeps all rules, upright and without metadata."""
    found = _DECODERS.get(format_name, _by_header)(image, format_name)
    picture = decoding.upright(_scaled(found), found.orientation)
    if format_name in _STORED_EXACTLY and found.width * found.height <= _MOST_OF_PNG:
        png = decoding.encoded(picture, "PNG", 0)
        if len(png) <= MAX_BYTES:
            return png
    return compressed(picture)


def _scaled(found: _Decoded) -> "Image":
    """Band by band, since there is no room for all of the pixels once more."""
    from PIL import Image

    factor = max(1, max(found.width, found.height) // MOST_SIDE)
    canvas = Image.new("RGB", (-(-found.width // factor), -(-found.height // factor)))
    rows = _ROWS * factor
    for top in range(0, found.height, rows):
        band = found.band(top, min(top + rows, found.height))
        canvas.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    canvas.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.BILINEAR, reducing_gap=None)
    return canvas


def _by_header(image: bytes, _format_name: str) -> _Decoded:
    """A JPEG or PNG; the JPEG is decoded smaller where that leaves enough."""
    header = whole_header(image)
    scale = MOST_SIDE / max(header.width, header.height)
    picture = decoding.decoded(header, (int(header.width * scale), int(header.height * scale)) if scale < 1 else None)

    def band(top: int, bottom: int) -> "Image":
        return decoding.as_rgb(_rows(picture, top, bottom), header).convert("RGB")

    return _Decoded(*picture.size, band, header.orientation)


def _by_plugin(image: bytes, format_name: str) -> _Decoded:
    picture = _opened(image, format_name)
    _check_size(picture.size, format_name)
    # TIFF's plugin turns by itself, and forgets by how much; it is asked before.
    orientation = AS_STORED if format_name == "TIFF" else _told_orientation(picture)
    picture.load()
    return _Decoded(*picture.size, lambda top, bottom: _on_white(_rows(picture, top, bottom)), orientation)


def _opened(image: bytes, format_name: str) -> "ImageFile":
    """Not by `Image.open`, which tries all that Pillow has."""
    plugin, class_name = _PLUGINS[format_name]
    module = import_module(plugin)
    if format_name == "AVIF":
        module.DEFAULT_MAX_THREADS = 1  # type: ignore[attr-defined]
    opened: ImageFile = getattr(module, class_name)(io.BytesIO(image))
    return opened


def _check_size(sides: tuple[int, int], format_name: str) -> None:
    """What was judged by our own reading of the header is judged by the decoder's, too."""
    if sides[0] * sides[1] > MOST_PIXELS_TO_CONVERT[format_name]:
        raise ValueError(f"{sides[0]} × {sides[1]} pixels")


def _told_orientation(picture: "ImageFile") -> int:
    try:
        told = picture.getexif().get(_ORIENTATION)
    except BROKEN:
        return AS_STORED
    return told if isinstance(told, int) and AS_STORED <= told <= 8 else AS_STORED


def _by_libheif(image: bytes, format_name: str) -> _Decoded:
    """Turned as its boxes tell, whatever EXIF says. The options are all of the process's, which is there for this."""
    import pillow_heif
    from PIL import Image

    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False
    file = pillow_heif.open_heif(io.BytesIO(image))
    found = file[file.primary_index]
    _check_size(found.size, format_name)
    pixels, stride, mode = memoryview(found.data), found.stride, found.mode
    width, height = found.size

    def band(top: int, bottom: int) -> Image.Image:
        rows = bytes(pixels[top * stride : bottom * stride])
        return _on_white(Image.frombuffer(mode, (width, bottom - top), rows, "raw", mode, stride, 1))

    return _Decoded(width, height, band)


def _rows(picture: "Image", top: int, bottom: int) -> "Image":
    return picture.crop((0, top, picture.width, bottom))


def _on_white(picture: "Image") -> "Image":
    if picture.mode in _HIGH_BYTES:
        return decoding.high_bytes(picture, _HIGH_BYTES[picture.mode]).convert("RGB")
    return decoding.on_white(picture) if picture.has_transparency_data else picture.convert("RGB")


_DECODERS: dict[str, Callable[[bytes, str], _Decoded]] = {
    "HEIC": _by_libheif,
    **dict.fromkeys(("AVIF", "BMP", "GIF", "TIFF", "WebP"), _by_plugin),
}
