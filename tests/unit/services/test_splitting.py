"""An endpoint's traffic between two releases: who may divide it, how AWS is brought to, and back to one alone."""

from typing import Any

import pytest

from bot.domain.endpoints import Endpoint, EndpointStatus
from bot.domain.traffic import Mixing, share
from bot.errors import NotAllowedError, NotFoundError, PlatformError, RefusedError, UsageError, WrongStateError
from tests.builders import APPROVER, a_finished_job, an_approved, an_endpoint, realtime_hosting, serverless_hosting
from tests.unit.services.world import World

NAME, OLD, NEW = "emoji-live", "01drelease", "newrelease"
MIXED = "emoji-live-newrelea-01drelea"


@pytest.fixture
def two(world: World) -> World:
    """A real-time endpoint in service, and the release before it, which is kept."""
    return with_two(world)


def with_two(world: World, hosting: Any = None, **changes: Any) -> World:
    fields: dict[str, Any] = {"hosting": hosting or realtime_hosting()}
    old = an_endpoint(id=OLD, release=f"{NAME}-1", job_name="emoji-old", **fields)
    for endpoint in (old, an_endpoint(id=NEW, release=f"{NAME}-2", replaces=OLD, name="other", **fields)):
        world.hosting.create_model(endpoint, "s3://b/m.tar.gz")
        world.hosting.create_configuration(endpoint)
    world.has_endpoint(an_endpoint(id=NEW, release=f"{NAME}-2", replaces=OLD, **fields))
    over = {"status": EndpointStatus.SUPERSEDED, "kept_until": world.now.replace(year=2030)}
    world.has_endpoint(an_endpoint(id=OLD, release=f"{NAME}-1", job_name="emoji-old", **(fields | over | changes)))
    world.hosting.says(NAME, EndpointStatus.IN_SERVICE)
    world.hosting.owners["endpoint"][NAME] = OLD
    world.hosting.pending[NAME] = f"{NAME}-2"
    world.hosting.has_updated(NAME)
    return world


def living(world: World) -> Endpoint:
    return world.endpoint(NEW)


def step(world: World) -> Mixing | None:
    traffic = living(world).traffic
    return traffic.step if traffic else None


@pytest.fixture
def split(two: World) -> World:
    """Divided, and AWS is done with it."""
    two.splitting().split(NEW, APPROVER, 10)
    two.rollout().carry_out_asked()
    two.hosting.has_updated(NAME)
    two.rollout().advance_all()
    return two


def test_traffic_is_divided_under_a_configuration_of_its_own(split: World) -> None:
    assert step(split) == Mixing.ON
    assert split.hosting.observe(NAME).configuration == MIXED


def test_other_shares_change_the_weights_alone(split: World) -> None:
    split.splitting().split(NEW, APPROVER, 50)
    split.rollout().carry_out_asked()

    assert (step(split), split.hosting.shares) == (Mixing.ON, {NAME: 50})
    assert not split.hosting.pending


def test_back_to_one_release_nothing_is_left_of_the_other_configuration(split: World) -> None:
    split.splitting().end(NEW, APPROVER)
    split.rollout().carry_out_asked()
    split.hosting.has_updated(NAME)
    split.rollout().advance_all()

    assert living(split).traffic is None
    assert split.hosting.observe(NAME).configuration == f"{NAME}-2"
    assert MIXED not in split.hosting.owners["configuration"]


def test_a_split_that_aws_takes_back_leaves_the_endpoint_as_it_was_and_says_why(two: World) -> None:
    two.splitting().split(NEW, APPROVER, 10)
    two.rollout().advance_all()
    two.hosting.goes_back(NAME, "No capacity.")
    two.rollout().advance_all()

    assert (living(two).traffic, living(two).failure_reason) == (None, "No capacity.")
    assert MIXED not in two.hosting.owners["configuration"]


def test_a_split_that_aws_refuses_says_why(two: World) -> None:
    two.hosting.fails("mix", PlatformError("AWS refuses it."))
    two.splitting().split(NEW, APPROVER, 10)
    two.rollout().advance_all()

    assert (living(two).traffic, living(two).failure_reason) == (None, "AWS refuses it.")


def test_traffic_that_aws_refuses_to_bring_together_stays_divided_and_may_be_asked_for_again(split: World) -> None:
    split.hosting.fails("update_endpoint", PlatformError("A quota is used up."))
    split.splitting().end(NEW, APPROVER)
    split.rollout().carry_out_asked()
    assert (step(split), living(split).failure_reason) == (Mixing.ON, "A quota is used up.")

    split.splitting().end(NEW, APPROVER)
    split.rollout().carry_out_asked()
    assert split.hosting.pending == {NAME: f"{NAME}-2"}


def test_a_wish_that_is_taken_back_at_once_leaves_nothing(two: World) -> None:
    two.splitting().split(NEW, APPROVER, 10)
    two.splitting().end(NEW, APPROVER)
    two.rollout().advance_all()
    two.rollout().advance_all()

    assert living(two).traffic is None


def test_only_approvers_divide(two: World) -> None:
    with pytest.raises(NotAllowedError):
        two.splitting().split(NEW, "U0LIN00001", 10)


def test_a_serverless_endpoint_is_not_divided_and_the_way_round_is_told(world: World) -> None:
    with_two(world, serverless_hosting())

    with pytest.raises(RefusedError) as refusal:
        world.splitting().split(NEW, APPROVER, 10)
    assert "route" in refusal.value.next_step


def test_releases_with_other_classes_are_not_mixed_but_may_run_in_the_shadow(world: World) -> None:
    with_two(world, classes=("cat", "dog"))
    with pytest.raises(RefusedError, match="other classes"):
        world.splitting().split(NEW, APPROVER, 10)

    assert world.splitting().shadow(NEW, APPROVER).traffic is not None


def test_a_job_that_was_not_approved_for_it_gets_no_traffic(two: World) -> None:
    with pytest.raises(NotFoundError):
        two.splitting().split(NEW, APPROVER, 10, "emoji-somebodys")

    assert two.splitting().split(NEW, APPROVER, 10, "emoji-old").traffic is not None


def test_two_splits_at_once_are_one_too_many(split: World) -> None:
    with pytest.raises(WrongStateError, match="divides its traffic"):
        split.splitting().shadow(NEW, APPROVER)


def test_while_traffic_is_divided_the_release_before_is_not_removed(split: World) -> None:
    split.passes(days=3650)
    split.rollout().advance_all()

    assert f"{NAME}-1" in split.hosting.owners["model"]


def test_an_approved_update_waits_until_the_traffic_is_one_again(split: World) -> None:
    split.has_job(a_finished_job())
    split.has_request(an_approved(hosting=realtime_hosting()))
    split.rollout().advance_all()

    assert split.stores.endpoints.find(an_approved().id) is None


def test_with_the_endpoint_goes_the_configuration_that_divided_its_traffic(split: World) -> None:
    split.deployment().delete(NEW, APPROVER)
    split.rollout().advance_all()
    split.hosting.is_gone(NAME)
    split.rollout().advance_all()

    assert split.hosting.owners == {"model": {}, "configuration": {}, "endpoint": {}}


@pytest.mark.parametrize(("said", "left"), [("90/10", 10), ("50:50", 50), ("99 / 1", 1), ("80%/20%", 20)])
def test_shares_are_read_as_people_write_them(said: str, left: int) -> None:
    assert share(said) == left


@pytest.mark.parametrize("said", ["", "90", "90/20", "100/0", "0/100", "a/b", "-10/110"])
def test_what_are_no_shares_of_a_hundred_is_refused(said: str) -> None:
    with pytest.raises(UsageError):
        share(said)


def test_shares_that_aws_refuses_are_told_once_and_tried_again(split: World) -> None:
    refusal = PlatformError("AWS refused.", next_step="Ask the operators.")
    for _ in range(2):
        split.hosting.fails("weigh", refusal)
    split.splitting().split(NEW, APPROVER, 50)
    split.rollout().advance_all()
    told = living(split)
    split.rollout().advance_all()
    assert living(split) == told
    assert (told.failure_reason, step(split)) == (refusal.sentences, Mixing.WEIGHING)
    split.rollout().advance_all()

    assert (living(split).failure_reason, step(split)) == ("", Mixing.ON)
    assert split.hosting.shares[NAME] == 50
