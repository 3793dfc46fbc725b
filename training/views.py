"""How a picture becomes the square that the network sees: the plain view, and the varied ones of augmentation_type.

The built-in algorithm varies each picture anew in each epoch. Here each picture has a few fixed varied views, whose
features can be computed once; an epoch draws one of them.
https://docs.aws.amazon.com/sagemaker/latest/dg/IC-Hyperparameter.html (augmentation_type)
"""

import hashlib
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.hyperparameters import Augmentation
from training.pictures import Pixels, decoded, opened

SIDE = 224
AUGMENTED_VIEWS = 4
COLOURED = (Augmentation.CROP_COLOR, Augmentation.CROP_COLOR_TRANSFORM)

# AWS: hue +-36 of OpenCV's 180 degrees-halves, saturation and lightness +-50 of 255; Pillow counts hue to 255.
HUE_REACH, SATURATION_REACH, VALUE_REACH = 51, 50, 50
ROTATION_DEGREES, SHEAR, ASPECT = 10.0, 0.1, 0.25
FILL = (255, 255, 255)

VERSION = 1  # raise it with every change to the pixels below: it is part of the key under which features are kept


class SmallImageError(Exception):
    """The picture is smaller than image_shape and may not be enlarged; the text is its size."""


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at a picture: plain (central crop), or the `number`-th variation of a kind.

    Without `resize` the crop is taken from the picture as it is.
    """

    resize: int | None
    augmentation: Augmentation | None = None
    number: int = 0

    @property
    def key(self) -> str:
        return f"view{VERSION}-{self.resize or 'unscaled'}-{self.augmentation or 'plain'}-{self.number}"


def training_views(resize: int | None, augmentation: Augmentation | None) -> tuple[View, ...]:
    if augmentation is None:
        return (View(resize),)
    return tuple(View(resize, augmentation, number) for number in range(AUGMENTED_VIEWS))


def render(content: bytes, view: View) -> Pixels:
    """The view's pixels, (224, 224, 3). The same bytes always give the same pixels.

    Raises BadImageError, or SmallImageError where there is nothing to crop from.
    """
    source = opened(content)
    picture = decoded(source, view.resize or max(source.size))
    if view.resize is None and min(picture.size) < SIDE:
        raise SmallImageError(f"{picture.width}x{picture.height}")
    if view.augmentation is None:
        return np.asarray(_crop(picture, view.resize, 0.5, 0.5))
    seed = int.from_bytes(hashlib.sha256(content + view.key.encode()).digest()[:8], "big")
    return _varied(picture, view, view.augmentation, np.random.default_rng(seed))


def _varied(picture: Image.Image, view: View, kind: Augmentation, draw: np.random.Generator) -> Pixels:
    across, down, mirrored = draw.random(), draw.random(), draw.random() < 0.5
    square = _crop(picture, view.resize, across, down)
    if mirrored:
        square = square.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if kind is Augmentation.CROP_COLOR_TRANSFORM:
        square = _transformed(square, draw)
    if kind in COLOURED:
        square = _recoloured(square, draw)
    return np.asarray(square)


def _crop(picture: Image.Image, resize: int | None, across: float, down: float) -> Image.Image:
    """The square that a crop leaves after the shorter side was resized, without the larger picture in between."""
    if resize is None:
        left, top = int((picture.width - SIDE) * across), int((picture.height - SIDE) * down)
        return picture.crop((left, top, left + SIDE, top + SIDE))
    scale = min(picture.size) / resize
    side = SIDE * scale
    left_edge, top_edge = (picture.width - side) * across, (picture.height - side) * down
    box = (left_edge, top_edge, min(left_edge + side, picture.width), min(top_edge + side, picture.height))
    return picture.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box)


def _recoloured(square: Image.Image, draw: np.random.Generator) -> Image.Image:
    shift = draw.uniform(-1, 1, 3) * (HUE_REACH, SATURATION_REACH, VALUE_REACH)
    planes = np.asarray(square.convert("HSV")).astype(np.float32) + shift.astype(np.float32)
    planes[..., 0] %= 256
    within: NDArray[np.uint8] = np.clip(planes, 0, 255).astype(np.uint8)
    return Image.fromarray(within, "HSV").convert("RGB")


def _transformed(square: Image.Image, draw: np.random.Generator) -> Image.Image:
    angle, shear, stretch = draw.uniform(-1, 1, 3) * (math.radians(ROTATION_DEGREES), SHEAR, ASPECT)
    cos, sin, middle = math.cos(angle), math.sin(angle), SIDE / 2
    a, b, d, e = cos * (1 + stretch), sin + shear, -sin, cos
    # Pillow maps each target pixel back to its source; the middle stays where it is.
    matrix = (a, b, middle - a * middle - b * middle, d, e, middle - d * middle - e * middle)
    return square.transform(
        square.size, Image.Transform.AFFINE, matrix, resample=Image.Resampling.BILINEAR, fillcolor=FILL
    )
