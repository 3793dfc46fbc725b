"""Thumbnails of pictures, made when somebody asks for one."""

import io

from PIL import Image, ImageOps

from sandbox.slack.file_objects import LARGEST_SQUARE, fitted
from sandbox.slack.file_types import picture_size

# A picture that would take more memory than this is none that Slack makes thumbnails of.
MOST_PIXELS = 50_000_000


def thumbnail(data: bytes, side: int) -> tuple[bytes, str] | None:
    """The bytes and their mimetype: a square up to 160 pixels, else what fits; None for what cannot be drawn."""
    size = picture_size(data)
    if size is None or size[0] * size[1] > MOST_PIXELS:
        return None
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return _drawn(picture, side)
    except Exception:  # noqa: BLE001 - whatever a broken or hostile picture makes of its decoder
        return None


def _drawn(picture: Image.Image, side: int) -> tuple[bytes, str]:
    kind = "JPEG" if picture.format == "JPEG" else "PNG"
    upright = ImageOps.exif_transpose(picture).convert("RGB" if kind == "JPEG" else "RGBA")
    shown = (
        ImageOps.fit(upright, (side, side)) if side <= LARGEST_SQUARE else upright.resize(fitted(upright.size, side))
    )
    written = io.BytesIO()
    shown.save(written, format=kind)
    return written.getvalue(), f"image/{kind.lower()}"
