"""Invocations of endpoints: answers, limits, cold starts, and the runtime's error codes."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.sagemaker import LocalAws
from sandbox.sagemaker.pace import Limits

from .steps import REALTIME, SERVERLESS, create_endpoint, finished, job_request, put_pictures, settled


@pytest.fixture
def serverless(sagemaker: Any, trained: str) -> None:
    create_endpoint(sagemaker, trained, SERVERLESS)
    settled(sagemaker)


@pytest.fixture
def realtime(sagemaker: Any, trained: str) -> None:
    create_endpoint(sagemaker, trained, REALTIME)
    settled(sagemaker)


def serve(aws: LocalAws, make_client: Callable[..., Any], variant: dict[str, Any]) -> Any:
    """A runtime client, with an endpoint in service on this local AWS."""
    sagemaker = make_client(aws, "sagemaker")
    put_pictures(make_client(aws, "s3"))
    sagemaker.create_training_job(**job_request("job"))
    create_endpoint(sagemaker, finished(sagemaker, "job")["ModelArtifacts"]["S3ModelArtifacts"], variant)
    settled(sagemaker)
    return make_client(aws, "sagemaker-runtime")


def invoke(runtime: Any, body: bytes = b"pixels", content_type: str = "image/png", **members: Any) -> Any:
    answer = runtime.invoke_endpoint(EndpointName="endpoint", Body=body, ContentType=content_type, **members)
    return json.loads(answer["Body"].read())


def refusal(call: Callable[[], object]) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response | caught.value.response["Error"]


@pytest.mark.parametrize("content_type", ["application/x-image", "image/jpeg", "image/png"])
def test_an_endpoint_answers_a_picture_with_json(realtime: None, runtime: Any, content_type: str) -> None:
    assert invoke(runtime, b"1234", content_type) == [2, 4]


def test_the_answer_names_the_variant(serverless: None, runtime: Any) -> None:
    answer = runtime.invoke_endpoint(EndpointName="endpoint", Body=b"x", ContentType="image/png")

    assert (answer["ContentType"], answer["InvokedProductionVariant"]) == ("application/json", "AllTraffic")


@pytest.mark.parametrize(
    ("body", "content_type", "original"),
    [(b"bad", "image/png", 400), (b"x", "text/plain", 415), (b"crash", "image/png", 500)],
)
def test_an_error_of_the_container_is_a_model_error(
    realtime: None, runtime: Any, body: bytes, content_type: str, original: int
) -> None:
    told = refusal(lambda: invoke(runtime, body, content_type))

    assert (told["Code"], told["ResponseMetadata"]["HTTPStatusCode"], told["OriginalStatusCode"]) == (
        "ModelError",
        424,
        original,
    )


def test_a_model_error_is_in_the_endpoints_log(realtime: None, runtime: Any, logs: Any) -> None:
    refusal(lambda: invoke(runtime, b"crash"))
    events = logs.filter_log_events(logGroupName="/aws/sagemaker/Endpoints/endpoint")["events"]

    assert [event["message"] for event in events] == ["RuntimeError: out of memory"]


def test_an_endpoint_that_is_not_in_service_is_not_found(runtime: Any) -> None:
    told = refusal(lambda: invoke(runtime))

    assert (told["Code"], told["Message"]) == (
        "ValidationError",
        "Endpoint endpoint of account 123456789012 not found.",
    )


def test_a_deleted_endpoint_no_longer_answers(realtime: None, sagemaker: Any, runtime: Any) -> None:
    sagemaker.delete_endpoint(EndpointName="endpoint")

    assert refusal(lambda: invoke(runtime))["Code"] == "ValidationError"


def test_a_variant_that_does_not_exist_is_refused(realtime: None, runtime: Any) -> None:
    assert refusal(lambda: invoke(runtime, TargetVariant="other"))["Code"] == "ValidationError"


def test_a_realtime_payload_is_limited(realtime: None, runtime: Any) -> None:
    told = refusal(lambda: invoke(runtime, b"x" * 1001))

    assert (told["Code"], told["Message"]) == ("413", "HTTP content length exceeded 1000 bytes.")


def test_a_serverless_payload_is_limited_more(serverless: None, runtime: Any) -> None:
    told = refusal(lambda: invoke(runtime, b"x" * 501))

    assert (told["Code"], told["ResponseMetadata"]["HTTPStatusCode"]) == ("ValidationError", 400)
    assert told["Message"] == f"Request {told['ResponseMetadata']['RequestId']} has oversize body."


def test_the_connection_still_works_after_a_payload_that_was_too_large(realtime: None, runtime: Any) -> None:
    refusal(lambda: invoke(runtime, b"x" * 1001))

    assert invoke(runtime, b"1234") == [2, 4]


def test_serverless_refuses_more_than_its_concurrency(serverless: None, runtime: Any) -> None:
    def code(_: int) -> str:
        try:
            invoke(runtime, b"slow")
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "answered"

    with ThreadPoolExecutor(4) as threads:
        codes = sorted(threads.map(code, range(4)))
    assert (codes[0], codes[-1]) == ("ThrottlingException", "answered")


def test_a_model_that_takes_too_long_to_start_is_not_ready(make_aws: Any, make_client: Any) -> None:
    runtime = serve(make_aws(limits=Limits(invocation_seconds=0.001)), make_client, SERVERLESS)
    told = refusal(lambda: invoke(runtime))

    assert (told["Code"], told["ResponseMetadata"]["HTTPStatusCode"]) == ("ModelNotReadyException", 429)


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        ("not_ready", "ModelNotReadyException", 429),
        ("throttle", "ThrottlingException", 400),
        ("unavailable", "ServiceUnavailable", 503),
        ("internal", "InternalFailure", 500),
    ],
)
def test_an_invocation_fails_as_often_as_a_test_asks_for(
    aws: LocalAws, realtime: None, runtime: Any, kind: str, code: str, status: int
) -> None:
    aws.faults.add("InvokeEndpoint", kind, times=2)
    told = [refusal(lambda: invoke(runtime)) for _ in range(2)]

    assert {(one["Code"], one["ResponseMetadata"]["HTTPStatusCode"]) for one in told} == {(code, status)}
    assert invoke(runtime, b"1234") == [2, 4]


def test_throttling_comes_without_words(aws: LocalAws, realtime: None, runtime: Any) -> None:
    aws.faults.add("InvokeEndpoint", "throttle")

    assert refusal(lambda: invoke(runtime))["Message"] is None


def test_a_container_that_takes_too_long_is_given_up(make_aws: Any, make_client: Any) -> None:
    aws = make_aws(limits=Limits(invocation_seconds=0.2))
    runtime = serve(aws, make_client, REALTIME)
    aws.faults.add("InvokeEndpoint", "slow_model", seconds=1.0)
    told = refusal(lambda: invoke(runtime))

    assert (told["Code"], told["OriginalStatusCode"], told["ResponseMetadata"]["HTTPStatusCode"]) == (
        "ModelError",
        0,
        424,
    )
    assert told["Message"].startswith('Received server error (0) from primary with message "Your invocation timed out')


def test_a_busy_instance_gets_slower_and_refuses_nothing(realtime: None, runtime: Any) -> None:
    begun = time.monotonic()
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: invoke(runtime, b"slow"), range(6)))

    assert answers == [[2, 4]] * 6
    # Two at once, 0.3 s each.
    assert time.monotonic() - begun >= 0.9
