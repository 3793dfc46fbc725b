"""What TrainingPlatform promises, kept by the fake and by the adapter on the local AWS alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.training import SageMakerTraining
from bot.domain.jobs import JobStatus
from bot.errors import GoneError, TakenError
from bot.ports import TrainingPlatform
from tests.fakes.platform import FakeTraining
from tests.unit.adapters_aws.builders import BUCKET, PETS, ROLE, a_job

LONG = {"hyperparameters": {"epochs": "5000"}}
SHORT = {"hyperparameters": {"epochs": "2"}}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


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
