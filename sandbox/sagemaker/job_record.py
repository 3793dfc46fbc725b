"""One training job as SageMaker tells of it: its status, how it got there, and how Describe writes it down."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sandbox.sagemaker.container_image import is_image_classification
from sandbox.sagemaker.listing import Row
from sandbox.sagemaker.profiler_rules import RuleState, asked_for, rules_told
from sandbox.sagemaker.spot import billable_seconds

LONGEST_REASON = 1024


class Status(StrEnum):
    """TrainingJobStatus, as far as jobs get here."""

    IN_PROGRESS = "InProgress"
    COMPLETED = "Completed"
    FAILED = "Failed"
    STOPPING = "Stopping"
    STOPPED = "Stopped"


class Secondary(StrEnum):
    """SecondaryStatus, as far as jobs get here."""

    STARTING = "Starting"
    DOWNLOADING = "Downloading"
    TRAINING = "Training"
    UPLOADING = "Uploading"
    STOPPING = "Stopping"
    COMPLETED = "Completed"
    FAILED = "Failed"
    STOPPED = "Stopped"
    MAX_RUNTIME_EXCEEDED = "MaxRuntimeExceeded"
    INTERRUPTED = "Interrupted"
    MAX_WAIT_TIME_EXCEEDED = "MaxWaitTimeExceeded"


FINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.STOPPED})

# The built-in algorithm publishes these two; the expressions are ours, AWS shows its own.
METRIC_DEFINITIONS = [
    {"Name": "train:accuracy", "Regex": r"Epoch\[\d+\] Train-accuracy=(\d+(?:\.\d+)?)"},
    {"Name": "validation:accuracy", "Regex": r"Epoch\[\d+\] Validation-accuracy=(\d+(?:\.\d+)?)"},
]


def metric_definitions(request: Mapping[str, Any]) -> list[dict[str, str]]:
    """The built-in algorithm's own, or those of the request."""
    algorithm = request["AlgorithmSpecification"]
    if is_image_classification(algorithm.get("TrainingImage", "")):
        return METRIC_DEFINITIONS
    given: list[dict[str, str]] = algorithm.get("MetricDefinitions", [])
    return given


@dataclass(frozen=True, slots=True)
class Transition:
    """One entry of SecondaryStatusTransitions; times are epoch seconds."""

    status: Secondary
    message: str
    start: float
    end: float | None = None


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """A training job at one moment; `request` is the CreateTrainingJob request without its tags.

    `metrics` are all values so far, (name, value, when), oldest first.
    """

    name: str
    arn: str
    request: dict[str, Any]
    created: float
    modified: float
    transitions: tuple[Transition, ...]
    status: Status = Status.IN_PROGRESS
    started: float | None = None
    ended: float | None = None
    failure: str | None = None
    artifact: str | None = None
    metrics: tuple[tuple[str, float, float], ...] = ()
    tuning_arn: str | None = None
    rules: tuple[RuleState, ...] = ()

    @property
    def secondary(self) -> Secondary:
        return self.transitions[-1].status


def submitted(request: dict[str, Any], arn: str, now: float, tuning_arn: str | None = None) -> TrainingJob:
    kept = {name: value for name, value in request.items() if name != "Tags"}
    first = Transition(Secondary.STARTING, "Starting the training job", now)
    rules = asked_for(request, arn, now)
    return TrainingJob(request["TrainingJobName"], arn, kept, now, now, (first,), tuning_arn=tuning_arn, rules=rules)


def moved(job: TrainingJob, secondary: Secondary, message: str, now: float) -> TrainingJob:
    """The job in its next phase; in the same phase only the message changes, as AWS does it."""
    *earlier, last = job.transitions
    if last.status is secondary:
        transitions = (*earlier, replace(last, message=message))
    else:
        transitions = (*earlier, replace(last, end=now), Transition(secondary, message, now))
    return replace(job, transitions=transitions, modified=now)


def ended(
    job: TrainingJob, status: Status, message: str, now: float, secondary: Secondary | None = None
) -> TrainingJob:
    closed = moved(job, secondary or Secondary(status.value), message, now)
    last = replace(closed.transitions[-1], end=now)
    return replace(closed, transitions=(*closed.transitions[:-1], last), status=status, ended=now)


def failed(job: TrainingJob, reason: str, now: float) -> TrainingJob:
    over = ended(job, Status.FAILED, "Training job failed", now)
    return replace(over, failure=reason[:LONGEST_REASON])


def measured(job: TrainingJob, metric: str, value: float, now: float) -> TrainingJob:
    """The job with one more value of a metric; LastModifiedTime tells of changes of status only, as on AWS."""
    return replace(job, metrics=(*job.metrics, (metric, value, now)))


def curve_of(job: TrainingJob, metric: str) -> tuple[float, ...]:
    """Every value of a metric so far."""
    return tuple(value for name, value, _ in job.metrics if name == metric)


def described(job: TrainingJob) -> dict[str, Any]:
    """DescribeTrainingJob's answer."""
    told = job.request | {
        "TrainingJobArn": job.arn,
        "TrainingJobStatus": job.status.value,
        "SecondaryStatus": job.secondary.value,
        "AlgorithmSpecification": _algorithm(job),
        "CreationTime": job.created,
        "LastModifiedTime": job.modified,
        "SecondaryStatusTransitions": [_transition(one) for one in job.transitions],
        "EnableNetworkIsolation": job.request.get("EnableNetworkIsolation", False),
        "EnableInterContainerTrafficEncryption": job.request.get("EnableInterContainerTrafficEncryption", False),
        "EnableManagedSpotTraining": job.request.get("EnableManagedSpotTraining", False),
    }
    return told | _outcome(job) | _times(job) | rules_told(job.rules)


def listed(job: TrainingJob) -> Row:
    summary = {
        "TrainingJobName": job.name,
        "TrainingJobArn": job.arn,
        "CreationTime": job.created,
        "LastModifiedTime": job.modified,
        "TrainingJobStatus": job.status.value,
        "SecondaryStatus": job.secondary.value,
    }
    if job.ended is not None:
        summary["TrainingEndTime"] = job.ended
    return Row(job.name, job.created, job.modified, job.status, summary)


def _algorithm(job: TrainingJob) -> dict[str, Any]:
    given: dict[str, Any] = job.request["AlgorithmSpecification"]
    definitions = metric_definitions(job.request)
    told = {"MetricDefinitions": definitions} if definitions else {}
    return told | {"EnableSageMakerMetricsTimeSeries": True} | given


def _transition(one: Transition) -> dict[str, Any]:
    told = {"Status": one.status.value, "StartTime": one.start, "StatusMessage": one.message}
    return told if one.end is None else told | {"EndTime": one.end}


def _outcome(job: TrainingJob) -> dict[str, Any]:
    told: dict[str, Any] = {} if job.tuning_arn is None else {"TuningJobArn": job.tuning_arn}
    if job.failure is not None:
        told["FailureReason"] = job.failure
    if job.artifact is not None:
        told["ModelArtifacts"] = {"S3ModelArtifacts": job.artifact}
    if job.metrics:
        told["FinalMetricDataList"] = [
            {"MetricName": name, "Value": value, "Timestamp": when}
            for name, value, when in {one[0]: one for one in job.metrics}.values()
        ]
    return told


def _times(job: TrainingJob) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if job.started is not None:
        told["TrainingStartTime"] = job.started
    if job.ended is not None:
        told["TrainingEndTime"] = job.ended
        seconds = math.ceil(job.ended - job.started) if job.started is not None else 0
        billable = billable_seconds(job.request, seconds)
        told |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": billable}
    return told
