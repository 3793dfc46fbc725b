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
from training.inference import Pixels, decoded, opened

SIDE = 224
AUGMENTED_VIEWS = 4
COLOURED = (Augmentation.CROP_COLOR, Augmentation.CROP_COLOR_TRANSFORM)

# AWS: hue +-36 of OpenCV's 180 degrees-halves, saturation and lightness +-50 of 255; Pillow counts hue to 255.
HUE_REACH, SATURATION_REACH, VALUE_REACH = 51, 50, 50
ROTATION_DEGREES, SHEAR, ASPECT = 10.0, 0.1, 0.25
FILL = (255, 255, 255)

VERSION = 1  # raise it with every change to the pixels below: it is part of the key under which features are kept


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at a picture: plain (central crop), or the `number`-th variation of a kind."""

    resize: int
    augmentation: Augmentation | None = None
    number: int = 0

    @property
    def key(self) -> str:
        return f"view{VERSION}-{self.resize}-{self.augmentation or 'plain'}-{self.number}"


def training_views(resize: int, augmentation: Augmentation | None) -> tuple[View, ...]:
    if augmentation is None:
        return (View(resize),)
    return tuple(View(resize, augmentation, number) for number in range(AUGMENTED_VIEWS))


def render(content: bytes, view: View) -> Pixels:
    """The view's pixels, (224, 224, 3). Raises BadImageError. The same bytes always give the same pixels."""
    picture = decoded(opened(content), view.resize)
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


def _crop(picture: Image.Image, resize: int, across: float, down: float) -> Image.Image:
    """The square that a crop leaves after the shorter side was resized, without the larger picture in between."""
    scale = min(picture.size) / resize
    side = SIDE * scale
    left, top = (picture.width - side) * across, (picture.height - side) * down
    box = (left, top, min(left + side, picture.width), min(top + side, picture.height))
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
