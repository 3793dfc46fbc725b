"""Tuning jobs: each save moves the row, its card's `wanted` and the audit in one transaction."""

from typing import Any

from sqlalchemy import select

from bot.adapters.database.codecs import CARDS
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import Rows, insert_new, key, raise_card
from bot.adapters.database.tables import cards, tunings
from bot.adapters.database.tuning_codecs import TUNINGS
from bot.domain.cards import Card, CardKind
from bot.domain.jobs import ACTIVE
from bot.domain.tunings import Tuning, TuningStatus
from bot.errors import WrongStateError


class SqlTunings:
    """The port TuningRows."""

    _rows = Rows(tunings, TUNINGS, "tuning", "`/tune list` lists them.")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, tuning: Tuning) -> None:
        """Store the tuning and its card. Under the same id: nothing; under another tuning's name: WrongStateError."""
        keys, by = _keys(tuning), tuning.requested_by
        with self._database.writing() as connection:
            if self._rows.add(connection, tuning, keys, by, self._database.clock):
                card = Card(tuning.id, CardKind.TUNING, tuning.channel_id)
                insert_new(connection, cards, [CARDS.row(card)])
            elif not self._rows.find(connection, tuning.id):
                raise WrongStateError(f"There is a tuning *{tuning.name}* already.", next_step="Try again.")

    def get(self, tuning_id: str) -> Tuning:
        with self._database.reading() as connection:
            return self._rows.get(connection, tuning_id)

    def save(self, tuning: Tuning) -> Tuning:
        by = tuning.stopped_by if tuning.status == TuningStatus.STOPPING else ""
        with self._database.writing() as connection:
            saved = self._rows.save(connection, tuning, _keys(tuning), by, self._database.clock)
            raise_card(connection, tuning.id)
            return saved

    def named(self, name: str) -> Tuning | None:
        """The tuning of this name, however it is capitalized."""
        with self._database.reading() as connection:
            found = self._rows.all(connection, select(tunings).where(tunings.c.name_key == key(name)))
            return found[0] if found else None

    def active(self) -> list[Tuning]:
        """Those that AWS may still move, oldest first."""
        chosen = select(tunings).where(tunings.c.status.in_(sorted(ACTIVE)))
        with self._database.reading() as connection:
            return self._rows.all(connection, chosen.order_by(tunings.c.requested_at, tunings.c.id))

    def recent(self, limit: int = 10) -> list[Tuning]:
        """Newest first."""
        newest = select(tunings).order_by(tunings.c.requested_at.desc(), tunings.c.id.desc())
        with self._database.reading() as connection:
            return self._rows.all(connection, newest.limit(limit))


def _keys(tuning: Tuning) -> dict[str, Any]:
    return {"name_key": key(tuning.name)}
