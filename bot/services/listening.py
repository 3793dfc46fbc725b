"""Events bring on a look at once, where the next tick would bring it later; without them nothing is missed."""

import logging
from collections.abc import Sequence
from typing import Protocol

from bot.domain.news import News
from bot.services.monitoring import Monitoring

log = logging.getLogger(__name__)


class Events(Protocol):
    """A queue of what AWS tells. What was received and is not done is told again."""

    def received(self) -> Sequence[tuple[str, News]]:
        """What has come, each with its receipt; waits some seconds for the first. BusyError: try later."""

    def done(self, receipts: Sequence[str]) -> None: ...


class Listening:
    """Hears of changes, has them looked at, and only then lets go of what told of them."""

    def __init__(self, events: Events, monitoring: Monitoring) -> None:
        self._events = events
        self._monitoring = monitoring

    def heard(self) -> Sequence[tuple[str, News]]:
        """Waits for something to be told; needs no lock."""
        return self._events.received()

    def look(self, heard: Sequence[tuple[str, News]]) -> bool:
        """Look at what was heard of. False: nobody could, and it will be heard of again."""
        if not self._monitoring.look_at(news for _, news in heard):
            return False
        log.info("events_looked_at count=%d", len(heard))
        self._events.done([receipt for receipt, _ in heard])
        return True
