"""What AWS refuses with, and what a person reads then."""

from typing import Any

import pytest
from botocore import exceptions
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from bot.adapters.sagemaker.errors import aws_errors
from bot.errors import BusyError, GoneError, PlatformError, TakenError


def refusal(
    code: str, message: str = "", status: int = 400, operation: str = "AnOperation", **more: Any
) -> ClientError:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
    return ClientError(answer, operation)


def translated(error: Exception) -> PlatformError:
    with pytest.raises(PlatformError) as caught, aws_errors("start", "the training job *pets-1*"):
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("Throttling", 400),
        ("TooManyRequestsException", 429),
        ("SlowDown", 503),
        ("ModelNotReadyException", 429),
        ("InternalFailure", 500),
        ("InternalDependencyException", 530),
        ("ServiceUnavailable", 503),
        ("SomethingNew", 500),
        ("502", 502),
        ("SomethingNew", 429),
    ],
)
def test_what_passes_by_itself_is_busy(code: str, status: int) -> None:
    error = translated(refusal(code, "try later", status))

    assert (type(error), error.code) == (BusyError, code)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Amazon SageMaker Debugger is no longer available to new customers.", "Debugger is no longer available"),
        ("User: arn:aws:iam::1:user/x is not authorized to perform: sagemaker:UseDebugger", "lacks the permission"),
    ],
)
def test_a_service_that_is_closed_is_told_apart_from_a_permission_that_lacks(message: str, told: str) -> None:
    assert told in translated(refusal("AccessDeniedException", message)).why


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ResourceNotFound", "no such job"),
        ("ResourceNotFoundException", "The specified log group does not exist."),
        ("NoSuchKey", ""),
        ("404", "Not Found"),
        ("NoSuchEntity", ""),
        ("ValidationException", "Requested resource not found."),
        ("ValidationException", 'Could not find endpoint "arn:aws:sagemaker:us-east-1:1:endpoint/pets".'),
        ("ValidationError", "Endpoint pets of account 123456789012 not found."),
    ],
)
def test_what_aws_does_not_know_is_gone(code: str, message: str) -> None:
    error = translated(refusal(code, message))

    assert (type(error), error.what) == (GoneError, "AWS does not know the training job *pets-1*.")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ResourceInUse", "Training job names must be unique"),
        ("ValidationException", 'Cannot create already existing endpoint "arn:aws:sagemaker:us-east-1:1:endpoint/p".'),
        ("ValidationException", 'Cannot create already existing model "arn:aws:sagemaker:us-east-1:1:model/p".'),
    ],
)
def test_what_exists_already_is_taken(code: str, message: str) -> None:
    assert type(translated(refusal(code, message))) is TakenError


def test_an_endpoint_that_is_being_changed_is_busy() -> None:
    error = translated(refusal("ValidationException", 'Cannot update in-progress endpoint "arn:x".'))

    assert type(error) is BusyError


def test_a_lacking_permission_is_named_with_its_resource() -> None:
    message = (
        "User: arn:aws:sts::123456789012:assumed-role/bot/i-1 is not authorized to perform: iam:PassRole on resource: "
        "arn:aws:iam::123456789012:role/trainer because no identity-based policy allows the iam:PassRole action"
    )

    error = translated(refusal("AccessDeniedException", message, operation="CreateTrainingJob"))

    assert error.sentences == (
        "AWS does not let this bot start the training job *pets-1*. "
        "It lacks the permission `iam:PassRole` on `arn:aws:iam::123456789012:role/trainer`. "
        "Ask the operators of this bot to allow it in the bot's policy."
    )


def test_a_denial_without_words_names_the_operation() -> None:
    error = translated(refusal("403", "Forbidden", 403, "HeadBucket"))

    assert "`HeadBucket`" in error.why


def test_a_used_up_quota_is_named() -> None:
    message = (
        "The account-level service limit 'ml.p3.2xlarge for training job usage' is 0 Instances, with current "
        "utilization of 0 Instances and a request delta of 1 Instances."
    )

    error = translated(refusal("ResourceLimitExceeded", message))

    assert error.why == "The quota `ml.p3.2xlarge for training job usage` is 0 Instances."


def test_a_quota_told_in_other_words_is_told_in_those() -> None:
    error = translated(refusal("ResourceLimitExceeded", "Too many endpoints."))

    assert error.why == "Too many endpoints."


def test_what_is_invalid_is_told_in_awss_words() -> None:
    error = translated(refusal("ValidationException", "1 validation error\n detected"))

    assert (error.sentences, error.code) == (
        "AWS refused to start the training job *pets-1*. 1 validation error detected",
        "ValidationException",
    )


@pytest.mark.parametrize("code", ["ExpiredTokenException", "UnrecognizedClientException", "InvalidAccessKeyId"])
def test_bad_credentials_are_told_as_such(code: str) -> None:
    assert translated(refusal(code, "…")).what == "AWS does not accept this bot's credentials."


def test_missing_credentials_are_told_as_such() -> None:
    error = translated(exceptions.NoCredentialsError())

    assert error.what == "AWS does not accept this bot's credentials."


def test_a_wrong_clock_is_told_as_such() -> None:
    assert "clock" in translated(refusal("RequestTimeTooSkewed", "…", 403)).what


def test_a_failing_model_is_quoted() -> None:
    answered = refusal("ModelError", "Received client error (400)", 424, OriginalMessage="not a picture")

    error = translated(answered)

    assert (type(error), error.why) == (PlatformError, "not a picture")


@pytest.mark.parametrize(
    "error",
    [
        exceptions.EndpointConnectionError(endpoint_url="https://x"),
        exceptions.ConnectTimeoutError(endpoint_url="https://x"),
        exceptions.ReadTimeoutError(endpoint_url="https://x"),
        exceptions.ConnectionClosedError(endpoint_url="https://x"),
        exceptions.ResponseStreamingError(error="cut"),
        exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2),
        ResponseParserError("<html>"),
    ],
)
def test_a_failing_connection_is_busy(error: Exception) -> None:
    assert type(translated(error)) is BusyError


def test_a_request_that_botocore_refuses_is_refused() -> None:
    error = translated(exceptions.ParamValidationError(report="Missing required parameter"))

    assert (type(error), error.code) == (PlatformError, "ParamValidationError")


def test_no_message_of_awss_is_longer_than_a_person_reads() -> None:
    assert len(translated(refusal("ValidationException", "word " * 5000)).why) <= 500


def test_errors_of_ours_pass_unchanged() -> None:
    with pytest.raises(ZeroDivisionError), aws_errors("start", "it"):
        raise ZeroDivisionError
