"""Lets go of what is known of old pictures, once nothing is counted, learned or forgotten by it any more."""

import logging
from datetime import datetime, timedelta
from typing import Protocol

from bot.ports import Clock

# More than a year, so that one can be compared with the one before.
KEPT_FOR = timedelta(days=400)
PAUSE = timedelta(days=1)
# Small bites: while one is taken, nobody else writes to SQLite.
TOGETHER, MOST_BITES = 500, 100
log = logging.getLogger(__name__)


class OldPictures(Protocol):
    """The rows of pictures that were shared."""

    def prune(self, before: datetime, limit: int) -> int:
        """Remove those of at most so many that were shared before, and what was said of them; returns how many.

        Those stay that are kept or in a data set version, lest nobody can have them forgotten; that are of a release
        that is up, whose figures count them; and of which something is still to be done.
        """


class Pruning:
    """Soon after the start, and then once a day; several workers do no harm."""

    def __init__(self, pictures: OldPictures, clock: Clock) -> None:
        self._pictures = pictures
        self._clock = clock
        self._pruned_at: datetime | None = None

    def prune_now_and_then(self) -> None:
        now = self._clock()
        if self._pruned_at is not None and now - self._pruned_at < PAUSE:
            return
        self._pruned_at = now
        gone = 0
        for _ in range(MOST_BITES):
            bite = self._pictures.prune(now - KEPT_FOR, TOGETHER)
            gone += bite
            if bite < TOGETHER:
                break
        if gone:
            log.info("pictures_pruned count=%s", gone)
