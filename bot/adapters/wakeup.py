"""Waking the worker as soon as there is something to do, across threads and across the processes of one database."""

import logging
import os
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.database.engine import Database
from bot.adapters.database.locks import file_lock

_log = logging.getLogger(__name__)
_POLL_SECONDS = 0.2
_BLOCK_SECONDS = 1.0
_COUNT_BYTES = 8


class Neighbours(Protocol):
    """The other processes. One thread at a time listens; a call of our own ends its listening too."""

    def call(self) -> None: ...
    def listen(self, seconds: float) -> bool:
        """Whether another process called. May return early, with False."""

    def close(self) -> None: ...


class SharedWakeup:
    """Each thread wakes once for all calls since its own last wait; one that has never waited may wake for nothing.

    `topic` is what the calls are about, in lower-case letters: those of one topic are not heard in another.
    """

    def __init__(self, database: Database, topic: str = "work") -> None:
        self._neighbours = _neighbours(database, topic)
        self._calls = 0
        self._changed = threading.Condition()
        self._listening = False
        self._seen = threading.local()

    def call(self) -> None:
        """Wake everybody. It never fails: what it is about is a row by now, and the next tick finds that anyway."""
        self._count_call()
        self._neighbours.call()

    def wait(self, seconds: float) -> bool:
        """Wait until called or until the time is over; says which."""
        until = time.monotonic() + seconds
        with self._changed:
            while not self._news() and (left := until - time.monotonic()) > 0:
                if self._listening:
                    self._changed.wait(left)
                else:
                    self._listen(left)
            woken, self._seen.calls = self._news(), self._calls
            return woken

    def close(self) -> None:
        self._neighbours.close()

    def _news(self) -> bool:
        return self._calls != getattr(self._seen, "calls", 0)

    def _count_call(self) -> None:
        with self._changed:
            self._calls += 1
            self._changed.notify_all()

    def _listen(self, seconds: float) -> None:
        # One of the waiting threads listens to the neighbours for all; when it leaves, the others wake and one follows.
        self._listening = True
        self._changed.release()
        heard = False
        try:
            heard = self._neighbours.listen(seconds)
        finally:
            self._changed.acquire()
            self._listening = False
            self._calls += heard
            self._changed.notify_all()


def _neighbours(database: Database, topic: str) -> Neighbours:
    if not database.is_sqlite:
        return Notices(database, f"darkroom_{topic}")
    return CallFile(database.path.with_name(f"{database.path.name}.{topic}") if database.path else None)


class CallFile:
    """Neighbours around an SQLite file: they count their calls in a file beside it.

    `PRAGMA data_version` would tell of every write, so that a tick that saves anything would wake the next one.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._own_call = threading.Event()
        self._lock = threading.Lock()
        self._known = self._counted()

    def call(self) -> None:
        if self._path:
            try:
                with self._lock:
                    self._raise_count(self._path)
            except OSError:
                _log.warning("wakeup_call_failed", exc_info=True)
        self._own_call.set()

    def listen(self, seconds: float) -> bool:
        self._own_call.wait(min(seconds, _POLL_SECONDS) if self._path else seconds)
        self._own_call.clear()
        with self._lock:
            known, self._known = self._known, self._counted()
            return known != self._known

    def close(self) -> None:
        """Nothing is held open."""

    def _counted(self) -> int:
        try:
            return _number(self._path.read_bytes()) if self._path else 0
        except OSError:
            return 0

    def _raise_count(self, path: Path) -> None:
        with file_lock(path) as descriptor:
            count = _number(os.pread(descriptor, _COUNT_BYTES, 0))
            os.pwrite(descriptor, (count + 1).to_bytes(_COUNT_BYTES, "big"), 0)
        # One more is known, not all: a neighbour's call since the last look must still be heard.
        self._known += 1


def _number(written: bytes) -> int:
    return int.from_bytes(written[:_COUNT_BYTES], "big")


class Notices:
    """Neighbours around a PostgreSQL server: LISTEN on a connection of its own, NOTIFY on one of the pool."""

    def __init__(self, database: Database, channel: str) -> None:
        import psycopg

        self._database = database
        self._channel = channel
        self._errors = (psycopg.Error, SQLAlchemyError)
        self._name = secrets.token_hex(8)
        self._ear: Connection | None = None

    def call(self) -> None:
        try:
            with self._database.writing() as connection:
                connection.execute(select(func.pg_notify(self._channel, self._name)))
        except SQLAlchemyError:
            _log.warning("wakeup_call_failed", exc_info=True)

    def listen(self, seconds: float) -> bool:
        try:
            if self._ear is None:
                self._ear = self._listening()
                # Nobody knows what was called before, or while the server was away.
                return True
            driver: Any = self._ear.connection.dbapi_connection
            # Our own call arrives as well and ends the listening, but it is counted already.
            notices = list(driver.notifies(timeout=min(seconds, _BLOCK_SECONDS), stop_after=1))
            return any(notice.payload != self._name for notice in notices)
        except self._errors:
            _log.warning("wakeup_connection_lost", exc_info=True)
            self.close()
            time.sleep(min(seconds, _BLOCK_SECONDS))
            return False

    def close(self) -> None:
        ear, self._ear = self._ear, None
        if ear is not None:
            with suppress(*self._errors):
                ear.close()

    def _listening(self) -> Connection:
        connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        # Not the pool's any more: what listens must not be handed to somebody else.
        connection.detach()
        connection.execute(text(f"LISTEN {self._channel}"))
        return connection
