"""A new world for each test, and worlds in which a deployment has come so far."""

import pytest

from bot.domain.endpoints import EndpointStatus
from tests.builders import a_finished_job, an_approved, an_endpoint
from tests.unit.services.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def approved(world: World) -> World:
    world.has_job(a_finished_job())
    world.has_request(an_approved())
    return world


@pytest.fixture
def creating(approved: World) -> World:
    approved.rollout().advance_all()
    return approved


@pytest.fixture
def serving(creating: World) -> World:
    creating.hosting.says(an_endpoint().name, EndpointStatus.IN_SERVICE)
    creating.hosting.is_always_right(an_endpoint().name)
    creating.rollout().advance_all()
    creating.golden_check().check_all()
    return creating
