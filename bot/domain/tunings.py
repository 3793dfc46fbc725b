"""Tuning jobs: what one is, and what an observation of AWS makes of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain import costs
from bot.domain.jobs import ACTIVE, MOVES, Compute, Job, JobStatus, status_after
from bot.domain.recipes import RECIPES, Recipe, RecipeName
from bot.domain.searches import Search
from bot.errors import RefusedError

# A tuning stands where a job stands.
TuningStatus = JobStatus


@dataclass(frozen=True, slots=True)
class Trial:
    """One training job of a tuning, named as on AWS. `objective` is its validation accuracy once AWS has settled it."""

    name: str
    status: JobStatus
    created_at: datetime
    hyperparameters: Mapping[str, str] = field(default_factory=dict)
    objective: float | None = None
    objective_pending: bool = False
    began_at: datetime | None = None
    ended_at: datetime | None = None
    failure_reason: str = ""

    @property
    def settled(self) -> bool:
        """Whether AWS will say nothing new of it."""
        return self.status not in ACTIVE and not self.objective_pending

    def seconds(self, now: datetime) -> float:
        """For how long it has had its machines."""
        return max(((self.ended_at or now) - self.began_at).total_seconds(), 0.0) if self.began_at else 0.0


@dataclass(frozen=True, slots=True)
class Counters:
    """AWS's own count of a tuning's jobs, by how they stand, and by what became of their objectives."""

    completed: int = 0
    running: int = 0
    retried: int = 0
    failed: int = 0
    stopped: int = 0
    objectives: tuple[int, int, int] = (0, 0, 0)

    @property
    def begun(self) -> int:
        return self.completed + self.running + self.retried + self.failed + self.stopped


@dataclass(frozen=True, slots=True)
class TuningSnapshot:
    """What AWS says of a tuning at one moment; `trials` are those that may have changed since it was last looked at.

    `best_name` is AWS's best job of this tuning; `overall_best` is a parent's job that is better still. An unknown
    status of AWS's arrives here as RUNNING.
    """

    status: TuningStatus
    trials: tuple[Trial, ...] = ()
    counters: Counters = field(default_factory=Counters)
    best_name: str = ""
    overall_best: Trial | None = None
    failure_reason: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tuning:
    """A tuning job. `name` is its name on AWS too, and its training jobs' names begin with it.

    `hyperparameters` are those that stay the same. `aws_status` is what AWS last said, which a stop that we asked for
    may be ahead of.
    """

    id: str
    name: str
    data_set: str
    classes: tuple[str, ...]
    images: tuple[int, int]
    s3_prefix: str
    search: Search
    hyperparameters: Mapping[str, str]
    compute: Compute
    requested_by: str
    channel_id: str
    requested_at: datetime
    status: TuningStatus = TuningStatus.REQUESTED
    aws_status: str = ""
    trials: tuple[Trial, ...] = ()
    counters: Counters = field(default_factory=Counters)
    best_name: str = ""
    overall_best: Trial | None = None
    failure_reason: str = ""
    ended_at: datetime | None = None
    stopped_by: str = ""
    recipe: RecipeName = RecipeName.IMAGE_CLASSIFICATION
    weights: str = ""
    version: int = 0

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    @property
    def made_by(self) -> Recipe:
        """All that is known of its recipe."""
        return RECIPES[self.recipe]

    @property
    def stoppable(self) -> bool:
        return TuningStatus.STOPPING in MOVES[self.status]

    @property
    def best(self) -> Trial | None:
        """The job that AWS calls the best, or the first with the highest objective before AWS names one."""
        named = next((trial for trial in self.trials if self.best_name and trial.name == self.best_name), None)
        return named or max(
            (trial for trial in self.trials if trial.objective is not None),
            key=lambda trial: trial.objective or 0.0,
            default=None,
        )

    @property
    def worst_case(self) -> float | None:
        """USD if every job runs as long as it may."""
        each = self._usd(self.compute.max_run_seconds)
        return None if each is None else each * self.search.jobs

    def cost(self, now: datetime) -> float | None:
        """USD so far, by the time from each job's start to its end; AWS bills no more than that."""
        return self._usd(sum(trial.seconds(now) for trial in self.trials))

    def _usd(self, seconds: float) -> float | None:
        price = self.compute.usd_per_hour
        return None if price is None else costs.usd(price, self.compute.instance_count, round(seconds))


def tuning_name(data_set: str, tuning_id: str) -> str:
    """The tuning's name here and on AWS, where it is at most 32 letters, digits and single hyphens."""
    stem = re.sub(r"[^a-zA-Z0-9]+", "-", data_set).strip("-")[:20].rstrip("-")
    return f"{stem or 'job'}-tune-{tuning_id[:6]}"


def observed(tuning: Tuning, snapshot: TuningSnapshot) -> Tuning:
    """What the tuning is after AWS has been looked at. A finished one stays as it is, whatever AWS says later."""
    if not tuning.active:
        return tuning
    return replace(
        tuning,
        status=status_after(tuning.status, snapshot.status),
        aws_status=str(snapshot.status),
        trials=_merged(tuning.trials, snapshot.trials),
        counters=snapshot.counters,
        best_name=snapshot.best_name or tuning.best_name,
        overall_best=snapshot.overall_best or tuning.overall_best,
        failure_reason=snapshot.failure_reason,
        ended_at=snapshot.ended_at or tuning.ended_at,
    )


def _merged(known: Iterable[Trial], seen: Iterable[Trial]) -> tuple[Trial, ...]:
    """The trials by name, each as last seen, in the order in which they were begun."""
    by_name = {trial.name: trial for trial in (*known, *seen)}
    return tuple(sorted(by_name.values(), key=lambda trial: (trial.created_at, trial.name)))


def as_asked(tuning: Tuning) -> Job:
    """What all jobs of the tuning have in common, as if it were one job: from this its request is made."""
    return Job(
        id=tuning.id,
        name=tuning.name,
        data_set=tuning.data_set,
        classes=tuning.classes,
        images=tuning.images,
        s3_prefix=tuning.s3_prefix,
        hyperparameters=tuning.hyperparameters,
        compute=tuning.compute,
        requested_by=tuning.requested_by,
        channel_id=tuning.channel_id,
        requested_at=tuning.requested_at,
        recipe=tuning.recipe,
        weights=tuning.weights,
    )


def as_job(tuning: Tuning, trial: Trial, job_id: str) -> Job:
    """One of the tuning's jobs as a job of its own, which is then followed, continued and deployed like any other.

    It begins as running, for AWS knows it: the next look at AWS tells how it ended and where its model is.
    """
    values = {**tuning.hyperparameters, **trial.hyperparameters}
    return replace(
        as_asked(tuning),
        id=job_id,
        name=trial.name,
        hyperparameters=values,
        status=JobStatus.RUNNING,
        requested_at=trial.created_at,
    )


def within_budget(tuning: Tuning, limit: float) -> None:
    """Refuse what may cost more than the operators allow."""
    cost, jobs = tuning.worst_case, tuning.search.jobs
    if cost is not None and cost > limit:
        raise RefusedError(
            f"This tuning may cost ${cost:,.2f}, and ${limit:,.2f} is the most.",
            f"It is {jobs:,} jobs of up to ${cost / jobs:,.2f} each.",
            "Take fewer `jobs`, a shorter `max_run` or a smaller instance, "
            "or ask the operators to raise MAX_JOB_COST_USD.",
            field="instance",
        )
