"""The store of comparisons in memory."""

from bot.domain.cards import Card, CardKind
from bot.domain.comparisons import Comparison
from bot.errors import NotFoundError
from tests.fakes.shelf import FakeCards


class FakeComparisons:
    def __init__(self, cards: FakeCards) -> None:
        self.rows: dict[str, Comparison] = {}
        self.cards = cards

    def add(self, comparison: Comparison) -> None:
        if comparison.id not in self.rows:
            self.rows[comparison.id] = comparison
            self.cards.rows[comparison.id] = Card(comparison.id, CardKind.COMPARISON, comparison.channel_id)

    def get(self, comparison_id: str) -> Comparison:
        if comparison_id not in self.rows:
            raise NotFoundError("I don't know this comparison.")
        return self.rows[comparison_id]
