"""The contact sheet: a row of thumbnails for each class of a data set. Pure, from thumbnails to the bytes of a JPEG."""

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bot.drawing.lettering import drawable, font_path, shortened
from bot.imaging.signatures import BROKEN

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH = 800
MOST_CLASSES, MOST_IMAGES = 16, 6
_SIDE, _GAP, _MARGIN = 96, 6, 12
_FIRST = WIDTH - _MARGIN - MOST_IMAGES * (_SIDE + _GAP) + _GAP
_NAME_WIDTH = _FIRST - 2 * _MARGIN
_ROW, _TEXT, _LEADING, _MOST_LINES = _SIDE + 14, 18, 23, 3
_PAPER, _INK, _QUIET, _RULE, _BLANK = "#ffffff", "#2b2b2b", "#6b6b6b", "#e3e3e3", "#efefef"


def contact_sheet(thumbnails: Mapping[str, Sequence[bytes]]) -> bytes:
    """A JPEG of 800 pixels' width; classes come in the mapping's order, and the same give the same bytes."""
    from PIL import Image, ImageDraw, ImageFont

    shown = list(thumbnails.items())[:MOST_CLASSES]
    rest = _rest(len(thumbnails) - len(shown))
    height = 2 * _MARGIN + _ROW * len(shown) - (_ROW - _SIDE if shown else 0) + (_LEADING + _GAP if rest else 0)
    sheet = Image.new("RGB", (WIDTH, max(height, _ROW)), _PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(font_path(), _TEXT)
    for place, (name, images) in enumerate(shown):
        top = _MARGIN + place * _ROW
        if place:
            draw.line((_MARGIN, top - 8, WIDTH - _MARGIN, top - 8), _RULE)
        _write(draw, font, _lines(drawable(name, f"class {place}"), font), top)
        _paste(sheet, images, top)
    draw.text((_FIRST, sheet.height - _MARGIN), rest, _QUIET, font, anchor="ls")
    return _saved(sheet)


def _rest(count: int) -> str:
    return "" if count <= 0 else f"and {count:,} more class{'' if count == 1 else 'es'}"


def _lines(name: str, font: "FreeTypeFont") -> list[str]:
    """The name broken at its spaces and underscores, as far as three lines hold it."""
    lines: list[str] = [""]
    for word in name.replace("_", "_ ").replace("-", "- ").split():
        joined = f"{lines[-1]}{'' if lines[-1].endswith(('_', '-')) else ' '}{word}".strip()
        if not lines[-1] or font.getlength(joined) <= _NAME_WIDTH:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES - 1 :] = [" ".join(lines[_MOST_LINES - 1 :])]
    return [shortened(line, lambda text: font.getlength(text) <= _NAME_WIDTH) for line in lines]


def _write(draw: "ImageDraw", font: "FreeTypeFont", lines: Sequence[str], top: int) -> None:
    first = top + _SIDE / 2 - _LEADING * (len(lines) - 1) / 2
    for place, line in enumerate(lines):
        draw.text((_FIRST - _MARGIN, first + place * _LEADING), line, _INK, font, anchor="rm")


def _paste(sheet: "Image", images: Sequence[bytes], top: int) -> None:
    for place, image in enumerate(images[:MOST_IMAGES]):
        sheet.paste(_opened(image), (_FIRST + place * (_SIDE + _GAP), top))


def _opened(image: bytes) -> "Image":
    """A thumbnail as it was made; one that came to harm since is a blank."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(image), formats=("JPEG",)) as picture:
            return ImageOps.fit(picture.convert("RGB"), (_SIDE, _SIDE))
    except BROKEN:
        return Image.new("RGB", (_SIDE, _SIDE), _BLANK)


def _saved(sheet: "Image") -> bytes:
    target = io.BytesIO()
    sheet.save(target, "JPEG", quality=90, optimize=True)
    return target.getvalue()
