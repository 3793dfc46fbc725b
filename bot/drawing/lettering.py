"""People's names in pictures: which characters the font has, what stands for the others, and how much fits."""

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

ELLIPSIS = "…"


def drawable(name: str, instead: str) -> str:
    """The name in characters that can be drawn: signs by their Unicode names, and `instead` if little is left."""
    kept = [_drawn(one) for one in unicodedata.normalize("NFC", name)]
    if sum(1 for one in kept if one) * 2 < len(kept):
        return instead
    return " ".join("".join(kept).split()) or instead


def _drawn(character: str) -> str:
    if ord(character) in glyphs() and character.isprintable():
        return character
    if unicodedata.category(character) == "So":
        return f" {unicodedata.name(character, '').lower()} "
    return " " if character.isspace() else ""


def shortened(text: str, fits: Callable[[str], bool]) -> str:
    """As much of the text as fits, and its end too: names of a kind differ there."""
    if fits(text):
        return text
    for kept in range(len(text) - 1, 1, -1):
        tail = min(kept // 3, 6)
        short = text[: kept - tail].rstrip() + ELLIPSIS + text[len(text) - tail :]
        if fits(short):
            return short
    return ELLIPSIS


def listed(parts: Sequence[str], most: int = 1500) -> str:
    """The parts with commas between them, as many as an alt text of Slack's (2,000 characters) has room for."""
    kept: list[str] = []
    for part in parts:
        if sum(len(one) + 2 for one in kept) + len(part) > most:
            return f"{', '.join(kept)}, {ELLIPSIS}".removeprefix(", ")
        kept.append(part)
    return ", ".join(kept)


@cache
def font_path() -> Path:
    """DejaVu Sans as matplotlib ships it; found without importing matplotlib, which costs 40 MB."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("matplotlib, whose font is needed")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"


@cache
def glyphs() -> frozenset[int]:
    """The characters that the font has."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(font_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())
