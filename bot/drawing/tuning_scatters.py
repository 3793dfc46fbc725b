"""A tuning's accuracies against each hyperparameter that it searched, as one picture of panels; and in words."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.domain.searches import Choice, Range, Scaling, scale_of
from bot.domain.tuning_results import number_of, searched_values
from bot.domain.tunings import Trial, Tuning
from bot.drawing.figures import INK, WIDTH, accuracies_upwards, as_png, new_figure
from bot.drawing.lettering import drawable, listed
from bot.drawing.tuning_charts import (
    TEXT,
    TICKS,
    Point,
    draw_points,
    hollow,
    mark_best,
    points,
    write_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TITLE, _PANEL, _GAP_BELOW = 94, 250, 74
_COLUMNS = 2
_LEFT, _APART, _RIGHT = 84, 84, 24
_MARGIN = 0.04
_TITLE_LETTERS = 62


def scatter_chart(tuning: Tuning) -> bytes:
    """A PNG of 800 pixels' width with a panel for each hyperparameter that was searched; the same gives the same."""
    searched: list[Range | Choice] = [*tuning.search.ranges, *tuning.search.choices]
    columns = min(_COLUMNS, max(1, len(searched)))
    rows = max(1, math.ceil(len(searched) / columns))
    height = _TITLE + rows * _PANEL
    figure = new_figure(height)
    found = points(tuning)
    wide = (WIDTH - _LEFT - _RIGHT - (columns - 1) * _APART) / columns
    for place, one in enumerate(searched):
        row, column = divmod(place, columns)
        left = _LEFT + column * (wide + _APART)
        bottom = height - _TITLE - (row + 1) * _PANEL + _GAP_BELOW
        box = (left / WIDTH, bottom / height, wide / WIDTH, (_PANEL - _GAP_BELOW - 8) / height)
        _panel(figure.add_axes(box), one, found, tuning.best)
    told = ("validation accuracy of each job", hollow(tuning))
    write_title(figure, _headline(tuning), "; ".join(filter(None, told)))
    return as_png(figure)


def scatter_alt_text(tuning: Tuning) -> str:
    """What the picture says, for those who do not see it."""
    each = [
        f"{', '.join(f'{name} {value}' for name, value in searched_values(tuning, point.trial))}: {point.share:.1f} %"
        for point in sorted(points(tuning), key=lambda point: -point.share)[:5]
    ]
    names = ", ".join(tuning.search.names)
    return (
        f"Validation accuracy by {names}. {_headline(tuning)}. The best: {listed(each)}." if each else _headline(tuning)
    )


def _headline(tuning: Tuning) -> str:
    best = tuning.best
    if best is None:
        return "No job has a result yet"
    told = ", ".join(f"{name} {value}" for name, value in searched_values(tuning, best))
    line = f"Best at {told}"
    return (
        line
        if told and len(line) <= _TITLE_LETTERS
        else f"Job {number_of(tuning, best)} is the best; its values are ringed"
    )


def _panel(axes: "Axes", searched: Range | Choice, found: Sequence[Point], best: Trial | None) -> None:
    if isinstance(searched, Range):
        drawn = [(point, _number(point, searched.name)) for point in found]
    else:
        drawn = [(point, _slot(point, searched)) for point in found]
    kept = [(point, x) for point, x in drawn if x is not None]
    accuracies_upwards(axes, [point.share for point in found], TICKS, TEXT)
    _scale(axes, searched)
    draw_points(axes, [point for point, _ in kept], [x for _, x in kept])
    for point, x in kept:
        if best is not None and point.trial.name == best.name:
            mark_best(axes, x, point.share)
    axes.set_xlabel(_label(searched), fontsize=TEXT, color=INK)


def _label(searched: Range | Choice) -> str:
    is_log = isinstance(searched, Range) and scale_of(searched) == Scaling.LOGARITHMIC
    return f"{searched.name} (log scale)" if is_log else searched.name


def _scale(axes: "Axes", searched: Range | Choice) -> None:
    """From end to end of what was searched, so that a value at the edge is seen to be there."""
    from matplotlib.ticker import MaxNLocator

    if isinstance(searched, Choice):
        axes.set_xlim(-0.5, len(searched.values) - 0.5)
        axes.set_xticks(range(len(searched.values)), [_short(value, len(searched.values)) for value in searched.values])
    elif scale_of(searched) == Scaling.LOGARITHMIC:
        room = (searched.high / searched.low) ** _MARGIN
        axes.set_xscale("log")
        axes.set_xlim(searched.low / room, searched.high * room)
        axes.minorticks_off()
    else:
        room = (searched.high - searched.low) * _MARGIN
        axes.set_xlim(searched.low - room, searched.high + room)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=searched.whole))


def _short(value: str, count: int) -> str:
    most = max(3, 28 // count)
    name = drawable(value, "?")
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _number(point: Point, name: str) -> float | None:
    try:
        number = float(point.trial.hyperparameters[name])
    except (KeyError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _slot(point: Point, choice: Choice) -> float | None:
    """Above its value, a little beside others of the same."""
    value = point.trial.hyperparameters.get(choice.name)
    if value not in choice.values:
        return None
    return choice.values.index(value) + 0.36 * (sum(map(ord, point.trial.name)) % 7 - 3) / 6
