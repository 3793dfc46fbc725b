"""What becomes of one image of a data set: which rules it breaks, and the bytes that are packed in its place. Pure."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from bot.domain.checks import Finding, Rule
from bot.domain.image_rules import MAX_BYTES, MAX_RATIO, MAX_SIDE, MIN_SIDE
from bot.imaging import decoding
from bot.imaging.decoding import CutShortError, DamagedError
from bot.imaging.headers import HEADERS
from bot.imaging.image_headers import BrokenHeaderError, Colours, Header
from bot.imaging.jpeg_headers import with_end
from bot.imaging.pixel_budget import PixelBudget
from bot.imaging.signatures import format_of

_BOMB_PIXELS = 100_000_000
_EXTENSIONS = {
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif"), "JPEG"),
    **{f".{name}": name.upper() for name in ("png", "gif", "webp", "bmp", "tif", "tiff", "heic", "avif")},
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What images are to become: the short side in pixels (none: as they are), JPEG quality, the model's input side."""

    resize: int | None = None
    quality: int = 95
    image_side: int = 224


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found of one image. `payload` is what is to be packed, None where it is left out; the rest describes it.

    `digest` is of the source's bytes.
    """

    findings: tuple[Finding, ...]
    payload: bytes | None
    digest: bytes
    format: str = ""
    width: int = 0
    height: int = 0


class _BrokenRuleError(Exception):
    """Ends the examination of an image that is to be left out."""

    def __init__(self, rule: Rule, said: str) -> None:
        super().__init__(said)
        self.rule, self.said = rule, said


def examined(image: bytes, name: str, wish: Wish, budget: PixelBudget | None = None) -> Examined:
    """Check one image, and make what is to be packed of it; the budget bounds the pixels that all threads hold."""
    digest = hashlib.sha256(image).digest()[:16]
    try:
        taken = _taken(image, _judged(image), wish, budget or PixelBudget())
    except _BrokenRuleError as broken:
        return Examined((Finding(broken.rule, name, broken.said),), None, digest)
    notes = (*_renamed(image, name), *taken.changes, *_small(taken, wish))
    return Examined(
        tuple(Finding(rule, name, said) for rule, said in notes), taken.payload, digest, taken.format, *taken.sides
    )


def refused_by_size(size: int) -> tuple[Rule, str] | None:
    """The rule that a file of so many bytes breaks, whatever is in it; None: it has to be read."""
    if size == 0:
        return Rule.EMPTY_FILE, "has no bytes"
    if size > MAX_BYTES:
        return Rule.TOO_MANY_BYTES, f"is {size / 1024**2:.1f} MB; an image may have 4 MB, so save it smaller"
    return None


_Note = tuple[Rule, str]


@dataclass(frozen=True, slots=True)
class _Taken:
    payload: bytes
    format: str
    sides: tuple[int, int]
    changes: tuple[_Note, ...] = ()


def _judged(image: bytes) -> Header:
    """The header of an image that may be decoded."""
    if refused := refused_by_size(len(image)):
        raise _BrokenRuleError(*refused)
    format_name = format_of(image)
    if format_name not in HEADERS:
        raise _BrokenRuleError(*_foreign(format_name))
    try:
        header = HEADERS[format_name](image)
    except BrokenHeaderError as broken:
        raise _BrokenRuleError(Rule.DAMAGED, str(broken)) from None
    _check_sides(*header.sides)
    if header.animated:
        raise _BrokenRuleError(Rule.ANIMATED, "is an animated PNG; save one of its frames")
    return header


def _foreign(format_name: str) -> _Note:
    if format_name not in {"", "text"}:
        return Rule.FORMAT, f"is {format_name}; only PNG and JPEG can be read"
    return Rule.NO_IMAGE, f"is {'text' if format_name else 'of no kind that is known'}, and no image"


def _check_sides(width: int, height: int) -> None:
    short, long = sorted((width, height))
    pixels = f"{width} × {height} pixels"
    if width * height > _BOMB_PIXELS:
        raise _BrokenRuleError(Rule.BOMB, f"says that it is {pixels}; an image may have {MAX_SIDE} a side")
    if long > MAX_SIDE:
        raise _BrokenRuleError(Rule.TOO_LARGE, f"is {pixels}; an image may have {MAX_SIDE} a side, so scale it down")
    if short < MIN_SIDE:
        raise _BrokenRuleError(Rule.TOO_SMALL, f"is {pixels}; an image needs {MIN_SIDE} a side")
    if long > MAX_RATIO * short:
        raise _BrokenRuleError(Rule.TOO_LONG, f"is {pixels}; one side may be {MAX_RATIO} times the other, so crop it")


def _renamed(image: bytes, name: str) -> tuple[_Note, ...]:
    format_name, extension = format_of(image), PurePosixPath(name).suffix.lower()
    if _EXTENSIONS.get(extension, format_name) == format_name:
        return ()
    return ((Rule.EXTENSION, f"is {format_name} in spite of its name's {extension}"),)


def _small(taken: _Taken, wish: Wish) -> tuple[_Note, ...]:
    width, height = taken.sides
    if min(taken.sides) >= wish.image_side:
        return ()
    said = (
        f"is {width} × {height} pixels, and image_shape needs {wish.image_side} a side; resize={wish.image_side} helps"
    )
    return ((Rule.UNDER_SHAPE, said),)


def _taken(image: bytes, header: Header, wish: Wish, budget: PixelBudget) -> _Taken:
    try:
        return _as_wished(image, header, wish, budget)
    except CutShortError as cut:
        if cut.missing == 0 and header.format == "JPEG":
            return _ended(with_end(image), wish, budget)
        raise _BrokenRuleError(Rule.DAMAGED, f"is cut short: {decoding.lacking(cut.missing, header.height)}") from None
    except DamagedError:
        raise _BrokenRuleError(Rule.DAMAGED, "is damaged: its pixels cannot be decoded") from None


def _ended(image: bytes, wish: Wish, budget: PixelBudget) -> _Taken:
    """All rows are there, and just the marker that ends a JPEG was missing."""
    taken = _as_wished(image, HEADERS["JPEG"](image), wish, budget)
    return replace(taken, changes=((Rule.END, "lacked its end marker; it was added"), *taken.changes))


def _as_wished(image: bytes, header: Header, wish: Wish, budget: PixelBudget) -> _Taken:
    changes = _conversions(header)
    sides = _resized_sides(header.sides, wish.resize)
    if not changes and sides == header.sides:
        with budget.held(decoding.weight(header, decoding.scale_for(header, (1, 1)))):
            decoding.verified(header)
        return _Taken(image, header.format, sides)
    stored = sides[::-1] if header.orientation > 4 else sides
    with budget.held(_weight(header, stored)):
        payload, format_name = _remade(header, stored, wish)
    return _Taken(payload, format_name, sides, changes)


def _weight(header: Header, stored: tuple[int, int]) -> int:
    extra = 0 if stored == (header.width, header.height) and not header.turned else 4 * stored[0] * stored[1]
    return decoding.weight(header, decoding.scale_for(header, stored)) + extra


def _remade(header: Header, stored: tuple[int, int], wish: Wish) -> tuple[bytes, str]:
    """Decode, convert, resize, turn and encode: a JPEG unless a PNG keeps its size."""
    resized = stored != (header.width, header.height)
    picture = decoding.as_rgb(decoding.decoded(header, stored if resized else None), header)
    if resized:
        picture = decoding.resized(picture, stored)
    picture = decoding.upright(picture, header.orientation)
    if header.format == "PNG" and not resized:
        png = decoding.encoded(picture, "PNG", wish.quality)
        if len(png) <= MAX_BYTES:
            return png, "PNG"
    return decoding.encoded(picture, "JPEG", wish.quality), "JPEG"


def _resized_sides(sides: tuple[int, int], short: int | None) -> tuple[int, int]:
    """The sides with the shorter one as wished, like im2rec, as far as the longer one stays within the rules."""
    if short is None:
        return sides
    factor = min(short / min(sides), MAX_SIDE / max(sides))
    width, height = (max(1, round(side * factor)) for side in sides)
    return width, height


def _conversions(header: Header) -> tuple[_Note, ...]:
    """What is changed in an image before the algorithm may have it, resizing apart."""
    found: list[_Note] = []
    if header.turned:
        found.append(
            (Rule.TURNED, f"was stored turned (EXIF orientation {header.orientation}); its pixels were turned")
        )
    if header.colours == Colours.CMYK:
        found.append((Rule.CMYK, "was CMYK; converted to RGB"))
    if header.colours == Colours.PALETTE:
        found.append((Rule.PALETTE, "had a palette; converted to RGB"))
    if header.alpha:
        found.append((Rule.ALPHA, "had transparency; put on white"))
    if header.bits == 16:
        found.append((Rule.DEPTH, "had 16 bits a channel; converted to 8"))
    if header.colours == Colours.GREY and header.bits < 8:
        found.append((Rule.GREY, f"was grey of {header.bits} bit a pixel; converted to RGB"))
    return tuple(found)


def thumbnail(payload: bytes, side: int = 96) -> bytes:
    """A square JPEG of the middle of an image that was taken."""
    from PIL import ImageOps

    header = HEADERS[format_of(payload)](payload)
    picture = decoding.as_rgb(decoding.decoded(header, (2 * side, 2 * side)), header)
    return decoding.encoded(ImageOps.fit(picture, (side, side)), "JPEG", 85)
