"""Answers that are lost, late, throttled or cut on their way from the local AWS."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.hosting import SageMakerHosting
from bot.adapters.sagemaker.training import SageMakerTraining
from bot.domain.endpoints import EndpointStatus, realtime
from bot.domain.jobs import JobStatus
from bot.errors import BusyError, PlatformError, TakenError
from sandbox.sagemaker.faults import ConnectionDroppedError
from sandbox.sagemaker.server import LocalAws
from tests.integration.aws.test_contracts import SHORT, until
from tests.integration.aws.test_hosting_contract import ARTIFACT, deploy
from tests.unit.adapters_aws.builders import BUCKET, PETS, ROLE, a_job, an_endpoint


@pytest.fixture
def training(clients: AwsClients, images: None) -> SageMakerTraining:
    return SageMakerTraining(clients, ROLE, BUCKET, "us-east-1")


@pytest.fixture
def hosting(clients: AwsClients, training: SageMakerTraining) -> SageMakerHosting:
    training.start(a_job("stored", **SHORT), PETS)
    until(lambda: training.observe("stored").status == JobStatus.COMPLETED)
    return SageMakerHosting(clients, ROLE, "us-east-1")


@contextmanager
def answers_lost(aws: LocalAws, operation: str, times: int) -> Iterator[list[str]]:
    """AWS does what it is asked, and the connection ends before it has said so."""
    lost: list[str] = []

    def lose(called: str, moment: str, _: dict[str, Any]) -> None:
        if (called, moment) == (operation, "after") and len(lost) < times:
            lost.append(called)
            raise ConnectionDroppedError(called)

    aws.observers.append(lose)
    try:
        yield lost
    finally:
        aws.observers.remove(lose)


def test_a_job_whose_answer_was_lost_is_started(aws: LocalAws, training: SageMakerTraining, name: str) -> None:
    with answers_lost(aws, "CreateTrainingJob", 1) as lost:
        training.start(a_job(name, **SHORT), PETS)

    assert lost
    assert training.observe(name).status in (JobStatus.RUNNING, JobStatus.COMPLETED)


def test_a_job_whose_answers_were_all_lost_is_success_at_the_next_try(
    aws: LocalAws, training: SageMakerTraining, name: str
) -> None:
    with answers_lost(aws, "CreateTrainingJob", 3), pytest.raises(BusyError):
        training.start(a_job(name, **SHORT), PETS)

    training.start(a_job(name, **SHORT), PETS)


@pytest.mark.parametrize("operation", ["CreateModel", "CreateEndpointConfig", "CreateEndpoint"])
def test_an_endpoint_whose_answers_were_lost_is_made(
    aws: LocalAws, hosting: SageMakerHosting, name: str, operation: str
) -> None:
    with answers_lost(aws, operation, 1) as lost:
        deploy(hosting, name)

    assert lost
    until(lambda: hosting.observe(name).status == EndpointStatus.IN_SERVICE)


@pytest.mark.parametrize("operation", ["DeleteEndpoint", "DeleteEndpointConfig", "DeleteModel"])
def test_a_deletion_whose_answer_was_lost_is_done(
    aws: LocalAws, hosting: SageMakerHosting, name: str, operation: str
) -> None:
    deploy(hosting, name)
    until(lambda: hosting.observe(name).status == EndpointStatus.IN_SERVICE)

    with answers_lost(aws, operation, 1) as lost:
        settled(lambda: hosting.delete(an_endpoint(name)))

    assert lost
    until(lambda: hosting.observe(name).status == EndpointStatus.DELETED)


def settled(call: Callable[[], None]) -> None:
    """As the worker does: again, for as long as AWS is busy."""

    def tried() -> bool:
        try:
            call()
        except BusyError:
            return False
        return True

    until(tried)


def test_two_workers_that_start_one_job_at_once_start_it_once(
    aws: LocalAws, training: SageMakerTraining, name: str
) -> None:
    together = threading.Barrier(4)

    def start(_: int) -> None:
        together.wait()
        training.start(a_job(name, **SHORT), PETS)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, range(4)))

    until(lambda: training.observe(name).status == JobStatus.COMPLETED)


def test_a_throttled_call_is_tried_again(aws: LocalAws, training: SageMakerTraining, name: str) -> None:
    aws.faults.add("CreateTrainingJob", "throttle", times=2)

    training.start(a_job(name, **SHORT), PETS)


def test_a_call_that_is_throttled_for_long_is_busy(aws: LocalAws, training: SageMakerTraining, name: str) -> None:
    aws.faults.add("CreateTrainingJob", "throttle", times=3)

    with pytest.raises(BusyError):
        training.start(a_job(name, **SHORT), PETS)


def test_a_server_error_without_words_is_busy(aws: LocalAws, training: SageMakerTraining, name: str) -> None:
    aws.faults.add("DescribeTrainingJob", "http", times=3, status=502)

    with pytest.raises(BusyError):
        training.observe(name)


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("throttle", {}),
        ("http", {"status": 503}),
        ("drop", {}),
        ("error", {"code": "ModelNotReadyException", "message": "waking up", "status": 429}),
    ],
)
def test_one_bad_answer_of_an_endpoint_is_busy_at_once(
    aws: LocalAws, hosting: SageMakerHosting, name: str, kind: str, details: dict[str, Any]
) -> None:
    deploy(hosting, name, hosting=realtime())
    until(lambda: hosting.observe(name).status == EndpointStatus.IN_SERVICE)
    aws.faults.add("InvokeEndpoint", kind, **details)

    with pytest.raises(BusyError):
        hosting.invoke(name, b"picture", "image/png")


@pytest.mark.parametrize(("body", "why"), [(b"bad", "this is no picture"), (b"html", "It is not JSON.")])
def test_a_model_that_cannot_answer_is_told(hosting: SageMakerHosting, name: str, body: bytes, why: str) -> None:
    deploy(hosting, name, hosting=realtime())
    until(lambda: hosting.observe(name).status == EndpointStatus.IN_SERVICE)

    with pytest.raises(PlatformError) as caught:
        hosting.invoke(name, body, "image/png")

    assert (type(caught.value), why in caught.value.why) == (PlatformError, True)


def test_a_model_without_its_artifact_is_refused_for_awss_reason(hosting: SageMakerHosting, name: str) -> None:
    with pytest.raises(PlatformError) as caught:
        hosting.create_model(an_endpoint(name), ARTIFACT.replace("stored", "missing"))

    assert "Could not find model data" in caught.value.why


def test_a_name_that_another_row_of_ours_has_is_taken_too(training: SageMakerTraining, name: str) -> None:
    training.start(a_job(name, "first", **SHORT), PETS)

    with pytest.raises(TakenError):
        training.start(a_job(name, "second", **SHORT), PETS)
