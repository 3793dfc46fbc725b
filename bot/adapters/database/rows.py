"""What all stores do to rows inside a transaction: add, read, and compare-and-set with its audit event."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, CursorResult, Select, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.adapters.database import auditing
from bot.adapters.database.codecs import Codec, Dataclass
from bot.adapters.database.tables import cards
from bot.domain.audit import Move
from bot.errors import NotFoundError, StaleError
from bot.ports import Clock


class Entity(Dataclass, Protocol):
    """What moves through statuses and counts its versions."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def status(self) -> StrEnum: ...


E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Rows(Generic[E]):
    """The rows of one entity. `word` is what people call it, `listing` the command that lists them."""

    table: Table
    codec: Codec[E]
    word: str
    listing: str = ""

    def add(self, connection: Connection, entity: E, keys: Mapping[str, Any], by: str, clock: Clock) -> bool:
        """Insert it, with columns beyond its fields in `keys`; False where its id or a unique key is there already."""
        auditing.take_turn(connection)
        if not insert_new(connection, self.table, [self.codec.row(entity) | dict(keys)]):
            return False
        self._record(connection, entity, "", by, clock)
        return True

    def find(self, connection: Connection, entity_id: str) -> E | None:
        found = self.all(connection, select(self.table).where(self.table.c.id == entity_id))
        return found[0] if found else None

    def get(self, connection: Connection, entity_id: str) -> E:
        found = self.find(connection, entity_id)
        if found is None:
            raise self._unknown()
        return found

    def all(self, connection: Connection, chosen: Select[Any]) -> list[E]:
        return [self.codec.entity(row) for row in connection.execute(chosen).mappings()]

    def save(self, connection: Connection, entity: E, keys: Mapping[str, Any], by: str, clock: Clock) -> E:
        """Compare-and-set on `version`; a change of status leaves an event behind."""
        was = self._status(connection, entity)
        if was != entity.status:
            auditing.take_turn(connection)
        saved = replace(entity, version=entity.version + 1)
        here = (self.table.c.id == entity.id) & (self.table.c.version == entity.version)
        if not count(connection.execute(update(self.table).where(here).values(self.codec.row(saved) | dict(keys)))):
            raise StaleError("This has just changed.", next_step="Try again.")
        if was != entity.status:
            self._record(connection, entity, was, by, clock)
        return saved

    def _status(self, connection: Connection, entity: E) -> str:
        table = self.table
        row = connection.execute(select(table.c.status, table.c.version).where(table.c.id == entity.id)).one_or_none()
        if row is None:
            raise self._unknown()
        if row.version != entity.version:
            raise StaleError("This has just changed.", next_step="Try again.")
        return str(row.status)

    def _record(self, connection: Connection, entity: E, was: str, by: str, clock: Clock) -> None:
        # `name` is what people call it: a job's name, the endpoint that a request is for, nothing for an image.
        name = getattr(entity, "name", "") or getattr(entity, "endpoint_name", "")
        auditing.record(connection, Move(self.table.name, entity.id, name, was, str(entity.status), by, clock()))

    def _unknown(self) -> NotFoundError:
        return NotFoundError(f"I don't know this {self.word}.", next_step=self.listing)


def insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    """Insert those that no key forbids; how many that were."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    # The row count of an INSERT is not to be had from every driver; what RETURNING brings is.
    added = dialect.insert(table).on_conflict_do_nothing().returning(next(iter(table.primary_key)))
    return sum(connection.execute(added.values(row)).first() is not None for row in rows)


def upsert(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert the row, or replace what is there under its primary key."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(
        dialect.insert(table).values(row).on_conflict_do_update(index_elements=list(table.primary_key), set_=row)
    )


def in_order(table: Table, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition of an update of many rows that locks them in the order of their ids.

    Two updates of the same rows in other orders could wait for each other until PostgreSQL ends one of them:
    https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS
    """
    chosen: ColumnElement[str] = table.c.id
    return chosen.in_(select(chosen).where(*conditions).order_by(chosen).with_for_update())


def raise_card(connection: Connection, subject_id: str) -> None:
    """Say that what the card shows has changed."""
    connection.execute(update(cards).where(cards.c.subject_id == subject_id).values(wanted=cards.c.wanted + 1))


def count(result: CursorResult[Any]) -> int:
    return result.rowcount


def key(name: str) -> str:
    """A name as it is compared: AWS holds names of endpoints that differ in case only for the same."""
    return name.lower()
