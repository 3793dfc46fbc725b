"""One local AWS for all tests here, with a container that trains in an instant; names are new in each test."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.sagemaker.clients import AwsClients
from sandbox.sagemaker.container_image import ContainerImage
from sandbox.sagemaker.pace import Pace
from sandbox.sagemaker.server import LocalAws
from tests.unit.adapters_aws.builders import BUCKET

_numbers = itertools.count(1)


class Serving:
    """Answers each class alike, unless the body asks for something else."""

    def model_fn(self, model_dir: str) -> bytes:
        return (Path(model_dir) / "weights").read_bytes()

    def input_fn(self, body: bytes, content_type: str) -> bytes:
        if body == b"bad":
            raise ValueError("this is no picture")
        return body

    def predict_fn(self, data: bytes, model: bytes) -> bytes:
        return b"<html>" if data == b"html" else b"[0.5, 0.5]"

    def output_fn(self, prediction: bytes, accept: str) -> tuple[bytes, str]:
        return prediction, "application/json"


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    image = ContainerImage(Path(__file__).parent / "container" / "train.py", Serving)
    pace = Pace(speed=2000, shortest_stop_grace=2.0)
    aws = LocalAws(tmp_path_factory.mktemp("aws"), pace=pace, image=image)
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
    yield shared_clients
    aws.faults.clear()


@pytest.fixture
def name() -> str:
    return f"pets-{next(_numbers):06}"


@pytest.fixture
def images(clients: AwsClients) -> None:
    """What each input channel needs to be downloaded."""
    for channel in ("train", "validation", "train_lst", "validation_lst"):
        put(clients.s3, f"datasets/pets/{channel}/one", b"1")


def put(s3: Any, key: str, body: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)
