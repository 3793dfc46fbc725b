"""What SageMaker says of tuning jobs, in the bot's own statuses; pure."""

import logging
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.adapters.sagemaker.snapshots import JOB_STATUSES
from bot.domain.changes import TuningChange
from bot.domain.jobs import JobStatus
from bot.domain.tunings import Counters, Trial, TuningSnapshot, TuningStatus

log = logging.getLogger(__name__)

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeHyperParameterTuningJob.html
TUNING_STATUSES: Mapping[str, TuningStatus] = {
    "InProgress": TuningStatus.RUNNING,
    "Stopping": TuningStatus.STOPPING,
    "Completed": TuningStatus.COMPLETED,
    "Failed": TuningStatus.FAILED,
    "Stopped": TuningStatus.STOPPED,
    # Only one that has ended can be deleted, and how it ended is no longer told.
    "Deleting": TuningStatus.STOPPED,
    "DeleteFailed": TuningStatus.STOPPED,
}
_DELETED = "It has been deleted in AWS."


def tuning_snapshot(told: Mapping[str, Any], listed: Iterable[Mapping[str, Any]] = ()) -> TuningSnapshot:
    """A DescribeHyperParameterTuningJob answer, with the summaries of the jobs that were listed beside it."""
    word = str(told.get("HyperParameterTuningJobStatus", ""))
    best = told.get("BestTrainingJob") or {}
    return TuningSnapshot(
        status=tuning_status(told),
        trials=tuple(trial(summary) for summary in listed),
        counters=counters(told),
        best_name=str(best.get("TrainingJobName", "")),
        overall_best=_overall_best(told),
        failure_reason=str(told.get("FailureReason", "")) or (_DELETED if word == "Deleting" else ""),
        ended_at=_utc(told.get("HyperParameterTuningEndTime")),
    )


def tuning_change(listed: Mapping[str, Any]) -> TuningChange:
    """An entry of a ListHyperParameterTuningJobs answer as the bot sees it."""
    return TuningChange(
        name=str(listed["HyperParameterTuningJobName"]),
        # One that was never modified has only the moment of its creation.
        at=(listed.get("LastModifiedTime") or listed["CreationTime"]).astimezone(UTC),
        status=tuning_status(listed),
        counters=counters(listed),
    )


def tuning_status(told: Mapping[str, Any]) -> TuningStatus:
    word = str(told.get("HyperParameterTuningJobStatus", ""))
    if word not in TUNING_STATUSES:
        log.warning("tuning_status_unknown tuning=%s status=%s", told.get("HyperParameterTuningJobName"), word)
    return TUNING_STATUSES.get(word, TuningStatus.RUNNING)


def counters(told: Mapping[str, Any]) -> Counters:
    jobs = told.get("TrainingJobStatusCounters") or {}
    objectives = told.get("ObjectiveStatusCounters") or {}
    return Counters(
        completed=int(jobs.get("Completed", 0)),
        running=int(jobs.get("InProgress", 0)),
        retried=int(jobs.get("RetryableError", 0)),
        failed=int(jobs.get("NonRetryableError", 0)),
        stopped=int(jobs.get("Stopped", 0)),
        objectives=(
            int(objectives.get("Succeeded", 0)),
            int(objectives.get("Pending", 0)),
            int(objectives.get("Failed", 0)),
        ),
    )


def trial(summary: Mapping[str, Any]) -> Trial:
    """One of the tuning's jobs, from its summary."""
    word = str(summary.get("TrainingJobStatus", ""))
    if word not in JOB_STATUSES:
        log.warning("trial_status_unknown job=%s status=%s", summary.get("TrainingJobName"), word)
    created_at: datetime = summary["CreationTime"]
    return Trial(
        name=str(summary["TrainingJobName"]),
        status=JOB_STATUSES.get(word, JobStatus.RUNNING),
        created_at=created_at.astimezone(UTC),
        hyperparameters=_values(summary.get("TunedHyperParameters") or {}),
        objective=_objective(summary.get("FinalHyperParameterTuningJobObjectiveMetric") or {}),
        objective_pending=summary.get("ObjectiveStatus") == "Pending",
        began_at=_utc(summary.get("TrainingStartTime")),
        ended_at=_utc(summary.get("TrainingEndTime")),
        failure_reason=str(summary.get("FailureReason", "")),
    )


def _objective(metric: Mapping[str, Any]) -> float | None:
    """What is no number (a job whose loss ran away may report it) is no result."""
    value = metric.get("Value")
    return float(value) if value is not None and math.isfinite(value) else None


def _values(told: Mapping[str, Any]) -> dict[str, str]:
    """AWS's SDK writes values as JSON, and then a word stands in quotes. What begins so is AWS's own and no value."""
    return {name: str(value).strip('"') for name, value in told.items() if not name.startswith("_")}


def _overall_best(told: Mapping[str, Any]) -> Trial | None:
    """The best job of the tuning and its parents, where it is a parent's."""
    best = told.get("OverallBestTrainingJob") or {}
    owner = best.get("TuningJobName")
    if not best or owner in (None, told.get("HyperParameterTuningJobName")):
        return None
    return trial(best)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None
