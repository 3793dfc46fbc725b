"""Training jobs: what one is, which moves there are for its status, and what an observation of AWS makes of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain import costs
from bot.domain.metrics import Curve
from bot.domain.notices import Notice
from bot.domain.recipes import RECIPES, Recipe, RecipeName
from bot.domain.rules import RuleResult


class JobStatus(StrEnum):
    """Where a job or a tuning stands. REQUESTED is ours alone: the row exists, AWS has not been asked yet."""

    REQUESTED = "requested"
    RUNNING = "running"
    STOPPING = "stopping"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"


MOVES: Mapping[JobStatus, frozenset[JobStatus]] = {
    JobStatus.REQUESTED: frozenset({JobStatus.RUNNING, JobStatus.STOPPING, JobStatus.FAILED}),
    JobStatus.RUNNING: frozenset({JobStatus.STOPPING, JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.STOPPED}),
    JobStatus.STOPPING: frozenset({JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.STOPPED}),
    JobStatus.COMPLETED: frozenset(),
    JobStatus.FAILED: frozenset(),
    JobStatus.STOPPED: frozenset(),
}

ACTIVE = frozenset(status for status, moves in MOVES.items() if moves)


@dataclass(frozen=True, slots=True)
class Phase:
    """One entry of SageMaker's secondary status: its name, when it began and ended, and AWS's message."""

    name: str
    began_at: datetime
    ended_at: datetime | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Compute:
    """On what a job runs and for how long at most; `usd_per_hour` is one instance's price at the time of asking.

    `input_mode` is how it gets its images, `File` or `Pipe`; empty: what their format takes. A spot job waits and runs
    for `max_wait_seconds` at most (0: twice as long as it may run). `output` is where its model goes (empty: our
    bucket), encrypted with `kms_key` where there is one.
    """

    instance_type: str
    instance_count: int
    volume_gb: int
    max_run_seconds: int
    usd_per_hour: float | None = None
    input_mode: str = ""
    spot: bool = False
    max_wait_seconds: int = 0
    output: str = ""
    kms_key: str = ""
    isolated: bool = False
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What AWS says of a job at one moment. An unknown status of AWS's arrives here as RUNNING."""

    status: JobStatus
    phases: tuple[Phase, ...] = ()
    failure_reason: str = ""
    artifact: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    billable_seconds: int | None = None
    training_seconds: int | None = None
    rule_results: tuple[RuleResult, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A training job. `name` is its name on AWS too; `log_position` says how far its log was read.

    `continues` is the name of the job from whose model it starts, and `initial_model` the address of that model;
    `weights` is that of a state dict that people brought along.
    `training_seconds` is how long it ran, of which a spot job pays only `billable_seconds`.
    `printed_at` is when its log last had something new, and `warned` what the watchdog has said of it so far.
    `rules` are those of AWS that were asked for, by their words, and `rule_results` what they say.
    `from_use` counts the pictures from use that its data set has.
    """

    id: str
    name: str
    data_set: str
    classes: tuple[str, ...]
    images: tuple[int, int]
    s3_prefix: str
    hyperparameters: Mapping[str, str]
    compute: Compute
    requested_by: str
    channel_id: str
    requested_at: datetime
    status: JobStatus = JobStatus.REQUESTED
    phases: tuple[Phase, ...] = ()
    failure_reason: str = ""
    artifact: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    billable_seconds: int | None = None
    stopped_by: str = ""
    curve: Curve = field(default_factory=Curve)
    log_position: Mapping[str, str] = field(default_factory=dict)
    continues: str = ""
    initial_model: str = ""
    printed_at: datetime | None = None
    warned: tuple[Notice, ...] = ()
    training_seconds: int | None = None
    recipe: RecipeName = RecipeName.IMAGE_CLASSIFICATION
    weights: str = ""
    rules: tuple[str, ...] = ()
    rule_results: tuple[RuleResult, ...] = ()
    from_use: int = 0
    version: int = 0

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    @property
    def unseen(self) -> bool:
        """Whether AWS runs it, or ran it, and its row says nothing of that yet, as after a tuning's best was taken."""
        return self.status == JobStatus.RUNNING and not self.phases

    @property
    def deployable(self) -> bool:
        """A finished job, and a stopped one that left an artifact, can be deployed."""
        return self.status in (JobStatus.COMPLETED, JobStatus.STOPPED) and bool(self.artifact) and bool(self.curve)

    @property
    def made_by(self) -> Recipe:
        """All that is known of its recipe."""
        return RECIPES[self.recipe]

    @property
    def stoppable(self) -> bool:
        return JobStatus.STOPPING in MOVES[self.status]

    @property
    def epochs(self) -> int:
        return int(self.hyperparameters["epochs"])

    @property
    def cost(self) -> float | None:
        """USD so far, by the seconds that AWS bills."""
        if self.compute.usd_per_hour is None or self.billable_seconds is None:
            return None
        return costs.usd(self.compute.usd_per_hour, self.compute.instance_count, self.billable_seconds)

    @property
    def spot_saving(self) -> float | None:
        """Which share of the price of its training time a spot job did not pay; None before AWS tells."""
        if not self.compute.spot or self.billable_seconds is None or not self.training_seconds:
            return None
        return max(0.0, 1 - self.billable_seconds / self.training_seconds)

    @property
    def worst_case(self) -> float | None:
        """USD if it runs as long as it may."""
        if self.compute.usd_per_hour is None:
            return None
        return costs.usd(self.compute.usd_per_hour, self.compute.instance_count, self.compute.max_run_seconds)


def job_name(data_set: str, job_id: str) -> str:
    """The job's name here and on AWS, where it is at most 63 letters, digits and single hyphens."""
    stem = re.sub(r"[^a-zA-Z0-9]+", "-", data_set).strip("-")[:40].rstrip("-")
    return f"{stem or 'job'}-{job_id[:6]}"


def observed(job: Job, snapshot: Snapshot) -> Job:
    """What the job is after AWS has been looked at. A finished job stays as it is, whatever AWS says later."""
    if not job.active:
        return job
    return replace(
        job,
        status=status_after(job.status, snapshot.status),
        phases=snapshot.phases or job.phases,
        failure_reason=snapshot.failure_reason,
        artifact=snapshot.artifact or job.artifact,
        started_at=snapshot.started_at or job.started_at,
        ended_at=snapshot.ended_at or job.ended_at,
        billable_seconds=snapshot.billable_seconds if snapshot.billable_seconds is not None else job.billable_seconds,
        training_seconds=snapshot.training_seconds if snapshot.training_seconds is not None else job.training_seconds,
    )


def status_after(ours: JobStatus, seen: JobStatus) -> JobStatus:
    """Someone asked to stop and AWS has not heard of it yet: our wish stands until AWS says that it has ended."""
    return ours if (ours, seen) == (JobStatus.STOPPING, JobStatus.RUNNING) else seen
