"""AWS's status words and ours: each of AWS's model has its place."""

import logging
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.adapters.sagemaker.snapshots import (
    ENDPOINT_STATUSES,
    JOB_STATUSES,
    hosting_snapshot,
    training_snapshot,
)
from bot.domain.endpoints import EndpointStatus, HostingSnapshot
from bot.domain.jobs import JobStatus, Phase, Snapshot
from sandbox.sagemaker.validation import service_model

BERLIN = timezone(timedelta(hours=2))


def words(shape: str) -> set[str]:
    return set(service_model("sagemaker").shape_for(shape).enum)


def test_every_job_status_of_aws_is_known() -> None:
    assert set(JOB_STATUSES) == words("TrainingJobStatus")


def test_every_endpoint_status_of_aws_is_known() -> None:
    assert set(ENDPOINT_STATUSES) == words("EndpointStatus")


@pytest.mark.parametrize(("word", "status"), JOB_STATUSES.items())
def test_a_job_has_the_status_that_aws_says(word: str, status: JobStatus) -> None:
    assert training_snapshot({"TrainingJobStatus": word}).status == status


def test_an_unknown_job_status_is_logged_and_runs_on(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        snapshot = training_snapshot({"TrainingJobName": "pets-1", "TrainingJobStatus": "Pondering"})

    assert (snapshot.status, caplog.messages) == (
        JobStatus.RUNNING,
        ["job_status_unknown job=pets-1 status=Pondering"],
    )


def test_an_unknown_endpoint_status_is_logged_and_still_being_created(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        snapshot = hosting_snapshot({"EndpointName": "pets", "EndpointStatus": "Pondering"})

    assert (snapshot.status, caplog.messages) == (
        EndpointStatus.CREATING,
        ["endpoint_status_unknown endpoint=pets status=Pondering"],
    )


def test_a_description_becomes_a_snapshot_in_utc() -> None:
    began = datetime(2026, 5, 4, 14, 0, tzinfo=BERLIN)
    told = {
        "TrainingJobStatus": "Completed",
        "SecondaryStatusTransitions": [
            {"Status": "Starting", "StartTime": began, "EndTime": began, "StatusMessage": "Preparing"},
            {"Status": "Training", "StartTime": began},
        ],
        "ModelArtifacts": {"S3ModelArtifacts": "s3://b/jobs/pets-1/output/model.tar.gz"},
        "TrainingStartTime": began,
        "TrainingEndTime": began,
        "BillableTimeInSeconds": 0,
    }
    noon = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

    assert training_snapshot(told) == Snapshot(
        JobStatus.COMPLETED,
        (Phase("Starting", noon, noon, "Preparing"), Phase("Training", noon)),
        artifact="s3://b/jobs/pets-1/output/model.tar.gz",
        started_at=noon,
        ended_at=noon,
        billable_seconds=0,
    )


def test_times_are_in_utc_and_not_merely_equal() -> None:
    snapshot = training_snapshot({"TrainingJobStatus": "InProgress", "TrainingStartTime": datetime.now(BERLIN)})

    assert snapshot.started_at is not None
    assert snapshot.started_at.tzinfo is UTC


def test_a_running_job_has_no_artifact_yet() -> None:
    told = {"TrainingJobStatus": "InProgress", "ModelArtifacts": {"S3ModelArtifacts": "s3://b/model.tar.gz"}}

    assert training_snapshot(told).artifact == ""


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"SecondaryStatus": "MaxRuntimeExceeded"}, "It ran for as long as it may (`max_run`), so AWS stopped it."),
        ({"SecondaryStatus": "MaxRuntimeExceeded", "FailureReason": "AWS's words"}, "AWS's words"),
        ({"SecondaryStatus": "Stopped"}, ""),
        ({"TrainingJobStatus": "Deleting", "SecondaryStatus": "Completed"}, "It has been deleted in AWS."),
    ],
)
def test_a_stopped_job_says_why_where_nobody_asked_for_it(told: dict[str, str], reason: str) -> None:
    assert training_snapshot({"TrainingJobStatus": "Stopped", **told}).failure_reason == reason


def test_a_failed_job_has_awss_reason() -> None:
    told = {"TrainingJobStatus": "Failed", "FailureReason": "AlgorithmError: x", "SecondaryStatus": "Failed"}

    assert training_snapshot(told).failure_reason == "AlgorithmError: x"


def test_an_endpoint_out_of_service_says_so() -> None:
    assert hosting_snapshot({"EndpointStatus": "OutOfService"}) == HostingSnapshot(
        EndpointStatus.FAILED, "AWS has taken the endpoint out of service."
    )
