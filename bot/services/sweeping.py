"""What the bot made on AWS and lost sight of: found by its tag, reported once, removed when an approver says so."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.domain import strays
from bot.domain.strays import Stray, StrayStatus, Thing, ThingKind
from bot.errors import NotAllowedError
from bot.ports import Clock, Endpoints, Wakeup
from bot.services.access import AccessControl
from bot.services.hush import Hush
from bot.services.retrying import retrying
from bot.services.rows import each

PAUSE = timedelta(hours=1)
_FOR_EVER = datetime.max.replace(tzinfo=UTC)
log = logging.getLogger(__name__)


class TaggedThings(Protocol):
    """What there is of hosting on AWS. Both calls may raise BusyError (try later) or PlatformError (refused)."""

    def tagged(self, known: frozenset[str]) -> list[Thing]:
        """All endpoints, configurations and models that bear this bot's tag, but for those of these names."""

    def remove(self, kind: ThingKind, name: str, row_id: str) -> None:
        """Delete it; what is gone, or does not bear the row's tag, is left alone."""


class Strays(Protocol):
    """The finds. `add` says whether it is new."""

    def add(self, stray: Stray) -> bool: ...
    def get(self, stray_id: str) -> Stray: ...
    def save(self, stray: Stray) -> Stray: ...
    def open(self) -> list[Stray]: ...


class Sweeping:
    """The worker finds; approvers decide; the worker removes. What the bot did not make it never touches."""

    def __init__(
        self,
        rows: tuple[Endpoints, Strays],
        things: TaggedThings,
        access: AccessControl,
        process: tuple[Wakeup, Clock],
        channel_id: str,
        hush: Hush,
    ) -> None:
        self._endpoints, self._strays = rows
        self._things = things
        self._access = access
        self._wakeup, self._clock = process
        self._channel_id = channel_id
        self._hush = hush
        self._swept_at: datetime | None = None

    def sweep_now_and_then(self) -> None:
        """Soon after the start, lest one that is often restarted never looks, and once an hour from then on."""
        is_time = self._swept_at is None or self._clock() - self._swept_at >= PAUSE
        if is_time and not self._hush.holds(self._channel_id):
            self._swept_at = self._clock()
            self.sweep()

    def sweep(self) -> None:
        """Look for what no row needs; what is gone by itself is noted, too."""
        # The rows before AWS: what is begun in between would otherwise look lost.
        needed = self._endpoints.live() + self._endpoints.unsettled() + self._endpoints.outlived(_FOR_EVER)
        known = frozenset(name for one in needed for name in (one.name, one.release_name))
        lost = strays.lost(self._things.tagged(known), {one.id for one in needed}, self._clock())
        found = [strays.found(row_id, things, self._channel_id, self._clock()) for row_id, things in lost.items()]
        each("stray", found, self._report)
        # What is left of a find, or has come to it, is another find.
        there = {one.id for one in found}
        gone = [one for one in self.open() if one.status == StrayStatus.FOUND and one.id not in there]
        each("stray", gone, lambda stray: self._strays.save(strays.removed(stray)))

    def carry_out(self) -> None:
        """Remove what approvers want removed."""
        asked = [one for one in self._strays.open() if one.status == StrayStatus.REMOVING]
        each("stray", asked, self._remove)

    def open(self) -> list[Stray]:
        """What was found and is still there."""
        return self._strays.open()

    def case_of(self, stray_id: str) -> Stray:
        return self._strays.get(stray_id)

    def remove(self, stray_id: str, by: str) -> Stray:
        """Record the wish that it goes; approvers may ask for that."""
        if not self._access.is_approver(by):
            raise NotAllowedError("Only approvers can have this removed.", next_step="Ask one of them.")
        stray = retrying(lambda: self._strays.save(strays.removal_asked(self._strays.get(stray_id), by)))
        self._wakeup.call()
        return stray

    def _report(self, stray: Stray) -> None:
        if self._strays.add(stray):
            told = ", ".join(f"{kind} {name}" for kind, name in stray.things)
            log.warning("left_behind id=%s row=%s things=%s", stray.id, stray.row_id, told)

    def _remove(self, stray: Stray) -> None:
        for kind, name in stray.things:
            self._things.remove(kind, name, stray.row_id)
        self._strays.save(strays.removed(stray))
        log.info("stray_removed id=%s row=%s by=%s", stray.id, stray.row_id, stray.removed_by)
