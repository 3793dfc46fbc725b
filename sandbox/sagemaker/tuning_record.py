"""One tuning job as SageMaker tells of it: its training jobs, their counters, and the best of them."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sandbox.sagemaker.job_record import FINAL, LONGEST_REASON, Status, TrainingJob, curve_of
from sandbox.sagemaker.listing import Row
from sandbox.sagemaker.tuning_search import Choice

# AWS tells the algorithm what it is judged by, and shows this among the static hyperparameters.
OBJECTIVE_HYPERPARAMETER = "_tuning_objective_metric"


class TuningStatus(StrEnum):
    """HyperParameterTuningJobStatus, as far as jobs get here."""

    IN_PROGRESS = "InProgress"
    COMPLETED = "Completed"
    FAILED = "Failed"
    STOPPING = "Stopping"
    STOPPED = "Stopped"


OVER = frozenset({TuningStatus.COMPLETED, TuningStatus.FAILED, TuningStatus.STOPPED})


@dataclass(frozen=True, slots=True)
class Objective:
    """The metric that jobs are judged by."""

    metric: str
    maximize: bool

    def score(self, value: float) -> float:
        """Better is higher, whichever way the metric goes."""
        return value if self.maximize else -value

    @property
    def type(self) -> str:
        return "Maximize" if self.maximize else "Minimize"


@dataclass(frozen=True, slots=True)
class Child:
    """A training job of a tuning job, and the hyperparameters that were chosen for it."""

    name: str
    tuned: Choice


@dataclass(frozen=True, slots=True)
class TuningJob:
    """A tuning job at one moment; `request` is the CreateHyperParameterTuningJob request without its tags."""

    name: str
    arn: str
    request: dict[str, Any]
    created: float
    modified: float
    status: TuningStatus = TuningStatus.IN_PROGRESS
    children: tuple[Child, ...] = ()
    ended: float | None = None
    failure: str | None = None

    @property
    def config(self) -> dict[str, Any]:
        config: dict[str, Any] = self.request["HyperParameterTuningJobConfig"]
        return config

    @property
    def definition(self) -> dict[str, Any]:
        definition: dict[str, Any] = self.request["TrainingJobDefinition"]
        return definition

    @property
    def objective(self) -> Objective:
        return objective_of(self.request)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A child as it stands: its training job, and the objective so far, epoch by epoch."""

    child: Child
    job: TrainingJob
    curve: tuple[float, ...]

    @property
    def over(self) -> bool:
        return self.job.status in FINAL

    @property
    def value(self) -> float | None:
        """The final objective metric: the latest one of a job that is over and did not fail."""
        judged = self.over and self.job.status is not Status.FAILED and self.curve
        return self.curve[-1] if judged else None


Jobs = Callable[[str], TrainingJob]


def objective_of(request: Mapping[str, Any]) -> Objective:
    given = request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
    return Objective(given["MetricName"], given["Type"] == "Maximize")


def outcomes_of(tuning: TuningJob, jobs: Jobs) -> list[Outcome]:
    metric = tuning.objective.metric
    found = [(child, jobs(child.name)) for child in tuning.children]
    return [Outcome(child, job, curve_of(job, metric)) for child, job in found]


def tuning_ended(tuning: TuningJob, status: TuningStatus, now: float, failure: str | None = None) -> TuningJob:
    reason = failure[:LONGEST_REASON] if failure else None
    return replace(tuning, status=status, ended=now, modified=now, failure=reason)


def best_of(objective: Objective, outcomes: Iterable[Outcome]) -> Outcome | None:
    """The one with the best final objective, the earlier of two that are equal."""
    judged = [(objective.score(one.value), one) for one in outcomes if one.value is not None]
    return max(judged, key=lambda pair: pair[0])[1] if judged else None


def described_tuning(tuning: TuningJob, outcomes: Sequence[Outcome], now: float) -> dict[str, Any]:
    """DescribeHyperParameterTuningJob's answer, but for what its parents add."""
    told = tuning.request | _times(tuning) | _counters(outcomes)
    told |= {
        "HyperParameterTuningJobArn": tuning.arn,
        "HyperParameterTuningJobStatus": tuning.status.value,
        "ConsumedResources": {"RuntimeInSeconds": math.ceil((tuning.ended or now) - tuning.created)},
    }
    best = best_of(tuning.objective, outcomes)
    if best is not None:
        told["BestTrainingJob"] = child_summary(tuning, best)
    if tuning.failure is not None:
        told["FailureReason"] = tuning.failure
    return told


def listed_tuning(tuning: TuningJob, outcomes: Sequence[Outcome]) -> Row:
    summary = _times(tuning) | _counters(outcomes)
    summary |= {
        "HyperParameterTuningJobName": tuning.name,
        "HyperParameterTuningJobArn": tuning.arn,
        "HyperParameterTuningJobStatus": tuning.status.value,
        "Strategy": tuning.config["Strategy"],
        "ResourceLimits": tuning.config["ResourceLimits"],
    }
    return Row(tuning.name, tuning.created, tuning.modified, tuning.status, summary)


def listed_child(tuning: TuningJob, outcome: Outcome) -> Row:
    job, summary = outcome.job, child_summary(tuning, outcome)
    return Row(job.name, job.created, job.modified, job.status, summary, outcome.value)


def child_summary(tuning: TuningJob, outcome: Outcome) -> dict[str, Any]:
    """HyperParameterTrainingJobSummary."""
    job = outcome.job
    told: dict[str, Any] = {
        "TrainingJobName": job.name,
        "TrainingJobArn": job.arn,
        "CreationTime": job.created,
        "TrainingJobStatus": job.status.value,
        "TunedHyperParameters": outcome.child.tuned,
        "ObjectiveStatus": _objective_status(outcome),
    }
    maybe = {"TrainingStartTime": job.started, "TrainingEndTime": job.ended, "FailureReason": job.failure}
    told |= {name: value for name, value in maybe.items() if value is not None}
    if name := tuning.definition.get("DefinitionName"):
        told["TrainingJobDefinitionName"] = name
    if outcome.value is not None:
        told["FinalHyperParameterTuningJobObjectiveMetric"] = {
            "Type": tuning.objective.type,
            "MetricName": tuning.objective.metric,
            "Value": outcome.value,
        }
    return told


def _objective_status(outcome: Outcome) -> str:
    if not outcome.over:
        return "Pending"
    return "Failed" if outcome.value is None else "Succeeded"


def _counted_as(job: TrainingJob) -> str:
    match job.status:
        case Status.COMPLETED | Status.STOPPED:
            return job.status.value
        case Status.FAILED:
            internal = (job.failure or "").startswith("InternalServerError")
            return "RetryableError" if internal else "NonRetryableError"
        case _:
            return "InProgress"


def _counters(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    jobs = Counter(_counted_as(one.job) for one in outcomes)
    objectives = Counter(_objective_status(one) for one in outcomes)
    kinds = ("Completed", "InProgress", "RetryableError", "NonRetryableError", "Stopped")
    return {
        "TrainingJobStatusCounters": {kind: jobs[kind] for kind in kinds},
        "ObjectiveStatusCounters": {kind: objectives[kind] for kind in ("Succeeded", "Pending", "Failed")},
    }


def _times(tuning: TuningJob) -> dict[str, Any]:
    told = {"CreationTime": tuning.created, "LastModifiedTime": tuning.modified}
    return told if tuning.ended is None else told | {"HyperParameterTuningEndTime": tuning.ended}
