"""The lock that a tick needs: an advisory lock on PostgreSQL, a locked file beside an SQLite file."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.adapters.database.engine import Database
from bot.adapters.database.locks import file_lock_if_free

_TICK = 0x6461726B_7469636B  # "darktick"


class SqlTickLock:
    """Lets one worker tick at a time, over all processes that share the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._in_memory = threading.Lock()

    def held(self) -> AbstractContextManager[bool]:
        """Whether the lock was free, without waiting; if so it is ours until the end of the block."""
        if not self._database.is_sqlite:
            return self._by_server()
        path = self._database.path
        return file_lock_if_free(path.with_name(f"{path.name}.tick")) if path else self._by_thread()

    @contextmanager
    def _by_server(self) -> Iterator[bool]:
        with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            got = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _TICK}))
            try:
                yield got
            finally:
                if got:
                    # A session that is lost has lost the lock with it.
                    with suppress(DBAPIError):
                        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _TICK})

    @contextmanager
    def _by_thread(self) -> Iterator[bool]:
        got = self._in_memory.acquire(blocking=False)
        try:
            yield got
        finally:
            if got:
                self._in_memory.release()
