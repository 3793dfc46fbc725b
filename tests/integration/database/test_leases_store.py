"""What every store of leases, of usage, of finds and of routes does, the fakes included."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.database import Database, SqlAudit, SqlLeases, SqlRoutes
from bot.domain import endpoints, leases, strays
from bot.domain.cards import CardKind
from bot.domain.endpoints import EndpointStatus
from bot.domain.leases import LeaseStatus, Occasion
from bot.domain.strays import StrayStatus, Thing, ThingKind
from bot.errors import StaleError, WrongStateError
from tests.builders import APPROVALS_CHANNEL, APPROVER, NOW, REQUESTER, a_lease, a_usage, an_endpoint

DAY = timedelta(days=1)


def _next(lease: leases.Lease) -> leases.Lease:
    return replace(lease, id="next", began_at=NOW + DAY, ends_at=NOW + 15 * DAY, version=0)


def test_a_lease_comes_back_as_it_was_stored(stores: Any) -> None:
    stores.leases.add(a_lease())

    assert stores.leases.get(a_lease().id) == a_lease()
    assert stores.leases.of("EMOJI-live") == a_lease()


def test_an_endpoint_has_one_open_lease(stores: Any) -> None:
    stores.leases.add(a_lease())
    stores.leases.add(a_lease())

    with pytest.raises(WrongStateError, match="has a lease already"):
        stores.leases.add(a_lease(id="another"))


def test_keeping_closes_a_lease_and_begins_the_next(stores: Any) -> None:
    stores.leases.add(a_lease())
    kept = leases.settled(a_lease(), LeaseStatus.RENEWED, REQUESTER, NOW + DAY)

    stores.leases.renew(kept, _next(a_lease()))

    assert [one.id for one in stores.leases.open()] == ["next"]
    assert stores.leases.get(a_lease().id).settled_by == REQUESTER


def test_of_two_who_keep_at_once_the_later_changes_nothing(stores: Any) -> None:
    stores.leases.add(a_lease())
    kept = leases.settled(a_lease(), LeaseStatus.RENEWED, REQUESTER, NOW + DAY)
    stores.leases.renew(kept, _next(a_lease()))

    with pytest.raises(StaleError):
        stores.leases.renew(replace(kept, settled_by=APPROVER), replace(_next(a_lease()), id="third"))

    assert [one.id for one in stores.leases.open()] == ["next"]


def test_the_owner_has_a_card_once_they_are_asked(stores: Any) -> None:
    stores.leases.add(a_lease())
    assert stores.cards.behind() == []

    stores.leases.save(leases.asked(a_lease(), Occasion.ENDING, NOW + 6 * DAY))

    (card,) = stores.cards.behind()
    assert (card.subject_id, card.kind, card.channel_id) == (a_lease().id, CardKind.LEASE, REQUESTER)


def test_a_lease_ends_with_its_endpoint_or_not_at_all(stores: Any) -> None:
    stores.endpoints.add(an_endpoint())
    stores.leases.add(a_lease())
    asked = stores.leases.save(leases.asked(a_lease(), Occasion.ENDING, NOW + 6 * DAY))
    leaving = endpoints.delete_asked(an_endpoint(), "", "ending")
    ended = leases.gone(asked, leaving, NOW + 7 * DAY)

    for lease, endpoint in ((replace(ended, version=5), leaving), (ended, replace(leaving, version=5))):
        with pytest.raises(StaleError):
            stores.leases.end(lease, endpoint)
    assert (stores.leases.of("emoji-live"), stores.endpoints.get(leaving.id)) == (asked, an_endpoint())

    assert stores.leases.end(ended, leaving).status == EndpointStatus.DELETING
    assert stores.leases.of("emoji-live") is None


def test_a_lease_moves_in_the_audit_with_who_kept_it(database: Database) -> None:
    SqlLeases(database).add(a_lease())
    SqlLeases(database).renew(leases.settled(a_lease(), LeaseStatus.RENEWED, REQUESTER, NOW), _next(a_lease()))

    told = [(one.move.entity_id, one.move.became, one.move.by) for one in SqlAudit(database).entries()]

    assert told[1:] == [(a_lease().id, "renewed", REQUESTER), ("next", "running", REQUESTER)]


def test_usage_is_what_was_put_last(stores: Any) -> None:
    stores.usages.put(a_usage())
    stores.usages.put(a_usage(endpoint_name="Emoji-Live", calls=300))

    assert stores.usages.of("emoji-live").calls == 300
    assert set(stores.usages.all()) == {"emoji-live"}
    assert stores.usages.of("other") is None


def test_a_find_is_stored_once_with_a_card_where_the_operators_look(stores: Any) -> None:
    things = [Thing(ThingKind.MODEL, "pets-0a1b2c3d", "0a1b2c3d", NOW)]
    stray = strays.found("0a1b2c3d", things, APPROVALS_CHANNEL, NOW)

    assert [stores.strays.add(stray), stores.strays.add(stray)] == [True, False]
    assert stores.strays.get(stray.id) == stray
    assert [card.kind for card in stores.cards.behind()] == [CardKind.STRAY]


def test_a_find_that_was_removed_is_not_open_any_more(stores: Any) -> None:
    stray = strays.found("0a1b2c3d", [Thing(ThingKind.MODEL, "pets-0a1b2c3d", "0a1b2c3d", NOW)], "", NOW)
    stores.strays.add(stray)
    asked = stores.strays.save(strays.removal_asked(stray, APPROVER))

    assert [one.status for one in stores.strays.open()] == [StrayStatus.REMOVING]
    stores.strays.save(strays.removed(asked))
    assert stores.strays.open() == []


def test_a_removed_find_that_is_there_again_is_open_again_with_its_card_behind(stores: Any) -> None:
    things = [Thing(ThingKind.MODEL, "pets-0a1b2c3d", "0a1b2c3d", NOW)]
    stray = strays.found("0a1b2c3d", things, APPROVALS_CHANNEL, NOW)
    stores.strays.add(stray)
    stores.strays.save(strays.removed(stores.strays.save(strays.removal_asked(stray, APPROVER))))
    before = stores.cards.of(stray.id).wanted

    assert stores.strays.add(strays.found("0a1b2c3d", things, APPROVALS_CHANNEL, NOW + DAY))

    (again,) = stores.strays.open()
    assert (again.status, again.found_at, again.removed_by) == (StrayStatus.FOUND, NOW + DAY, "")
    assert stores.cards.of(stray.id).wanted > before


def test_one_endpoint_answers_several_channels(stores: Any) -> None:
    stores.routes.set("C1", "emoji-live")
    stores.routes.set("C2", "Emoji-live")
    stores.routes.set("C3", "other")

    assert stores.routes.channels("EMOJI-live") == ["C1", "C2"]
    assert stores.routes.clear("C2") == "Emoji-live"
    assert stores.routes.clear("C2") == ""
    assert stores.routes.channels("emoji-live") == ["C1"]


def test_routes_move_in_the_audit_with_who_moved_them(database: Database) -> None:
    routes = SqlRoutes(database)
    routes.set("C1", "emoji-live", REQUESTER)
    routes.set("C1", "emoji-live", REQUESTER)
    routes.set("C1", "pets", APPROVER)
    routes.drop("pets")

    told = [(one.move.was, one.move.became, one.move.by) for one in SqlAudit(database).entries()]

    assert told == [("", "emoji-live", REQUESTER), ("emoji-live", "pets", APPROVER), ("pets", "", "")]
