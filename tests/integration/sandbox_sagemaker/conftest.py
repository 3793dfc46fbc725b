"""A local AWS on a free port, with a stub in place of the training engine, and real boto3 clients that speak to it."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.config import Config

from sandbox.sagemaker import LocalAws
from sandbox.sagemaker.container_image import ContainerImage
from sandbox.sagemaker.pace import Limits, Pace

from .steps import finished, job_request, put_pictures

STUB = Path(__file__).parent / "stub_container"


def stub_serving() -> ModuleType:
    spec = importlib.util.spec_from_file_location("stub_inference", STUB / "stub_inference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def make_aws(tmp_path: Path) -> Iterator[Callable[..., LocalAws]]:
    """Starts a local AWS with settings of the test's own."""
    started: list[LocalAws] = []

    def make(**settings: Any) -> LocalAws:
        settings = {"pace": Pace(1000, shortest_stop_grace=0.5, shortest_warm_time=0.2)} | settings
        aws = LocalAws(tmp_path / "aws", image=ContainerImage(STUB / "train.py", stub_serving), **settings)
        aws.start()
        started.append(aws)
        return aws

    yield make
    for aws in started:
        aws.stop()


@pytest.fixture
def aws(make_aws: Callable[..., LocalAws]) -> LocalAws:
    return make_aws(limits=Limits(realtime_payload=1000, serverless_payload=500))


@pytest.fixture
def make_client() -> Iterator[Callable[..., Any]]:
    """boto3 clients without retries, so that each refusal is seen."""
    clients: list[Any] = []

    def make(aws: LocalAws, service: str, attempts: int = 1) -> Any:
        client = boto3.client(
            service,
            endpoint_url=aws.url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": attempts}, max_pool_connections=20),
        )
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def sagemaker(aws: LocalAws, make_client: Callable[..., Any]) -> Any:
    return make_client(aws, "sagemaker")


@pytest.fixture
def runtime(aws: LocalAws, make_client: Callable[..., Any]) -> Any:
    return make_client(aws, "sagemaker-runtime")


@pytest.fixture
def s3(aws: LocalAws, make_client: Callable[..., Any]) -> Any:
    return make_client(aws, "s3")


@pytest.fixture
def logs(aws: LocalAws, make_client: Callable[..., Any]) -> Any:
    return make_client(aws, "logs")


@pytest.fixture
def trained(sagemaker: Any, s3: Any) -> str:
    """The artifact of a completed job."""
    put_pictures(s3)
    sagemaker.create_training_job(**job_request("trained"))
    return str(finished(sagemaker, "trained")["ModelArtifacts"]["S3ModelArtifacts"])
