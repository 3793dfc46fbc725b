"""A tuning as pictures: its jobs' accuracy over time with the best so far, and accuracy against each hyperparameter.

Pure, from a tuning to the bytes of PNGs, and the same in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.jobs import JobStatus
from bot.domain.tuning_results import number_of
from bot.domain.tunings import Trial, Tuning
from bot.drawing.figures import BLUE, DPI, INK, PAPER, PX, QUIET, VERMILLION, accuracies_upwards, as_png, new_figure
from bot.drawing.lettering import drawable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

JOB, BEST = BLUE, VERMILLION
TEXT, _HEADLINE = 17 * PX, 21 * PX
TICKS = 6
_MINUTE, _HOUR = 60, 3600
_CROWD = 60


@dataclass(frozen=True, slots=True)
class Point:
    """A job with a result: when it ended, in seconds after the first began, and its accuracy in per cent."""

    trial: Trial
    seconds: float
    share: float

    @property
    def stopped(self) -> bool:
        return self.trial.status == JobStatus.STOPPED


def progress_chart(tuning: Tuning) -> bytes:
    """A PNG of 800 × 450 pixels; the same results always give the same bytes."""
    figure = new_figure()
    axes = figure.add_axes((0.11, 0.16, 0.69, 0.625))
    found = points(tuning)
    unit, size = _unit([point.seconds for point in found])
    _frame(axes, found, unit, size)
    draw_points(axes, found, [point.seconds / size for point in found])
    if found:
        _draw_best_so_far(axes, found, size, tuning.best)
    told = ("each job by its end", hollow(tuning), _left_out(tuning))
    write_title(figure, headline(tuning), "; ".join(filter(None, told)))
    return as_png(figure)


def progress_alt_text(tuning: Tuning) -> str:
    """What the picture says, for those who do not see it."""
    found = points(tuning)
    if not found:
        return f"{headline(tuning)}."
    rises = ", ".join(f"{point.share:.1f} % by job {number_of(tuning, point.trial)}" for point in records(found)[-5:])
    left_out = _left_out(tuning)
    return f"{headline(tuning)}. The best so far rose to {rises}.{f' Not drawn: {left_out}.' if left_out else ''}"


def headline(tuning: Tuning) -> str:
    """The result."""
    best = tuning.best
    if best is None or best.objective is None:
        return "No job has a result yet"
    of_all = f" of {len(tuning.trials):,}" if len(tuning.trials) > 1 else ""
    return f"Best validation accuracy {best.objective * 100:.1f} % (job {number_of(tuning, best)}{of_all})"


def points(tuning: Tuning) -> list[Point]:
    """The jobs that have a possible result, as they ended."""
    begun = min((trial.began_at or trial.created_at for trial in tuning.trials), default=tuning.requested_at)
    found = [
        Point(
            trial,
            max(0.0, ((trial.ended_at or trial.began_at or trial.created_at) - begun).total_seconds()),
            trial.objective * 100,
        )
        for trial in tuning.trials
        if trial.objective is not None and 0 <= trial.objective <= 1
    ]
    return sorted(found, key=lambda point: (point.seconds, point.trial.name))


def records(found: Sequence[Point]) -> list[Point]:
    """Those that were the best when they ended."""
    kept: list[Point] = []
    for point in found:
        if not kept or point.share > kept[-1].share:
            kept.append(point)
    return kept


def write_title(figure: "Figure", title: str, told: str) -> None:
    """The result, and below it in smaller print how to read the picture."""
    height = figure.get_figheight() * DPI
    first: dict[str, Any] = {"fontsize": _HEADLINE, "fontweight": "bold", "color": INK}
    second: dict[str, Any] = {"fontsize": 16 * PX, "color": QUIET}
    lines = ((32, drawable(title, "The best of the tuning"), first), (64, told, second))
    for down, text, look in lines:
        figure.text(0.02, 1 - down / height, text, va="center", parse_math=False, **look)


def draw_points(axes: "Axes", found: Sequence[Point], across: Sequence[float]) -> None:
    """A dot for each job, hollow where it was stopped early, and smaller where there are many."""
    size = 70 if len(found) <= _CROWD else 28
    for stopped in (False, True):
        chosen = [(x, point.share) for x, point in zip(across, found, strict=True) if point.stopped == stopped]
        axes.scatter(
            [x for x, _ in chosen],
            [share for _, share in chosen],
            s=size,
            facecolors=PAPER if stopped else JOB,
            edgecolors=JOB if stopped else PAPER,
            linewidths=1.8 if stopped else 1,
            alpha=0.9,
            clip_on=False,
            zorder=3,
        )


def mark_best(axes: "Axes", x: float, share: float) -> None:
    """A diamond with a ring, which no other mark has."""
    axes.scatter([x], [share], s=90, marker="D", color=BEST, edgecolors=PAPER, linewidths=1, clip_on=False, zorder=6)
    axes.scatter([x], [share], s=330, facecolors="none", edgecolors=BEST, linewidths=2.2, clip_on=False, zorder=5)


def _frame(axes: "Axes", found: Sequence[Point], unit: str, size: float) -> None:
    from matplotlib.ticker import MaxNLocator

    accuracies_upwards(axes, [point.share for point in found], TICKS, TEXT)
    last = max((point.seconds / size for point in found), default=1.0) or 1.0
    axes.set_xlim(0, last * 1.03)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=last >= 3))
    axes.set_xlabel(f"{unit} since the first job began", fontsize=TEXT, color=INK)


def _draw_best_so_far(axes: "Axes", found: Sequence[Point], size: float, best: Trial | None) -> None:
    kept = records(found)
    ends = [*(point.seconds / size for point in kept), axes.get_xlim()[1]]
    shares = [*(point.share for point in kept), kept[-1].share]
    axes.plot(ends, shares, drawstyle="steps-post", color=BEST, linewidth=2.4, clip_on=False, zorder=2)
    # Of several that are alike, AWS calls one the best, and it need not be the first.
    marked = next((point for point in found if best and point.trial.name == best.name), kept[-1])
    mark_best(axes, marked.seconds / size, marked.share)
    axes.annotate(
        f"best so far\n{kept[-1].share:.1f} %",
        (1, kept[-1].share),
        xycoords=("axes fraction", "data"),
        xytext=(8, 0),
        textcoords="offset points",
        fontsize=TEXT,
        color=BEST,
        va="center",
        annotation_clip=False,
    )


def _unit(seconds: Sequence[float]) -> tuple[str, float]:
    last = max(seconds, default=0.0)
    if last <= 3 * _MINUTE:
        return "seconds", 1.0
    return ("minutes", _MINUTE) if last <= 3 * _HOUR else ("hours", _HOUR)


def _left_out(tuning: Tuning) -> str:
    """What has no dot: jobs that run still, and those that ended without a result."""
    drawn = {point.trial.name for point in points(tuning)}
    others = [trial for trial in tuning.trials if trial.name not in drawn]
    running = sum(1 for trial in others if not trial.settled)
    told = {"running": running, "without a result": len(others) - running}
    return ", ".join(f"{number:,} {word}" for word, number in told.items() if number)


def hollow(tuning: Tuning) -> str:
    """What a hollow dot means, where there is one."""
    return "hollow: stopped early" if any(point.stopped for point in points(tuning)) else ""
