"""Digests: people say when their channel gets one, and the worker brings each once."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain import digests
from bot.domain.digests import Digest, Due, Timetable
from bot.domain.editions import DigestCase, Edition, edition_asked, edition_of
from bot.errors import UsageError
from bot.ports import Clock, Wakeup
from bot.services.access import AccessControl
from bot.services.chronicle import Chronicle
from bot.services.hush import Hush
from bot.services.rows import each

NextAfter = Callable[[Timetable, datetime], datetime | None]
# What `/digest now` looks back where the channel has no digest.
USUAL_PERIOD = timedelta(days=1)
log = logging.getLogger(__name__)


class DigestRows(Protocol):
    """The channels' digests, and their editions."""

    def of(self, channel_id: str) -> Digest | None: ...
    def due(self, now: datetime) -> list[Digest]: ...
    def put(self, digest: Digest) -> None: ...
    def drop(self, channel_id: str, by: str) -> Digest | None: ...
    def move_on(self, digest: Digest, edition: Edition | None = None) -> bool:
        """Compare-and-set on `version`, and with it the edition and its card: all or nothing. Says whether."""

    def publish(self, edition: Edition) -> None:
        """Store the edition with its card, all or nothing; under the same id again: nothing."""

    def edition(self, edition_id: str) -> Edition: ...


class Digesting:
    """One digest a channel and occasion, however many workers there are and whenever one of them dies."""

    def __init__(
        self,
        rows: DigestRows,
        chronicle: Chronicle,
        hush: Hush,
        access: AccessControl,
        process: tuple[Wakeup, Clock],
        next_after: NextAfter,
    ) -> None:
        self._rows = rows
        self._chronicle = chronicle
        self._hush = hush
        self._access = access
        self._wakeup, self._clock = process
        self._next_after = next_after

    def plan(self, channel_id: str, timetable: Timetable, by: str) -> Digest:
        """Have the channel get digests from now on; trainers and approvers may ask for that."""
        self._access.require_trainer_or_approver(by)
        now, former = self._clock(), self._rows.of(channel_id)
        first = self._next_after(timetable, now)
        second = self._next_after(timetable, first) if first else None
        if first is None or second is None:
            raise UsageError("That day never comes.", next_step="`/digest help` shows what I understand.")
        since = former.since if former else digests.first_since(now, first, second)
        digest = Digest(channel_id, timetable.cron, timetable.zone, by, since, first)
        self._rows.put(digest)
        log.info("digest_set channel=%s by=%s", channel_id, by)
        return digest

    def stop(self, channel_id: str, by: str) -> Digest | None:
        """Have no more of them; returns what there was."""
        self._access.require_trainer_or_approver(by)
        log.info("digest_off channel=%s by=%s", channel_id, by)
        return self._rows.drop(channel_id, by)

    def of(self, channel_id: str) -> Digest | None:
        return self._rows.of(channel_id)

    def publish(self, channel_id: str, by: str, request: str) -> Edition:
        """Have one come now, of all since the last one that came by itself; for the same `request` it is the same one.

        What it tells is read by the worker: it may be much.
        """
        now, digest = self._clock(), self._rows.of(channel_id)
        since = digest.since if digest else now - USUAL_PERIOD
        edition = edition_asked(channel_id, request, since, now, by)
        self._rows.publish(edition)
        self._wakeup.call()
        log.info("digest_asked id=%s channel=%s by=%s", edition.id, channel_id, by)
        return edition

    def case_of(self, edition_id: str) -> DigestCase:
        """All that an edition's message shows."""
        edition = self._rows.edition(edition_id)
        contents = self._chronicle.of(edition)
        return DigestCase(edition, contents, self._rows.of(edition.channel_id), self._access.approvers)

    def publish_due(self) -> None:
        """Bring what is due."""
        each("digest", self._rows.due(self._clock()), self._look_at)

    def _look_at(self, digest: Digest) -> None:
        now = self._clock()
        match digests.due(digest, self._hush.of(digest.channel_id), now):
            case Due.NOW:
                self._bring(digest, now)
            case Due.TOO_LATE:
                self._skip(digest, now, "too late")
            case Due.NOT_YET:
                pass

    def _bring(self, digest: Digest, now: datetime) -> None:
        edition = edition_of(digest, now)
        no_news = not self._chronicle.of(edition).news
        if no_news and digest.had_nothing:
            self._skip(digest, now, "nothing new")
            return
        following = self._next_after(digest.timetable, now)
        if following is not None and self._rows.move_on(
            digests.told(digest, now, following, had_nothing=no_news), edition
        ):
            log.info("digest_published id=%s channel=%s", edition.id, digest.channel_id)

    def _skip(self, digest: Digest, now: datetime, why: str) -> None:
        following = self._next_after(digest.timetable, now)
        if following is not None and self._rows.move_on(digests.moved_on(digest, following)):
            log.info("digest_skipped channel=%s why=%s", digest.channel_id, why)
