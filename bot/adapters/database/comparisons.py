"""The comparisons that people asked for: added with their card, and never changed."""

from sqlalchemy import select

from bot.adapters.database.codecs import CARDS, COMPARISONS
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import insert_new
from bot.adapters.database.tables import cards, comparisons
from bot.domain.cards import Card, CardKind
from bot.domain.comparisons import Comparison
from bot.errors import NotFoundError


class SqlComparisons:
    """The port Comparisons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, comparison: Comparison) -> None:
        """Store it and its card; under the same id: nothing."""
        with self._database.writing() as connection:
            if insert_new(connection, comparisons, [COMPARISONS.row(comparison)]):
                card = Card(comparison.id, CardKind.COMPARISON, comparison.channel_id)
                insert_new(connection, cards, [CARDS.row(card)])

    def get(self, comparison_id: str) -> Comparison:
        chosen = select(comparisons).where(comparisons.c.id == comparison_id)
        with self._database.reading() as connection:
            row = connection.execute(chosen).mappings().one_or_none()
        if row is None:
            raise NotFoundError("I don't know this comparison.")
        return COMPARISONS.entity(row)
