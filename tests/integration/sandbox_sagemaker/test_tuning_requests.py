"""What the operations on tuning jobs refuse and list."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.sagemaker import LocalAws
from sandbox.sagemaker.validation import _faults_of, service_model

from .steps import finished, put_pictures
from .tuning_steps import LEARNING_RATE, LONG, OPTIMIZER, children, described, ranges, tuned, tuning_aws, tuning_request

GRID = {"Strategy": "Grid", "ParameterRanges": ranges(categorical=[OPTIMIZER])}


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[LocalAws]:
    with tuning_aws(tmp_path / "aws") as local:
        yield local


@pytest.fixture(autouse=True)
def pictures(s3: Any) -> None:
    put_pictures(s3)


def refused(sagemaker: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        sagemaker.create_hyper_parameter_tuning_job(**request)
    return str(refusal.value)


def test_a_name_that_is_taken_is_refused_whatever_its_case(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request("Tuning"))

    assert "ResourceInUse" in refused(sagemaker, **tuning_request("tuning"))


def test_an_unknown_tuning_job_is_not_found(sagemaker: Any) -> None:
    with pytest.raises(ClientError, match="can't find a tuning job called nobody") as refusal:
        described(sagemaker, "nobody")

    assert refusal.value.response["Error"]["Code"] == "ResourceNotFound"


def test_a_name_may_have_32_characters(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request("t" * 32))

    assert "regular expression pattern" in refused(sagemaker, **tuning_request("t" * 33))


def test_more_parallel_jobs_than_the_quota_are_refused(sagemaker: Any) -> None:
    assert "ResourceLimitExceeded" in refused(sagemaker, **tuning_request(jobs=20, parallel=11))


def test_a_spot_definition_is_held_to_the_rules_of_training_jobs(sagemaker: Any) -> None:
    request = tuning_request(definition={"EnableManagedSpotTraining": True})

    assert "MaxWaitTimeInSeconds is required" in refused(sagemaker, **request)


def test_training_jobs_come_in_pages(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(jobs=3))
    tuned(sagemaker)
    paginator = sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job")
    pages = paginator.paginate(
        HyperParameterTuningJobName="tuning", SortBy="FinalObjectiveMetricValue", PaginationConfig={"PageSize": 2}
    )
    values = [
        [one["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for one in page["TrainingJobSummaries"]]
        for page in pages
    ]

    assert [len(page) for page in values] == [2, 1]
    assert max(values[0]) <= min(values[1])


def test_jobs_without_an_objective_are_not_listed_by_it(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(static={"breaks": "adam"}, jobs=4, **GRID))
    tuned(sagemaker)

    assert (len(children(sagemaker)), len(children(sagemaker, SortBy="FinalObjectiveMetricValue"))) == (4, 3)


def test_tuning_jobs_are_listed_by_name(sagemaker: Any) -> None:
    for name in ("second", "first"):
        sagemaker.create_hyper_parameter_tuning_job(**tuning_request(name))
    found = sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]

    assert [one["HyperParameterTuningJobName"] for one in found] == ["first", "second"]


def test_a_deleted_tuning_job_leaves_its_training_jobs(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request())
    tuned(sagemaker)
    name = children(sagemaker)[0]["TrainingJobName"]
    sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="tuning")

    assert finished(sagemaker, name)["TrainingJobStatus"] == "Completed"
    with pytest.raises(ClientError, match="can't find"):
        described(sagemaker)


def test_a_tuning_job_that_runs_cannot_be_deleted(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(static=LONG))
    with pytest.raises(ClientError, match="is in status InProgress"):
        sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="tuning")


def test_what_is_described_is_what_the_model_of_aws_knows(sagemaker: Any) -> None:
    spot = {"EnableManagedSpotTraining": False, "RetryStrategy": {"MaximumRetryAttempts": 1}}
    told: list[dict[str, Any]] = []
    sagemaker.meta.events.register(
        "response-received.sagemaker.DescribeHyperParameterTuningJob",
        lambda response_dict, **_: told.append(json.loads(response_dict["body"])),
    )
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(definition=spot))
    tuned(sagemaker)
    shape = service_model("sagemaker").operation_model("DescribeHyperParameterTuningJob").output_shape

    assert list(_faults_of(shape, told[-1], "")) == []


def test_described_ranges_name_their_scale(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request())
    found = described(sagemaker)["HyperParameterTuningJobConfig"]["ParameterRanges"]

    assert found["ContinuousParameterRanges"] == [LEARNING_RATE | {"ScalingType": "Auto"}]
