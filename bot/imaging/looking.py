"""What is said of an uploaded image's bytes: by content, and never decoded where the header breaks a rule already."""

from dataclasses import replace

from bot.domain.image_rules import FORMATS, MAX_SIDE, MOST_PIXELS_TO_CONVERT, ImageFacts, keeps_all
from bot.imaging import decoding
from bot.imaging.decoding import CutShortError, DamagedError
from bot.imaging.foreign_headers import foreign_header
from bot.imaging.headers import HEADERS
from bot.imaging.image_headers import BrokenHeaderError, Header, RareKindError
from bot.imaging.pixel_budget import PixelBudget
from bot.imaging.signatures import format_of

_MOST_WEIGHT = 135_000_000  # bytes: a PNG of four channels as large as the rules allow, and no JPEG in passes of four


def looked_at(image: bytes, budget: PixelBudget) -> ImageFacts:
    """The facts of any bytes; the budget bounds the pixels that all threads hold."""
    name = format_of(image)
    try:
        if name in FORMATS:
            return _facts(name, image, budget)
        if name in MOST_PIXELS_TO_CONVERT:
            return _foreign(name, image)
    except BrokenHeaderError as broken:
        return ImageFacts(name, 0, 0, len(image), flaw=str(broken))
    return ImageFacts(name, 0, 0, len(image))


def _foreign(name: str, image: bytes) -> ImageFacts:
    try:
        header = foreign_header(name, image)
    except RareKindError:
        return _rare(name, image)
    return ImageFacts(name, header.width, header.height, len(image), header.frames)


def _rare(name: str, image: bytes) -> ImageFacts:
    return ImageFacts(f"a {name} of a rare kind", 0, 0, len(image))


def _is_slow(header: Header) -> bool:
    """Whether it is a PNG that takes twice as long for its pixels, of which it has too many for that."""
    return header.format == "PNG" and (header.bits == 16 or header.in_passes) and max(header.sides) > MAX_SIDE


def _facts(name: str, image: bytes, budget: PixelBudget) -> ImageFacts:
    header = HEADERS[name](image)
    if _is_slow(header):
        return _rare(name, image)
    facts = ImageFacts(name, *header.sides, len(image), 2 if header.animated else 1)
    return replace(facts, flaw=_flaw(header, budget)) if keeps_all(facts) else facts


def _flaw(header: Header, budget: PixelBudget) -> str:
    """What shows only when all of it is decoded."""
    weight = decoding.weight(header, decoding.scale_for(header, (1, 1)))
    if weight > _MOST_WEIGHT:
        return f"takes {weight // 1_000_000} MB of memory to decode"
    try:
        with budget.held(weight):
            decoding.verified(header)
    except CutShortError as cut:
        # Without just the marker that ends it, a JPEG has all that is to be seen.
        whole = header.format == "JPEG" and cut.missing == 0
        return "" if whole else f"is cut short: {decoding.lacking(cut.missing, header.height)}"
    except DamagedError:
        return "is damaged: its pixels cannot be decoded"
    return ""
