"""The locks of the worker's lanes: an advisory lock on PostgreSQL, a locked file beside an SQLite file."""

import threading
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.adapters.database.engine import Database
from bot.adapters.database.locks import file_lock_if_free

_DARK = 0x6461726B << 32


class SqlTickLock:
    """Lets one worker at a time do what `purpose` names, over all processes that share the database."""

    def __init__(self, database: Database, purpose: str = "tick") -> None:
        self._database = database
        self._purpose = purpose
        self._key = _DARK | zlib.crc32(purpose.encode())
        self._in_memory = threading.Lock()

    def held(self) -> AbstractContextManager[bool]:
        """Whether the lock was free, without waiting; if so it is ours until the end of the block."""
        if not self._database.is_sqlite:
            return self._by_server()
        path = self._database.path
        # Not the file of the calls of that name: who calls would wait for the end of the work.
        return file_lock_if_free(path.with_name(f"{path.name}.{self._purpose}.lock")) if path else self._by_thread()

    @contextmanager
    def _by_server(self) -> Iterator[bool]:
        with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            got = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}))
            try:
                yield got
            finally:
                if got:
                    # A session that is lost has lost the lock with it.
                    with suppress(DBAPIError):
                        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": self._key})

    @contextmanager
    def _by_thread(self) -> Iterator[bool]:
        got = self._in_memory.acquire(blocking=False)
        try:
            yield got
        finally:
            if got:
                self._in_memory.release()
