"""Leases over the fakes: begun, asked about, kept, ended, and told to AWS."""

from datetime import timedelta

import pytest

from bot.domain.endpoints import Endpoint, EndpointStatus
from bot.domain.leases import Lease, LeaseStatus, Occasion
from bot.errors import BusyError, DeniedError, GoneError, NotAllowedError, NotFoundError, WrongStateError
from tests.builders import APPROVER, CHANNEL, NOW, REQUESTER, a_usage, an_endpoint
from tests.unit.services.world import World

NAME = "emoji-live"


@pytest.fixture
def leased(world: World) -> World:
    """An endpoint in service, whose lease has begun."""
    world.stores.endpoints.add(an_endpoint())
    world.stores.routes.set(CHANNEL, NAME)
    world.leasing().advance_all()
    return world


def _asked(world: World, days: float = 6.5) -> str:
    """The lease's id after its owner was asked, and Slack has shown that."""
    world.passes(days=days)
    world.leasing().advance_all()
    world.cards().show_behind()
    lease = world.stores.leases.of(NAME)
    assert lease
    assert lease.status == LeaseStatus.ASKED
    return lease.id


def _status(world: World) -> EndpointStatus:
    return world.stores.endpoints.get(an_endpoint().id).status


def test_an_endpoint_in_service_gets_a_lease_once(leased: World) -> None:
    leased.leasing().advance_all()

    (lease,) = leased.stores.leases.open()
    assert (lease.endpoint_name, lease.ends_at) == (NAME, NOW + timedelta(days=7))


def test_an_endpoint_that_is_on_its_way_has_none(world: World) -> None:
    world.stores.endpoints.add(an_endpoint(status=EndpointStatus.CREATING))

    world.leasing().advance_all()

    assert world.stores.leases.open() == []


def test_aws_is_told_the_end_once_and_again_when_it_is_kept(leased: World) -> None:
    leased.leasing().advance_all()
    assert leased.lease_tags.ends == {NAME: NOW + timedelta(days=7)}

    leased.leasing().keep(an_endpoint(), REQUESTER, timedelta(days=14))
    leased.leasing().advance_all()
    assert leased.lease_tags.ends == {NAME: NOW + timedelta(days=14)}


@pytest.mark.parametrize("error", [BusyError("AWS is busy."), GoneError("AWS does not know it.")])
def test_a_tag_that_cannot_be_written_holds_up_no_lease(leased: World, error: Exception) -> None:
    leased.lease_tags.error = error  # type: ignore[assignment]

    _asked(leased)


def test_a_tag_that_aws_does_not_allow_is_tried_once(leased: World) -> None:
    leased.lease_tags.error = DeniedError("AWS does not let the bot tag it.")
    leased.leasing().advance_all()

    lease = leased.stores.leases.of(NAME)
    assert lease
    assert lease.tagged


def test_who_answers_in_time_keeps_it_for_another_week(leased: World) -> None:
    lease_id = _asked(leased)

    kept = leased.leasing().keep_asked(lease_id, REQUESTER)
    leased.passes(days=1)
    leased.leasing().advance_all()

    assert kept.ends_at == NOW + timedelta(days=13.5)
    assert _status(leased) == EndpointStatus.IN_SERVICE
    assert leased.leasing().case_of(lease_id).until == kept.ends_at


def test_without_an_answer_it_goes_and_its_channels_are_freed(leased: World) -> None:
    lease_id = _asked(leased)
    leased.passes(days=1)
    leased.leasing().advance_all()

    endpoint = leased.stores.endpoints.get(an_endpoint().id)
    assert (endpoint.status, endpoint.deleted_because, endpoint.deleted_by) == (EndpointStatus.DELETING, "ending", "")
    assert leased.stores.routes.of(CHANNEL) is None
    assert leased.stores.leases.get(lease_id).status == LeaseStatus.ENDED


def test_a_crash_between_the_endpoint_and_its_lease_is_made_up_for(leased: World) -> None:
    lease_id = _asked(leased)
    asked = leased.stores.leases.get(lease_id)
    leased.passes(days=1)
    leased.leasing().advance_all()
    leased.stores.leases.shelf.rows[lease_id] = asked

    leased.leasing().advance_all()

    assert leased.stores.leases.get(lease_id).status == LeaseStatus.ENDED


def test_while_slack_is_down_nothing_goes_unasked_but_not_for_ever(leased: World) -> None:
    leased.passes(days=6.5)
    leased.leasing().advance_all()
    leased.passes(days=1)
    leased.leasing().advance_all()
    assert _status(leased) == EndpointStatus.IN_SERVICE

    leased.passes(days=1)
    leased.leasing().advance_all()
    assert _status(leased) == EndpointStatus.DELETING


def test_nobody_called_for_three_days_is_asked_about_and_a_call_answers(leased: World) -> None:
    leased.passes(days=3.5)
    leased.stores.usages.put(a_usage(read_at=leased.now, last_called_at=None))
    leased.leasing().advance_all()
    asked = leased.stores.leases.of(NAME)
    assert asked
    assert asked.occasion == Occasion.IDLE

    leased.passes(hours=2)
    leased.stores.usages.put(a_usage(read_at=leased.now, last_called_at=leased.now))
    leased.leasing().advance_all()

    again = leased.stores.leases.of(NAME)
    assert again
    assert (again.status, again.ends_at) == (LeaseStatus.RUNNING, asked.ends_at)
    assert leased.stores.leases.get(asked.id).status == LeaseStatus.RENEWED


def test_an_endpoint_that_somebody_deletes_ends_its_lease(leased: World) -> None:
    lease_id = _asked(leased)
    leased.deployment().delete(an_endpoint().id, APPROVER)
    leased.leasing().advance_all()

    lease = leased.stores.leases.get(lease_id)
    assert (lease.status, lease.settled_by) == (LeaseStatus.CLOSED, APPROVER)
    with pytest.raises(WrongStateError, match="deleted"):
        leased.leasing().keep_asked(lease_id, REQUESTER)


def test_a_name_that_is_gone_ends_its_lease_and_the_next_one_is_its_own(leased: World) -> None:
    rows = leased.stores.endpoints.shelf.rows
    rows[an_endpoint().id] = an_endpoint(status=EndpointStatus.DELETED)
    leased.leasing().advance_all()
    assert leased.stores.leases.open() == []

    leased.passes(days=1)
    leased.stores.endpoints.add(an_endpoint(id="another"))
    leased.leasing().advance_all()
    assert [one.endpoint_id for one in leased.stores.leases.open()] == ["another"]


def test_an_update_goes_on_with_the_lease_of_the_name(leased: World) -> None:
    rows = leased.stores.endpoints.shelf.rows
    rows[an_endpoint().id] = an_endpoint(status=EndpointStatus.SUPERSEDED)
    rows["newer"] = an_endpoint(id="newer", replaces=an_endpoint().id)

    lease_id = _asked(leased)

    assert leased.leasing().endpoint_asked(lease_id).id == "newer"


def test_a_lease_does_not_end_in_the_midst_of_an_update(leased: World) -> None:
    _asked(leased)
    arriving = an_endpoint(id="newer", replaces=an_endpoint().id, status=EndpointStatus.UPDATING, in_service_at=None)
    leased.stores.endpoints.shelf.rows["newer"] = arriving
    leased.passes(days=2)
    leased.leasing().advance_all()
    assert _status(leased) == EndpointStatus.IN_SERVICE

    del leased.stores.endpoints.shelf.rows["newer"]
    leased.leasing().advance_all()
    assert _status(leased) == EndpointStatus.DELETING


@pytest.mark.parametrize("status", [EndpointStatus.DELETING, EndpointStatus.DELETED])
def test_what_goes_cannot_be_kept(leased: World, status: EndpointStatus) -> None:
    """Whoever asks may have read it before somebody deleted it."""
    leased.stores.endpoints.shelf.rows[an_endpoint().id] = an_endpoint(status=status)

    with pytest.raises((WrongStateError, NotFoundError)):
        leased.leasing().keep(an_endpoint(), REQUESTER, timedelta(days=7))


def test_an_endpoint_that_is_kept_at_the_last_moment_is_not_deleted(
    leased: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _asked(leased)
    leased.passes(days=1)
    leasing, end = leased.leasing(), leased.stores.leases.end

    def kept_meanwhile(lease: Lease, leaving: Endpoint) -> Endpoint:
        leasing.keep(an_endpoint(), REQUESTER, timedelta(days=7))
        return end(lease, leaving)

    monkeypatch.setattr(leased.stores.leases, "end", kept_meanwhile)
    leasing.advance_all()

    assert _status(leased) == EndpointStatus.IN_SERVICE
    assert len(leased.stores.leases.open()) == 1


def test_only_its_owner_and_approvers_keep_an_endpoint(leased: World) -> None:
    with pytest.raises(NotAllowedError, match="belongs to"):
        leased.leasing().keep(an_endpoint(), "U0STRANGER1", timedelta(days=7))


def test_a_second_click_on_keep_is_told_who_was_first(leased: World) -> None:
    lease_id = _asked(leased)
    leased.leasing().keep_asked(lease_id, APPROVER)

    with pytest.raises(WrongStateError, match=f"<@{APPROVER}> kept"):
        leased.leasing().keep_asked(lease_id, REQUESTER)
    assert len(leased.stores.leases.open()) == 1
