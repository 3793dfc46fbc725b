"""What TrainingPlatform and ModelHosting promise, kept by the fakes and by the adapters on the local AWS alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.hosting import SageMakerHosting
from bot.adapters.sagemaker.training import SageMakerTraining
from bot.domain.endpoints import EndpointStatus, HostingSnapshot, realtime, serverless
from bot.domain.jobs import JobStatus
from bot.errors import BusyError, GoneError, TakenError
from bot.ports import ModelHosting, TrainingPlatform
from tests.fakes.platform import FakeHosting, FakeTraining
from tests.unit.adapters_aws.builders import BUCKET, PETS, ROLE, a_job, an_endpoint

LONG = {"hyperparameters": {"epochs": "5000"}}
SHORT = {"hyperparameters": {"epochs": "2"}}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ARTIFACT = f"s3://{BUCKET}/jobs/stored/output/model.tar.gz"


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


@dataclass
class TrainingWorld:
    """A platform, and how to bring about what only AWS does."""

    platform: TrainingPlatform
    complete: Callable[[str], None]
    occupy: Callable[[str], None]


def fake_training(request: pytest.FixtureRequest) -> TrainingWorld:
    fake = FakeTraining()

    def complete(name: str) -> None:
        fake.prints(name, "Epoch[0] Validation-accuracy=0.5", "Epoch[1] Validation-accuracy=0.5")
        fake.says(name, JobStatus.COMPLETED, artifact=f"s3://{BUCKET}/jobs/{name}/output/model.tar.gz")

    return TrainingWorld(fake, complete, fake.belongs_to_others)


def real_training(request: pytest.FixtureRequest) -> TrainingWorld:
    clients: AwsClients = request.getfixturevalue("clients")
    request.getfixturevalue("images")
    platform = SageMakerTraining(clients, ROLE, BUCKET, "us-east-1")

    def complete(name: str) -> None:
        until(lambda: platform.observe(name).status == JobStatus.COMPLETED)
        until(lambda: len(platform.log_lines(name, {})[0]) == 2)

    return TrainingWorld(platform, complete, lambda name: platform.start(a_job(name, "other", **SHORT), PETS))


@pytest.fixture(params=[fake_training, real_training], ids=["fake", "aws"])
def training(request: pytest.FixtureRequest) -> TrainingWorld:
    return request.param(request)


class TestTraining:
    def test_a_job_runs_once_it_is_started(self, training: TrainingWorld, name: str) -> None:
        training.platform.start(a_job(name, **LONG), PETS)

        assert training.platform.observe(name).status == JobStatus.RUNNING
        training.platform.stop(name)

    def test_starting_again_is_success(self, training: TrainingWorld, name: str) -> None:
        training.platform.start(a_job(name, **SHORT), PETS)

        training.platform.start(a_job(name, **SHORT), PETS)

    def test_starting_again_after_the_end_is_success(self, training: TrainingWorld, name: str) -> None:
        training.platform.start(a_job(name, **SHORT), PETS)
        training.complete(name)

        training.platform.start(a_job(name, **SHORT), PETS)

        assert training.platform.observe(name).status == JobStatus.COMPLETED

    def test_a_name_of_someone_elses_is_taken(self, training: TrainingWorld, name: str) -> None:
        training.occupy(name)

        with pytest.raises(TakenError):
            training.platform.start(a_job(name, **SHORT), PETS)

    def test_a_completed_job_has_its_artifact(self, training: TrainingWorld, name: str) -> None:
        training.platform.start(a_job(name, **SHORT), PETS)
        training.complete(name)

        assert training.platform.observe(name).artifact == f"s3://{BUCKET}/jobs/{name}/output/model.tar.gz"

    def test_the_log_is_read_on_from_its_position(self, training: TrainingWorld, name: str) -> None:
        training.platform.start(a_job(name, **SHORT), PETS)
        training.complete(name)

        lines, position = training.platform.log_lines(name, {})
        more, _ = training.platform.log_lines(name, position)

        assert (len(lines), more) == (2, [])

    def test_a_job_that_has_begun_is_listed_as_it_is_observed(self, training: TrainingWorld, name: str) -> None:
        training.platform.start(a_job(name, **SHORT), PETS)
        training.complete(name)

        (change,) = [one for one in training.platform.changed_since(LONG_AGO) if one.name == name]

        assert change.status == training.platform.observe(name).status

    def test_what_changed_before_is_not_listed(self, training: TrainingWorld, name: str) -> None:
        training.platform.start(a_job(name, **SHORT), PETS)
        training.complete(name)
        (change,) = [one for one in training.platform.changed_since(LONG_AGO) if one.name == name]

        assert training.platform.changed_since(change.at - timedelta(seconds=1))
        assert name not in [one.name for one in training.platform.changed_since(change.at + timedelta(seconds=1))]

    def test_a_job_without_a_log_has_no_lines(self, training: TrainingWorld, name: str) -> None:
        assert training.platform.log_lines(name, {}) == ([], {})

    def test_a_stopped_job_stops(self, training: TrainingWorld, name: str) -> None:
        training.platform.start(a_job(name, **LONG), PETS)

        training.platform.stop(name)

        assert training.platform.observe(name).status in (JobStatus.STOPPING, JobStatus.STOPPED)

    def test_stopping_twice_is_fine(self, training: TrainingWorld, name: str) -> None:
        training.platform.start(a_job(name, **LONG), PETS)
        training.platform.stop(name)

        training.platform.stop(name)

    def test_stopping_what_has_ended_changes_nothing(self, training: TrainingWorld, name: str) -> None:
        training.platform.start(a_job(name, **SHORT), PETS)
        training.complete(name)

        training.platform.stop(name)

        assert training.platform.observe(name).status == JobStatus.COMPLETED

    @pytest.mark.parametrize("call", ["observe", "stop"])
    def test_an_unknown_job_is_gone(self, training: TrainingWorld, name: str, call: str) -> None:
        with pytest.raises(GoneError):
            getattr(training.platform, call)(name)


@dataclass
class HostingWorld:
    """A hosting, and how to bring about what only AWS does."""

    hosting: ModelHosting
    settle: Callable[[str], None]
    occupy: Callable[[str, str], None]


def fake_hosting(request: pytest.FixtureRequest) -> HostingWorld:
    fake = FakeHosting()

    def settle(name: str) -> None:
        match fake.observe(name).status:
            case EndpointStatus.CREATING:
                fake.answers[name] = [0.5, 0.5]
                fake.says(name, EndpointStatus.IN_SERVICE)
            case EndpointStatus.DELETING:
                fake.is_gone(name)

    return HostingWorld(fake, settle, fake.belongs_to_others)


def real_hosting(request: pytest.FixtureRequest) -> HostingWorld:
    clients: AwsClients = request.getfixturevalue("clients")
    request.getfixturevalue("artifact")
    hosting = SageMakerHosting(clients, ROLE, "us-east-1")
    passing = (EndpointStatus.CREATING, EndpointStatus.DELETING)

    def settle(name: str) -> None:
        until(lambda: hosting.observe(name).status not in passing)

    def occupy(kind: str, name: str) -> None:
        steps = {"model": 1, "configuration": 2, "endpoint": 3}[kind]
        theirs = an_endpoint(name, "other")
        creations: list[Callable[[], Any]] = [
            lambda: hosting.create_model(theirs, ARTIFACT),
            lambda: hosting.create_configuration(theirs),
            lambda: hosting.create_endpoint(theirs),
        ]
        for create in creations[:steps]:
            create()
        settle(name)

    return HostingWorld(hosting, settle, occupy)


@pytest.fixture
def artifact(clients: AwsClients, images: None) -> None:
    """An artifact as a job leaves it."""
    training = SageMakerTraining(clients, ROLE, BUCKET, "us-east-1")
    training.start(a_job("stored", **SHORT), PETS)
    until(lambda: training.observe("stored").status == JobStatus.COMPLETED)


@pytest.fixture(params=[fake_hosting, real_hosting], ids=["fake", "aws"])
def world(request: pytest.FixtureRequest) -> HostingWorld:
    return request.param(request)


def deploy(on: ModelHosting, name: str, **fields: Any) -> None:
    endpoint = an_endpoint(name, **fields)
    on.create_model(endpoint, ARTIFACT)
    on.create_configuration(endpoint)
    on.create_endpoint(endpoint)


class TestHosting:
    @pytest.mark.parametrize("hosting", [serverless(), realtime()], ids=["serverless", "realtime"])
    def test_an_endpoint_comes_into_service(self, world: HostingWorld, name: str, hosting: Any) -> None:
        deploy(world.hosting, name, hosting=hosting)
        world.settle(name)

        assert world.hosting.observe(name) == HostingSnapshot(EndpointStatus.IN_SERVICE)

    def test_an_endpoint_in_service_answers(self, world: HostingWorld, name: str) -> None:
        deploy(world.hosting, name, hosting=realtime())
        world.settle(name)

        assert world.hosting.invoke(name, b"picture", "image/png") == [0.5, 0.5]

    def test_every_step_may_be_taken_twice(self, world: HostingWorld, name: str) -> None:
        deploy(world.hosting, name)

        deploy(world.hosting, name)

    @pytest.mark.parametrize("kind", ["model", "configuration", "endpoint"])
    def test_a_name_of_someone_elses_is_taken(self, world: HostingWorld, name: str, kind: str) -> None:
        world.occupy(kind, name)

        with pytest.raises(TakenError):
            deploy(world.hosting, name)

    def test_a_configuration_needs_its_model(self, world: HostingWorld, name: str) -> None:
        with pytest.raises(BusyError):
            world.hosting.create_configuration(an_endpoint(name))

    def test_an_endpoint_needs_its_configuration(self, world: HostingWorld, name: str) -> None:
        with pytest.raises(BusyError):
            world.hosting.create_endpoint(an_endpoint(name))

    def test_a_deleted_endpoint_is_deleted_in_the_end(self, world: HostingWorld, name: str) -> None:
        deploy(world.hosting, name)
        world.settle(name)

        world.hosting.delete(name)
        world.settle(name)

        assert world.hosting.observe(name) == HostingSnapshot(EndpointStatus.DELETED)

    def test_deleting_may_be_repeated(self, world: HostingWorld, name: str) -> None:
        deploy(world.hosting, name)
        world.settle(name)

        world.hosting.delete(name)
        world.hosting.delete(name)
        world.settle(name)
        world.hosting.delete(name)

    def test_deleting_what_never_was_is_fine(self, world: HostingWorld, name: str) -> None:
        world.hosting.delete(name)

        assert world.hosting.observe(name) == HostingSnapshot(EndpointStatus.DELETED)

    def test_a_name_is_free_again_after_its_deletion(self, world: HostingWorld, name: str) -> None:
        deploy(world.hosting, name)
        world.settle(name)
        world.hosting.delete(name)
        world.settle(name)

        deploy(world.hosting, name, endpoint_id="the-next")

    def test_an_unknown_endpoint_answers_nothing(self, world: HostingWorld, name: str) -> None:
        with pytest.raises(GoneError):
            world.hosting.invoke(name, b"picture", "image/png")


def test_what_this_bot_did_not_make_is_never_deleted(clients: AwsClients, name: str) -> None:
    hosting = SageMakerHosting(clients, ROLE, "us-east-1")
    image = "811284229777.dkr.ecr.us-east-1.amazonaws.com/image-classification:1"
    container = {"Image": image, "ModelDataUrl": ARTIFACT}
    clients.sagemaker.create_model(ModelName=name, PrimaryContainer=container, ExecutionRoleArn=ROLE)

    with pytest.raises(TakenError, match="it stays"):
        hosting.delete(name)

    assert clients.sagemaker.describe_model(ModelName=name)["ModelName"] == name
