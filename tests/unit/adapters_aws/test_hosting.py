"""Making, asking and deleting endpoints where AWS's answers are unusual."""

import io
from collections.abc import Iterator

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.hosting import SageMakerHosting
from bot.errors import BusyError, GoneError, PlatformError, TakenError
from tests.unit.adapters_aws.builders import ROLE, an_endpoint

ARN = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/pets-live"


@pytest.fixture
def sagemaker(clients: AwsClients) -> Iterator[Stubber]:
    with Stubber(clients.sagemaker) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def runtime(clients: AwsClients) -> Iterator[Stubber]:
    with Stubber(clients.runtime) as stubber:
        yield stubber


@pytest.fixture
def hosting(clients: AwsClients) -> SageMakerHosting:
    return SageMakerHosting(clients, ROLE, "us-east-1")


def is_there(sagemaker: Stubber, status: str, **more: object) -> None:
    sagemaker.add_response(
        "describe_endpoint",
        {
            "EndpointName": "pets-live",
            "EndpointConfigName": "pets-live",
            "EndpointArn": ARN,
            "EndpointStatus": status,
            "CreationTime": 0,
            "LastModifiedTime": 0,
            **more,
        },
        {"EndpointName": "pets-live"},
    )


def is_gone(sagemaker: Stubber, operation: str) -> None:
    sagemaker.add_client_error(operation, "ValidationException", 'Could not find it "arn:x".')


def answers(runtime: Stubber, body: bytes) -> None:
    answer = {"Body": StreamingBody(io.BytesIO(body), len(body)), "ContentType": "application/json"}
    asked = {
        "EndpointName": "pets-live",
        "Body": b"png",
        "ContentType": "image/png",
        "Accept": "application/json",
    }
    runtime.add_response("invoke_endpoint", answer, asked)


def test_a_configuration_that_is_not_found_yet_is_to_be_tried_again(
    hosting: SageMakerHosting, sagemaker: Stubber
) -> None:
    sagemaker.add_client_error("create_endpoint", "ValidationException", "Could not find endpoint configuration")

    with pytest.raises(BusyError):
        hosting.create_endpoint(an_endpoint())


def test_a_model_without_its_artifact_is_refused(hosting: SageMakerHosting, sagemaker: Stubber) -> None:
    message = "Could not find model data at s3://b/model.tar.gz."
    sagemaker.add_client_error("create_model", "ValidationException", message)

    with pytest.raises(PlatformError) as caught:
        hosting.create_model(an_endpoint(), "s3://b/model.tar.gz")

    assert (type(caught.value), caught.value.why) == (PlatformError, message)


def test_a_name_that_is_still_being_deleted_is_to_be_tried_again(hosting: SageMakerHosting, sagemaker: Stubber) -> None:
    sagemaker.add_client_error("create_endpoint", "ValidationException", "Cannot create already existing endpoint")
    is_there(sagemaker, "Deleting")

    with pytest.raises(BusyError):
        hosting.create_endpoint(an_endpoint())


def test_deleting_what_is_being_deleted_goes_on_to_the_rest(hosting: SageMakerHosting, sagemaker: Stubber) -> None:
    is_there(sagemaker, "Deleting")
    is_gone(sagemaker, "describe_endpoint_config")
    is_gone(sagemaker, "describe_model")

    hosting.delete(an_endpoint())


def test_what_is_being_created_cannot_be_deleted_yet(hosting: SageMakerHosting, sagemaker: Stubber) -> None:
    is_there(sagemaker, "Creating")
    sagemaker.add_response("list_tags", {"Tags": [{"Key": "darkroom:id", "Value": "9a8b7c6d"}]}, {"ResourceArn": ARN})
    sagemaker.add_client_error("delete_endpoint", "ValidationException", 'Cannot update in-progress endpoint "arn".')

    with pytest.raises(BusyError):
        hosting.delete(an_endpoint())


def test_what_vanishes_between_two_calls_is_deleted(hosting: SageMakerHosting, sagemaker: Stubber) -> None:
    is_there(sagemaker, "Failed")
    sagemaker.add_response("list_tags", {"Tags": [{"Key": "darkroom:id", "Value": "9a8b7c6d"}]}, {"ResourceArn": ARN})
    is_gone(sagemaker, "delete_endpoint")
    is_gone(sagemaker, "describe_endpoint_config")
    is_gone(sagemaker, "describe_model")

    hosting.delete(an_endpoint())


def test_an_endpoint_that_serves_the_release_is_not_updated_again(
    hosting: SageMakerHosting, sagemaker: Stubber
) -> None:
    is_there(sagemaker, "InService", EndpointConfigName="pets-live-2")

    hosting.update_endpoint(an_endpoint(release="pets-live-2"))


def test_an_update_under_way_is_not_asked_for_again(hosting: SageMakerHosting, sagemaker: Stubber) -> None:
    is_there(sagemaker, "Updating", PendingDeploymentSummary={"EndpointConfigName": "pets-live-2"})

    hosting.update_endpoint(an_endpoint(release="pets-live-2"))


def test_somebody_elses_endpoint_is_not_updated(hosting: SageMakerHosting, sagemaker: Stubber) -> None:
    is_there(sagemaker, "InService")
    sagemaker.add_response("list_tags", {"Tags": []}, {"ResourceArn": ARN})

    with pytest.raises(TakenError):
        hosting.update_endpoint(an_endpoint(release="pets-live-2"))


@pytest.mark.parametrize(("at_once", "error"), [(False, BusyError), (True, GoneError)])
def test_a_configuration_that_was_just_made_may_be_unknown_for_another_moment(
    hosting: SageMakerHosting, sagemaker: Stubber, at_once: bool, error: type[PlatformError]
) -> None:
    is_there(sagemaker, "InService")
    sagemaker.add_response("list_tags", {"Tags": [{"Key": "darkroom:id", "Value": "9a8b7c6d"}]}, {"ResourceArn": ARN})
    sagemaker.add_response("add_tags", {"Tags": []})
    sagemaker.add_client_error("update_endpoint", "ValidationException", "Could not find endpoint configuration")

    with pytest.raises(PlatformError) as caught:
        hosting.update_endpoint(an_endpoint(release="pets-live-2"), at_once=at_once)

    assert type(caught.value) is error


def test_the_answer_is_a_list_of_probabilities(hosting: SageMakerHosting, runtime: Stubber) -> None:
    answers(runtime, b"[0.9, 0.1]")

    assert hosting.invoke("pets-live", b"png", "image/png") == [0.9, 0.1]


def test_an_answer_that_is_none_is_a_platform_error(hosting: SageMakerHosting, runtime: Stubber) -> None:
    answers(runtime, b"<html>")

    with pytest.raises(PlatformError, match="cannot be read"):
        hosting.invoke("pets-live", b"png", "image/png")


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ThrottlingException", 429, BusyError),
        ("ModelNotReadyException", 429, BusyError),
        ("ServiceUnavailable", 503, BusyError),
        ("InternalFailure", 500, BusyError),
        ("InternalDependencyException", 530, BusyError),
        ("ModelError", 424, PlatformError),
        ("ValidationError", 400, PlatformError),
        ("413", 413, PlatformError),
    ],
)
def test_each_refusal_to_answer_has_its_error(
    hosting: SageMakerHosting, runtime: Stubber, code: str, status: int, error: type[PlatformError]
) -> None:
    runtime.add_client_error("invoke_endpoint", code, "no", http_status_code=status)

    with pytest.raises(PlatformError) as caught:
        hosting.invoke("pets-live", b"png", "image/png")

    assert type(caught.value) is error


def test_an_endpoint_that_aws_does_not_know_is_gone(hosting: SageMakerHosting, runtime: Stubber) -> None:
    runtime.add_client_error("invoke_endpoint", "ValidationError", "Endpoint pets-live of account 1 not found.")

    with pytest.raises(GoneError):
        hosting.invoke("pets-live", b"png", "image/png")


def test_an_answer_that_breaks_off_is_to_be_asked_again(hosting: SageMakerHosting, runtime: Stubber) -> None:
    answer = {"Body": StreamingBody(io.BytesIO(b"[0.9"), 10), "ContentType": "application/json"}
    runtime.add_response("invoke_endpoint", answer)

    with pytest.raises(BusyError):
        hosting.invoke("pets-live", b"png", "image/png")
