"""Validation accuracies of several jobs over each other as a picture, and the same picture in words.

Each job has a letter, a colour and a shape of its own, so that they are told apart in grey too.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.metrics import Curve
from bot.drawing.figures import BLUE, INK, PAPER, PX, VERMILLION, accuracies_upwards, as_png, epochs_across, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LETTERS = "ABCDE"
_TEXT, _HEADLINE, _SMALL = 18 * PX, 21 * PX, 15 * PX
_TICKS = 7
# Okabe and Ito's, the lighter ones darkened until they are read on white.
_COLOURS = (BLUE, VERMILLION, "#007a5a", "#9b4f83", "#4d4d4d")
_MARKERS, _SIZES = "os^Dv", (7.0, 9.0, 9.0, 7.0, 9.0)
_LABEL_GAP, _MARKED_EPOCHS = 46, 20
Named = tuple[str, Curve]


def comparison_chart(named: Sequence[Named]) -> bytes:
    """A PNG as large as the accuracy chart; the same curves and names always give the same bytes."""
    figure = new_figure()
    axes = figure.add_axes((0.11, 0.16, 0.63, 0.685))
    drawn = {index: _points(curve) for index, (_, curve) in enumerate(named) if _points(curve)}
    all_points = [point for points in drawn.values() for point in points]
    accuracies_upwards(axes, [share for _, share in all_points], _TICKS, _TEXT)
    epochs_across(axes, [number for number, _ in all_points], _TEXT)
    for index, points in drawn.items():
        _draw(axes, index, points)
    _label_ends(axes, named, drawn)
    _title(figure, named)
    return as_png(figure)


def comparison_alt_text(named: Sequence[Named]) -> str:
    """What the picture says, for those who do not see it."""
    said = [f"{name} {_best(curve)}" for name, curve in named]
    return f"Best validation accuracies: {', '.join(said)}."


def _best(curve: Curve) -> str:
    best = curve.best
    if best is None or best.validation is None:
        return "has none yet"
    return f"{best.validation * 100:.1f} % at epoch {best.number}"


def _points(curve: Curve) -> list[tuple[int, float]]:
    possible = [(one.number, one.validation * 100) for one in curve.epochs if one.validation is not None]
    return [(number, share) for number, share in possible if 0 <= share <= 100]


def _draw(axes: "Axes", index: int, points: Sequence[tuple[int, float]]) -> None:
    axes.plot(
        [number for number, _ in points],
        [share for _, share in points],
        color=_COLOURS[index],
        linewidth=2.2,
        marker=_MARKERS[index],
        markersize=_SIZES[index],
        # Not all at the same epochs, so that lines over each other show whose they are.
        markevery=(min(index, len(points) - 1), max(1, len(points) // _MARKED_EPOCHS)),
        markeredgecolor=PAPER,
        markeredgewidth=1,
        clip_on=False,
        zorder=3,
    )


def _label_ends(axes: "Axes", named: Sequence[Named], drawn: dict[int, list[tuple[int, float]]]) -> None:
    """Letter, name and best accuracy at the height of each line's end, moved apart where they would meet."""
    ends = {index: axes.transData.transform(points[-1])[1] for index, points in drawn.items()}
    (_, bottom), (right, top) = axes.transAxes.transform([(0, 0), (1, 1)])
    for index, height in stacked(ends, _LABEL_GAP, bottom + _LABEL_GAP / 2, top - _LABEL_GAP / 2).items():
        name, curve = named[index]
        axes.plot([right + 20], [height], transform=None, clip_on=False, marker=_MARKERS[index], color=_COLOURS[index])
        axes.annotate(
            f"{LETTERS[index]}  best {(curve.best_accuracy or 0.0) * 100:.1f} %\n{_short(name)}",
            (right + 34, height),
            xycoords="figure pixels",
            fontsize=_SMALL,
            color=_COLOURS[index],
            va="center",
            annotation_clip=False,
        )


def stacked(heights: dict[int, float], gap: float, low: float, high: float) -> dict[int, float]:
    """The heights in their order, at least `gap` apart and from `low` to `high`, as far as there is room."""
    order = sorted(heights, key=lambda index: heights[index])
    placed: dict[int, float] = {}
    floor = low
    for index in order:
        placed[index] = max(heights[index], floor)
        floor = placed[index] + gap
    ceiling = high
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return placed


def _title(figure: "Figure", named: Sequence[Named]) -> None:
    best = [(curve.best_accuracy, -index) for index, (_, curve) in enumerate(named) if curve.best_accuracy]
    # Which is better is for the message to say, for so small a difference may be chance.
    said = f"Highest validation accuracy: {LETTERS[-max(best)[1]]}" if best else "No validation accuracy yet"
    figure.text(0.02, 0.925, said, fontsize=_HEADLINE, fontweight="bold", color=INK)


def _short(name: str) -> str:
    # The font that matplotlib ships has no glyph for everything, and a dollar begins a formula.
    plain = "".join(part for part in name if part.isascii() and part.isprintable() and part != "$")
    return plain if len(plain) <= 18 else f"{plain[:10]}…{plain[-7:]}"
