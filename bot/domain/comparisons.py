"""Comparing jobs: what differs between them, which one is better by how much, and what that is worth. All pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.jobs import Job
from bot.domain.recipes import WORD as RECIPE
from bot.errors import UsageError

FEWEST, MOST = 2, 5
# Below half a point nobody would take one model instead of the other.
_LEAST_POINTS = 0.005
_MUCH_LONGER = 1.5


@dataclass(frozen=True, slots=True)
class Comparison:
    """A wish to see jobs side by side, in the order in which they were named."""

    id: str
    job_ids: tuple[str, ...]
    requested_by: str
    channel_id: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class Compared:
    """All that a comparison's card shows: the wish, and the jobs as they are now."""

    comparison: Comparison
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One choice with its value for each job; a job that did not make it has an empty one."""

    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


def checked(job_ids: Sequence[str]) -> tuple[str, ...]:
    """Two to five different jobs, or a UsageError."""
    if len(set(job_ids)) < len(job_ids):
        raise UsageError("One job stands there twice.", next_step="Name each job once.")
    if not FEWEST <= len(job_ids) <= MOST:
        raise UsageError(
            f"I compare {FEWEST} to {MOST} jobs, not {len(job_ids)}.",
            next_step="`/jobs compare NAME NAME`; `/jobs` lists them.",
        )
    return tuple(job_ids)


def settings(jobs: Sequence[Job]) -> list[Setting]:
    """What was chosen for the jobs, what differs first."""
    chosen = [_chosen(job) for job in jobs]
    names = sorted({name for one in chosen for name in one})
    rows = [Setting(name, tuple(one.get(name, "") for one in chosen)) for name in names]
    # Another recipe has other hyperparameters: what makes them differ comes before them.
    return sorted(rows, key=lambda row: (not row.differs, row.name != RECIPE))


def recommendation(jobs: Sequence[Job]) -> str:
    """One line on which job to take, by validation accuracy, time and cost."""
    if len({(job.data_set, job.s3_prefix, job.images) for job in jobs}) > 1:
        return "They were validated on different images, so their accuracies cannot be compared."
    ranked = sorted((job for job in jobs if job.curve.best), key=_accuracy, reverse=True)
    if len(ranked) < FEWEST:
        return "There are not yet two of them with a validation accuracy to compare."
    best, second = ranked[:2]
    margin = _accuracy(best) - _accuracy(second)
    said = _close(best, second) if margin < _noise(best) else _better(best, second, margin)
    running = [job.name for job in jobs if job.active]
    return said + (f" Not the last word: {_listed(running)} still {_runs(running)}." if running else "")


def _better(best: Job, second: Job, margin: float) -> str:
    differing = _telling(settings((best, second)))
    shown = _listed([f"`{row.name}={row.values[0]}`" if row.values[0] else f"no `{row.name}`" for row in differing[:3]])
    choice = f" with {shown}" if shown else ""
    rest = len(differing) - 3
    more = f" (and {rest} more {'difference' if rest == 1 else 'differences'})" if rest > 0 else ""
    effort = _effort(best, second)
    return f"*{best.name}* is better than *{second.name}* by {margin * 100:.1f} points{choice}{more}{effort}."


def _telling(rows: Sequence[Setting]) -> list[Setting]:
    """What differs; of two recipes only that, for nothing else of them can be compared."""
    differing = [row for row in rows if row.differs]
    return differing[:1] if differing and differing[0].name == RECIPE else differing


def _close(best: Job, second: Job) -> str:
    """What the validation images cannot tell apart is decided by time."""
    both = f"*{best.name}* and *{second.name}* are as good as each other"
    points = (_accuracy(best) - _accuracy(second)) * 100
    why = f"{points:.1f} points are no more than chance makes of {best.images[1]:,} validation images"
    ratio = _ratio(best, second)
    if ratio is None or 1 / _MUCH_LONGER < ratio < _MUCH_LONGER:
        return f"{both}: {why}."
    quick, factor = (best, 1 / ratio) if ratio < 1 else (second, ratio)
    return f"{both}: {why}. Take *{quick.name}*: the other took {_times(factor)} as long."


def _effort(best: Job, second: Job) -> str:
    ratio = _ratio(best, second)
    if ratio is not None and ratio >= _MUCH_LONGER:
        return f"; it took {_times(ratio)} as long"
    if ratio is not None and ratio <= 1 / _MUCH_LONGER:
        return f"; the other took {_times(1 / ratio)} as long"
    return ""


def _ratio(best: Job, second: Job) -> float | None:
    """How many times as long the better one took; none while either runs."""
    spent, other = _seconds(best), _seconds(second)
    return spent / other if spent and other else None


def _seconds(job: Job) -> float | None:
    if job.ended_at is None or job.started_at is None:
        return None
    return (job.ended_at - job.started_at).total_seconds()


def _times(ratio: float) -> str:
    return (
        "twice"
        if 1.75 <= ratio < 2.25
        else f"{ratio:.1f}".removesuffix(".0") + " times"
        if ratio < 10
        else f"{ratio:.0f} times"
    )


def _noise(job: Job) -> float:
    """One standard error of an accuracy that was measured on so many images."""
    share = _accuracy(job)
    return max(_LEAST_POINTS, math.sqrt(share * (1 - share) / max(job.images[1], 1)))


def _accuracy(job: Job) -> float:
    return min(1.0, job.curve.best_accuracy or 0.0)


def _chosen(job: Job) -> Mapping[str, str]:
    # What the data set alone decides is no choice that could be compared.
    facts = {name for name, row in job.made_by.table.items() if row.filled}
    hyperparameters = {name: value for name, value in job.hyperparameters.items() if name not in facts}
    compute = {"instance": job.compute.instance_type, "count": str(job.compute.instance_count)}
    return {
        **hyperparameters,
        **compute,
        "data set": job.data_set,
        RECIPE: str(job.recipe),
        **({"from": job.continues} if job.continues else {}),
        **({"weights": job.weights} if job.weights else {}),
    }


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def _runs(names: Sequence[str]) -> str:
    return "runs" if len(names) == 1 else "run"
