"""What may be asked of training jobs: names, contradictions, stops and lists, with AWS's refusals."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.sagemaker.training_rules import objections as _objections

from .steps import channel, finished, job_request, put_pictures, training

LONG = {"epochs": "1000", "seconds": "0.05"}


@pytest.fixture(autouse=True)
def pictures(s3: Any) -> None:
    put_pictures(s3)


def refusal(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_job_name_stays_taken_after_the_job_is_over(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("job"))
    finished(sagemaker, "job")

    assert refusal(lambda: sagemaker.create_training_job(**job_request("job")))[0] == "ResourceInUse"


def test_of_many_who_create_the_same_job_one_succeeds(sagemaker: Any) -> None:
    def create(_: int) -> bool:
        try:
            sagemaker.create_training_job(**job_request("job"))
        except sagemaker.exceptions.ResourceInUse:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(create, range(8))) == 1


def test_an_unknown_job_is_not_found_in_the_words_of_aws(sagemaker: Any) -> None:
    told = refusal(lambda: sagemaker.describe_training_job(TrainingJobName="none"))

    assert told == ("ValidationException", "Requested resource not found.")


def test_a_job_that_is_over_cannot_be_stopped(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("job"))
    finished(sagemaker, "job")

    assert refusal(lambda: sagemaker.stop_training_job(TrainingJobName="job")) == (
        "ValidationException",
        "The request was rejected because the training job is in status Completed.",
    )


def test_stopping_twice_is_stopping_once(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("job", LONG))
    training(sagemaker, "job")
    sagemaker.stop_training_job(TrainingJobName="job")
    sagemaker.stop_training_job(TrainingJobName="job")

    assert [one["Status"] for one in finished(sagemaker, "job")["SecondaryStatusTransitions"]].count("Stopping") == 1


@pytest.mark.parametrize(
    "members",
    [
        {"InputDataConfig": [channel(), channel()]},
        {"AlgorithmSpecification": {"TrainingInputMode": "File"}},
        {"EnableManagedSpotTraining": True},
        {"StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60}},
        {
            "EnableManagedSpotTraining": True,
            "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 59},
        },
    ],
)
def test_members_that_contradict_each_other_are_refused(sagemaker: Any, members: dict[str, Any]) -> None:
    assert refusal(lambda: sagemaker.create_training_job(**job_request("job", **members)))[0] == "ValidationException"


def source(**members: Any) -> dict[str, Any]:
    return {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/x"} | members}}


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (source(S3DataType="AugmentedManifestFile", AttributeNames=["a"]), "can only be used with Pipe input mode"),
        (source(S3DataType="AugmentedManifestFile") | {"InputMode": "Pipe"}, "AttributeNames must be specified"),
        (source(AttributeNames=["a"]) | {"InputMode": "Pipe"}, "AttributeNames can only be specified"),
        ({"CompressionType": "Gzip"}, "CompressionType Gzip can only be used"),
        ({"RecordWrapperType": "RecordIO"}, "RecordWrapperType RecordIO can only be used"),
    ],
)
def test_what_needs_pipe_mode_or_a_manifest_is_refused_without(members: dict[str, Any], words: str) -> None:
    (objection,) = _objections(job_request("job", InputDataConfig=[channel() | members]))

    assert words in objection
    assert objection.endswith("for the channel train.")


@pytest.mark.parametrize(
    "members",
    [
        source(S3DataType="AugmentedManifestFile", AttributeNames=["a"]),
        {"CompressionType": "Gzip", "RecordWrapperType": "RecordIO"},
    ],
)
def test_pipe_mode_makes_them_right(members: dict[str, Any]) -> None:
    piped = channel() | members | {"InputMode": "Pipe"}

    assert _objections(job_request("job", InputDataConfig=[piped])) == []


def test_a_request_that_breaks_the_model_is_refused_in_the_words_of_aws(sagemaker: Any) -> None:
    code, message = refusal(lambda: sagemaker.create_training_job(**job_request("a_b")))

    assert (code, message.partition(": Member")[0]) == (
        "ValidationException",
        "1 validation error detected: Value 'a_b' at 'trainingJobName' failed to satisfy constraint",
    )


def test_jobs_are_listed_page_by_page_without_gaps(sagemaker: Any) -> None:
    for number in range(5):
        sagemaker.create_training_job(**job_request(f"job-{number}", {"epochs": "1"}))
    pages = sagemaker.get_paginator("list_training_jobs").paginate(SortBy="Name", PaginationConfig={"PageSize": 2})

    names = [[job["TrainingJobName"] for job in page["TrainingJobSummaries"]] for page in pages]
    assert names == [["job-0", "job-1"], ["job-2", "job-3"], ["job-4"]]


def test_jobs_are_listed_by_status_name_and_time(sagemaker: Any) -> None:
    sagemaker.create_training_job(**job_request("cats", {"epochs": "1"}))
    done = finished(sagemaker, "cats")["LastModifiedTime"]
    sagemaker.create_training_job(**job_request("dogs", {"failure": "x"}))
    finished(sagemaker, "dogs")

    def listed(**filters: Any) -> list[str]:
        jobs = sagemaker.list_training_jobs(**filters)["TrainingJobSummaries"]
        return [job["TrainingJobName"] for job in jobs]

    # boto3 cuts the times that it sends to whole seconds, so the test stays an hour away from the jobs.
    assert (
        listed(StatusEquals="Failed"),
        listed(NameContains="cat"),
        listed(LastModifiedTimeAfter=done - timedelta(hours=1)),
        listed(LastModifiedTimeAfter=done + timedelta(hours=1)),
        listed(SortOrder="Descending"),
    ) == (["dogs"], ["cats"], ["cats", "dogs"], [], ["dogs", "cats"])
