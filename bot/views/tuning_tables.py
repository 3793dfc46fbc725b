"""What the jobs of a tuning found, as a table of the best."""

from slack_sdk.models.blocks import Block

from bot.domain.jobs import JobStatus
from bot.domain.tuning_results import best_first, number_of, searched_values
from bot.domain.tunings import Trial, Tuning
from bot.views import figures, parts

_ROWS, _COLUMNS, _WIDEST = 5, 4, 16


def best_table(tuning: Tuning) -> Block | None:
    """The best five side by side; a single one stands in the line above already."""
    trials = best_first(tuning)[:_ROWS]
    if len(trials) < 2:
        return None
    names = tuning.search.names[:_COLUMNS]
    rows = [["", "accuracy", *names], *(_row(tuning, trial, names) for trial in trials)]
    title = f"The best {len(trials)} of {figures.count(len(tuning.trials))}"
    early = "\n`*` stopped before its last epoch" if any(_stopped(trial) for trial in trials) else ""
    return parts.section(f"*{title}*\n```{_aligned(rows)}```{early}")


def _row(tuning: Tuning, trial: Trial, names: tuple[str, ...]) -> list[str]:
    given = dict(searched_values(tuning, trial))
    job = f"job {number_of(tuning, trial)}{'*' if _stopped(trial) else ''}"
    return [job, figures.percent(trial.objective), *(parts.cut(given.get(name, ""), _WIDEST) for name in names)]


def _stopped(trial: Trial) -> bool:
    return trial.status == JobStatus.STOPPED


def _aligned(rows: list[list[str]]) -> str:
    """Columns of one width; escaped only then, since Slack shows each entity as one character."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return parts.escape("\n".join(lines).replace("`", "’"))
