"""The stores of leases, of endpoints' usage and of finds in memory."""

from collections.abc import Callable, Mapping

from bot.domain import strays
from bot.domain.cards import Card, CardKind
from bot.domain.endpoints import Endpoint
from bot.domain.leases import Lease, LeaseStatus
from bot.domain.strays import Stray, StrayStatus
from bot.domain.usage import Usage
from bot.errors import StaleError, WrongStateError
from tests.fakes.shelf import FakeCards, Shelf


class FakeLeases:
    def __init__(self, cards: FakeCards, save_endpoint: Callable[[Endpoint], Endpoint]) -> None:
        self.shelf: Shelf[Lease] = Shelf("lease")
        self.cards = cards
        self.save_endpoint = save_endpoint

    def add(self, lease: Lease) -> None:
        with self.shelf.lock:
            if lease.id in self.shelf.rows:
                return
            if lease.open and self.of(lease.endpoint_name):
                raise WrongStateError(f"*{lease.endpoint_name}* has a lease already.")
            self.shelf.rows[lease.id] = lease

    def get(self, lease_id: str) -> Lease:
        return self.shelf.get(lease_id)

    def save(self, lease: Lease) -> Lease:
        saved = self.shelf.save(lease)
        if lease.status == LeaseStatus.ASKED:
            self.cards.rows.setdefault(lease.id, Card(lease.id, CardKind.LEASE, lease.owner, wanted=0))
        self.cards.wanted(lease.id)
        return saved

    def renew(self, former: Lease, following: Lease) -> Lease:
        with self.shelf.lock:
            before = self.shelf.get(former.id)
            self.save(former)
            if following.id in self.shelf.rows or self.of(following.endpoint_name):
                self.shelf.rows[former.id] = before
                raise WrongStateError(f"*{following.endpoint_name}* has a lease already.")
            self.shelf.rows[following.id] = following
            return following

    def end(self, lease: Lease, leaving: Endpoint) -> Endpoint:
        with self.shelf.lock:
            if self.get(lease.id).version != lease.version:
                raise StaleError("This has just changed.", next_step="Try again.")
            saved = self.save_endpoint(leaving)
            self.save(lease)
            return saved

    def open(self) -> list[Lease]:
        return self.shelf.where(lambda one: one.open, lambda one: (one.ends_at, one.id))

    def of(self, endpoint_name: str) -> Lease | None:
        return next((one for one in self.open() if one.endpoint_name.lower() == endpoint_name.lower()), None)


class FakeUsages:
    def __init__(self) -> None:
        self.rows: dict[str, Usage] = {}

    def all(self) -> Mapping[str, Usage]:
        return dict(self.rows)

    def of(self, endpoint_name: str) -> Usage | None:
        return self.rows.get(endpoint_name.lower())

    def put(self, usage: Usage) -> None:
        self.rows[usage.endpoint_name.lower()] = usage


class FakeStrays:
    def __init__(self, cards: FakeCards) -> None:
        self.shelf: Shelf[Stray] = Shelf("find")
        self.cards = cards

    def add(self, stray: Stray) -> bool:
        with self.shelf.lock:
            if former := self.shelf.rows.get(stray.id):
                return former.status == StrayStatus.REMOVED and bool(self.save(strays.found_again(former, stray)))
            self.shelf.rows[stray.id] = stray
            if stray.channel_id:
                self.cards.rows[stray.id] = Card(stray.id, CardKind.STRAY, stray.channel_id)
            return True

    def get(self, stray_id: str) -> Stray:
        return self.shelf.get(stray_id)

    def save(self, stray: Stray) -> Stray:
        saved = self.shelf.save(stray)
        self.cards.wanted(stray.id)
        return saved

    def open(self) -> list[Stray]:
        return self.shelf.where(lambda one: one.status != StrayStatus.REMOVED, lambda one: (one.found_at, one.id))
