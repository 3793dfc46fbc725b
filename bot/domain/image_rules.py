"""The rules that an image must keep before a model may see it, and the sentence for each that it breaks."""

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import RefusedError

MAX_BYTES = 4 * 1024 * 1024
MIN_SIDE, MAX_SIDE, MAX_RATIO = 64, 4096, 20
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}


class Rule(StrEnum):
    """What an image can break; a refusal's `code` names it."""

    TOO_LARGE = "too_large"
    TOO_BIG = "too_big"
    TOO_SMALL = "too_small"
    TOO_LONG = "too_long"
    FORMAT = "format"


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What a look at the bytes says: `format` is Pillow's name for it, sides are in pixels after turning."""

    format: str
    width: int
    height: int
    size: int


def check_size(name: str, size: int) -> None:
    """Refuse by the size alone, before anything is fetched."""
    if size > MAX_BYTES:
        raise RefusedError(
            f"`{name}` is {size / 1024 / 1024:.1f} MB, and an image may have 4 MB at most.",
            next_step="Save it smaller and upload it again.",
            code=Rule.TOO_LARGE,
        )


def check_image(name: str, facts: ImageFacts) -> None:
    """Refuse an image that breaks a rule, naming the rule and the image's own figure."""
    check_size(name, facts.size)
    if facts.format not in FORMATS:
        raise RefusedError(f"`{name}` is {facts.format}, and this model reads JPEG and PNG.", code=Rule.FORMAT)
    pixels = f"{facts.width} × {facts.height} pixels"
    short, long = sorted((facts.width, facts.height))
    if short < MIN_SIDE:
        what = f"`{name}` has {pixels}, and an image needs {MIN_SIDE} pixels a side at least."
        raise RefusedError(what, code=Rule.TOO_SMALL)
    if long > MAX_SIDE:
        what = f"`{name}` has {pixels}, and an image may have {MAX_SIDE} pixels a side at most."
        raise RefusedError(what, code=Rule.TOO_BIG)
    if long > MAX_RATIO * short:
        what = f"`{name}` has {pixels}, and its long side may be {MAX_RATIO} times the short one at most."
        raise RefusedError(what, code=Rule.TOO_LONG)
