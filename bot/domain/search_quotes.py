"""What a tuning will cost: each of its jobs at most, and probably as earlier jobs and earlier tunings' jobs cost."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from bot.domain.costs import usd
from bot.domain.jobs import Job, JobStatus
from bot.domain.quotes import MOST_TOLD_BY, Quote, quoted
from bot.domain.tunings import Trial, Tuning, as_asked


def searched(tuning: Tuning, tunings: Sequence[Tuning], jobs: Iterable[Job]) -> Quote:
    """The quote for a tuning, `tunings` and `jobs` being the newest ones, newest first."""
    price, worst = tuning.compute.usd_per_hour, tuning.worst_case
    seconds = [trial.seconds(trial.created_at) for one in tunings if _alike(tuning, one) for trial in _told(one)]
    if seconds and price is not None:
        told = seconds[:MOST_TOLD_BY]
        within = min(round(median(told)), tuning.compute.max_run_seconds)
        return Quote(worst, tuning.search.jobs * usd(price, tuning.compute.instance_count, within), len(told))
    each = quoted(_longest(tuning), jobs)
    return Quote(worst, None if each.likely is None else each.likely * tuning.search.jobs, each.told_by)


def _longest(tuning: Tuning) -> Job:
    """Its jobs as one; where epochs are searched, with the most."""
    search, job = tuning.search, as_asked(tuning)
    most = [one.high for one in search.ranges if one.name == "epochs"] + [
        float(one) for one in search.choice_of("epochs")
    ]
    if not most:
        return job
    return replace(job, hyperparameters={**job.hyperparameters, "epochs": str(int(max(most)))})


def _alike(tuning: Tuning, other: Tuning) -> bool:
    """Whether their jobs take about as long; what is searched changes the time little, beside the number of epochs."""
    return _kind(tuning) == _kind(other)


def _kind(tuning: Tuning) -> tuple[object, ...]:
    machine = tuning.compute
    kept = tuple(tuning.hyperparameters.get(name) for name in ("epochs", *tuning.made_by.pace))
    return (
        tuning.recipe,
        tuning.data_set,
        tuning.search.names,
        kept,
        machine.instance_type,
        machine.instance_count,
        machine.spot,
    )


def _told(tuning: Tuning) -> list[Trial]:
    ended = [one for one in tuning.trials if one.status == JobStatus.COMPLETED and one.began_at and one.ended_at]
    return ended[::-1]
