"""Watches whether releases still meet what they were trained for, and has channels told of each sign once."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain import drift
from bot.domain.drift import DriftNote, Observed, Sign, Window
from bot.domain.endpoints import Endpoint
from bot.domain.in_use import InUse
from bot.errors import ChatBusyError, ChatError
from bot.ports import Clock, DataSets, Endpoints, Routes, TickLock
from bot.services.figures import RatedAnswers
from bot.services.hush import Hush
from bot.services.rows import each

# What people say comes in over hours; the answers are counted anew so often.
PAUSE = timedelta(minutes=15)
# Tried every five minutes, as often as figures are read: where Slack is busy for a day, it is no news any more.
MOST_TRIES = 288
log = logging.getLogger(__name__)


class DriftNotes(Protocol):
    """The signs that were seen, and whether their channels have been told."""

    def add(self, notes: Iterable[DriftNote]) -> int:
        """Store those whose id is new; returns how many were."""

    def seen(self, release: str) -> set[Sign]:
        """Which have been seen of the release so far."""

    def untold(self) -> list[DriftNote]:
        """Those of which nobody has been told, oldest first."""

    def tried(self, note: DriftNote) -> DriftNote:
        """Note that its channel is about to be told, which a crash may hide."""

    def told(self, note: DriftNote, at: datetime) -> None: ...


class DriftTeller(Protocol):
    """Says it in a channel. Calls may raise ChatBusyError, NoPlaceError or ChatError."""

    def tell(self, note: DriftNote) -> None:
        """Post it; where it was tried before, only if it does not stand there."""


class DriftWatch:
    """One worker at a time looks, and tells; a sign that has a row is not looked for again."""

    def __init__(
        self,
        rows: tuple[Endpoints, Routes, RatedAnswers, DriftNotes, DataSets],
        teller: DriftTeller,
        hush: Hush,
        lock: TickLock,
        clock: Clock,
    ) -> None:
        self._endpoints, self._routes, self._answers, self._notes, self._data_sets = rows
        self._teller = teller
        self._hush = hush
        self._lock = lock
        self._clock = clock
        self._looked_at: datetime | None = None

    def look_now_and_then(self) -> None:
        """Soon after the start, and then after each pause; what is to be told is told without one."""
        with self._lock.held() as ours:
            if not ours:
                return
            if self._looked_at is None or self._clock() - self._looked_at >= PAUSE:
                self._looked_at = self._clock()
                each("drift", [one for one in self._endpoints.live() if one.answering], self.look)
            each("drift_note", self._notes.untold(), self._tell)

    def look(self, endpoint: Endpoint) -> None:
        """Note what is new of one release."""
        known = self._notes.seen(endpoint.id)
        if known == set(Sign):
            return
        observed = self.observed(endpoint)
        for sign in drift.signs(observed):
            if sign not in known:
                self._note(endpoint, sign, observed)

    def observed(self, endpoint: Endpoint) -> Observed:
        """What its answers tell so far."""
        size = drift.window_size(self._answers.answered(endpoint.id))
        in_use = self._answers.in_use([endpoint.id]).get(endpoint.id, InUse())
        first = self._answers.first(endpoint.id, size) if size else Window()
        last = self._answers.last(endpoint.id, size) if size else Window()
        data_set = self._data_sets.all().get(endpoint.data_set)
        return Observed(in_use, endpoint.accuracy, first, last, data_set.validation_images if data_set else 0)

    def _note(self, endpoint: Endpoint, sign: Sign, observed: Observed) -> None:
        """In each channel that it answers; where it answers none, where it was asked for."""
        channels = self._routes.channels(endpoint.name) or [endpoint.channel_id]
        figures, now = drift.measured(observed), self._clock()
        notes = [
            DriftNote(
                id=drift.note_id(endpoint.id, sign, channel_id),
                release=endpoint.id,
                endpoint_name=endpoint.name,
                owner=endpoint.owner,
                channel_id=channel_id,
                sign=sign,
                measured=figures,
                seen_at=now,
            )
            for channel_id in channels
        ]
        if self._notes.add(notes):
            log.info("drift_seen release=%s sign=%s channels=%s", endpoint.id, sign.name, len(channels))

    def _tell(self, note: DriftNote) -> None:
        """It can wait; where Slack will not have it, or the release is gone meanwhile, it is let be."""
        if self._hush.holds(note.channel_id):
            return
        release = self._endpoints.find(note.release)
        try:
            if release is not None and release.answering:
                self._teller.tell(self._notes.tried(note))
        except ChatBusyError:
            if note.tries < MOST_TRIES:
                raise
            log.warning("drift_not_told id=%s tries=%s", note.id, note.tries)
        except ChatError as error:
            log.warning("drift_not_told id=%s code=%s", note.id, error.code)
        self._notes.told(note, self._clock())
