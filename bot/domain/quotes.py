"""What a job will cost, told before it starts: at most, and probably, by the jobs that were like it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from statistics import median

from bot.domain import costs
from bot.domain.jobs import Job, JobStatus

# So many of the newest jobs that were alike are enough to tell by.
MOST_TOLD_BY = 5


@dataclass(frozen=True, slots=True)
class Quote:
    """USD at most and probably (None: unknown), the latter by so many earlier jobs."""

    worst: float | None
    likely: float | None = None
    told_by: int = 0


@dataclass(frozen=True, slots=True)
class _Pace:
    """How a finished job spent its time, in seconds: on each epoch, and on everything else; and the share it paid."""

    epoch: float
    rest: float
    paid: float


def quoted(job: Job, earlier: Iterable[Job]) -> Quote:
    """The quote for a job, `earlier` being the newest jobs, newest first."""
    alike = (pace for one in earlier if _alike(job, one) and (pace := _pace(one)))
    paces = list(islice(alike, MOST_TOLD_BY))
    price = job.compute.usd_per_hour
    if not paces or price is None:
        return Quote(job.worst_case)
    seconds = median(one.epoch for one in paces) * job.epochs + median(one.rest for one in paces)
    within = min(int(seconds), job.compute.max_run_seconds)
    paid = median(one.paid for one in paces)
    return Quote(job.worst_case, paid * costs.usd(price, job.compute.instance_count, within), len(paces))


def _alike(job: Job, other: Job) -> bool:
    machine = (job.compute.instance_type, job.compute.instance_count, job.compute.spot)
    return (
        other.status == JobStatus.COMPLETED
        and other.data_set == job.data_set
        and other.recipe == job.recipe
        and (other.compute.instance_type, other.compute.instance_count, other.compute.spot) == machine
        and all(other.hyperparameters.get(name) == job.hyperparameters.get(name) for name in job.made_by.pace)
    )


def _pace(job: Job) -> _Pace | None:
    timed = [epoch.seconds for epoch in job.curve.epochs if epoch.seconds is not None]
    if not timed or job.started_at is None or job.ended_at is None:
        return None
    whole = job.training_seconds or (job.ended_at - job.started_at).total_seconds()
    return _Pace(median(timed), max(0.0, whole - sum(timed)), 1 - (job.spot_saving or 0.0))
