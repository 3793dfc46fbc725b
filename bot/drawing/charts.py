"""Accuracy per epoch as a picture: pure, from a curve to the bytes of a PNG, and the same picture in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.metrics import Curve
from bot.drawing.figures import (
    BLUE,
    INK,
    PAPER,
    PX,
    QUIET,
    VERMILLION,
    accuracies_upwards,
    as_png,
    epochs_across,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TRAIN, _VALIDATION = VERMILLION, BLUE
_TEXT, _HEADLINE = 18 * PX, 21 * PX
_TICKS, _MARKED_EPOCHS, _THIN_FROM = 7, 24, 60
_LABEL_HEIGHT, _LABEL_GAP = 44, 50


@dataclass(frozen=True, slots=True)
class _Line:
    """One figure of all epochs that have it, in per cent."""

    label: str
    colour: str
    marker: str
    size: float
    width: float
    numbers: tuple[int, ...]
    shares: tuple[float, ...]


def accuracy_chart(curve: Curve, job_name: str = "") -> bytes:
    """A PNG of 800 × 450 pixels; the same curve and name always give the same bytes."""
    figure = new_figure()
    axes = figure.add_axes((0.11, 0.16, 0.68, 0.685))
    lines = _lines(curve)
    accuracies_upwards(axes, [share for line in lines for share in line.shares], _TICKS, _TEXT)
    epochs_across(axes, [epoch.number for epoch in curve.epochs], _TEXT)
    for line in lines:
        _draw(axes, line)
    _mark_best(axes, curve)
    _label_ends(axes, lines)
    _title(figure, curve, job_name)
    return as_png(figure)


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
    # The squares are larger than the circles, so that both are seen where the lines run over each other.
    drawn = [
        _Line("train", _TRAIN, "s", 10, 1.8, *_columns(train)),
        _Line("validation", _VALIDATION, "o", 6.5, 2.6, *_columns(validation)),
    ]
    return [line for line in drawn if line.numbers]


def _columns(points: Sequence[tuple[int, float]]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    possible = [(number, share) for number, share in points if 0 <= share <= 100]
    return tuple(number for number, _ in possible), tuple(share for _, share in possible)


def _draw(axes: "Axes", line: _Line) -> None:
    epochs = len(line.numbers)
    every = 1 if epochs <= 2 * _MARKED_EPOCHS else math.ceil(epochs / _MARKED_EPOCHS)
    axes.plot(
        line.numbers,
        line.shares,
        color=line.colour,
        linewidth=line.width * (0.6 if epochs > _THIN_FROM else 1),
        marker=line.marker,
        markersize=line.size,
        markevery=every,
        markeredgecolor=PAPER,
        markeredgewidth=1,
        clip_on=False,
        zorder=3,
    )


def _mark_best(axes: "Axes", curve: Curve) -> None:
    best = curve.best
    if best is None or best.validation is None or not 0 <= best.validation <= 1:
        return
    share = best.validation * 100
    axes.axvline(best.number, color=_VALIDATION, linewidth=1.2, linestyle=(0, (3, 3)), alpha=0.7, zorder=2)
    axes.scatter(
        [best.number],
        [share],
        s=200,
        facecolors="none",
        edgecolors=_VALIDATION,
        linewidths=2.4,
        clip_on=False,
        zorder=5,
    )
    _name_best(axes, best.number, share)


def _name_best(axes: "Axes", number: int, share: float) -> None:
    """At the end of the best epoch's line that is far from the curves, on the side that has room."""
    left, right = axes.get_xlim()
    bottom, top = axes.get_ylim()
    is_high, is_right = share > (bottom + top) / 2, number > (left + right) / 2
    axes.annotate(
        f"best: epoch {number}",
        (number, bottom if is_high else top),
        xytext=(-6 if is_right else 6, 8 if is_high else -8),
        textcoords="offset points",
        ha="right" if is_right else "left",
        va="bottom" if is_high else "top",
        fontsize=_TEXT,
        color=_VALIDATION,
        bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
        zorder=4,
    )


def _label_ends(axes: "Axes", lines: Sequence[_Line]) -> None:
    """Each line's name at its end in its colour, moved apart where the lines end close together."""
    ends = [axes.transData.transform((line.numbers[-1], line.shares[-1]))[1] for line in lines]
    (_, bottom), (right, top) = axes.transAxes.transform([(0, 0), (1, 1)])
    heights = spread(ends, _LABEL_GAP, bottom + _LABEL_HEIGHT / 2, top - _LABEL_HEIGHT / 2)
    for line, height in zip(lines, heights, strict=True):
        axes.annotate(
            f"{line.label}\n{_percent(line.shares[-1])}",
            (right + 14, height),
            xycoords="figure pixels",
            fontsize=_TEXT,
            color=line.colour,
            va="center",
            annotation_clip=False,
        )


def spread(heights: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The heights of at most two labels, at least `gap` apart and from `low` to `high`, moved only so far."""
    placed = [min(max(height, low), high) for height in heights]
    if len(placed) < 2 or abs(placed[0] - placed[1]) >= gap:
        return placed
    middle = min(max(sum(placed) / 2, low + gap / 2), high - gap / 2)
    up = gap / 2 if heights[0] >= heights[1] else -gap / 2
    return [middle + up, middle - up]


def _title(figure: "Figure", curve: Curve, job_name: str) -> None:
    figure.text(0.02, 0.925, _headline(curve), fontsize=_HEADLINE, fontweight="bold", color=INK)
    figure.text(0.98, 0.925, _short(job_name), fontsize=14 * PX, color=QUIET, ha="right")


def _short(name: str) -> str:
    # The font that matplotlib ships has no glyph for everything, and a dollar begins a formula.
    plain = "".join(part for part in name if part.isascii() and part.isprintable() and part != "$")
    return plain if len(plain) <= 24 else f"{plain[:23]}…"
