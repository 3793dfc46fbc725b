"""The bar picture of a data set's split: images per class, to train on and to validate with. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bot.domain.preparations import ClassCount
from bot.drawing.figures import BLUE, INK, PAPER, PX, QUIET, VERMILLION, WIDTH, as_png, new_figure
from bot.drawing.lettering import drawable, listed, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

MOST_CLASSES = 24
# As in the accuracy chart: told apart with any kind of colour blindness, here also by the hatching.
_TRAIN, _VALIDATION = VERMILLION, BLUE
_TEXT, _HEADLINE = 17 * PX, 21 * PX
_TOP, _BOTTOM, _ROW, _BAR = 92, 14, 32, 20
_LEFT, _NAMES_END, _BARS_START, _BARS_END, _RIGHT = 16, 204, 214, 560, 784
_DOMINANT = 6  # times the median: a class beyond that has its bar broken, so that the others stay seen
_THINNEST = 2


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the picture: a class, or (no count) what is said of those that are folded."""

    label: str
    count: ClassCount | None = None


def split_chart(classes: Sequence[ClassCount]) -> bytes:
    """A PNG of 800 pixels' width; the same counts always give the same bytes."""
    rows = _rows(classes)
    height = _TOP + _ROW * max(1, len(rows)) + _BOTTOM
    figure = new_figure(height)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
    axes.set_axis_off()
    _title(axes, classes)
    longest = _longest([row.count for row in rows if row.count])
    for place, row in enumerate(rows):
        _draw(axes, row, _TOP + _ROW * (place + 0.5), longest)
    return as_png(figure)


def split_alt_text(classes: Sequence[ClassCount]) -> str:
    """What the picture says, for those who do not see it."""
    rows = _rows(classes)
    each = [f"{row.count.name} {_counts(row.count)}" if row.count else row.label for row in rows]
    return f"{headline(classes)} (train + validation). {listed(each)}." if each else f"{headline(classes)}."


def headline(classes: Sequence[ClassCount]) -> str:
    """The result: how many images in how many classes, and how they are split."""
    train, validation = sum(one.train for one in classes), sum(one.validation for one in classes)
    if not train + validation:
        return "No image could be taken"
    words = f"{train + validation:,} images in {len(classes):,} class{'' if len(classes) == 1 else 'es'}"
    return f"{words}: {train:,} + {validation:,}"


def _rows(classes: Sequence[ClassCount]) -> list[_Row]:
    """In label order if all fit; else the largest and the smallest, and between them the figures of the rest."""
    if len(classes) <= MOST_CLASSES:
        return [_Row(drawable(one.name, f"class {label}"), one) for label, one in enumerate(classes)]
    ordered = sorted(enumerate(classes), key=lambda one: (-_taken(one[1]), one[0]))
    rows = [_Row(drawable(one.name, f"class {label}"), one) for label, one in ordered]
    half = MOST_CLASSES // 2
    folded = [_taken(one) for _, one in ordered[half:-half]]
    low, high = min(folded), max(folded)
    span = f"{low:,}" if low == high else f"{low:,}–{high:,}"
    several = "class" if len(folded) == 1 else "classes"
    return [*rows[:half], _Row(f"and {len(folded):,} more {several}: {span} images each"), *rows[-half:]]


def _taken(count: ClassCount) -> int:
    return count.train + count.validation


def _counts(count: ClassCount) -> str:
    return f"{count.train:,} + {count.validation:,}" + (f", {count.left_out:,} left out" if count.left_out else "")


def _longest(counts: Sequence[ClassCount]) -> float:
    """How many images a bar of full length stands for."""
    sizes = [_taken(count) + count.left_out for count in counts if _taken(count) + count.left_out]
    if not sizes:
        return 1
    bound = _DOMINANT * median(sizes)
    within = [size for size in sizes if size <= bound]
    return max(sizes) if len(within) == len(sizes) else max(1.5 * max(within), bound / 2)


def _title(axes: "Axes", classes: Sequence[ClassCount]) -> None:
    _text(axes, _LEFT, 30, headline(classes), size=_HEADLINE, weight="bold")
    at = float(_LEFT)
    shown = [("train", _TRAIN, ""), ("validation", _VALIDATION, "////")]
    if any(one.left_out for one in classes):
        shown.append((f"left out: {sum(one.left_out for one in classes):,}", "none", ""))
    for label, colour, hatch in shown:
        _bar(axes, (at, 58), 26, colour, hatch)
        at = _end(_text(axes, at + 34, 68, label)) + 26


def _draw(axes: "Axes", row: _Row, middle: float, longest: float) -> None:
    if row.count is None:
        _text(axes, _BARS_START, middle, row.label, color=QUIET, style="italic")
        return
    _name(axes, row.label, middle)
    size = _taken(row.count) + row.count.left_out
    # A bar that is too long keeps the proportion of its parts.
    pixels = (_BARS_END - _BARS_START) / max(longest, size)
    at, top = float(_BARS_START), middle - _BAR / 2
    parts = (
        (row.count.train, _TRAIN, ""),
        (row.count.validation, _VALIDATION, "////"),
        (row.count.left_out, "none", ""),
    )
    for number, colour, hatch in parts:
        length = max(number * pixels, _THINNEST) if number else 0
        if number:
            _bar(axes, (at, top), length, colour, hatch)
        at += length
    if size > longest:
        _break(axes, top)
    _label(axes, row.count, at + 9, middle)


def _bar(axes: "Axes", place: tuple[float, float], length: float, colour: str, hatch: str) -> None:
    from matplotlib.patches import Rectangle

    edge = QUIET if colour == "none" else PAPER
    inset = 0.75 if colour == "none" else 0
    axes.add_patch(
        Rectangle(
            (place[0] + inset, place[1] + inset),
            max(length - 2 * inset, 0.5),
            _BAR - 2 * inset,
            facecolor=colour,
            edgecolor=edge,
            hatch=hatch,
            hatch_linewidth=1.2,
            linewidth=1 if colour == "none" else 0,
        )
    )


def _break(axes: "Axes", top: float) -> None:
    """Two slanted gaps near the start of a bar that is not drawn to scale."""
    for shift in (0, 9):
        at = _BARS_START + 0.45 * (_BARS_END - _BARS_START) + shift
        axes.plot((at, at + 9), (top + _BAR + 2, top - 2), color=PAPER, linewidth=3.2 * PX * 1.4, zorder=4)


def _name(axes: "Axes", name: str, middle: float) -> None:
    drawn = _text(axes, _NAMES_END, middle, name, ha="right")

    def fits(text: str) -> bool:
        drawn.set_text(text)
        return _end(drawn) - _start(drawn) <= _NAMES_END - _LEFT

    drawn.set_text(shortened(name, fits))


def _label(axes: "Axes", count: ClassCount, at: float, middle: float) -> None:
    end = _end(_text(axes, at, middle, f"{count.train:,} + {count.validation:,}"))
    if count.left_out:
        _text(axes, end + 7, middle, f"({count.left_out:,})", color=QUIET)


def _text(axes: "Axes", x: float, y: float, text: str, **style: object) -> "Text":
    options: dict[str, object] = {"size": _TEXT, "color": INK, "ha": "left", "va": "center_baseline", **style}
    return axes.text(x, y, text, parse_math=False, **options)  # type: ignore[arg-type]


def _end(text: "Text") -> float:
    return float(text.get_window_extent().x1)


def _start(text: "Text") -> float:
    return float(text.get_window_extent().x0)
