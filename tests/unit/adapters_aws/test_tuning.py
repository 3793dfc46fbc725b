"""Tuning jobs on SageMaker: what AWS says of them, and the calls by which it is asked."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.stub import Stubber

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.tuning import SageMakerTuning
from bot.adapters.sagemaker.tuning_snapshots import TUNING_STATUSES, tuning_snapshot
from bot.domain.jobs import JobStatus
from bot.domain.tunings import Counters, Trial, Tuning, TuningSnapshot, TuningStatus, observed
from bot.errors import BusyError, GoneError, PlatformError, TakenError
from sandbox.sagemaker.validation import service_model
from tests.builders import NOW, a_data_set, a_running_trial, a_running_tuning, a_trial, a_tuning, minutes
from tests.unit.adapters_aws.builders import BUCKET, ROLE

NAME = a_tuning().name
ARN = f"arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/{NAME}"
BERLIN = timezone(timedelta(hours=2))


@pytest.fixture
def sagemaker(clients: AwsClients) -> Iterator[Stubber]:
    with Stubber(clients.sagemaker) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def tuning(clients: AwsClients) -> SageMakerTuning:
    return SageMakerTuning(clients, ROLE, BUCKET, "us-east-1")


def described(status: str = "InProgress", **more: Any) -> dict[str, Any]:
    answer = {
        "HyperParameterTuningJobName": NAME,
        "HyperParameterTuningJobArn": ARN,
        "HyperParameterTuningJobConfig": {"Strategy": "Bayesian", "ResourceLimits": {"MaxParallelTrainingJobs": 2}},
        "HyperParameterTuningJobStatus": status,
        "CreationTime": NOW,
        "TrainingJobStatusCounters": {"Completed": 2, "InProgress": 2},
        "ObjectiveStatusCounters": {"Succeeded": 2, "Pending": 2, "Failed": 0},
    }
    return answer | more


def describes(sagemaker: Stubber, answer: dict[str, Any]) -> None:
    sagemaker.add_response("describe_hyper_parameter_tuning_job", answer, {"HyperParameterTuningJobName": NAME})


def summary(number: int, status: str = "Completed", value: float | None = 0.8, **more: Any) -> dict[str, Any]:
    name = a_trial(number).name
    told = {
        "TrainingJobName": name,
        "TrainingJobArn": f"arn:aws:sagemaker:us-east-1:123456789012:training-job/{name}",
        "CreationTime": NOW + minutes(number),
        "TrainingJobStatus": status,
        "TunedHyperParameters": {"learning_rate": "0.01", "optimizer": "sgd"},
        "ObjectiveStatus": "Pending" if value is None else "Succeeded",
        "TrainingStartTime": NOW + minutes(number),
    }
    if status != "InProgress":
        told["TrainingEndTime"] = NOW + minutes(number + 0.5)
    if value is not None:
        told["FinalHyperParameterTuningJobObjectiveMetric"] = {"MetricName": "validation:accuracy", "Value": value}
    return told | more


def lists(sagemaker: Stubber, *numbers: int, token: str = "", more: str = "", **changes: Any) -> None:
    asked = {"HyperParameterTuningJobName": NAME, "SortBy": "CreationTime", "SortOrder": "Descending"}
    asked |= {"MaxResults": 100} | ({"NextToken": token} if token else {})
    answer = {"TrainingJobSummaries": [summary(number, **changes) for number in numbers]}
    answer |= {"NextToken": more} if more else {}
    sagemaker.add_response("list_training_jobs_for_hyper_parameter_tuning_job", answer, asked)


def exists(sagemaker: Stubber) -> None:
    sagemaker.add_client_error("create_hyper_parameter_tuning_job", "ResourceInUse", "names must be unique")


def has_tag(sagemaker: Stubber, value: str) -> None:
    tags = {"Tags": [{"Key": "darkroom:id", "Value": value}]}
    sagemaker.add_response("list_tags", tags, {"ResourceArn": ARN})


def test_a_tuning_is_created_under_its_name(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    sagemaker.add_response("create_hyper_parameter_tuning_job", {"HyperParameterTuningJobArn": ARN})

    tuning.start(a_tuning(), a_data_set())


def test_a_tuning_that_exists_already_with_our_tag_is_ours(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    exists(sagemaker)
    describes(sagemaker, described())
    has_tag(sagemaker, a_tuning().id)

    tuning.start(a_tuning(), a_data_set())


def test_a_tuning_that_exists_already_without_our_tag_is_taken(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    exists(sagemaker)
    describes(sagemaker, described())
    has_tag(sagemaker, "another")

    with pytest.raises(TakenError, match="this bot did not make it"):
        tuning.start(a_tuning(), a_data_set())


def test_a_tuning_that_exists_and_is_not_found_yet_is_to_be_tried_again(
    tuning: SageMakerTuning, sagemaker: Stubber
) -> None:
    exists(sagemaker)
    sagemaker.add_client_error("describe_hyper_parameter_tuning_job", "ResourceNotFound", "not found")

    with pytest.raises(BusyError):
        tuning.start(a_tuning(), a_data_set())


def test_a_parent_that_aws_lacks_is_a_refusal(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    sagemaker.add_client_error("create_hyper_parameter_tuning_job", "ResourceNotFound", "The parent does not exist")

    with pytest.raises(PlatformError) as caught:
        tuning.start(a_tuning(), a_data_set())

    assert type(caught.value) is PlatformError
    assert caught.value.sentences == f"AWS refused to start the tuning job *{NAME}*. The parent does not exist"


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped", "Stopping"])
def test_stopping_what_has_ended_changes_nothing(tuning: SageMakerTuning, sagemaker: Stubber, status: str) -> None:
    sagemaker.add_client_error("stop_hyper_parameter_tuning_job", "ValidationException", "The request was rejected")
    describes(sagemaker, described(status))

    tuning.stop(NAME)


def test_a_refusal_to_stop_what_runs_is_told(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    sagemaker.add_client_error("stop_hyper_parameter_tuning_job", "AccessDeniedException", "not authorized")
    describes(sagemaker, described())

    with pytest.raises(PlatformError, match="does not let this bot stop"):
        tuning.stop(NAME)


def test_stopping_what_aws_never_heard_of_says_so(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    sagemaker.add_client_error("stop_hyper_parameter_tuning_job", "ResourceNotFound", "no such job")

    with pytest.raises(GoneError):
        tuning.stop(NAME)


def test_the_first_look_brings_all_jobs(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    describes(sagemaker, described(BestTrainingJob=summary(2)))
    lists(sagemaker, 3, 2, more="next")
    lists(sagemaker, 1, token="next")

    snapshot = tuning.observe(a_tuning(status=TuningStatus.RUNNING))

    assert snapshot.trials == (a_trial(3), a_trial(2), a_trial(1))
    assert snapshot.best_name == a_trial(2).name
    assert snapshot.counters == Counters(completed=2, running=2, objectives=(2, 2, 0))


def test_while_awss_counters_stand_still_the_jobs_are_not_listed(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    describes(sagemaker, described())

    assert tuning.observe(a_running_tuning()).trials == ()


def test_a_job_that_has_not_been_seen_running_is_looked_for_again(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    waiting = (a_trial(1), a_trial(2), a_running_trial(3), a_running_trial(4, began_at=None))
    describes(sagemaker, described())
    lists(sagemaker, 4, 3, status="InProgress", value=None)

    assert tuning.observe(a_running_tuning(trials=waiting)).trials == (a_running_trial(4), a_running_trial(3))


def test_pages_are_read_down_to_the_oldest_job_that_runs(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    known = (a_trial(1), a_running_trial(2), a_trial(3), a_trial(4))
    describes(sagemaker, described(TrainingJobStatusCounters={"Completed": 4, "InProgress": 1}))
    lists(sagemaker, 5, 4, more="two")
    lists(sagemaker, 3, 2, token="two", more="three")

    snapshot = tuning.observe(a_running_tuning(trials=known))

    assert [trial.name for trial in snapshot.trials] == [a_trial(number).name for number in (5, 4, 3, 2)]


def test_at_the_end_all_jobs_are_read_once_more(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    describes(sagemaker, described("Completed", HyperParameterTuningEndTime=NOW + minutes(9)))
    lists(sagemaker, 2, more="two")
    lists(sagemaker, 1, token="two")

    snapshot = tuning.observe(a_running_tuning(trials=(a_trial(1, 0.1), a_trial(2, 0.1))))

    assert (snapshot.status, len(snapshot.trials)) == (TuningStatus.COMPLETED, 2)
    assert snapshot.ended_at == NOW + minutes(9)


def test_looking_again_at_what_has_not_changed_changes_nothing(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    row = a_running_tuning()
    describes(sagemaker, described(BestTrainingJob=summary(2)))

    assert observed(row, tuning.observe(row)) == row


def test_a_tuning_that_aws_does_not_know_is_gone(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    sagemaker.add_client_error("describe_hyper_parameter_tuning_job", "ResourceNotFound", "no such job")

    with pytest.raises(GoneError):
        tuning.observe(a_running_tuning())


def test_a_throttled_list_is_to_be_tried_again(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    describes(sagemaker, described())
    sagemaker.add_client_error(
        "list_training_jobs_for_hyper_parameter_tuning_job", "ThrottlingException", "Rate exceeded"
    )

    with pytest.raises(BusyError):
        tuning.observe(a_tuning(status=TuningStatus.RUNNING))


def test_every_tuning_status_of_aws_is_known() -> None:
    words = service_model("sagemaker").shape_for("HyperParameterTuningJobStatus").enum

    assert set(TUNING_STATUSES) == set(words)


@pytest.mark.parametrize(("word", "status"), TUNING_STATUSES.items())
def test_a_tuning_has_the_status_that_aws_says(word: str, status: TuningStatus) -> None:
    assert tuning_snapshot({"HyperParameterTuningJobStatus": word}).status == status


def test_an_unknown_status_is_logged_and_runs_on(caplog: pytest.LogCaptureFixture) -> None:
    told = {"HyperParameterTuningJobName": "t", "HyperParameterTuningJobStatus": "Pondering"}
    with caplog.at_level(logging.WARNING):
        snapshot = tuning_snapshot(told)

    assert snapshot.status == TuningStatus.RUNNING
    assert caplog.messages == ["tuning_status_unknown tuning=t status=Pondering"]


def test_an_unknown_status_of_a_job_is_logged_and_runs_on(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        (trial,) = tuning_snapshot(described(), [summary(1, "Pondering")]).trials

    assert trial.status == JobStatus.RUNNING
    assert caplog.messages == [f"trial_status_unknown job={trial.name} status=Pondering"]


def test_a_tuning_that_was_deleted_in_aws_says_so() -> None:
    assert tuning_snapshot(described("Deleting")).failure_reason == "It has been deleted in AWS."


def test_an_answer_with_nothing_in_it_is_read() -> None:
    assert tuning_snapshot({"HyperParameterTuningJobStatus": "InProgress"}) == TuningSnapshot(TuningStatus.RUNNING)


def trial_of(**told: Any) -> Trial:
    return tuning_snapshot(described(), [summary(1, **told)]).trials[0]


def test_an_objective_of_0_is_an_objective() -> None:
    assert trial_of(value=0.0).objective == 0.0


def test_an_objective_that_is_no_number_is_none() -> None:
    assert trial_of(value=float("nan")).objective is None


def test_times_are_in_utc_and_not_merely_equal() -> None:
    trial = trial_of(CreationTime=datetime(2026, 3, 2, 12, tzinfo=BERLIN))

    assert trial.created_at.utcoffset() == timedelta(0)


def test_values_lose_the_quotes_of_awss_sdk_and_awss_own_are_left_out() -> None:
    told = {"optimizer": '"adam"', "learning_rate": "0.01", "_tuning_objective_metric": "validation:accuracy"}

    assert trial_of(TunedHyperParameters=told).hyperparameters == {"optimizer": "adam", "learning_rate": "0.01"}


def test_a_parents_job_that_is_better_still_is_told() -> None:
    snapshot = tuning_snapshot(described(OverallBestTrainingJob=summary(9, TuningJobName="earlier")))

    assert snapshot.overall_best == a_trial(9)


def test_the_overall_best_of_this_tuning_is_no_news() -> None:
    snapshot = tuning_snapshot(described(OverallBestTrainingJob=summary(9, TuningJobName=NAME)))

    assert snapshot.overall_best is None


def a_look(tuning: SageMakerTuning, row: Tuning) -> Tuning:
    return observed(row, tuning.observe(row))


def test_a_tuning_is_followed_from_its_first_job_to_its_end(tuning: SageMakerTuning, sagemaker: Stubber) -> None:
    row = a_tuning(status=TuningStatus.RUNNING)
    describes(sagemaker, described(TrainingJobStatusCounters={"InProgress": 1}, ObjectiveStatusCounters={"Pending": 1}))
    lists(sagemaker, 1, status="InProgress", value=None)
    row = a_look(tuning, row)
    describes(sagemaker, described("Completed", TrainingJobStatusCounters={"Completed": 2}))
    lists(sagemaker, 2, 1)
    row = a_look(tuning, row)

    assert (row.status, row.trials) == (TuningStatus.COMPLETED, (a_trial(1), a_trial(2)))
