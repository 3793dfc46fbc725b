"""Accuracy per epoch as a picture: pure, from a curve to the bytes of a PNG, and the same picture in words.

matplotlib is imported where it draws, since it costs 40 MB and most processes never draw.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.metrics import Curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT, _DPI = 800, 450, 100
# Okabe and Ito's blue and vermillion: told apart with any kind of colour blindness, and in grey by their lightness.
_TRAIN, _VALIDATION, _INK, _GRID, _PAPER = "#c2570c", "#0072b2", "#2b2b2b", "#d9d9d9", "#ffffff"
_PX = 72 / _DPI  # points in a pixel: the text is 16 pixels high at full width, and 7 on a phone
_MARKED_EPOCHS = 40
_SMALLEST_SPAN = 8.0
_LABEL_GAP = 24


@dataclass(frozen=True, slots=True)
class _Line:
    """One figure of all epochs that have it, in per cent."""

    label: str
    colour: str
    marker: str
    numbers: tuple[int, ...]
    shares: tuple[float, ...]


def accuracy_chart(curve: Curve, job_name: str = "") -> bytes:
    """A PNG of 800 × 450 pixels; the same curve and name always give the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=_PAPER)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.105, 0.145, 0.705, 0.70))
    lines = _lines(curve)
    _frame(axes, curve, lines)
    for line in lines:
        _draw(axes, line)
    _mark_best(axes, curve)
    _label_ends(axes, lines)
    _title(figure, curve, job_name)
    drawn = io.BytesIO()
    canvas.print_png(drawn, metadata={"Software": None})
    return drawn.getvalue()


def alt_text(curve: Curve) -> str:
    """What the picture says, for those who do not see it."""
    if not curve:
        return "No epoch is done yet."
    ends = " and ".join(f"{line.label} {_percent(line.shares[-1])}" for line in _lines(curve))
    last = curve.last_number
    return f"{_headline(curve)}. After epoch {last}: {ends or 'no accuracy'}."


def _headline(curve: Curve) -> str:
    best = curve.best
    if best is None or best.validation is None:
        return "No validation accuracy yet"
    return f"Best validation accuracy {_percent(best.validation * 100)} at epoch {best.number}"


def _percent(share: float) -> str:
    return f"{share:.1f} %"


def _lines(curve: Curve) -> list[_Line]:
    train = [(epoch.number, epoch.train * 100) for epoch in curve.epochs if epoch.train is not None]
    validation = [(epoch.number, epoch.validation * 100) for epoch in curve.epochs if epoch.validation is not None]
    drawn = [
        _Line("train", _TRAIN, "s", *_columns(train)),
        _Line("validation", _VALIDATION, "o", *_columns(validation)),
    ]
    return [line for line in drawn if line.numbers]


def _columns(points: Sequence[tuple[int, float]]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    finite = [(number, share) for number, share in points if math.isfinite(share)]
    return tuple(number for number, _ in finite), tuple(share for _, share in finite)


def _frame(axes: "Axes", curve: Curve, lines: Sequence[_Line]) -> None:
    """Axes that fit the data: only epochs that ran, and all accuracies with a margin."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    low, high = y_range([share for line in lines for share in line.shares])
    axes.set_ylim(low, high)
    axes.set_xlim(*x_range([epoch.number for epoch in curve.epochs]))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(PercentFormatter(decimals=_decimals(high - low), symbol=" %"))
    axes.set_xlabel("epoch", fontsize=16 * _PX, color=_INK)
    axes.tick_params(labelsize=16 * _PX, colors=_INK, length=0, pad=7)
    axes.grid(axis="y", color=_GRID, linewidth=1)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color("#9a9a9a")


def x_range(numbers: Sequence[int]) -> tuple[float, float]:
    """From the first epoch to the last with room for their marks."""
    first, last = (min(numbers), max(numbers)) if numbers else (1, 1)
    room = max(0.5 if first == last else 0.25, (last - first) * 0.02)
    return first - room, last + room


def y_range(shares: Sequence[float]) -> tuple[float, float]:
    """All figures with a margin, at least 8 % apart so that noise does not look like news, within 0 to 100 %."""
    low, high = (min(shares), max(shares)) if shares else (0.0, 100.0)
    span = max((high - low) * 1.2, _SMALLEST_SPAN)
    middle = (low + high) / 2
    bottom, top = middle - span / 2, middle + span / 2
    # Room above 100 % and below 0 is kept for the marks only.
    slack = span * 0.06
    shift = max(0.0, -slack - bottom) - max(0.0, top - 100 - slack)
    return bottom + shift, top + shift


def _decimals(span: float) -> int:
    return 0 if span > 6 else 1


def _draw(axes: "Axes", line: _Line) -> None:
    every = max(1, math.ceil(len(line.numbers) / _MARKED_EPOCHS))
    axes.plot(
        line.numbers,
        line.shares,
        color=line.colour,
        linewidth=2.4,
        marker=line.marker,
        markersize=6.5,
        markevery=every,
        markeredgecolor=_PAPER,
        markeredgewidth=1,
        clip_on=False,
        zorder=3,
    )


def _mark_best(axes: "Axes", curve: Curve) -> None:
    best = curve.best
    if best is None or best.validation is None:
        return
    share = best.validation * 100
    axes.axvline(best.number, color=_VALIDATION, linewidth=1.2, linestyle=(0, (3, 3)), alpha=0.7, zorder=2)
    axes.plot([best.number], [share], marker="o", markersize=14, mfc="none", mec=_VALIDATION, mew=2.4, clip_on=False)


def _label_ends(axes: "Axes", lines: Sequence[_Line]) -> None:
    """Each line's name at its end in its colour, moved apart where the lines end close together."""
    ends = [axes.transData.transform((line.numbers[-1], line.shares[-1]))[1] for line in lines]
    right = axes.transAxes.transform((1, 0))[0] + 12
    for line, height in zip(lines, spread(ends, _LABEL_GAP * 2), strict=True):
        axes.annotate(
            f"{line.label}\n{_percent(line.shares[-1])}",
            (right, height),
            xycoords="figure pixels",
            fontsize=16 * _PX,
            color=line.colour,
            va="center",
            annotation_clip=False,
        )


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """The heights of at most two labels with at least `gap` between them, moved as little as that takes."""
    if len(heights) < 2 or abs(heights[0] - heights[1]) >= gap:
        return list(heights)
    middle = sum(heights) / 2
    first_is_upper = heights[0] >= heights[1]
    upper, lower = middle + gap / 2, middle - gap / 2
    return [upper, lower] if first_is_upper else [lower, upper]


def _title(figure: "Figure", curve: Curve, job_name: str) -> None:
    figure.text(0.02, 0.925, _headline(curve), fontsize=19 * _PX, fontweight="bold", color=_INK)
    figure.text(0.98, 0.925, _short(job_name), fontsize=14 * _PX, color="#6b6b6b", ha="right")


def _short(name: str) -> str:
    plain = "".join(part for part in name if part.isprintable()).replace("$", "")
    return plain if len(plain) <= 24 else f"{plain[:23]}…"
