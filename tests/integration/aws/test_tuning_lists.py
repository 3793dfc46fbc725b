"""Tunings in AWS's lists: what the fake tells of changes, the local AWS does too."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.tuning import SageMakerTuning
from bot.domain.searches import Range, Search, Strategy
from bot.domain.tunings import Tuning, TuningStatus
from bot.ports import TuningPlatform
from tests.fakes.tuning import FakeTuning
from tests.integration.aws.test_contracts import until
from tests.unit.adapters_aws.builders import BUCKET, NOON, PETS, ROLE, a_job

LONG_AGO, MUCH_LATER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def a_tuning(name: str) -> Tuning:
    job = a_job()
    return Tuning(
        id=f"id-{name}",
        name=name,
        data_set=PETS.name,
        classes=PETS.classes,
        images=job.images,
        s3_prefix=PETS.s3_prefix,
        search=Search((Range("learning_rate", 0.01, 0.1),), (), jobs=1, parallel=1, strategy=Strategy.RANDOM),
        hyperparameters={**job.hyperparameters, "epochs": "5000"},
        compute=job.compute,
        requested_by="U0001",
        channel_id="C0001",
        requested_at=NOON,
    )


def fake(_: pytest.FixtureRequest) -> TuningPlatform:
    return FakeTuning()


def real(request: pytest.FixtureRequest) -> TuningPlatform:
    clients: AwsClients = request.getfixturevalue("clients")
    request.getfixturevalue("images")
    return SageMakerTuning(clients, ROLE, BUCKET, "us-east-1")


@pytest.fixture(params=[fake, real], ids=["fake", "aws"])
def platform(request: pytest.FixtureRequest) -> TuningPlatform:
    made: Any = request.param(request)
    return made


def listed(platform: TuningPlatform, name: str, since: datetime) -> list[TuningStatus]:
    return [change.status for change in platform.changed_since(since) if change.name == name]


def test_what_runs_is_listed_however_long_ago_it_changed(platform: TuningPlatform, name: str) -> None:
    platform.start(a_tuning(name), PETS)

    assert listed(platform, name, MUCH_LATER) == [TuningStatus.RUNNING]
    platform.stop(name)


def test_what_ends_is_listed_by_its_change_as_it_is_observed(platform: TuningPlatform, name: str) -> None:
    tuning = a_tuning(name)
    platform.start(tuning, PETS)
    platform.stop(name)
    if isinstance(platform, FakeTuning):
        platform.says(name, TuningStatus.STOPPED)
    until(lambda: listed(platform, name, LONG_AGO) == [TuningStatus.STOPPED])
    (change,) = [one for one in platform.changed_since(LONG_AGO) if one.name == name]

    assert change.counters == platform.observe(tuning).counters
    assert listed(platform, name, MUCH_LATER) == []
