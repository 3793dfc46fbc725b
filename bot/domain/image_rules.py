"""The rules that an image must keep before a model may see it, the sentence for each that it breaks, and what helps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import RefusedError

MEGABYTE = 1024 * 1024
MAX_BYTES = 4 * MEGABYTE
MIN_SIDE, MAX_SIDE, MAX_RATIO = 64, 4096, 20
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}
# What may be converted, and of how many pixels: as many as each format's decoder holds in less than 200 MB.
MOST_BYTES_TO_CONVERT = 40 * MEGABYTE
MOST_PIXELS_TO_CONVERT = {
    "JPEG": 120_000_000,
    **dict.fromkeys(("PNG", "HEIC", "TIFF", "BMP", "GIF"), 25_000_000),
    "AVIF": MAX_SIDE * MAX_SIDE,
    "WebP": 8_000_000,
}


class Rule(StrEnum):
    """What an image can break; a refusal's `code` names it."""

    TOO_LARGE = "too_large"
    TOO_BIG = "too_big"
    FORMAT = "format"
    FAR_TOO_LARGE = "far_too_large"
    FAR_TOO_BIG = "far_too_big"
    FOREIGN = "foreign"
    ANIMATED = "animated"
    TOO_SMALL = "too_small"
    TOO_LONG = "too_long"
    DAMAGED = "damaged"
    COSTLY = "costly"
    NO_IMAGE = "no_image"
    WEB_PAGE = "web_page"
    EMPTY = "empty"


_CONVERTIBLE = frozenset({Rule.TOO_LARGE, Rule.TOO_BIG, Rule.FORMAT})


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What a look at the bytes says: `format` by content ("": none that is known), sides in pixels after turning.

    Sides of 0 are unknown. `flaw` says what is broken in it, in words that follow its name. `frames` counts pages too.
    """

    format: str
    width: int
    height: int
    size: int
    frames: int = 1
    flaw: str = ""

    @property
    def pixels(self) -> str:
        return f"{self.width} × {self.height} pixels"


def convertible(rule: str) -> bool:
    """Whether conversion makes an image that breaks this rule (a Rule's value) one that keeps all of them."""
    return rule in _CONVERTIBLE


def check_size(name: str, size: int) -> None:
    """Refuse by the size alone, before anything is fetched."""
    _refuse_first(name, ImageFacts("", 0, 0, size), (_check_far_too_large, _check_too_large))


def check_image(name: str, facts: ImageFacts) -> None:
    """Refuse an image that breaks a rule, naming the rule and the image's own figure.

    What no conversion helps against comes first, so that none is offered in vain.
    """
    check_convertible(name, facts)
    _refuse_first(name, facts, _HELPED)


def check_convertible(name: str, facts: ImageFacts) -> None:
    """Refuse an image that breaks a rule which no conversion helps against."""
    _refuse_first(name, facts, (_check_far_too_large, *_LASTING))


@contextmanager
def named(name: str) -> Iterator[None]:
    """Whatever is refused within, which knew bytes alone, is refused by the file's name."""
    try:
        yield
    except RefusedError as error:
        if not error.what.startswith(_NAMELESS):
            raise
        what = error.what.replace(_NAMELESS, f"`{name}`", 1)
        raise RefusedError(what, error.why, error.next_step, error.code) from error


def keeps_all(facts: ImageFacts) -> bool:
    """Whether a model may see the image."""
    return not any(_refusals("", facts, (*_LASTING, *_HELPED)))


def damaged(name: str) -> RefusedError:
    """For an image of which only decoding shows that it cannot be decoded."""
    return _refusal(Rule.DAMAGED, name, "is damaged: its pixels cannot be decoded.", _ONCE_MORE)


def costly(name: str) -> RefusedError:
    """For an image whose decoding was stopped, as it took too much time or memory."""
    said = "takes more time or memory to decode than I may spend on one image."
    return _refusal(Rule.COSTLY, name, said, "Save it as a plain JPEG and upload that.")


_NAMELESS = "This file"
_ONCE_MORE = "Save it anew and upload it once more."
_AS_PICTURE = "Save it as a JPEG or a PNG and upload that."
_UNPACK = "Unpack it and upload the images that are in it."
_REMEDIES = {
    "a PDF": "Save the page you mean as a JPEG or a PNG and upload that.",
    "a video": "Save the frame you mean as a JPEG or a PNG and upload that.",
    "SVG": "Export it as a PNG and upload that.",
    "an archive": _UNPACK,
    "a ZIP archive": _UNPACK,
}
_SUFFIXES = {
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif"), "JPEG"),
    **dict.fromkeys(("heic", "heif", "hif"), "HEIC"),
    **dict.fromkeys(("tif", "tiff"), "TIFF"),
    **{name.lower(): name for name in ("PNG", "GIF", "WebP", "BMP", "AVIF", "SVG")},
}
_Check = Callable[[str, ImageFacts], RefusedError | None]


def _refuse_first(name: str, facts: ImageFacts, checks: tuple[_Check, ...]) -> None:
    for refusal in _refusals(name, facts, checks):
        raise refusal


def _refusals(name: str, facts: ImageFacts, checks: tuple[_Check, ...]) -> Iterator[RefusedError]:
    return (refusal for check in checks if (refusal := check(name, facts)))


def _refusal(rule: Rule, name: str, said: str, next_step: str = "") -> RefusedError:
    return RefusedError(f"{f'`{name}`' if name else _NAMELESS} {said}", next_step=next_step, code=rule)


def _in_spite(name: str, facts: ImageFacts) -> str:
    """Says so where the name promises another format."""
    promised = _SUFFIXES.get(name.rpartition(".")[2].lower(), facts.format)
    return "" if promised == facts.format else " in spite of its name"


def _check_far_too_large(name: str, facts: ImageFacts) -> RefusedError | None:
    if facts.size <= MOST_BYTES_TO_CONVERT:
        return None
    most = MOST_BYTES_TO_CONVERT // MEGABYTE
    said = f"is {_megabytes(facts.size, most)}, and an image may have {MAX_BYTES // MEGABYTE} MB at most."
    return _refusal(
        Rule.FAR_TOO_LARGE, name, said, f"Save it smaller and upload it again: I can convert up to {most} MB."
    )


def _check_too_large(name: str, facts: ImageFacts) -> RefusedError | None:
    if facts.size <= MAX_BYTES:
        return None
    most = MAX_BYTES // MEGABYTE
    figure = _megabytes(facts.size, most)
    return _refusal(Rule.TOO_LARGE, name, f"is {figure}, and an image may have {most} MB at most.")


def _megabytes(size: int, most: int) -> str:
    """More than `most` of them, in words that say so."""
    figure = f"{size / MEGABYTE:.1f}".removesuffix(".0")
    return f"{'just over ' if figure == str(most) else ''}{figure} MB"


def _check_kind(name: str, facts: ImageFacts) -> RefusedError | None:
    if not facts.size:
        return _refusal(Rule.EMPTY, name, "is empty: it has no bytes.", "Upload it again.")
    if facts.format == "a web page":
        return _refusal(Rule.WEB_PAGE, name, "came as a web page instead of an image.", "Upload the image itself.")
    if facts.format in {"", "text"}:
        kind = "is text, and no image" if facts.format else "is of no kind that I know, and no image"
        return _refusal(Rule.NO_IMAGE, name, f"{kind}{_in_spite(name, facts)}.", "Upload a JPEG or a PNG.")
    if facts.format not in MOST_PIXELS_TO_CONVERT:
        return _refusal(Rule.FOREIGN, name, _unread(name, facts), _REMEDIES.get(facts.format, _AS_PICTURE))
    return None


def _unread(name: str, facts: ImageFacts) -> str:
    return f"is {facts.format}{_in_spite(name, facts)}, and this model reads JPEG and PNG."


def _check_flaw(name: str, facts: ImageFacts) -> RefusedError | None:
    return _refusal(Rule.DAMAGED, name, f"{facts.flaw}.", _ONCE_MORE) if facts.flaw else None


def _check_frames(name: str, facts: ImageFacts) -> RefusedError | None:
    if facts.frames == 1:
        return None
    kind = "has several pages" if facts.format == "TIFF" else f"is an animated {facts.format}"
    part = "page" if facts.format == "TIFF" else "frame"
    next_step = f"Save the {part} you mean as a JPEG or a PNG and upload that."
    return _refusal(Rule.ANIMATED, name, f"{kind}, and this model reads single images.", next_step)


def _check_too_small(name: str, facts: ImageFacts) -> RefusedError | None:
    if not facts.width or min(facts.width, facts.height) >= MIN_SIDE:
        return None
    said = f"has {facts.pixels}, and an image needs {MIN_SIDE} pixels a side at least."
    return _refusal(Rule.TOO_SMALL, name, said, "Upload the original: enlarging this one would add nothing to see.")


def _check_too_long(name: str, facts: ImageFacts) -> RefusedError | None:
    short, long = sorted((facts.width, facts.height))
    if long <= MAX_RATIO * short:
        return None
    said = f"has {facts.pixels}, and its long side may be {MAX_RATIO} times the short one at most."
    return _refusal(Rule.TOO_LONG, name, said, "Cut out the part that matters and upload that.")


def _check_far_too_big(name: str, facts: ImageFacts) -> RefusedError | None:
    if facts.width * facts.height <= MOST_PIXELS_TO_CONVERT[facts.format]:
        return None
    millions = f"{facts.width * facts.height / 1e6:.1f} million"
    most = f"{MOST_PIXELS_TO_CONVERT[facts.format] // 1_000_000} million of a {facts.format}"
    said = f"has {facts.pixels}, which are {millions}, and I can convert {most} at most."
    scaled = f"Scale it down to {MAX_SIDE} pixels a side and upload it again."
    return _refusal(Rule.FAR_TOO_BIG, name, said, scaled if max(facts.width, facts.height) > MAX_SIDE else _AS_PICTURE)


def _check_too_big(name: str, facts: ImageFacts) -> RefusedError | None:
    if max(facts.width, facts.height) <= MAX_SIDE:
        return None
    said = f"has {facts.pixels}, and an image may have {MAX_SIDE} pixels a side at most."
    return _refusal(Rule.TOO_BIG, name, said)


def _check_format(name: str, facts: ImageFacts) -> RefusedError | None:
    return None if facts.format in FORMATS else _refusal(Rule.FORMAT, name, _unread(name, facts))


_LASTING: tuple[_Check, ...] = (
    _check_kind,
    _check_frames,
    _check_too_long,
    _check_too_small,
    _check_far_too_big,
    _check_flaw,
)
_HELPED: tuple[_Check, ...] = (_check_format, _check_too_large, _check_too_big)
