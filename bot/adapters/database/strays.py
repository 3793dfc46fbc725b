"""What the bot made on AWS and lost sight of: each find is stored once, and its card with it."""

from typing import Any

from sqlalchemy import Connection, select

from bot.adapters.database.codecs import CARDS, Codec, Part
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import Rows, insert_new, raise_card
from bot.adapters.database.tables import cards, strays
from bot.domain.cards import Card, CardKind
from bot.domain.strays import Stray, StrayStatus, ThingKind, found_again


def _read(written: list[list[str]]) -> tuple[tuple[ThingKind, str], ...]:
    return tuple((ThingKind(kind), name) for kind, name in written)


STRAYS = Codec(
    Stray,
    {
        "things": Part(lambda things: [[str(kind), name] for kind, name in things], _read),
        "status": Part(str, StrayStatus),
    },
)


class SqlStrays:
    """The finds of the sweep. Where a channel is known, a find has a card there."""

    _rows = Rows(strays, STRAYS, "find", "`/endpoints sweep` lists what there is.")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, stray: Stray) -> bool:
        """Store it, unless its row's things were found before and are known to be there."""
        nothing: dict[str, Any] = {}
        with self._database.writing() as connection:
            if not self._rows.add(connection, stray, nothing, "", self._database.clock):
                return self._reopened(connection, stray)
            if stray.channel_id:
                insert_new(connection, cards, [CARDS.row(Card(stray.id, CardKind.STRAY, stray.channel_id))])
            return True

    def _reopened(self, connection: Connection, stray: Stray) -> bool:
        former = self._rows.get(connection, stray.id)
        if former.status != StrayStatus.REMOVED:
            return False
        self._rows.save(connection, found_again(former, stray), {}, "", self._database.clock)
        raise_card(connection, stray.id)
        return True

    def get(self, stray_id: str) -> Stray:
        with self._database.reading() as connection:
            return self._rows.get(connection, stray_id)

    def save(self, stray: Stray) -> Stray:
        with self._database.writing() as connection:
            saved = self._rows.save(connection, stray, {}, stray.removed_by, self._database.clock)
            raise_card(connection, stray.id)
            return saved

    def open(self) -> list[Stray]:
        """Those that are still there, oldest first."""
        there = select(strays).where(strays.c.status != StrayStatus.REMOVED)
        with self._database.reading() as connection:
            return self._rows.all(connection, there.order_by(strays.c.found_at, strays.c.id))
