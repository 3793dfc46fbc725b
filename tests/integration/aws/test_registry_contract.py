"""What the port ModelRegistry promises, kept by the fake and by the adapter on the local AWS alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.registry import SageMakerRegistry
from bot.domain.approvals import Approval
from bot.domain.endpoints import realtime
from bot.domain.jobs import Job
from bot.domain.packages import PackageStatus, group_name
from bot.domain.recipes import RecipeName
from bot.errors import GoneError
from bot.services.registering import ModelRegistry
from tests.builders import a_curve, an_approval
from tests.fakes.registry import FakeRegistry
from tests.integration.aws.conftest import put
from tests.unit.adapters_aws.builders import BUCKET, a_job

DATA_SET = "pets.v1"


@dataclass
class RegistryWorld:
    """A registry, and how to bring about what others do."""

    registry: ModelRegistry
    write: Callable[[str, bytes], None]
    decide_elsewhere: Callable[[str, PackageStatus], None]
    delete: Callable[[str], None]


def fake_registry(request: pytest.FixtureRequest) -> RegistryWorld:
    fake = FakeRegistry()

    def write(artifact: str, body: bytes) -> None:
        fake.digests[artifact] = f"ETag {body!r}"

    fake.missing.add(artifact_of("missing"))
    return RegistryWorld(fake, write, fake.is_decided_elsewhere, fake.loses)


def real_registry(request: pytest.FixtureRequest) -> RegistryWorld:
    clients: AwsClients = request.getfixturevalue("clients")
    registry = SageMakerRegistry(clients, BUCKET, "us-east-1")

    def write(artifact: str, body: bytes) -> None:
        put(clients.s3, artifact.removeprefix(f"s3://{BUCKET}/"), body)

    def delete(package_arn: str) -> None:
        clients.sagemaker.delete_model_package(ModelPackageName=package_arn)

    def decide(package_arn: str, status: PackageStatus) -> None:
        words = {PackageStatus.APPROVED: "Approved", PackageStatus.REJECTED: "Rejected"}
        clients.sagemaker.update_model_package(ModelPackageArn=package_arn, ModelApprovalStatus=words[status])

    return RegistryWorld(registry, write, decide, delete)


@pytest.fixture(params=[fake_registry, real_registry], ids=["fake", "aws"])
def world(request: pytest.FixtureRequest) -> RegistryWorld:
    built: RegistryWorld = request.param(request)
    return built


def artifact_of(name: str) -> str:
    return f"s3://{BUCKET}/jobs/{name}/output/model.tar.gz"


def the_job(world: RegistryWorld, name: str) -> Job:
    world.write(artifact_of(name), name.encode())
    return a_job(name, data_set=DATA_SET, artifact=artifact_of(name), curve=a_curve())


def the_request(name: str) -> Approval:
    return an_approval(id=f"{name}-request", endpoint_name=f"{name}-live", reason="a <demo> on Monday, 5 % off")


def test_a_version_waits_in_its_data_sets_group(world: RegistryWorld, name: str) -> None:
    arn = world.registry.register(the_request(name), the_job(world, name))

    assert f":model-package/{group_name(DATA_SET)}/" in arn
    assert world.registry.observe(arn).status == PackageStatus.PENDING


def test_registering_again_finds_the_same_version(world: RegistryWorld, name: str) -> None:
    job = the_job(world, name)
    arn = world.registry.register(the_request(name), job)

    assert world.registry.register(the_request(name), job) == arn


def test_another_request_for_the_same_job_gets_a_version_of_its_own(world: RegistryWorld, name: str) -> None:
    job = the_job(world, name)
    arn = world.registry.register(the_request(name), job)

    assert world.registry.register(the_request(f"{name}-b"), job) != arn


def test_on_a_machine_that_takes_another_image_it_is_another_version(world: RegistryWorld, name: str) -> None:
    job = replace(the_job(world, name), recipe=RecipeName.PYTORCH_RESNET)
    on_gpu = replace(the_request(name), hosting=realtime(instance="ml.g5.xlarge"))
    arn = world.registry.register(the_request(name), job)

    assert world.registry.register(on_gpu, job) != arn
    assert world.registry.register(the_request(name), job) == arn


@pytest.mark.parametrize("status", [PackageStatus.APPROVED, PackageStatus.REJECTED])
def test_a_decision_is_seen_and_says_who_wrote_it(world: RegistryWorld, name: str, status: PackageStatus) -> None:
    arn = world.registry.register(the_request(name), the_job(world, name))
    world.registry.decide(arn, status, "Decided in Slack by U0GRACE001.")

    assert world.registry.observe(arn).status == status
    assert world.registry.observe(arn).by


def test_the_same_decision_twice_is_fine(world: RegistryWorld, name: str) -> None:
    arn = world.registry.register(the_request(name), the_job(world, name))
    for _ in range(2):
        world.registry.decide(arn, PackageStatus.REJECTED, "no")

    assert world.registry.observe(arn).status == PackageStatus.REJECTED


def test_a_decision_in_the_console_is_seen(world: RegistryWorld, name: str) -> None:
    arn = world.registry.register(the_request(name), the_job(world, name))
    world.decide_elsewhere(arn, PackageStatus.APPROVED)

    assert world.registry.observe(arn).status == PackageStatus.APPROVED


def test_a_deleted_version_is_gone(world: RegistryWorld, name: str) -> None:
    arn = world.registry.register(the_request(name), the_job(world, name))
    world.delete(arn)

    with pytest.raises(GoneError):
        world.registry.observe(arn)
    with pytest.raises(GoneError):
        world.registry.decide(arn, PackageStatus.REJECTED, "no")


def test_an_artifact_that_is_overwritten_has_another_digest(world: RegistryWorld, name: str) -> None:
    job = the_job(world, name)
    before = world.registry.digest(job.artifact)
    assert world.registry.digest(job.artifact) == before
    world.write(job.artifact, b"other weights")

    assert world.registry.digest(job.artifact) != before


def test_an_artifact_that_is_not_there_is_gone(world: RegistryWorld) -> None:
    with pytest.raises(GoneError):
        world.registry.digest(artifact_of("missing"))


def test_where_the_bucket_keeps_versions_the_version_is_the_digest(clients: AwsClients, name: str) -> None:
    bucket = f"versioned-{name}"
    clients.s3.create_bucket(Bucket=bucket)
    clients.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = clients.s3.put_object(Bucket=bucket, Key="model.tar.gz", Body=b"weights")["VersionId"]

    registry = SageMakerRegistry(clients, BUCKET, "us-east-1")
    assert registry.digest(f"s3://{bucket}/model.tar.gz") == f"version {version}"
