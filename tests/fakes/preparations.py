"""The port Preparations in memory."""

from bot.domain.cards import Card, CardKind
from bot.domain.preparations import Preparation
from bot.errors import WrongStateError
from tests.fakes.shelf import FakeCards, Shelf


class FakePreparations:
    def __init__(self, cards: FakeCards) -> None:
        self.shelf: Shelf[Preparation] = Shelf("data set")
        self.cards = cards

    def add(self, preparation: Preparation) -> None:
        with self.shelf.lock:
            if preparation.id in self.shelf.rows:
                return
            if any(one.name.lower() == preparation.name.lower() for one in self.open()):
                raise WrongStateError(
                    f"*{preparation.name}* is being prepared already.", next_step="Its card says how far it is."
                )
            self.shelf.rows[preparation.id] = preparation
            self.cards.rows[preparation.id] = Card(preparation.id, CardKind.DATA_SET, preparation.channel_id)

    def get(self, preparation_id: str) -> Preparation:
        return self.shelf.get(preparation_id)

    def save(self, preparation: Preparation) -> Preparation:
        saved = self.shelf.save(preparation)
        self.cards.wanted(preparation.id)
        return saved

    def open(self) -> list[Preparation]:
        return self.shelf.where(lambda one: one.open, lambda one: (one.requested_at, one.id))

    def named(self, name: str) -> Preparation | None:
        found = [one for one in self.recent(1000) if one.name.lower() == name.lower()]
        return found[0] if found else None

    def recent(self, limit: int = 10) -> list[Preparation]:
        return self.shelf.where(lambda _: True, lambda one: (one.requested_at, one.id))[::-1][:limit]
