"""What SageMaker's Describe calls say, in the bot's own statuses; pure, and the one table of AWS's status words."""

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain.changes import Change
from bot.domain.endpoints import EndpointStatus, HostingSnapshot
from bot.domain.jobs import JobStatus, Phase, Snapshot
from bot.domain.rules import RuleResult

log = logging.getLogger(__name__)

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
JOB_STATUSES: Mapping[str, JobStatus] = {
    "InProgress": JobStatus.RUNNING,
    "Stopping": JobStatus.STOPPING,
    "Completed": JobStatus.COMPLETED,
    "Failed": JobStatus.FAILED,
    "Stopped": JobStatus.STOPPED,
    # Only a job that has ended can be deleted, and how it ended is no longer told.
    "Deleting": JobStatus.STOPPED,
}

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
ENDPOINT_STATUSES: Mapping[str, EndpointStatus] = {
    "Creating": EndpointStatus.CREATING,
    # While AWS changes an endpoint it goes on answering.
    "Updating": EndpointStatus.IN_SERVICE,
    "SystemUpdating": EndpointStatus.IN_SERVICE,
    "RollingBack": EndpointStatus.IN_SERVICE,
    "UpdateRollbackFailed": EndpointStatus.IN_SERVICE,
    "InService": EndpointStatus.IN_SERVICE,
    "Deleting": EndpointStatus.DELETING,
    "Failed": EndpointStatus.FAILED,
    "OutOfService": EndpointStatus.FAILED,
}

_CHANGING = frozenset({"Updating", "SystemUpdating", "RollingBack"})

_ENDED = frozenset({JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.STOPPED})
_WHY_STOPPED = {
    "MaxRuntimeExceeded": "It ran for as long as it may (`max_run`), so AWS stopped it.",
    "MaxWaitTimeExceeded": "It waited for spot capacity for as long as it may, so AWS stopped it.",
    "Interrupted": "AWS took the spot instance back.",
}


def training_snapshot(told: Mapping[str, Any]) -> Snapshot:
    """A DescribeTrainingJob answer as the bot sees it."""
    status = _job_status(told)
    artifacts = told.get("ModelArtifacts") or {}
    return Snapshot(
        status=status,
        phases=tuple(_phase(entry) for entry in told.get("SecondaryStatusTransitions") or ()),
        failure_reason=_failure_reason(told, status),
        # AWS names the artifact before it is there; it is once the job has ended.
        artifact=str(artifacts.get("S3ModelArtifacts", "")) if status in _ENDED else "",
        started_at=_utc(told.get("TrainingStartTime")),
        ended_at=_utc(told.get("TrainingEndTime")),
        billable_seconds=told.get("BillableTimeInSeconds"),
        training_seconds=told.get("TrainingTimeInSeconds"),
        rule_results=tuple(_rule_results(told)),
    )


def training_change(listed: Mapping[str, Any]) -> Change:
    """An entry of a ListTrainingJobs answer as the bot sees it."""
    return Change(
        name=str(listed["TrainingJobName"]),
        # A job that was never modified has only the moment of its creation.
        at=(listed.get("LastModifiedTime") or listed["CreationTime"]).astimezone(UTC),
        status=_job_status(listed),
        phase=str(listed.get("SecondaryStatus", "")),
    )


def hosting_snapshot(told: Mapping[str, Any]) -> HostingSnapshot:
    """A DescribeEndpoint answer as the bot sees it."""
    word = str(told.get("EndpointStatus", ""))
    if word not in ENDPOINT_STATUSES:
        log.warning("endpoint_status_unknown endpoint=%s status=%s", told.get("EndpointName"), word)
    reason = str(told.get("FailureReason", ""))
    if word == "OutOfService" and not reason:
        reason = "AWS has taken the endpoint out of service."
    if word == "UpdateRollbackFailed" and not reason:
        reason = "AWS could not bring back the configuration before."
    return HostingSnapshot(
        ENDPOINT_STATUSES.get(word, EndpointStatus.CREATING),
        reason,
        configuration=str(told.get("EndpointConfigName", "")),
        changing=word in _CHANGING,
    )


def _job_status(told: Mapping[str, Any]) -> JobStatus:
    word = str(told.get("TrainingJobStatus", ""))
    if word not in JOB_STATUSES:
        log.warning("job_status_unknown job=%s status=%s", told.get("TrainingJobName"), word)
    return JOB_STATUSES.get(word, JobStatus.RUNNING)


def _failure_reason(told: Mapping[str, Any], status: JobStatus) -> str:
    reason = str(told.get("FailureReason", ""))
    if reason or status != JobStatus.STOPPED:
        return reason
    if told.get("TrainingJobStatus") == "Deleting":
        return "It has been deleted in AWS."
    return _WHY_STOPPED.get(str(told.get("SecondaryStatus", "")), "")


def _rule_results(told: Mapping[str, Any]) -> Iterator[RuleResult]:
    """Of both kinds, for somebody may have given the job others in AWS's console."""
    for kind in ("ProfilerRuleEvaluationStatuses", "DebugRuleEvaluationStatuses"):
        for entry in told.get(kind) or ():
            name, status = entry.get("RuleConfigurationName", ""), entry.get("RuleEvaluationStatus", "")
            yield RuleResult(str(name), str(status), str(entry.get("StatusDetails", "")))


def _phase(entry: Mapping[str, Any]) -> Phase:
    began_at: datetime = entry["StartTime"]
    return Phase(
        name=str(entry["Status"]),
        began_at=began_at.astimezone(UTC),
        ended_at=_utc(entry.get("EndTime")),
        message=str(entry.get("StatusMessage", "")),
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None
