"""One database behind one URL: SQLite or PostgreSQL, how each is opened, and what a transaction is on it."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.adapters.database import migrating
from bot.errors import SettingsError
from bot.ports import Clock

# Heroku and its like hand out the first; SQLAlchemy takes the second for psycopg 2.
_POSTGRESQL = ("postgres://", "postgresql://")
# A server that has vanished without a word is noticed within a minute, not after the kernel's two hours.
_PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
# Waiting for another writer, up to this long, is SQLite's own business.
_PRAGMAS = ("busy_timeout = 10000", "synchronous = NORMAL", "foreign_keys = ON")


def utc_now() -> datetime:
    return datetime.now(UTC)


class Database:
    """Connects when it is first used. The stores take it; every transaction is `reading` or `writing`."""

    def __init__(self, url: str, clock: Clock = utc_now) -> None:
        self.url = driven(url)
        self.clock = clock
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.path = _file(self.url) if self.is_sqlite else None
        self.engine = _sqlite(self.url, self.path) if self.is_sqlite else _postgresql(self.url)
        self._writer = self.engine.execution_options(writes=True)
        # Who waits for SQLite's one writer looks again up to a tenth of a second later, and others come first then:
        # https://www.sqlite.org/c3ref/busy_timeout.html. The threads of a process need not wait in that way.
        self._turns: AbstractContextManager[object] = threading.RLock() if self.is_sqlite else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that has the right to write from its start, so that it never has to give up half way."""
        with self._turns, self._writer.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Bring the tables up to date; several processes may do so at once."""
        migrating.migrate(self._writer, self.path)

    def check(self) -> str | None:
        """What is wrong with the database, in words for its operator; None when nothing is."""
        return migrating.problem(self.engine, self.path)

    def close(self) -> None:
        self.engine.dispose()


def driven(url: str) -> URL:
    """The URL with the driver that the bot brings along, or a SettingsError."""
    for scheme in _POSTGRESQL:
        if url.startswith(scheme):
            url = "postgresql+psycopg://" + url.removeprefix(scheme)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise _unusable() from None
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise _unusable()
    if (parsed.database or "").startswith("file:"):
        raise _unusable()
    return parsed


def _unusable() -> SettingsError:
    # The URL itself stays out of the sentence: it holds a password.
    return SettingsError(
        "DATABASE_URL is no `sqlite:///path/to/file.db` and no `postgresql://user:password@host/name`."
    )


def _file(url: URL) -> Path | None:
    return None if url.database in (None, "", ":memory:") else Path(str(url.database)).absolute()


def _postgresql(url: URL) -> Engine:
    patience = {name: value for name, value in _PATIENCE.items() if name not in url.query}
    # Parameters are people's words, so errors that reach the log go without them.
    return create_engine(url, connect_args=patience, pool_pre_ping=True, hide_parameters=True)


def _sqlite(url: URL, path: Path | None) -> Engine:
    # A database in memory lives as long as its one connection, for which threads take turns.
    turns: dict[str, Any] = {} if path else {"pool_size": 1, "max_overflow": 0}
    engine = create_engine(
        url, connect_args={"check_same_thread": False}, poolclass=QueuePool, hide_parameters=True, **turns
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    if path:
        event.listen(engine, "do_connect", lambda *_: path.parent.mkdir(parents=True, exist_ok=True))
    return engine


def _prepare(connection: Any, _: ConnectionPoolEntry) -> None:
    # The driver's own transactions begin late and leave DDL out; SQLAlchemy's page on SQLite says to switch them off.
    # docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-transactions
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A reader that turns writer fails at once when another wrote meanwhile; a writer from the start waits its turn.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
