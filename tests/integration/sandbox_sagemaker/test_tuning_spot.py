"""Managed spot training: interruptions on request, checkpoints that outlive them, and what is billed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.sagemaker import LocalAws
from sandbox.sagemaker.server import BUCKET
from sandbox.sagemaker.spot import billable_seconds

from .steps import TRAINING_LOGS, finished, job_request, put_pictures, training
from .tuning_steps import LONG, children, tuned, tuning_aws, tuning_request

SPOT = {
    "EnableManagedSpotTraining": True,
    "CheckpointConfig": {"S3Uri": f"s3://{BUCKET}/checkpoints/job"},
    "StoppingCondition": {"MaxRuntimeInSeconds": 600, "MaxWaitTimeInSeconds": 600},
}
SLOW = {"epochs": "40", "seconds": "0.02"}


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[LocalAws]:
    with tuning_aws(tmp_path / "aws") as local:
        yield local


@pytest.fixture(autouse=True)
def pictures(s3: Any) -> None:
    put_pictures(s3)


def interrupted(aws: LocalAws, sagemaker: Any, **members: Any) -> dict[str, Any]:
    """The end of a spot job whose instance was taken away while it trained."""
    sagemaker.create_training_job(**job_request("job", SLOW, **(SPOT | members)))
    training(sagemaker, "job")
    aws.faults.interrupt("job")
    return finished(sagemaker, "job")


def first_epochs(logs: Any) -> int:
    streams = logs.describe_log_streams(logGroupName=TRAINING_LOGS, logStreamNamePrefix="job/")["logStreams"]
    lines = [
        event["message"]
        for stream in streams
        for event in logs.get_log_events(
            logGroupName=TRAINING_LOGS, logStreamName=stream["logStreamName"], startFromHead=True
        )["events"]
    ]
    return sum("Epoch[0]" in line for line in lines)


def test_an_interrupted_job_starts_again_and_completes(aws: LocalAws, sagemaker: Any) -> None:
    job = interrupted(aws, sagemaker)

    assert [one["Status"] for one in job["SecondaryStatusTransitions"]] == [
        *("Starting", "Downloading", "Training", "Interrupted"),
        *("Starting", "Downloading", "Training", "Uploading", "Completed"),
    ]


def test_an_interruption_repeats_epochs_in_the_log(aws: LocalAws, sagemaker: Any, logs: Any) -> None:
    interrupted(aws, sagemaker)

    assert first_epochs(logs) == 2


def test_checkpoints_outlive_an_interruption(aws: LocalAws, sagemaker: Any, s3: Any, tmp_path: Path) -> None:
    sagemaker.create_training_job(**job_request("job", SLOW, **SPOT))
    training(sagemaker, "job")
    (tmp_path / "aws/jobs/job/checkpoints/epoch-0001").write_bytes(b"weights")
    aws.faults.interrupt("job")
    finished(sagemaker, "job")

    assert (tmp_path / "aws/jobs/job/checkpoints/epoch-0001").read_bytes() == b"weights"
    assert s3.get_object(Bucket=BUCKET, Key="checkpoints/job/epoch-0001")["Body"].read() == b"weights"


def test_a_job_past_its_waiting_time_is_stopped(aws: LocalAws, sagemaker: Any) -> None:
    short = {"StoppingCondition": {"MaxRuntimeInSeconds": 1, "MaxWaitTimeInSeconds": 1}}
    sagemaker.create_training_job(**job_request("job", LONG, **(SPOT | short)))
    job = finished(sagemaker, "job")

    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxWaitTimeExceeded")


def test_a_job_that_is_no_spot_job_is_not_interrupted(aws: LocalAws, sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("job", SLOW))
    training(sagemaker, "job")
    aws.faults.interrupt("job")

    assert "Interrupted" not in [one["Status"] for one in finished(sagemaker, "job")["SecondaryStatusTransitions"]]


def test_checkpoints_without_a_bucket_fail_the_job(sagemaker: Any, tmp_path: Path) -> None:
    nowhere = {"CheckpointConfig": {"S3Uri": "s3://no-such-bucket/x"}}
    sagemaker.create_training_job(**job_request("job", LONG, **(SPOT | nowhere)))
    training(sagemaker, "job")
    (tmp_path / "aws/jobs/job/checkpoints/epoch-0001").write_bytes(b"weights")
    sagemaker.stop_training_job(TrainingJobName="job")

    assert "Checkpoint upload failed" in finished(sagemaker, "job")["FailureReason"]


def test_the_jobs_of_a_tuning_job_keep_their_checkpoints_apart(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(definition=SPOT, jobs=1, parallel=1))
    tuned(sagemaker)
    (child,) = children(sagemaker)
    job = sagemaker.describe_training_job(TrainingJobName=child["TrainingJobName"])

    assert job["CheckpointConfig"]["S3Uri"] == f"s3://{BUCKET}/checkpoints/job/{child['TrainingJobName']}"


@pytest.mark.parametrize(("spot", "billed"), [(True, 30), (False, 100)])
def test_a_spot_job_is_billed_for_fewer_seconds(spot: bool, billed: int) -> None:
    assert billable_seconds({"EnableManagedSpotTraining": spot}, 100) == billed
