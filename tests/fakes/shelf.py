"""What all fake stores stand on: entities by id, and the cards that their changes raise."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from bot.domain.approvals import Approval
from bot.domain.cards import Card
from bot.domain.endpoints import Endpoint
from bot.domain.jobs import Job
from bot.domain.kept_pictures import KeptPicture
from bot.domain.leases import Lease
from bot.domain.preparations import Preparation
from bot.domain.strays import Stray
from bot.domain.tunings import Tuning
from bot.domain.uploads import Upload
from bot.errors import NotFoundError, StaleError

E = TypeVar("E", Job, Approval, Endpoint, Upload, Preparation, Tuning, Lease, Stray, KeptPicture)


class Shelf(Generic[E]):
    """Entities by id, saved by compare-and-set."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.rows: dict[str, E] = {}
        self.lock = threading.RLock()

    def get(self, entity_id: str) -> E:
        if entity_id not in self.rows:
            raise NotFoundError(f"I don't know this {self.word}.")
        return self.rows[entity_id]

    def save(self, entity: E) -> E:
        with self.lock:
            if self.get(entity.id).version != entity.version:
                raise StaleError("This has just changed.", next_step="Try again.")
            self.rows[entity.id] = replace(entity, version=entity.version + 1)
            return self.rows[entity.id]

    def where(self, condition: Callable[[E], bool], order: Callable[[E], Any]) -> list[E]:
        return sorted(filter(condition, list(self.rows.values())), key=order)


class FakeCards:
    def __init__(self) -> None:
        self.rows: dict[str, Card] = {}

    def of(self, subject_id: str) -> Card:
        if subject_id not in self.rows:
            raise NotFoundError("I don't know this card.")
        return self.rows[subject_id]

    def save(self, card: Card) -> None:
        self.rows[card.subject_id] = replace(card, wanted=self.of(card.subject_id).wanted)

    def behind(self) -> list[Card]:
        return [card for card in self.rows.values() if card.shown != card.wanted]

    def wanted(self, subject_id: str) -> None:
        if card := self.rows.get(subject_id):
            self.rows[subject_id] = replace(card, wanted=card.wanted + 1)
