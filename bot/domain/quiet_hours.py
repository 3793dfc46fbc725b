"""Quiet hours of a channel: while they last what is not urgent waits, and is said once when they are over. All pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from bot.domain.approvals import ApprovalStatus
from bot.domain.endpoints import EndpointStatus
from bot.domain.jobs import JobStatus
from bot.domain.notices import Sign
from bot.domain.preparations import PreparationStatus
from bot.domain.wall_time import UTC_NAME, next_at, time_of_day, wall_clock, zone_named
from bot.errors import UsageError

_SPAN = re.compile(r"(?P<begins>[^\s-]+?)\s*(?:-|\bto\b|\buntil\b)\s*(?P<ends>[^\s-]+)(?:\s+(?P<zone>.+))?")
_EXAMPLE = "Write it as in `/digest quiet 20:00-08:00 Europe/Berlin`."
# What a card's thread and the channel hear at once at any hour: failures, warnings of what costs money for nothing,
# and what a person has just done. Whatever is not named here waits, so that what is added later lets people sleep.
_URGENT = frozenset(
    {
        str(JobStatus.FAILED),
        str(PreparationStatus.FAILED),
        str(EndpointStatus.FAILED),
        str(EndpointStatus.ROLLED_BACK),
        str(ApprovalStatus.APPROVED),
        str(ApprovalStatus.REJECTED),
        str(ApprovalStatus.WITHDRAWN),
        str(ApprovalStatus.VOID),
        str(Sign.NOT_A_NUMBER),
        str(Sign.STALLED),
        str(Sign.SILENT),
    }
)
# Votes and changed numbers are counted and described in their milestones: a person has just given them.
_BY_A_PERSON = ("vote ", "changed to ")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when a channel is left in peace, by the clocks of a zone; the end may be on the next day."""

    channel_id: str
    begins: time
    ends: time
    zone: str
    set_by: str = ""


def covers(quiet: QuietHours, moment: datetime) -> bool:
    """Whether it is quiet then. The first minute belongs to them, and the last does not."""
    clock = wall_clock(moment, quiet.zone).time()
    if quiet.begins < quiet.ends:
        return quiet.begins <= clock < quiet.ends
    return clock >= quiet.begins or clock < quiet.ends


def end_of(quiet: QuietHours, moment: datetime) -> datetime:
    """When those quiet hours end that cover the moment."""
    return next_at(quiet.ends, quiet.zone, moment)


def waits(quiet: QuietHours | None, now: datetime, milestone: str = "") -> bool:
    """Whether what is to be said of a milestone is to be said later; without one, it is something that can wait."""
    if quiet is None or not covers(quiet, now):
        return False
    return milestone.partition(".")[0] not in _URGENT and not milestone.startswith(_BY_A_PERSON)


def quiet_in(words: Sequence[str], channel_id: str, by: str, usual_zone: str = UTC_NAME) -> QuietHours:
    """`20:00-08:00 Europe/Berlin`."""
    match = _SPAN.fullmatch(" ".join(words))
    begins, ends = (time_of_day(match["begins"]), time_of_day(match["ends"])) if match else (None, None)
    if match is None or begins is None or ends is None:
        raise UsageError("From when to when?", next_step=_EXAMPLE)
    if begins == ends:
        raise UsageError("That is the whole day.", "Nothing would ever be said here.", _EXAMPLE)
    return QuietHours(channel_id, begins, ends, zone_named(match["zone"]) if match["zone"] else usual_zone, by)


def in_words(quiet: QuietHours) -> str:
    """`20:00 to 08:00 (Europe/Berlin)`."""
    return f"{quiet.begins:%H:%M} to {quiet.ends:%H:%M} ({quiet.zone})"
