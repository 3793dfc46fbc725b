"""Time, and how the processes that share a database take turns."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol


class Wakeup(Protocol):
    """Tells the worker, in this process or another, that there is something to do."""

    def call(self) -> None: ...
    def wait(self, seconds: float) -> bool:
        """Wait until called or until the time is over; says which."""


class TickLock(Protocol):
    """Lets one worker at a time do a thing, over all processes that share the database; ends with its holder's."""

    def held(self) -> AbstractContextManager[bool]: ...


Clock = Callable[[], datetime]
