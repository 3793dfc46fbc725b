"""Data sets in the making, and made: each save moves the row, its card's `wanted` and the audit in one transaction."""

from typing import Any

from sqlalchemy import select

from bot.adapters.database.codecs import CARDS, PREPARATIONS
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import Rows, insert_new, key, raise_card
from bot.adapters.database.tables import cards, preparations
from bot.domain.cards import Card, CardKind
from bot.domain.preparations import OPEN, Preparation, PreparationStatus
from bot.errors import WrongStateError

# What people bring about; the rest is the worker's doing.
_ASKED = (PreparationStatus.STOPPING, PreparationStatus.REMOVING)


class SqlPreparations:
    """The port Preparations."""

    _rows = Rows(preparations, PREPARATIONS, "data set", "`/datasets` lists them.")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, preparation: Preparation) -> None:
        """Store it and its card. Under the same id: nothing; one of the name being open: WrongStateError."""
        by = preparation.requested_by
        with self._database.writing() as connection:
            if self._rows.add(connection, preparation, _keys(preparation), by, self._database.clock):
                card = Card(preparation.id, CardKind.DATA_SET, preparation.channel_id)
                insert_new(connection, cards, [CARDS.row(card)])
            elif not self._rows.find(connection, preparation.id):
                raise WrongStateError(
                    f"*{preparation.name}* is being prepared already.", next_step="Its card says how far it is."
                )

    def get(self, preparation_id: str) -> Preparation:
        with self._database.reading() as connection:
            return self._rows.get(connection, preparation_id)

    def save(self, preparation: Preparation) -> Preparation:
        with self._database.writing() as connection:
            by = preparation.stopped_by if preparation.status in _ASKED else ""
            saved = self._rows.save(connection, preparation, _keys(preparation), by, self._database.clock)
            raise_card(connection, preparation.id)
            return saved

    def open(self) -> list[Preparation]:
        """Oldest first."""
        waiting = select(preparations).where(preparations.c.status.in_(sorted(OPEN)))
        with self._database.reading() as connection:
            return self._rows.all(connection, waiting.order_by(preparations.c.requested_at, preparations.c.id))

    def named(self, name: str) -> Preparation | None:
        """The newest of this name, however it is capitalized."""
        chosen = select(preparations).where(preparations.c.name_key == key(name))
        newest = chosen.order_by(preparations.c.requested_at.desc(), preparations.c.id.desc()).limit(1)
        with self._database.reading() as connection:
            found = self._rows.all(connection, newest)
            return found[0] if found else None

    def recent(self, limit: int = 10) -> list[Preparation]:
        """Newest first."""
        newest = select(preparations).order_by(preparations.c.requested_at.desc(), preparations.c.id.desc())
        with self._database.reading() as connection:
            return self._rows.all(connection, newest.limit(limit))


def _keys(preparation: Preparation) -> dict[str, Any]:
    name = key(preparation.name)
    return {"name_key": name, "open_key": name if preparation.open else None}
