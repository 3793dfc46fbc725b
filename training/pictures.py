"""From uploaded bytes to a picture's pixels, and from probabilities to an answer; what all recipes' endpoints share.

This file stands alone, because it travels inside the artifacts as code/pictures.py. Training decodes its pictures with
the same functions, so that an endpoint sees what validation saw.
"""

import io
import json
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

CONTENT_TYPES = ("application/x-image", "image/jpeg", "image/png")
JSON, JSON_LINES = "application/json", "application/jsonlines"
ANYTHING = ("", "*/*", "application/*")
FORMATS = ("JPEG", "PNG")
MAX_PIXELS = 36_000_000  # 6000 x 6000: decoded it takes 108 MB
BACKGROUND = (255, 255, 255)

Pixels = NDArray[np.uint8]  # (height, width, 3)


class _OwnToolkitError(Exception):
    """Stands in for the serving toolkit's error where the toolkit is not."""

    def __init__(self, status_code: int, message: str, phrase: str) -> None:
        self.status_code, self.message, self.phrase = status_code, message, phrase
        super().__init__(status_code, message, phrase)


_OwnToolkitError.__name__ = "BaseInferenceToolkitError"

# The toolkit in AWS's PyTorch container answers 500 to every error that is not one of its own.
# https://github.com/aws/sagemaker-inference-toolkit/blob/master/src/sagemaker_inference/errors.py
if TYPE_CHECKING:
    BaseInferenceToolkitError = _OwnToolkitError
else:
    try:
        from sagemaker_inference.errors import BaseInferenceToolkitError
    except ImportError:
        BaseInferenceToolkitError = _OwnToolkitError


class UnsupportedContentTypeError(BaseInferenceToolkitError, ValueError):
    """The request names a content type that is not a picture's, or wants an answer in an unknown one."""

    def __init__(self, message: str) -> None:
        super().__init__(415, message, message)

    def __str__(self) -> str:
        return str(self.message)


class BadImageError(BaseInferenceToolkitError, ValueError):
    """The bytes are not a picture that can be decoded within bounds."""

    def __init__(self, message: str) -> None:
        super().__init__(400, message, message)

    def __str__(self) -> str:
        return str(self.message)


def requested(body: bytes, content_type: str) -> Image.Image:
    """The picture of a request. Raises UnsupportedContentTypeError or BadImageError."""
    if media_type(content_type) not in CONTENT_TYPES:
        raise UnsupportedContentTypeError(f"content type {content_type!r} is not one of {', '.join(CONTENT_TYPES)}")
    return opened(bytes(body))


def answer(probabilities: Sequence[float], accept: str) -> tuple[bytes, str]:
    """The probabilities in the order of the class indexes, and the content type of the answer."""
    values = [float(value) for value in probabilities]
    wanted = [media_type(part) for part in (accept or "").split(",")]
    if JSON in wanted or any(part in ANYTHING for part in wanted):
        return json.dumps(values).encode(), JSON
    if JSON_LINES in wanted:
        return (json.dumps({"prediction": values}) + "\n").encode(), JSON_LINES
    raise UnsupportedContentTypeError(f"the answer can be {JSON} or {JSON_LINES}, not {accept!r}")


def media_type(header: str | None) -> str:
    return (header or "").split(";")[0].strip().lower()


def opened(content: bytes) -> Image.Image:
    """A picture whose header is read and in bounds, its pixels not decoded yet."""
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise BadImageError("the bytes are not a JPEG or PNG picture") from None
    if picture.width * picture.height > MAX_PIXELS:
        raise BadImageError(f"{picture.width}x{picture.height} pixels are more than the {MAX_PIXELS:,} allowed")
    return picture


def squashed(picture: Image.Image, width: int, height: int) -> Image.Image:
    """Decoded, upright and in the given size, whatever that does to the aspect ratio."""
    upright = decoded(picture, max(width, height))
    return upright.resize((width, height), Image.Resampling.BILINEAR)


def decoded(picture: Image.Image, needed: int) -> Image.Image:
    """The whole picture, upright and in RGB; a JPEG is decoded no larger than `needed` pixels a side make useful."""
    try:
        picture.draft("RGB", (needed, needed))
        picture.load()
        return in_rgb(ImageOps.exif_transpose(picture))
    # The last two where Pillow writes down anew what a picture's EXIF says in other types than it should.
    except (OSError, ValueError, SyntaxError, EOFError, Warning, MemoryError, TypeError, struct.error):
        raise BadImageError("the picture is damaged") from None


def in_rgb(picture: Image.Image) -> Image.Image:
    """Any mode as RGB: transparency on white, 16-bit greys scaled down."""
    if picture.mode == "RGB":
        return picture
    if picture.mode.startswith("I"):
        grey = np.asarray(picture, dtype=np.uint32) >> 8
        return Image.fromarray(grey.astype(np.uint8)).convert("RGB")
    if "A" in picture.mode or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", clear.size, BACKGROUND), clear).convert("RGB")
    return picture.convert("RGB")
