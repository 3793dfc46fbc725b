"""The audit table: rows are added in the transaction of what they tell of, one chain over all processes."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, text

from bot.adapters.database.column_types import storable
from bot.adapters.database.engine import Database
from bot.adapters.database.tables import audit
from bot.domain.audit import AuditEntry, Move, next_after

_CHAIN = 0x6461726B_61756474  # "darkaudt"
_BATCH = 1000


def take_turn(connection: Connection) -> None:
    """Have whoever else wants to add a row wait until this transaction has ended.

    To be called before what is recorded is written: of two that hold each other's rows and want the chain, neither
    would ever get it.
    """
    if connection.dialect.name == "postgresql":
        # SQLite has one writer at a time anyway.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN})


def record(connection: Connection, move: Move) -> None:
    """Add the row to the chain, whose turn this transaction has."""
    newest = select(audit.c.number, audit.c.digest).order_by(audit.c.number.desc()).limit(1)
    last = connection.execute(newest).one_or_none()
    entry = next_after((last.number, last.digest) if last else None, _storable(move))
    connection.execute(insert(audit).values(_row(entry)))


class SqlAudit:
    """Reads the audit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(self) -> Iterator[AuditEntry]:
        """All rows, oldest first, a batch at a time."""
        number = 0
        while batch := self._after(number):
            yield from batch
            number = batch[-1].number

    def _after(self, number: int) -> list[AuditEntry]:
        chosen = select(audit).where(audit.c.number > number).order_by(audit.c.number).limit(_BATCH)
        with self._database.reading() as connection:
            return [_entry(row) for row in connection.execute(chosen).mappings()]


def _storable(move: Move) -> Move:
    """As the database will give it back: a digest of anything else would look broken."""
    words = (move.entity, move.entity_id, move.name, move.was, move.became, move.by)
    entity, entity_id, name, was, became, by = map(storable, words)
    return Move(entity, entity_id, name, was, became, by, move.at)


def _row(entry: AuditEntry) -> dict[str, Any]:
    move = entry.move
    return {
        "number": entry.number,
        "at": move.at,
        "entity": move.entity,
        "entity_id": move.entity_id,
        "name": move.name,
        "from_status": move.was,
        "to_status": move.became,
        "by": move.by,
        "previous": entry.previous,
        "digest": entry.digest,
    }


def _entry(row: Mapping[Any, Any]) -> AuditEntry:
    move = Move(
        entity=row["entity"],
        entity_id=row["entity_id"],
        name=row["name"],
        was=row["from_status"],
        became=row["to_status"],
        by=row["by"],
        at=row["at"],
    )
    return AuditEntry(row["number"], move, row["previous"], row["digest"])
