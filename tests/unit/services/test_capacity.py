"""How many images of each endpoint are in hand at once, so that none that hangs holds up another."""

from collections import Counter
from itertools import takewhile

import pytest

from bot.domain import uploads
from bot.domain.uploads import LANES, MOST_PROBES, PROBES
from bot.services.capacity import Capacity
from tests.builders import CHANNEL, an_answer, an_answered_upload, an_endpoint, an_upload, serverless_hosting
from tests.unit.services.world import World


def waiting(world: World, name: str, number: int, *, awake: bool = True) -> None:
    """An endpoint that so many images wait for; it is awake if it answered another just now."""
    endpoint = an_endpoint(id=f"{name}-1", name=name, hosting=serverless_hosting(concurrency=5))
    world.has_endpoint(endpoint)
    answer = an_answer(id=f"{CHANNEL}.{name}")
    here = {"answer_id": answer.id, "endpoint_name": name}
    if awake:
        done = an_answered_upload(id=f"{name}.done", release=endpoint.id, settled_at=world.now, **here)
        world.stores.uploads.add(answer, [done])
    world.stores.uploads.add(answer, [an_upload(id=f"{name}.{one}", due_at=world.now, **here) for one in range(number)])


def claimed(world: World, most: int = LANES) -> Counter[str]:
    """What so many free lanes take in hand, none of which comes to an end."""
    capacity = Capacity((world.stores.uploads, world.stores.endpoints), world.clock)
    claims = (world.stores.uploads.claim(world.now, 60, capacity.rooms()) for _ in range(most))
    return Counter(one.endpoint_name for one in takewhile(bool, claims) if one)


@pytest.mark.parametrize("hanging", [1, 2, 3])
def test_endpoints_that_hang_unnoticed_leave_a_lane_for_the_next_one(world: World, hanging: int) -> None:
    for number in range(hanging):
        waiting(world, f"hanging-{number}", 20)
    before = claimed(world)
    waiting(world, "quick", 20)

    assert hanging <= before.total() < LANES
    assert claimed(world, LANES - before.total())["quick"] >= 1


def test_endpoints_that_may_be_asleep_leave_half_of_the_lanes(world: World) -> None:
    for number in range(4):
        waiting(world, f"asleep-{number}", 20, awake=False)
    assert claimed(world) == Counter({"asleep-0": PROBES, "asleep-1": PROBES})
    assert MOST_PROBES <= LANES / 2


def test_whatever_other_workers_have_in_hand_an_endpoint_may_have_one_image() -> None:
    assert uploads.share(5, others=3 * LANES) == 1
