"""Training jobs from creation to their end, whichever it is."""

import io
import tarfile
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.sagemaker import LocalAws
from sandbox.sagemaker.job_folder import _relative
from sandbox.sagemaker.pace import Pace
from sandbox.sagemaker.server import BUCKET

from .steps import (
    TRAINING_LOGS,
    channel,
    finished,
    job_request,
    put_pictures,
    training,
    until,
)

LONG = {"epochs": "1000", "seconds": "0.05"}


@pytest.fixture(autouse=True)
def pictures(s3: Any) -> None:
    put_pictures(s3)


def log_lines(logs: Any, job: str) -> list[str]:
    (stream,) = logs.describe_log_streams(logGroupName=TRAINING_LOGS, logStreamNamePrefix=f"{job}/")["logStreams"]
    events = logs.get_log_events(logGroupName=TRAINING_LOGS, logStreamName=stream["logStreamName"], startFromHead=True)
    return [event["message"] for event in events["events"]]


def statuses(job: dict[str, Any]) -> list[str]:
    return [one["Status"] for one in job["SecondaryStatusTransitions"]]


def test_a_job_passes_through_the_phases_of_aws(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("job"))

    assert statuses(finished(sagemaker, "job")) == ["Starting", "Downloading", "Training", "Uploading", "Completed"]


def test_each_phase_ends_where_the_next_begins(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("job"))
    phases = finished(sagemaker, "job")["SecondaryStatusTransitions"]

    assert [one["EndTime"] for one in phases[:-1]] == [one["StartTime"] for one in phases[1:]]


def test_a_completed_job_tells_its_last_metrics(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("job", {"epochs": "3"}))
    metrics = finished(sagemaker, "job")["FinalMetricDataList"]

    assert {one["MetricName"]: round(one["Value"], 3) for one in metrics} == {
        "train:accuracy": 0.7,
        "validation:accuracy": 0.6,
    }


def test_the_artifact_holds_what_the_container_left_in_model(trained: str, s3: Any) -> None:
    body = s3.get_object(Bucket=BUCKET, Key="artifacts/trained/output/model.tar.gz")["Body"].read()

    with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as archive:
        assert archive.getnames() == ["weights.json"]


def test_the_containers_output_is_in_cloudwatch_logs(sagemaker: Any, logs: Any) -> None:
    sagemaker.create_training_job(**job_request("job", {"epochs": "1"}))
    finished(sagemaker, "job")

    assert log_lines(logs, "job") == [
        "channels ['train']",
        "[01/01/2026 00:00:00 INFO 140] Epoch[0] Train-accuracy=0.5",
        "[01/01/2026 00:00:00 INFO 140] Epoch[0] Validation-accuracy=0.4",
    ]


def test_log_lines_arrive_while_the_job_runs(sagemaker: Any, logs: Any) -> None:
    sagemaker.create_training_job(**job_request("job", LONG))
    training(sagemaker, "job")

    assert any("Epoch[0]" in line for line in log_lines(logs, "job"))


def test_a_container_sees_the_environment_of_the_request(sagemaker: Any, logs: Any) -> None:
    sagemaker.create_training_job(**job_request("job", Environment={"SEEN_WORD": "hello"}))
    finished(sagemaker, "job")

    assert "SEEN_WORD hello" in log_lines(logs, "job")


def test_a_container_does_not_see_the_environment_of_the_sandbox(
    sagemaker: Any, logs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEEN_TOKEN", "xoxb-1")
    sagemaker.create_training_job(**job_request("job"))
    finished(sagemaker, "job")

    assert not any("SEEN_TOKEN" in line for line in log_lines(logs, "job"))


def test_a_stopped_job_keeps_what_it_had_learnt(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("job", LONG))
    training(sagemaker, "job")
    sagemaker.stop_training_job(TrainingJobName="job")
    job = finished(sagemaker, "job")

    assert (job["TrainingJobStatus"], statuses(job)[-3:], "ModelArtifacts" in job) == (
        "Stopped",
        ["Stopping", "Uploading", "Stopped"],
        True,
    )


def test_a_container_that_ignores_sigterm_is_killed_after_its_grace(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("job", LONG | {"deaf": "1"}))
    training(sagemaker, "job")
    sagemaker.stop_training_job(TrainingJobName="job")

    assert finished(sagemaker, "job")["TrainingJobStatus"] == "Stopped"


def test_a_job_stopped_before_it_trained_has_no_artifact(make_aws: Any, make_client: Any) -> None:
    sagemaker = make_client(make_aws(speed=1), "sagemaker")
    sagemaker.create_training_job(**job_request("job"))
    sagemaker.stop_training_job(TrainingJobName="job")
    job = finished(sagemaker, "job")

    assert (job["TrainingJobStatus"], "ModelArtifacts" in job) == ("Stopped", False)


def test_a_job_over_its_time_is_stopped_with_its_artifact(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("job", LONG, StoppingCondition={"MaxRuntimeInSeconds": 1}))
    job = finished(sagemaker, "job")

    assert (job["TrainingJobStatus"], job["SecondaryStatus"], "ModelArtifacts" in job) == (
        "Stopped",
        "MaxRuntimeExceeded",
        True,
    )


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("nan in the loss", "AlgorithmError: nan in the loss, exit code: 3"),
        ("ClientError: no such channel", "ClientError: no such channel, exit code: 3"),
        ("Customer Error: bad epochs", "ClientError: bad epochs, exit code: 3"),
    ],
)
def test_a_failure_is_blamed_on_whom_the_container_names(sagemaker: Any, told: str, reason: str) -> None:
    sagemaker.create_training_job(**job_request("job", {"failure": told, "code": "3"}))

    assert finished(sagemaker, "job")["FailureReason"] == reason


def test_a_failure_reason_is_cut_at_1024_characters(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("job", {"failure": "x" * 2400}))

    assert len(finished(sagemaker, "job")["FailureReason"]) == 1024


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"InputDataConfig": [channel(uri=f"s3://{BUCKET}/none/")]}, "No S3 objects found under S3 URL"),
        ({"InputDataConfig": [channel(uri="s3://no-such-bucket/x")]}, "No S3 objects found under S3 URL"),
        ({"InputDataConfig": [channel(InputMode="FastFile")]}, "does not offer FastFile input mode"),
        ({"InputDataConfig": [channel(S3DataType="ManifestFile")]}, "does not offer S3DataType ManifestFile"),
        ({"OutputDataConfig": {"S3OutputPath": "s3://no-such-bucket"}}, "Artifact upload failed"),
        ({"AlgorithmSpecification": {"TrainingImage": "x/pytorch:2", "TrainingInputMode": "File"}}, "not available"),
    ],
)
def test_what_the_job_cannot_use_fails_it_with_a_reason(sagemaker: Any, members: dict[str, Any], words: str) -> None:
    sagemaker.create_training_job(**job_request("job", **members))

    assert words in finished(sagemaker, "job")["FailureReason"]


def test_an_object_name_cannot_leave_the_channels_folder(sagemaker: Any, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="evil/../../../../../escaped", Body=b"x")
    sagemaker.create_training_job(**job_request("job", InputDataConfig=[channel(uri=f"s3://{BUCKET}/evil/")]))

    assert "leaves its folder" in finished(sagemaker, "job")["FailureReason"]


@pytest.mark.parametrize(
    ("key", "prefix", "path"),
    [
        ("pets/train/cat/1.png", "pets/train/", "cat/1.png"),
        ("pets/train/cat/1.png", "pets/train", "cat/1.png"),
        ("pets/train_lst/a.lst", "pets/train", "train_lst/a.lst"),
        ("pets/train.lst", "pets/train.lst", "train.lst"),
        ("1.png", "", "1.png"),
    ],
)
def test_an_object_stands_in_its_channel_relative_to_the_prefix(key: str, prefix: str, path: str) -> None:
    assert _relative(key, prefix) == path


def test_more_jobs_than_instances_all_complete(sagemaker: Any) -> None:
    names = [f"job-{number}" for number in range(5)]
    for name in names:
        sagemaker.create_training_job(**job_request(name, {"epochs": "1"}))

    assert {finished(sagemaker, name)["TrainingJobStatus"] for name in names} == {"Completed"}


def test_stopping_the_local_aws_ends_its_containers(
    make_aws: Callable[..., LocalAws], make_client: Callable[..., Any]
) -> None:
    aws = make_aws(pace=Pace(1000))
    sagemaker = make_client(aws, "sagemaker")
    sagemaker.create_training_job(**job_request("job", LONG | {"deaf": "1"}))
    training(sagemaker, "job")
    begun = time.monotonic()
    aws.stop()

    assert (time.monotonic() - begun < 30, threads_of_the_sandbox()) == (True, [])


def threads_of_the_sandbox() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith(("training-job", "container-"))]


def test_input_is_cleared_away_when_a_job_is_over(sagemaker: Any, tmp_path: Any) -> None:
    sagemaker.create_training_job(**job_request("job"))
    finished(sagemaker, "job")

    assert until(lambda: not (tmp_path / "aws/jobs/job/input/data").exists())
