"""Which endpoint answers a channel when the one that did goes."""

from bot.domain.endpoints import EndpointStatus
from bot.services.routing import hand_over
from tests.builders import CHANNEL, NOW, an_endpoint, minutes
from tests.unit.services.world import World

OLDER = an_endpoint(id="older", name="emoji-older", in_service_at=NOW)
NEWER = an_endpoint(id="newer", name="emoji-newer", in_service_at=NOW + minutes(5))
LEAVING = an_endpoint()


def with_endpoints(world: World, *endpoints: object) -> World:
    for endpoint in endpoints:
        world.has_endpoint(endpoint)  # type: ignore[arg-type]
    world.stores.routes.set(CHANNEL, LEAVING.name)
    return world


def left(world: World) -> str | None:
    hand_over(LEAVING, world.stores.endpoints, world.stores.routes)
    return world.stores.routes.of(CHANNEL)


def test_the_newest_other_endpoint_of_the_channel_takes_its_place(world: World) -> None:
    assert left(with_endpoints(world, LEAVING, OLDER, NEWER)) == NEWER.name


def test_without_another_endpoint_nobody_answers(world: World) -> None:
    assert left(with_endpoints(world, LEAVING)) is None


def test_an_endpoint_of_another_channel_does_not_step_in(world: World) -> None:
    assert left(with_endpoints(world, LEAVING, an_endpoint(id="x", name="x", channel_id="C0ELSEWHERE"))) is None


def test_an_endpoint_that_is_not_in_service_does_not_step_in(world: World) -> None:
    creating = an_endpoint(id="x", name="x", status=EndpointStatus.CREATING)

    assert left(with_endpoints(world, LEAVING, creating)) is None


def test_a_channel_that_another_endpoint_answers_stays_with_it(world: World) -> None:
    with_endpoints(world, LEAVING, OLDER, NEWER).stores.routes.set(CHANNEL, OLDER.name)

    assert left(world) == OLDER.name
