"""The best accuracies of a digest's period as a small picture, and the same picture in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.drawing.figures import BLUE, GRID, INK, PAPER, PX, SPINE, VERMILLION, as_png, new_figure, y_range
from bot.drawing.lettering import drawable, listed, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TEXT, _HEADLINE = 18 * PX, 21 * PX
_TITLE_HEIGHT, _ROW_HEIGHT, _FOOT_HEIGHT, _NAME_LETTERS = 60, 44, 50, 24
Best = Sequence[tuple[str, float]]


def digest_chart(best: Best) -> bytes:
    """A PNG of 800 pixels' width with a row for each name, in their order; accuracies are of 0..1."""
    height = _TITLE_HEIGHT + _ROW_HEIGHT * len(best) + _FOOT_HEIGHT
    figure = new_figure(height)
    axes = figure.add_axes((0.36, _FOOT_HEIGHT / height, 0.52, 1 - (_FOOT_HEIGHT + _TITLE_HEIGHT) / height))
    _scale(axes, [share * 100 for _, share in best])
    for row, (name, share) in enumerate(best):
        _draw(axes, row, (_short(name), share * 100))
    figure.text(0.02, 1 - 40 / height, _title(best), fontsize=_HEADLINE, fontweight="bold", color=INK)
    return as_png(figure)


def digest_alt_text(best: Best) -> str:
    """What the picture says, for those who do not see it."""
    return f"Best validation accuracies: {listed([f'{name} {share * 100:.1f} %' for name, share in best])}."


def _title(best: Best) -> str:
    return f"Best validation accuracy {max(share for _, share in best) * 100:.1f} %"


def _scale(axes: "Axes", shares: Sequence[float]) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    low, high = y_range(shares)
    axes.set_xlim(low, high)
    axes.set_ylim(len(shares) - 0.5, -0.5)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(PercentFormatter(decimals=0 if high - low > 6 else 1, symbol=" %"))
    axes.set_yticks([])
    axes.tick_params(labelsize=_TEXT, colors=INK, length=0, pad=7)
    axes.grid(axis="x", color=GRID, linewidth=1)
    axes.set_axisbelow(True)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "left")
        spine.set_color(SPINE)


def _draw(axes: "Axes", row: int, told: tuple[str, float]) -> None:
    """The name before it, a line to the mark, and the figure after it; the best by shape and colour."""
    name, share = told
    colour, marker, size = (VERMILLION, "D", 10.0) if row == 0 else (BLUE, "o", 9.0)
    axes.plot([axes.get_xlim()[0], share], [row, row], color=SPINE, linewidth=1.5)
    axes.plot([share], [row], marker=marker, markersize=size, color=colour, markeredgecolor=PAPER, clip_on=False)
    within: dict[str, Any] = {"fontsize": _TEXT, "color": INK, "va": "center", "annotation_clip": False}
    axes.annotate(
        name,
        (0, row),
        xycoords=axes.get_yaxis_transform(),
        xytext=(-12, 0),
        textcoords="offset pixels",
        ha="right",
        **within,
    )
    axes.annotate(f"{share:.1f} %", (share, row), xytext=(14, 0), textcoords="offset pixels", ha="left", **within)


def _short(name: str) -> str:
    # A dollar begins a formula.
    return shortened(drawable(name, "a job").replace("$", ""), lambda text: len(text) <= _NAME_LETTERS)
