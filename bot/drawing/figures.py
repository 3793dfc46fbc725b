"""What all pictures have in common: their size and colours, an empty figure, the axes of accuracies, and the PNG.

matplotlib is imported where it draws, since it costs 40 MB and most processes never draw.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DPI = 800, 450, 100
PX = 72 / DPI  # points in a pixel
# Okabe and Ito's vermillion and blue, the first darkened until it is read on white: told apart with any kind of colour
# blindness, and in grey by their lightness.
VERMILLION, BLUE = "#c2570c", "#0072b2"
INK, QUIET, GRID, SPINE, PAPER = "#2b2b2b", "#6b6b6b", "#d9d9d9", "#9a9a9a", "#ffffff"
_SMALLEST_SPAN = 8.0


def new_figure(height: int = HEIGHT) -> "Figure":
    """An empty figure of 800 pixels' width."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def as_png(figure: "Figure") -> bytes:
    """Without matplotlib's version in it, the same figures give the same bytes, so a digest says what changed."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", metadata={"Software": None})
    return drawn.getvalue()


def accuracies_upwards(axes: "Axes", shares: Sequence[float], most_ticks: int, text: float) -> None:
    """Accuracies upwards in per cent, with quiet lines to read them by; `text` is the size of letters in points."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    low, high = y_range(shares)
    axes.set_ylim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=most_ticks, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(PercentFormatter(decimals=0 if high - low > 6 else 1, symbol=" %"))
    axes.tick_params(labelsize=text, colors=INK, length=0, pad=7)
    axes.grid(axis="y", color=GRID, linewidth=1)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(SPINE)


def epochs_across(axes: "Axes", numbers: Sequence[int], text: float) -> None:
    """Only epochs that ran, as whole numbers."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(*x_range(numbers))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=True, min_n_ticks=1))
    axes.set_xlabel("epoch", fontsize=text, color=INK)


def x_range(numbers: Sequence[int]) -> tuple[float, float]:
    """From the first epoch to the last with room for their marks."""
    first, last = (min(numbers), max(numbers)) if numbers else (1, 1)
    room = 0.5 if first == last else min(0.9, max(0.15, (last - first) * 0.02))
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
    return max(bottom + shift, -slack), min(top + shift, 100 + slack)
