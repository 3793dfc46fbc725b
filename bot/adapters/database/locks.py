"""Locks over processes that end with their holder: advisory locks on PostgreSQL, locked files beside an SQLite file."""

import fcntl
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from bot.adapters.database.engine import Database

_log = logging.getLogger(__name__)
_TICK = 0x6461726B_7469636B  # "darktick"


@contextmanager
def file_lock(path: Path) -> Iterator[int]:
    """Wait for the file's lock and hold it; gives the open file. The kernel frees it when its holder dies."""
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


class SqlTickLock:
    """Lets one worker tick at a time, over all processes that share the database."""

    def __init__(self, database: "Database") -> None:
        self._database = database
        self._in_memory = threading.Lock()

    def held(self) -> AbstractContextManager[bool]:
        """Whether the lock was free, without waiting; if so it is ours until the end of the block."""
        if not self._database.is_sqlite:
            return self._by_server()
        return self._by_file(self._database.path) if self._database.path else self._by_thread()

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
    def _by_file(self, path: Path) -> Iterator[bool]:
        with _opened(path.with_name(f"{path.name}.tick")) as descriptor:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    @contextmanager
    def _by_thread(self) -> Iterator[bool]:
        got = self._in_memory.acquire(blocking=False)
        try:
            yield got
        finally:
            if got:
                self._in_memory.release()
