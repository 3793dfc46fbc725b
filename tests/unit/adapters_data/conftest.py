"""One local AWS for these tests, with buckets of their own that are empty in each.

What moto keeps is the process's, and tests of other folders may be using their buckets in it.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.adapters.sagemaker.clients import AwsClients
from sandbox.sagemaker.server import LocalAws

TEAM, OURS = "adapters-pictures", "adapters-artifacts"


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    aws = LocalAws(tmp_path_factory.mktemp("aws"))
    aws.start()
    yield aws
    aws.stop()


@pytest.fixture(scope="session")
def shared_clients() -> Iterator[AwsClients]:
    clients = AwsClients("us-east-1")
    yield clients
    clients.close()


@pytest.fixture
def clients(aws: LocalAws, shared_clients: AwsClients, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsClients]:
    """Each is made in the first test that needs it, and finds the way to the local AWS in the environment."""
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    for bucket in (TEAM, OURS):
        shared_clients.s3.create_bucket(Bucket=bucket)
    yield shared_clients
    aws.faults.clear()
    for bucket in (TEAM, OURS):
        _empty(shared_clients.s3, bucket)


def _empty(s3: Any, bucket: str) -> None:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for one in page.get("Contents", ()):
            s3.delete_object(Bucket=bucket, Key=one["Key"])
