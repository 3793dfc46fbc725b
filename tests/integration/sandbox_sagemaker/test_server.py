"""The server itself: who may call, what goes to moto, faults, observers, and starting and stopping."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from sandbox.sagemaker import LocalAws
from sandbox.sagemaker.samples import load_samples
from sandbox.sagemaker.server import BUCKET

from .steps import job_request

SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0"


def post(aws: LocalAws, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection(urlsplit(aws.url).netloc, timeout=30)
    try:
        connection.request("POST", "/", body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Code"])


def test_a_request_without_a_signature_is_refused(aws: LocalAws) -> None:
    status, told = post(aws, b"{}", {"X-Amz-Target": "SageMaker.ListModels"})

    assert (status, told["__type"]) == (403, "MissingAuthenticationToken")


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"text"'])
def test_a_body_that_is_no_json_object_is_refused(aws: LocalAws, body: bytes) -> None:
    status, told = post(aws, body, {"X-Amz-Target": "SageMaker.ListModels", "Authorization": SIGNED})

    assert (status, told["__type"]) == (400, "SerializationException")


def test_an_operation_that_is_not_offered_is_unknown(sagemaker: Any) -> None:
    assert code_of(sagemaker.list_hubs) == "UnknownOperationException"


def test_objects_in_s3_come_back_as_they_went(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="a b/ü.bin", Body=bytes(range(256)), Metadata={"owner": "ada"})
    found = s3.get_object(Bucket=BUCKET, Key="a b/ü.bin")

    assert (found["Body"].read(), found["Metadata"]) == (bytes(range(256)), {"owner": "ada"})


def test_an_object_that_is_overwritten_leaves_no_warning(s3: Any) -> None:
    for body in (b"old", b"new"):
        s3.put_object(Bucket=BUCKET, Key="k", Body=body)

    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"new"


def test_a_large_object_goes_up_in_parts(s3: Any, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * (9 * 1024 * 1024))
    s3.upload_file(str(path), BUCKET, "large")

    assert s3.head_object(Bucket=BUCKET, Key="large")["ContentLength"] == 9 * 1024 * 1024


def test_the_role_of_the_environment_exists(aws: LocalAws, make_client: Callable[..., Any]) -> None:
    arn = aws.environment()["SAGEMAKER_ROLE_ARN"]
    role = make_client(aws, "iam").get_role(RoleName=arn.rpartition("/")[2])["Role"]

    assert role["Arn"] == arn


def test_sts_tells_the_account(aws: LocalAws, make_client: Callable[..., Any]) -> None:
    assert make_client(aws, "sts").get_caller_identity()["Account"] == "123456789012"


@pytest.mark.parametrize(
    ("instance", "component", "price"),
    [
        ("ml.g4dn.xlarge", "Training", 0.7364),
        ("ml.g5.2xlarge", "Training", 1.515),
        ("ml.p3.2xlarge", "Training", 3.825),
        ("ml.m5.large", "Hosting", 0.115),
    ],
)
def test_a_price_is_found_by_instance_and_component(
    aws: LocalAws, make_client: Callable[..., Any], instance: str, component: str, price: float
) -> None:
    wanted = {"regionCode": "us-east-1", "instanceName": instance, "component": component}
    filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()]
    (product,) = make_client(aws, "pricing").get_products(ServiceCode="AmazonSageMaker", Filters=filters)["PriceList"]
    (term,) = json.loads(product)["terms"]["OnDemand"].values()
    (dimension,) = term["priceDimensions"].values()

    assert float(dimension["pricePerUnit"]["USD"]) == price


def test_prices_come_page_by_page(aws: LocalAws, make_client: Callable[..., Any]) -> None:
    pages = make_client(aws, "pricing").get_paginator("get_products").paginate(ServiceCode="AmazonSageMaker")
    products = [product for page in pages for product in page["PriceList"]]

    assert len(products) == len(set(products)) > 50


def test_a_throttled_call_is_refused_once(aws: LocalAws, sagemaker: Any) -> None:
    aws.faults.add("ListModels", "throttle")

    assert (code_of(sagemaker.list_models), sagemaker.list_models()["Models"]) == ("ThrottlingException", [])


def test_boto3_gets_over_throttling_by_trying_again(aws: LocalAws, make_client: Callable[..., Any]) -> None:
    aws.faults.add("ListModels", "throttle", times=2)

    assert make_client(aws, "sagemaker", attempts=3).list_models()["Models"] == []


def test_a_fault_carries_the_error_that_the_test_asks_for(aws: LocalAws, sagemaker: Any) -> None:
    aws.faults.add("CreateTrainingJob", "error", code="ResourceLimitExceeded", message="quota")

    assert code_of(lambda: sagemaker.create_training_job(**job_request("job"))) == "ResourceLimitExceeded"


def test_an_http_fault_has_the_status_asked_for(aws: LocalAws, s3: Any) -> None:
    aws.faults.add("PutObject", "http", status=503)

    assert code_of(lambda: s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")) == "503"


def test_s3_is_throttled_in_its_own_words(aws: LocalAws, s3: Any) -> None:
    aws.faults.add("ListObjectsV2", "throttle")

    assert code_of(lambda: s3.list_objects_v2(Bucket=BUCKET)) == "SlowDown"


def test_a_slow_fault_delays_and_then_answers(aws: LocalAws, sagemaker: Any) -> None:
    aws.faults.add("ListModels", "slow", seconds=0.2)
    begun = time.monotonic()
    sagemaker.list_models()

    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize("operation", ["ListModels", "*"])
def test_a_dropped_call_gets_no_answer(aws: LocalAws, sagemaker: Any, operation: str) -> None:
    aws.faults.add(operation, "drop")

    with pytest.raises(ConnectionClosedError):
        sagemaker.list_models()


def test_a_dropped_call_was_not_carried_out(aws: LocalAws, sagemaker: Any) -> None:
    aws.faults.add("CreateTrainingJob", "drop")
    with pytest.raises(ConnectionClosedError):
        sagemaker.create_training_job(**job_request("job"))

    assert sagemaker.list_training_jobs()["TrainingJobSummaries"] == []


def test_a_fault_of_an_unknown_kind_is_refused(aws: LocalAws) -> None:
    with pytest.raises(ValueError, match="explode"):
        aws.faults.add("ListModels", "explode")


def test_observers_see_each_call_before_and_after(aws: LocalAws, sagemaker: Any, s3: Any) -> None:
    seen: list[tuple[str, str, dict[str, Any]]] = []
    aws.observers.append(lambda *call: seen.append(call))
    sagemaker.list_models(NameContains="a")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")

    assert seen == [
        ("ListModels", "before", {"NameContains": "a"}),
        ("ListModels", "after", {"NameContains": "a"}),
        ("PutObject", "before", {"Bucket": BUCKET, "Key": "k"}),
        ("PutObject", "after", {"Bucket": BUCKET, "Key": "k"}),
    ]


def test_one_connection_carries_many_calls(aws: LocalAws, sagemaker: Any) -> None:
    for _ in range(20):
        sagemaker.list_models()

    assert len([one for one in threading.enumerate() if "process_request_thread" in one.name]) == 1


def test_many_callers_are_answered_at_once(aws: LocalAws, s3: Any) -> None:
    def put_and_get(number: int) -> bytes:
        s3.put_object(Bucket=BUCKET, Key=f"k{number}", Body=str(number).encode())
        return bytes(s3.get_object(Bucket=BUCKET, Key=f"k{number}")["Body"].read())

    with ThreadPoolExecutor(10) as threads:
        assert list(threads.map(put_and_get, range(50))) == [str(number).encode() for number in range(50)]


def test_samples_are_the_same_by_either_way(aws: LocalAws, s3: Any, tmp_path: Path) -> None:
    picture = tmp_path / "datasets/emoji/train/food/1.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"png")
    aws.load_samples(tmp_path)
    direct = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    load_samples(tmp_path, s3, BUCKET)
    uploaded = s3.list_objects_v2(Bucket=BUCKET)["Contents"]

    assert [(one["Key"], one["ETag"]) for one in direct] == [(one["Key"], one["ETag"]) for one in uploaded]


def test_stopping_twice_is_stopping_once(make_aws: Callable[..., LocalAws]) -> None:
    aws = make_aws()
    aws.stop()
    aws.stop()

    with pytest.raises(RuntimeError):
        _ = aws.url


def test_stopping_closes_connections_that_wait(make_aws: Callable[..., LocalAws]) -> None:
    aws = make_aws()
    connection = http.client.HTTPConnection(urlsplit(aws.url).netloc, timeout=30)
    connection.request("POST", "/", b"{}")
    connection.getresponse().read()
    assert connection.sock is not None
    aws.stop()

    with connection.sock as waiting:
        assert waiting.recv(1) == b""


def test_a_port_that_is_taken_is_an_error_and_not_the_end(aws: LocalAws, make_aws: Callable[..., LocalAws]) -> None:
    with pytest.raises(OSError, match="cannot be listened on"):
        make_aws(port=int(aws.url.rpartition(":")[2]))


def test_two_in_one_process_have_jobs_of_their_own(make_aws: Any, make_client: Any) -> None:
    first, second = make_aws(), make_aws()
    make_client(first, "sagemaker").create_training_job(**job_request("job"))

    assert make_client(second, "sagemaker").list_training_jobs()["TrainingJobSummaries"] == []


@pytest.mark.parametrize("length", ["abc", "-5"])
def test_a_broken_request_is_answered_with_an_error(aws: LocalAws, length: str) -> None:
    address = urlsplit(aws.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\n".encode())

        assert connection.recv(12) in {b"HTTP/1.1 500", b"HTTP/1.1 400"}


def test_a_member_that_is_null_counts_as_not_given(aws: LocalAws) -> None:
    headers = {"X-Amz-Target": "SageMaker.ListTags", "Authorization": SIGNED}
    status, told = post(aws, json.dumps({"ResourceArn": None}).encode(), headers)

    assert (status, "Value null at 'resourceArn'" in told["message"]) == (400, True)


def test_a_restart_begins_with_nothing_but_the_bucket(make_aws: Any, make_client: Any) -> None:
    aws = make_aws()
    make_client(aws, "s3").put_object(Bucket=BUCKET, Key="k", Body=b"x")
    make_client(aws, "sagemaker").create_training_job(**job_request("job"))
    aws.stop()
    aws.start()
    buckets = [one["Name"] for one in make_client(aws, "s3").list_buckets()["Buckets"]]

    assert (
        buckets,
        make_client(aws, "s3").list_objects_v2(Bucket=BUCKET)["KeyCount"],
        make_client(aws, "sagemaker").list_training_jobs()["TrainingJobSummaries"],
    ) == ([BUCKET], 0, [])
