"""Quiet hours: whether something that can wait is to wait, and what waits for their end."""

import logging
from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain import quiet_hours
from bot.domain.quiet_hours import QuietHours
from bot.ports import Clock
from bot.services.access import AccessControl

log = logging.getLogger(__name__)


class QuietRows(Protocol):
    """The channels' quiet hours, and the cards whose milestones wait for the end of some."""

    def of(self, channel_id: str) -> QuietHours | None: ...
    def put(self, quiet: QuietHours) -> None: ...
    def drop(self, channel_id: str, by: str) -> QuietHours | None:
        """Have none any more; returns what there were."""

    def hold(self, subject_id: str, now: datetime) -> None:
        """The card's thread is to hear of its milestone later; what is held already keeps its place."""

    def held(self) -> list[str]:
        """The cards of which that is so, by since when."""

    def release(self, subject_ids: Collection[str]) -> None:
        """All or none."""


class Hush:
    """Asked before anything is said that nobody asked for just now."""

    def __init__(self, rows: QuietRows, access: AccessControl, clock: Clock) -> None:
        self._rows = rows
        self._access = access
        self._clock = clock

    def holds(self, channel_id: str, milestone: str = "") -> bool:
        """Whether a milestone, or without one whatever can wait, is to be told to the channel later."""
        return quiet_hours.waits(self._rows.of(channel_id), self._clock(), milestone)

    def of(self, channel_id: str) -> QuietHours | None:
        return self._rows.of(channel_id)

    def begin(self, quiet: QuietHours) -> QuietHours:
        """Have the channel left in peace; trainers and approvers may ask for that."""
        self._access.require_trainer_or_approver(quiet.set_by)
        self._rows.put(quiet)
        log.info("quiet_hours_set channel=%s by=%s", quiet.channel_id, quiet.set_by)
        return quiet

    def end(self, channel_id: str, by: str) -> QuietHours | None:
        """Have no quiet hours any more; returns what there were."""
        self._access.require_trainer_or_approver(by)
        log.info("quiet_hours_off channel=%s by=%s", channel_id, by)
        return self._rows.drop(channel_id, by)

    def keep_for_later(self, subject_id: str) -> None:
        """The card's thread has not heard of its milestone."""
        self._rows.hold(subject_id, self._clock())

    def kept(self) -> list[str]:
        """The cards of which that is so, in the order in which they came to it."""
        return self._rows.held()

    def told(self, subject_ids: Collection[str]) -> None:
        """Their threads have heard now."""
        self._rows.release(subject_ids)
