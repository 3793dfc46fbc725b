"""Starting and stopping jobs where AWS's answers are unusual."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from botocore.stub import Stubber

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.training import SageMakerTraining
from bot.domain.changes import Change
from bot.domain.jobs import JobStatus
from bot.errors import BusyError, DeniedError, PlatformError, RefusedError, TakenError
from tests.unit.adapters_aws.builders import BUCKET, PETS, ROLE, a_job

ARN = "arn:aws:sagemaker:us-east-1:123456789012:training-job/pets-1f2e3d"
SINCE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LISTED_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def sagemaker(clients: AwsClients) -> Iterator[Stubber]:
    with Stubber(clients.sagemaker) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def s3(clients: AwsClients) -> Iterator[Stubber]:
    with Stubber(clients.s3) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def training(clients: AwsClients) -> SageMakerTraining:
    return SageMakerTraining(clients, ROLE, BUCKET, "us-east-1")


@pytest.fixture
def names_kept(s3: Stubber) -> None:
    s3.add_response(
        "put_object",
        {},
        {
            "Bucket": BUCKET,
            "Key": "jobs/pets-1f2e3d/classes.txt",
            "Body": b"cat\ndog\n",
            "ContentType": "text/plain; charset=utf-8",
        },
    )


@pytest.fixture
def names_denied(s3: Stubber) -> None:
    s3.add_client_error("put_object", "AccessDenied", "Access Denied", 403)


@pytest.fixture
def names_delayed(s3: Stubber) -> None:
    s3.add_client_error("put_object", "SlowDown", "Please reduce your request rate.", 503)


def describes(sagemaker: Stubber, status: str) -> None:
    sagemaker.add_response(
        "describe_training_job",
        {
            "TrainingJobName": "pets-1f2e3d",
            "TrainingJobArn": ARN,
            "TrainingJobStatus": status,
            "SecondaryStatus": "Training",
            "ModelArtifacts": {"S3ModelArtifacts": ""},
            "AlgorithmSpecification": {"TrainingInputMode": "File"},
            "ResourceConfig": {"VolumeSizeInGB": 1},
            "StoppingCondition": {},
            "CreationTime": 0,
        },
        {"TrainingJobName": "pets-1f2e3d"},
    )


def has_tags(sagemaker: Stubber, **tags: str) -> None:
    listed = [{"Key": f"darkroom:{key}", "Value": value} for key, value in tags.items()]
    sagemaker.add_response("list_tags", {"Tags": listed}, {"ResourceArn": ARN})


def exists(sagemaker: Stubber) -> None:
    sagemaker.add_client_error("create_training_job", "ResourceInUse", "names must be unique")


@pytest.mark.usefixtures("names_kept")
def test_a_job_that_exists_already_with_our_tag_is_ours(training: SageMakerTraining, sagemaker: Stubber) -> None:
    exists(sagemaker)
    describes(sagemaker, "InProgress")
    has_tags(sagemaker, owner="U1", id="1f2e3d4c")

    training.start(a_job(), PETS)


@pytest.mark.usefixtures("names_kept")
@pytest.mark.parametrize("tags", [{}, {"id": "another"}, {"owner": "1f2e3d4c"}])
def test_a_job_that_exists_already_without_our_tag_is_taken(
    training: SageMakerTraining, sagemaker: Stubber, tags: dict[str, str]
) -> None:
    exists(sagemaker)
    describes(sagemaker, "InProgress")
    has_tags(sagemaker, **tags)

    with pytest.raises(TakenError, match="this bot did not make it"):
        training.start(a_job(), PETS)


@pytest.mark.usefixtures("names_kept")
def test_a_job_that_exists_and_is_not_found_yet_is_to_be_tried_again(
    training: SageMakerTraining, sagemaker: Stubber
) -> None:
    exists(sagemaker)
    sagemaker.add_client_error("describe_training_job", "ValidationException", "Requested resource not found.")

    with pytest.raises(BusyError):
        training.start(a_job(), PETS)


@pytest.mark.usefixtures("names_kept")
def test_what_the_request_names_and_aws_lacks_is_a_refusal(training: SageMakerTraining, sagemaker: Stubber) -> None:
    sagemaker.add_client_error("create_training_job", "ResourceNotFound", "The network does not exist")

    with pytest.raises(PlatformError) as caught:
        training.start(a_job(), PETS)

    assert type(caught.value) is PlatformError
    assert caught.value.sentences == "AWS refused to start the training job *pets-1f2e3d*. The network does not exist"


def creates(sagemaker: Stubber) -> None:
    sagemaker.add_response("create_training_job", {"TrainingJobArn": ARN})


@pytest.mark.usefixtures("names_kept")
def test_the_names_of_the_classes_are_kept_beside_the_artifact(training: SageMakerTraining, sagemaker: Stubber) -> None:
    creates(sagemaker)

    training.start(a_job(), PETS)


@pytest.mark.usefixtures("names_denied")
def test_a_job_starts_even_where_the_names_may_not_be_written(
    training: SageMakerTraining, sagemaker: Stubber, caplog: pytest.LogCaptureFixture
) -> None:
    creates(sagemaker)

    with caplog.at_level(logging.WARNING):
        training.start(a_job(), PETS)

    assert caplog.messages == ["class_names_not_written id=1f2e3d4c job=pets-1f2e3d code=AccessDenied"]


@pytest.mark.usefixtures("names_delayed", "sagemaker")
def test_a_job_waits_while_the_names_cannot_be_written_for_the_moment(training: SageMakerTraining) -> None:
    with pytest.raises(BusyError):
        training.start(a_job(), PETS)


@pytest.mark.parametrize("status", ["Completed", "Failed", "Stopped", "Stopping"])
def test_stopping_what_has_ended_changes_nothing(training: SageMakerTraining, sagemaker: Stubber, status: str) -> None:
    sagemaker.add_client_error("stop_training_job", "ValidationException", "The request was rejected")
    describes(sagemaker, status)

    training.stop("pets-1f2e3d")


def test_a_refusal_to_stop_what_runs_is_told(training: SageMakerTraining, sagemaker: Stubber) -> None:
    sagemaker.add_client_error("stop_training_job", "AccessDeniedException", "not authorized")
    describes(sagemaker, "InProgress")

    with pytest.raises(PlatformError, match="does not let this bot stop"):
        training.stop("pets-1f2e3d")


def has_listed(sagemaker: Stubber, *summaries: dict[str, str], token: str = "", then: str = "") -> None:
    moments = {"CreationTime": LISTED_AT, "LastModifiedTime": LISTED_AT}
    told = [{"TrainingJobArn": ARN} | moments | summary for summary in summaries]
    asked = {"LastModifiedTimeAfter": SINCE, "SortBy": "CreationTime", "SortOrder": "Ascending", "MaxResults": 100}
    sagemaker.add_response(
        "list_training_jobs",
        {"TrainingJobSummaries": told} | ({"NextToken": then} if then else {}),
        asked | ({"NextToken": token} if token else {}),
    )


def test_changes_are_listed_page_by_page(training: SageMakerTraining, sagemaker: Stubber) -> None:
    first = {"TrainingJobName": "pets-1", "TrainingJobStatus": "InProgress", "SecondaryStatus": "Training"}
    second = {"TrainingJobName": "pets-2", "TrainingJobStatus": "Failed", "SecondaryStatus": "Failed"}
    has_listed(sagemaker, first, then="more")
    has_listed(sagemaker, second, token="more")

    assert training.changed_since(SINCE) == [
        Change("pets-1", LISTED_AT, JobStatus.RUNNING, "Training"),
        Change("pets-2", LISTED_AT, JobStatus.FAILED, "Failed"),
    ]


def test_a_listed_status_of_next_year_counts_as_running(training: SageMakerTraining, sagemaker: Stubber) -> None:
    has_listed(sagemaker, {"TrainingJobName": "pets-1", "TrainingJobStatus": "Pondering"})

    assert training.changed_since(SINCE) == [Change("pets-1", LISTED_AT, JobStatus.RUNNING, "")]


def test_whoever_may_not_list_is_told_so(training: SageMakerTraining, sagemaker: Stubber) -> None:
    sagemaker.add_client_error("list_training_jobs", "AccessDeniedException", "not authorized")

    with pytest.raises(DeniedError, match="does not let this bot list"):
        training.changed_since(SINCE)


def test_a_region_without_the_algorithm_is_named(clients: AwsClients) -> None:
    training = SageMakerTraining(clients, ROLE, BUCKET, "mx-central-1")

    with pytest.raises(RefusedError, match="`mx-central-1`"):
        training.start(a_job(), PETS)
