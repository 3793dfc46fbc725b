"""What the operators have been told, and when."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from bot.adapters.database.engine import Database
from bot.adapters.database.picture_tables import operator_notes


class SqlOperatorNotes:
    """The port ToldRows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def first(self, key: str, now: datetime, again_after: timedelta) -> bool:
        """One statement: of several processes that come upon the same thing at once, one tells of it."""
        with self._database.writing() as connection:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            added = dialect.insert(operator_notes).values(key=key, told_at=now)
            long_ago = operator_notes.c.told_at <= now - again_after
            again = added.on_conflict_do_update(index_elements=["key"], set_={"told_at": now}, where=long_ago)
            return connection.execute(again.returning(operator_notes.c.key)).first() is not None

    def forget(self, key: str) -> None:
        """It has not been told after all."""
        with self._database.writing() as connection:
            connection.execute(delete(operator_notes).where(operator_notes.c.key == key))
