"""What ModelHosting promises, kept by the fake and by the adapter on the local AWS alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.hosting import SageMakerHosting
from bot.adapters.sagemaker.training import SageMakerTraining
from bot.domain.endpoints import Endpoint, EndpointStatus, realtime, serverless
from bot.domain.jobs import JobStatus
from bot.domain.traffic import Traffic
from bot.errors import BusyError, GoneError, TakenError
from bot.ports import ModelHosting
from tests.fakes.hosting import FakeHosting
from tests.integration.aws.test_contracts import SHORT, until
from tests.unit.adapters_aws.builders import BUCKET, PETS, ROLE, a_job, an_endpoint

ARTIFACT = f"s3://{BUCKET}/jobs/stored/output/model.tar.gz"


@dataclass
class HostingWorld:
    """A hosting, and how to bring about what only AWS does."""

    hosting: ModelHosting
    settle: Callable[[str], None]
    occupy: Callable[[str, str], None]


def fake_hosting(request: pytest.FixtureRequest) -> HostingWorld:
    fake = FakeHosting()

    def settle(name: str) -> None:
        seen = fake.observe(name)
        if seen.changing:
            fake.has_updated(name)
        match seen.status:
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
        until(lambda: hosting.observe(name).status not in passing and not hosting.observe(name).changing)

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


def prepare(on: ModelHosting, name: str, **fields: Any) -> Endpoint:
    endpoint = an_endpoint(name, **fields)
    on.create_model(endpoint, ARTIFACT)
    on.create_configuration(endpoint)
    return endpoint


def deploy(on: ModelHosting, name: str, **fields: Any) -> Endpoint:
    endpoint = prepare(on, name, **fields)
    on.create_endpoint(endpoint)
    return endpoint


class TestHosting:
    @pytest.mark.parametrize("hosting", [serverless(), realtime()], ids=["serverless", "realtime"])
    def test_an_endpoint_comes_into_service(self, world: HostingWorld, name: str, hosting: Any) -> None:
        deploy(world.hosting, name, hosting=hosting)
        world.settle(name)

        assert world.hosting.observe(name).status == EndpointStatus.IN_SERVICE

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

        world.hosting.delete(an_endpoint(name))
        world.settle(name)

        assert world.hosting.observe(name).status == EndpointStatus.DELETED

    def test_what_was_made_for_another_row_is_not_deleted(self, world: HostingWorld, name: str) -> None:
        deploy(world.hosting, name)
        world.settle(name)

        with pytest.raises(TakenError):
            world.hosting.delete(an_endpoint(name, "another-row", release=f"{name}-2"))
        assert world.hosting.observe(name).status == EndpointStatus.IN_SERVICE

    def test_what_another_release_took_over_is_deleted_with_it(self, world: HostingWorld, name: str) -> None:
        first = deploy(world.hosting, name, release=f"{name}-1")
        world.settle(name)

        world.hosting.delete(an_endpoint(name, "the-next", release=f"{name}-2", replaces=first.id))
        world.settle(name)

        assert world.hosting.observe(name).status == EndpointStatus.DELETED

    def test_deleting_may_be_repeated(self, world: HostingWorld, name: str) -> None:
        deploy(world.hosting, name)
        world.settle(name)

        world.hosting.delete(an_endpoint(name))
        world.hosting.delete(an_endpoint(name))
        world.settle(name)
        world.hosting.delete(an_endpoint(name))

    def test_deleting_what_never_was_is_fine(self, world: HostingWorld, name: str) -> None:
        world.hosting.delete(an_endpoint(name))

        assert world.hosting.observe(name).status == EndpointStatus.DELETED

    def test_a_name_is_free_again_after_its_deletion(self, world: HostingWorld, name: str) -> None:
        deploy(world.hosting, name)
        world.settle(name)
        world.hosting.delete(an_endpoint(name))
        world.settle(name)

        deploy(world.hosting, name, endpoint_id="the-next")

    @pytest.mark.parametrize("hosting", [serverless(), realtime()], ids=["serverless", "realtime"])
    def test_an_endpoint_is_updated_to_another_release_and_back(
        self, world: HostingWorld, name: str, hosting: Any
    ) -> None:
        first = deploy(world.hosting, name, hosting=hosting, release=f"{name}-1")
        world.settle(name)
        second = prepare(world.hosting, name, endpoint_id="the-next", hosting=hosting, release=f"{name}-2")

        for release in (second, first):
            world.hosting.update_endpoint(release)
            world.settle(name)

            seen = world.hosting.observe(name)
            assert (seen.status, seen.configuration) == (EndpointStatus.IN_SERVICE, release.release_name)

    def test_an_update_may_be_asked_for_twice(self, world: HostingWorld, name: str) -> None:
        deploy(world.hosting, name, release=f"{name}-1")
        world.settle(name)
        second = prepare(world.hosting, name, endpoint_id="the-next", release=f"{name}-2")

        world.hosting.update_endpoint(second)
        assert world.hosting.observe(name).changing
        world.hosting.update_endpoint(second)
        world.settle(name)
        world.hosting.update_endpoint(second)

        assert not world.hosting.observe(name).changing

    def test_an_endpoint_that_is_being_made_is_not_updated_yet(self, world: HostingWorld, name: str) -> None:
        second = prepare(world.hosting, name, endpoint_id="the-next", release=f"{name}-2")
        deploy(world.hosting, name, release=f"{name}-1")

        with pytest.raises(BusyError):
            world.hosting.update_endpoint(second)

    def test_an_endpoint_that_is_gone_is_not_updated(self, world: HostingWorld, name: str) -> None:
        with pytest.raises(GoneError):
            world.hosting.update_endpoint(an_endpoint(name))

    @pytest.mark.parametrize("shadow", [False, True], ids=["split", "shadow"])
    def test_traffic_is_divided_and_comes_together_again(self, world: HostingWorld, name: str, shadow: bool) -> None:
        own = deploy(world.hosting, name, hosting=realtime(), release=f"{name}-1")
        world.settle(name)
        prepare(world.hosting, name, endpoint_id="the-next", hosting=realtime(), release=f"{name}-2")
        mixed = replace(own, traffic=Traffic("the-next", "pets", f"{name}-2", f"{name}-both", 10, shadow=shadow))

        for _ in range(2):
            world.hosting.mix(mixed)
        world.settle(name)
        assert world.hosting.observe(name).configuration == f"{name}-both"
        if not shadow:
            world.hosting.weigh(mixed)
            world.settle(name)
        assert world.hosting.invoke(name, b"picture", "image/png") == [0.5, 0.5]

        world.hosting.update_endpoint(mixed)
        world.settle(name)
        world.hosting.unmix(mixed)
        assert world.hosting.observe(name).configuration == f"{name}-1"

    def test_a_release_goes_without_its_endpoint(self, world: HostingWorld, name: str) -> None:
        release = prepare(world.hosting, name, release=f"{name}-1")

        world.hosting.remove_release(release)
        world.hosting.remove_release(release)

        with pytest.raises(BusyError):
            world.hosting.create_configuration(release)

    def test_an_unknown_endpoint_answers_nothing(self, world: HostingWorld, name: str) -> None:
        with pytest.raises(GoneError):
            world.hosting.invoke(name, b"picture", "image/png")


def test_what_this_bot_did_not_make_is_never_deleted(clients: AwsClients, artifact: None, name: str) -> None:
    hosting = SageMakerHosting(clients, ROLE, "us-east-1")
    image = "811284229777.dkr.ecr.us-east-1.amazonaws.com/image-classification:1"
    container = {"Image": image, "ModelDataUrl": ARTIFACT}
    clients.sagemaker.create_model(ModelName=name, PrimaryContainer=container, ExecutionRoleArn=ROLE)

    with pytest.raises(TakenError, match="it stays"):
        hosting.delete(an_endpoint(name))

    assert clients.sagemaker.describe_model(ModelName=name)["ModelName"] == name
