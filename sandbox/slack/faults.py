"""What tests use to make the local Slack misbehave, one call or many at a time."""

import threading
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """The ways in which a call can go wrong."""

    RATELIMITED = "ratelimited"
    HTTP = "http"
    SLOW = "slow"
    ERROR = "error"
    HTML = "html"
    DROP = "drop"
    TRUNCATE = "truncate"


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour; `details` are the words of its kind (see `Faults.add`)."""

    kind: FaultKind
    details: dict[str, Any] = field(default_factory=dict)


class ConnectionDroppedError(Exception):
    """Raise it in an observer to close the caller's connection without an answer; before the call it never happens."""


class Faults:
    """Faults waiting to happen, by method; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Fault]] = {}

    def add(self, method: str, kind: str, times: int = 1, **details: Any) -> None:
        """Make the next `times` calls of `method` go wrong ("*" means any method).

        The method is a Web API name, or "upload", "download", "response_url". Kinds and details: `ratelimited`
        (retry_after=1), `http` (status=500), `slow` (seconds=1), `error` (error="internal_error"), `html`, `drop`,
        `truncate`. `applied=True` lets `http` and `drop` happen after the call has taken effect.
        """
        fault = Fault(FaultKind(kind), details)
        with self._lock:
            self._waiting.setdefault(method, deque()).extend([fault] * times)

    def take(self, method: str) -> Fault | None:
        with self._lock:
            for name in (method, "*"):
                if self._waiting.get(name):
                    return self._waiting[name].popleft()
        return None

    def waiting(self, method: str) -> int:
        """How many faults of this method have not happened yet."""
        with self._lock:
            return len(self._waiting.get(method, ()))

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()
