"""Tuning jobs from creation to their end, whichever it is."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.sagemaker import LocalAws

from .steps import put_pictures, until
from .tuning_steps import LONG, OPTIMIZER, children, described, ranges, tuned, tuning_aws, tuning_request, warm_start

GRID = {"Strategy": "Grid", "ParameterRanges": ranges(categorical=[OPTIMIZER]), "jobs": 4}


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[LocalAws]:
    with tuning_aws(tmp_path / "aws") as local:
        yield local


@pytest.fixture(autouse=True)
def pictures(s3: Any) -> None:
    put_pictures(s3)


def running(sagemaker: Any, count: int = 1) -> list[dict[str, Any]]:
    """The tuning job's training jobs, once so many have told their objective."""

    def told() -> list[dict[str, Any]]:
        names = [one["TrainingJobName"] for one in children(sagemaker)]
        jobs = [sagemaker.describe_training_job(TrainingJobName=name) for name in names]
        return [job for job in jobs if job.get("FinalMetricDataList")]

    return list(until(lambda: jobs if len(jobs := told()) >= count else None))


def test_a_tuning_job_runs_its_jobs_and_completes(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(jobs=3))
    tuning = tuned(sagemaker)

    assert (tuning["HyperParameterTuningJobStatus"], tuning["TrainingJobStatusCounters"]) == (
        "Completed",
        {"Completed": 3, "InProgress": 0, "RetryableError": 0, "NonRetryableError": 0, "Stopped": 0},
    )


def test_the_best_job_is_the_one_with_the_highest_objective(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(jobs=4, parallel=4))
    best = tuned(sagemaker)["BestTrainingJob"]
    first = children(sagemaker, SortBy="FinalObjectiveMetricValue", SortOrder="Descending")[0]

    assert best == first


def test_a_training_job_is_named_after_its_tuning_job_and_counted(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(jobs=2))
    tuned(sagemaker)
    first, second = (one["TrainingJobName"] for one in children(sagemaker))

    assert re.fullmatch(r"tuning-001-[0-9a-f]{8}", first)
    assert re.fullmatch(r"tuning-002-[0-9a-f]{8}", second)


def test_a_training_job_tells_whose_it_is_and_what_it_is_judged_by(sagemaker: Any) -> None:
    arn = sagemaker.create_hyper_parameter_tuning_job(**tuning_request(static={"epochs": "3"}))
    tuned(sagemaker)
    (child, _) = children(sagemaker)
    job = sagemaker.describe_training_job(TrainingJobName=child["TrainingJobName"])

    assert job["TuningJobArn"] == arn["HyperParameterTuningJobArn"]
    assert job["HyperParameters"] == {
        "epochs": "3",
        "_tuning_objective_metric": "validation:accuracy",
        **child["TunedHyperParameters"],
    }


def test_the_tags_of_a_tuning_job_are_its_training_jobs_tags_too(sagemaker: Any) -> None:
    tags = [{"Key": "owner", "Value": "U1"}]
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(members={"Tags": tags}))
    tuned(sagemaker)
    arns = [described(sagemaker)["HyperParameterTuningJobArn"], children(sagemaker)[0]["TrainingJobArn"]]

    assert [sagemaker.list_tags(ResourceArn=arn)["Tags"] for arn in arns] == [tags, tags]


def test_no_more_jobs_run_at_once_than_asked_for(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(static=LONG, jobs=5, parallel=2))
    running(sagemaker, 2)

    assert described(sagemaker)["TrainingJobStatusCounters"]["InProgress"] == 2


def test_the_objective_of_a_job_that_runs_is_pending(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(static=LONG))
    running(sagemaker, 2)

    assert described(sagemaker)["ObjectiveStatusCounters"] == {"Succeeded": 0, "Pending": 2, "Failed": 0}


def test_a_tuning_job_fails_where_all_its_jobs_did(sagemaker: Any) -> None:
    nowhere = [{"ChannelName": "train", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://no"}}}]
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(definition={"InputDataConfig": nowhere}))
    tuning = tuned(sagemaker)

    assert (tuning["HyperParameterTuningJobStatus"], tuning["TrainingJobStatusCounters"]["NonRetryableError"]) == (
        "Failed",
        2,
    )
    assert tuning["FailureReason"].startswith("All training jobs failed.")


def test_a_tuning_job_gives_up_after_five_failures(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_request(static={"optimizer": "sgd", "breaks": "sgd"}, jobs=20, parallel=1)
    )
    tuning = tuned(sagemaker)

    assert tuning["FailureReason"].startswith("No training job succeeded after 5 attempts.")
    assert tuning["TrainingJobStatusCounters"]["NonRetryableError"] == 5


def test_a_tuning_job_without_any_metric_fails(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(static={"silent": "1"}))

    assert tuned(sagemaker)["FailureReason"].startswith("No objective metrics found after running 2 training jobs.")


def test_a_few_failures_do_not_fail_a_tuning_job(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(static={"breaks": "adam"}, **GRID))
    tuning = tuned(sagemaker)

    assert (tuning["HyperParameterTuningJobStatus"], tuning["ObjectiveStatusCounters"]) == (
        "Completed",
        {"Succeeded": 3, "Pending": 0, "Failed": 1},
    )


def test_a_grid_tries_every_combination_once(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(**GRID))
    tuned(sagemaker)

    assert [one["TunedHyperParameters"]["optimizer"] for one in children(sagemaker)] == OPTIMIZER["Values"]


def test_stopping_a_tuning_job_stops_its_training_jobs(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(static=LONG, jobs=9, parallel=2))
    running(sagemaker, 2)
    sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="tuning")
    stopping = described(sagemaker)["HyperParameterTuningJobStatus"]
    tuning = tuned(sagemaker)

    assert (stopping, tuning["HyperParameterTuningJobStatus"], tuning["TrainingJobStatusCounters"]["Stopped"]) == (
        "Stopping",
        "Stopped",
        2,
    )


def test_a_training_job_stopped_by_hand_does_not_stop_the_others(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_request(static={"epochs": "40", "seconds": "0.02"}, jobs=2, parallel=1)
    )
    (first,) = running(sagemaker)
    sagemaker.stop_training_job(TrainingJobName=first["TrainingJobName"])
    tuning = tuned(sagemaker)

    assert tuning["HyperParameterTuningJobStatus"] == "Completed"
    assert (tuning["TrainingJobStatusCounters"]["Stopped"], tuning["TrainingJobStatusCounters"]["Completed"]) == (1, 1)


def test_a_stopped_job_with_an_objective_counts_as_judged(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(static=LONG, jobs=1, parallel=1))
    (job,) = running(sagemaker)
    sagemaker.stop_training_job(TrainingJobName=job["TrainingJobName"])

    assert tuned(sagemaker)["BestTrainingJob"]["TrainingJobStatus"] == "Stopped"


def test_a_finished_tuning_job_cannot_be_stopped(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request())
    tuned(sagemaker)
    with pytest.raises(ClientError, match="is in status Completed"):
        sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="tuning")


def test_the_target_ends_the_search_before_its_last_job(sagemaker: Any) -> None:
    criteria = {"TargetObjectiveMetricValue": 0.01}
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_request(jobs=20, parallel=1, TuningJobCompletionCriteria=criteria)
    )
    tuning = tuned(sagemaker)

    assert (tuning["HyperParameterTuningJobStatus"], len(children(sagemaker))) == ("Completed", 1)


def test_early_stopping_ends_jobs_that_are_worse_than_those_before(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_request(
            static={"epochs": "10", "seconds": "0.1"},
            TrainingJobEarlyStoppingType="Auto",
            RandomSeed=1,
            jobs=4,
            parallel=1,
        )
    )
    counters = tuned(sagemaker)["TrainingJobStatusCounters"]

    assert counters["Stopped"] >= 1
    assert counters["Stopped"] + counters["Completed"] == 4


def _near(rate: float) -> dict[str, str]:
    return {"Name": "learning_rate", "MinValue": str(rate), "MaxValue": str(rate * 1.01)}


def test_hyperband_stops_jobs_between_its_rungs(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_request(
            static={"epochs": "27", "seconds": "0.05"}, Strategy="Hyperband", RandomSeed=1, jobs=6, parallel=3
        )
    )
    counters = tuned(sagemaker)["TrainingJobStatusCounters"]

    assert counters["Stopped"] >= 1
    assert counters["Completed"] >= 1


def test_hyperband_stops_a_job_at_its_largest_resource(sagemaker: Any) -> None:
    strategy = {"HyperbandStrategyConfig": {"MinResource": 2, "MaxResource": 2}}
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_request(static=LONG, Strategy="Hyperband", StrategyConfig=strategy, jobs=1, parallel=1)
    )

    assert tuned(sagemaker)["TrainingJobStatusCounters"]["Stopped"] == 1


def test_a_bayesian_search_ends_nearer_to_the_best_rate_than_it_began(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_request(Strategy="Bayesian", RandomSeed=7, jobs=10, parallel=1)
    )
    tuned(sagemaker)
    values = [one["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for one in children(sagemaker)]

    assert max(values[3:]) > max(values[:3])


def test_the_overall_best_of_a_warm_start_may_be_a_parents(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_request("parent", ParameterRanges=ranges(continuous=[_near(0.01)]), jobs=1, parallel=1)
    )
    best = tuned(sagemaker, "parent")["BestTrainingJob"]
    worse = ranges(continuous=[_near(0.0001)])
    sagemaker.create_hyper_parameter_tuning_job(
        **tuning_request(ParameterRanges=worse, members=warm_start("parent"), jobs=1, parallel=1)
    )
    overall = tuned(sagemaker)["OverallBestTrainingJob"]

    assert (overall["TrainingJobName"], overall["TuningJobName"]) == (best["TrainingJobName"], "parent")


def test_a_transfer_tells_of_no_overall_best(sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request("parent"))
    tuned(sagemaker, "parent")
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(members=warm_start("parent", kind="TransferLearning")))

    assert "OverallBestTrainingJob" not in tuned(sagemaker)


def test_closing_the_local_aws_leaves_no_thread_of_a_tuning_job(aws: LocalAws, sagemaker: Any) -> None:
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request(static=LONG, jobs=9, parallel=3))
    running(sagemaker)
    aws.stop()

    assert [one.name for one in threading.enumerate() if one.name.startswith(("tuning-", "training-tuning"))] == []
