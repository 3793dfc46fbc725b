"""Serves a trained classifier as SageMaker's framework containers expect it: model_fn, input_fn, predict_fn, output_fn.

This file stands alone, because it travels inside the artifact as code/inference.py. Training decodes its pictures with
the same functions, so that an endpoint sees what validation saw.
"""

import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image, ImageOps

CONTENT_TYPES = ("application/x-image", "image/jpeg", "image/png")
JSON, JSON_LINES = "application/json", "application/jsonlines"
ANYTHING = ("", "*/*", "application/*")
FORMATS = ("JPEG", "PNG")
MAX_PIXELS = 36_000_000  # 6000 x 6000: decoded it takes 108 MB
SERVING_THREADS = 2
BACKGROUND = (255, 255, 255)


class UnsupportedContentTypeError(ValueError):
    """The request names a content type that is not a picture's, or wants an answer in an unknown one."""


class BadImageError(ValueError):
    """The bytes are not a picture that can be decoded within bounds."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """A loaded artifact; one may be used by many threads at once."""

    session: onnxruntime.InferenceSession
    height: int
    width: int


Pixels = NDArray[np.uint8]  # (height, width, 3)
Probabilities = NDArray[np.float32]  # (classes,)


def model_fn(model_dir: str | os.PathLike[str], context: object = None) -> Classifier:  # noqa: ARG001 - the container's
    """Loads model.onnx and model.json from the artifact's folder."""
    folder = Path(model_dir)
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    _, height, width = (int(part) for part in about["image_shape"].split(","))
    return Classifier(open_session(str(folder / "model.onnx"), SERVING_THREADS), height, width)


def input_fn(body: bytes, content_type: str, context: object = None) -> Image.Image:  # noqa: ARG001 - the container's
    """One picture. Raises UnsupportedContentTypeError or BadImageError."""
    if media_type(content_type) not in CONTENT_TYPES:
        raise UnsupportedContentTypeError(f"content type {content_type!r} is not one of {', '.join(CONTENT_TYPES)}")
    return opened(bytes(body))


def predict_fn(picture: Image.Image, model: Classifier, context: object = None) -> Probabilities:  # noqa: ARG001
    # As the built-in algorithm at inference, the aspect ratio is not kept.
    pixels = np.asarray(squashed(picture, model.width, model.height))
    (probabilities,) = model.session.run(None, {"images": pixels[None]})
    return cast("Probabilities", probabilities[0])


def output_fn(prediction: Probabilities, accept: str, context: object = None) -> tuple[bytes, str]:  # noqa: ARG001
    """The probabilities in the order of the class indexes, and the content type of the answer."""
    values = [float(value) for value in prediction]
    wanted = [media_type(part) for part in (accept or "").split(",")]
    if JSON in wanted or any(part in ANYTHING for part in wanted):
        return json.dumps(values).encode(), JSON
    if JSON_LINES in wanted:
        return (json.dumps({"prediction": values}) + "\n").encode(), JSON_LINES
    raise UnsupportedContentTypeError(f"the answer can be {JSON} or {JSON_LINES}, not {accept!r}")


def media_type(header: str | None) -> str:
    return (header or "").split(";")[0].strip().lower()


def open_session(model: str | bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that spin between two pictures would take the processor from everything else on the machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def opened(content: bytes) -> Image.Image:
    """A picture whose header is read and in bounds, its pixels not decoded yet."""
    try:
        picture = _opened(content)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise BadImageError("the bytes are not a JPEG or PNG picture") from None
    if picture.width * picture.height > MAX_PIXELS:
        raise BadImageError(f"{picture.width}x{picture.height} pixels are more than the {MAX_PIXELS:,} allowed")
    return picture


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=FORMATS)


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
    except (OSError, ValueError, SyntaxError, EOFError, Warning, MemoryError):
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
