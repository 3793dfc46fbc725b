"""Data sets, prices and the account, as the local AWS has them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.adapters.account import AwsAccount
from bot.adapters.pricing import AwsPriceList
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.storage import BucketDataSets
from bot.domain.datasets import DataSet
from bot.errors import BusyError, PlatformError
from sandbox.sagemaker.server import LocalAws
from tests.unit.adapters_aws.builders import BUCKET

ROLE = "arn:aws:iam::123456789012:role/no-such-role"


def descriptor(name: str, train: int = 40) -> bytes:
    images = {"train": train, "validation": 10}
    return json.dumps({"name": name, "format": "image", "classes": ["cat", "dog"], "images": images}).encode()


def data_set(name: str, bucket: str, train: int = 40) -> DataSet:
    return DataSet(name, f"s3://{bucket}/datasets/{name}/", ("cat", "dog"), train, 10)


@pytest.fixture
def bucket(clients: AwsClients, name: str) -> str:
    clients.s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def requests(aws: LocalAws, clients: AwsClients) -> Iterator[list[str]]:
    """Which operations S3 was asked for."""
    seen: list[str] = []

    def note(operation: str, moment: str, _: dict[str, Any]) -> None:
        if moment == "before":
            seen.append(operation)

    aws.observers.append(note)
    yield seen
    aws.observers.remove(note)


def lay(clients: AwsClients, bucket: str, name: str, body: bytes) -> None:
    clients.s3.put_object(Bucket=bucket, Key=f"datasets/{name}/dataset.json", Body=body)
    clients.s3.put_object(Bucket=bucket, Key=f"datasets/{name}/train/cat/1.png", Body=b"1")


def test_an_empty_bucket_has_no_data_sets(clients: AwsClients, bucket: str) -> None:
    assert BucketDataSets(clients, bucket).found() == ()


def test_every_folder_with_a_descriptor_is_a_data_set(clients: AwsClients, bucket: str) -> None:
    lay(clients, bucket, "pets", descriptor("pets"))
    lay(clients, bucket, "birds", descriptor("birds"))
    clients.s3.put_object(Bucket=bucket, Key="datasets/README.md", Body=b"a file beside the folders")
    clients.s3.put_object(Bucket=bucket, Key="datasets/undescribed/1.png", Body=b"1")
    clients.s3.put_object(Bucket=bucket, Key="jobs/dataset.json", Body=descriptor("jobs"))

    assert BucketDataSets(clients, bucket).found() == (data_set("birds", bucket), data_set("pets", bucket))


def test_a_malformed_descriptor_leaves_the_others(clients: AwsClients, bucket: str) -> None:
    lay(clients, bucket, "pets", descriptor("pets"))
    lay(clients, bucket, "broken", b"{")

    assert BucketDataSets(clients, bucket).found() == (data_set("pets", bucket),)


def test_a_descriptor_that_changed_is_read_again(clients: AwsClients, bucket: str) -> None:
    source = BucketDataSets(clients, bucket)
    lay(clients, bucket, "pets", descriptor("pets"))
    source.found()

    lay(clients, bucket, "pets", descriptor("pets", 41))

    assert source.found() == (data_set("pets", bucket, 41),)


def test_an_unchanged_descriptor_costs_one_request_without_a_body(
    clients: AwsClients, bucket: str, requests: list[str]
) -> None:
    source = BucketDataSets(clients, bucket)
    lay(clients, bucket, "pets", descriptor("pets"))
    first = source.found()
    fetched: list[Any] = []
    fetch = ("after-call.s3.GetObject", lambda http_response, **_: fetched.append(http_response))
    clients.s3.meta.events.register(*fetch)
    requests.clear()

    assert source.found() == first
    clients.s3.meta.events.unregister(*fetch)
    assert (len(requests), [one.status_code for one in fetched]) == (2, [304])


def test_a_data_set_that_is_removed_is_forgotten(clients: AwsClients, bucket: str) -> None:
    source = BucketDataSets(clients, bucket)
    lay(clients, bucket, "pets", descriptor("pets"))
    source.found()

    for key in ("dataset.json", "train/cat/1.png"):
        clients.s3.delete_object(Bucket=bucket, Key=f"datasets/pets/{key}")

    assert source.found() == ()


def test_a_bucket_that_cannot_be_read_is_an_error_and_not_empty(
    aws: LocalAws, clients: AwsClients, bucket: str
) -> None:
    source = BucketDataSets(clients, bucket)
    lay(clients, bucket, "pets", descriptor("pets"))
    source.found()
    aws.faults.add("GetObject", "throttle", times=3)

    with pytest.raises(BusyError):
        source.found()


def test_a_bucket_that_is_not_there_is_an_error(clients: AwsClients) -> None:
    with pytest.raises(PlatformError):
        BucketDataSets(clients, "no-such-bucket").found()


def test_prices_of_both_components_are_read(clients: AwsClients) -> None:
    prices = AwsPriceList(clients, "us-east-1")

    assert prices.hourly("training")["ml.g4dn.xlarge"] == 0.7364
    assert prices.hourly("hosting")["ml.m5.large"] == 0.115
    assert "ml.t2.medium" not in prices.hourly("training")


def test_a_region_without_prices_has_none(clients: AwsClients) -> None:
    assert AwsPriceList(clients, "eu-central-1").hourly("training") == {}


def test_the_doctor_finds_the_local_aws_in_order(aws: LocalAws, clients: AwsClients) -> None:
    role = aws.environment()["SAGEMAKER_ROLE_ARN"]
    account = AwsAccount(clients, BUCKET, role, "us-east-1")

    assert (account.identity_problem(), account.bucket_problem(), account.role_problem()) == (None, None, None)


def test_the_doctor_misses_what_is_not_there(clients: AwsClients) -> None:
    account = AwsAccount(clients, "no-such-bucket", ROLE, "us-east-1")

    problems = (account.bucket_problem(), account.role_problem())

    assert [problem.what for problem in problems if problem] == [
        "The bucket no-such-bucket does not exist.",
        f"The role {ROLE} does not exist.",
    ]


def test_the_doctor_sees_a_bucket_of_another_region(clients: AwsClients, name: str) -> None:
    place = {"LocationConstraint": "eu-central-1"}
    clients.s3.create_bucket(Bucket=name, CreateBucketConfiguration=place)

    problem = AwsAccount(clients, name, ROLE, "us-east-1").bucket_problem()

    assert problem is not None
    assert problem.what == f"The bucket {name} is in eu-central-1, and the bot works in us-east-1."
