"""Leases: until when an endpoint stays, when its owner is asked whether it should, and when it goes."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.endpoints import Endpoint
from bot.domain.usage import Usage
from bot.errors import UsageError, WrongStateError

# How long before the end the owner is asked, and how long they have to answer; of a short lease, a quarter.
NOTICE = timedelta(hours=24)
LONGEST = timedelta(days=90)
_LENGTH = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>h|d|w|hours?|days?|weeks?)?", re.IGNORECASE)
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


class LeaseStatus(StrEnum):
    """Where a lease stands: it runs, its owner has been asked, and the three ends."""

    RUNNING = "running"
    ASKED = "asked"
    RENEWED = "renewed"
    ENDED = "ended"
    CLOSED = "closed"


# Keeping an endpoint closes its lease and begins the next one.
MOVES: Mapping[LeaseStatus, frozenset[LeaseStatus]] = {
    LeaseStatus.RUNNING: frozenset({LeaseStatus.ASKED, LeaseStatus.RENEWED, LeaseStatus.CLOSED}),
    LeaseStatus.ASKED: frozenset({LeaseStatus.RENEWED, LeaseStatus.ENDED, LeaseStatus.CLOSED}),
    LeaseStatus.RENEWED: frozenset(),
    LeaseStatus.ENDED: frozenset(),
    LeaseStatus.CLOSED: frozenset(),
}
OPEN = frozenset({LeaseStatus.RUNNING, LeaseStatus.ASKED})


class Occasion(StrEnum):
    """Why the owner is asked."""

    ENDING = "ending"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operators set: how long a lease is, and after how long without a call an endpoint is idle."""

    length: timedelta = timedelta(days=7)
    idle_after: timedelta = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Lease:
    """How long the endpoint of a name stays. `settled_by` is who kept or deleted it; empty where nobody did.

    `endpoint_id` is the release that was in service when it began, or ended; `owner` is the one who is asked; `tagged`
    says whether AWS knows the end by a tag.
    """

    id: str
    endpoint_name: str
    endpoint_id: str
    owner: str
    began_at: datetime
    ends_at: datetime
    status: LeaseStatus = LeaseStatus.RUNNING
    occasion: str = ""
    asked_at: datetime | None = None
    settled_by: str = ""
    settled_at: datetime | None = None
    tagged: bool = False
    version: int = 0

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def notice(self) -> timedelta:
        return min(NOTICE, (self.ends_at - self.began_at) / 4)

    @property
    def deadline(self) -> datetime:
        """When it goes unless somebody keeps it; whoever was asked late has the whole notice all the same."""
        if self.asked_at is None:
            return self.ends_at
        if self.occasion == Occasion.IDLE:
            return self.asked_at + self.notice
        return max(self.ends_at, self.asked_at + self.notice)


@dataclass(frozen=True, slots=True)
class LeaseCase:
    """All that the question to the owner shows: the lease, the endpoint, and how it was used as far as is known.

    `until` is when the lease ends that followed it, if one did and it has not ended.
    """

    lease: Lease
    endpoint: Endpoint
    usage: Usage | None = None
    until: datetime | None = None


def begun(endpoint: Endpoint, now: datetime, ends_at: datetime) -> Lease:
    """A lease of the endpoint from now on; the same moments give the same id."""
    name = f"{endpoint.id} {now.isoformat()} {ends_at.isoformat()}"
    return Lease(
        id=hashlib.sha256(name.encode()).hexdigest()[:16],
        endpoint_name=endpoint.name,
        endpoint_id=endpoint.id,
        owner=endpoint.owner,
        began_at=now,
        ends_at=ends_at,
    )


def occasion_to_ask(lease: Lease, usage: Usage | None, terms: Terms, now: datetime) -> Occasion | None:
    """Why the owner is to be asked now, if at all. What is not known of its use is not held against an endpoint."""
    if lease.status != LeaseStatus.RUNNING:
        return None
    if now >= lease.ends_at - lease.notice:
        return Occasion.ENDING
    if usage is not None and usage.is_fresh(now) and now - _last_use(lease, usage) >= terms.idle_after:
        return Occasion.IDLE
    return None


def asked(lease: Lease, occasion: Occasion, now: datetime) -> Lease:
    return replace(lease, status=LeaseStatus.ASKED, occasion=str(occasion), asked_at=now)


def is_used_again(lease: Lease, usage: Usage | None) -> bool:
    """Whether the question about an idle endpoint has answered itself."""
    if lease.occasion != Occasion.IDLE or usage is None or usage.last_called_at is None or lease.asked_at is None:
        return False
    return usage.last_called_at > lease.asked_at


def resumed(lease: Lease, endpoint: Endpoint, now: datetime) -> Lease:
    """The lease that follows where an idle endpoint is used again: to the same end, but for time to ask before it."""
    return begun(endpoint, now, max(lease.ends_at, now + 2 * lease.notice))


def is_over(lease: Lease, now: datetime) -> bool:
    """Whether the owner was asked and the time for an answer has passed."""
    return lease.status == LeaseStatus.ASKED and now >= lease.deadline


def settled(lease: Lease, status: LeaseStatus, by: str, now: datetime) -> Lease:
    """The lease at its end; one that has ended before is left, and whoever comes late is told."""
    if status not in MOVES[lease.status]:
        raise WrongStateError(_outcome(lease), next_step="`/endpoints` lists what there is.")
    return replace(lease, status=status, settled_by=by, settled_at=now)


def gone(lease: Lease, endpoint: Endpoint | None, now: datetime) -> Lease:
    """The lease of an endpoint that is deleted: because the lease was over, or because somebody wanted it."""
    by, because = (endpoint.deleted_by, endpoint.deleted_because) if endpoint else ("", "")
    status = LeaseStatus.ENDED if because and lease.status == LeaseStatus.ASKED else LeaseStatus.CLOSED
    ended = settled(lease, status, by, now)
    return replace(ended, endpoint_id=endpoint.id) if endpoint else ended


def length(said: str, usual: timedelta) -> timedelta:
    """`14d`, `36h`, `2w`, or a plain number of days; nothing is the usual length."""
    if not said:
        return usual
    match = _LENGTH.fullmatch(said)
    if match is None:
        raise UsageError(f"`{said}` is no length of time.", next_step="Write it as `14d`, `36h` or `2w`.")
    # So that no number is too large to be counted.
    number = min(float(match["number"]), 10_000.0)
    chosen = number * _UNITS[(match["unit"] or "d")[0].lower()]
    if not timedelta(hours=1) <= chosen <= LONGEST:
        raise UsageError(f"A lease is an hour to {LONGEST.days} days long, not `{said}`.")
    return chosen


def _last_use(lease: Lease, usage: Usage) -> datetime:
    """Keeping an endpoint counts as its use: nobody is asked again at once."""
    return max(lease.began_at, usage.last_called_at or lease.began_at)


def _outcome(lease: Lease) -> str:
    who = f"<@{lease.settled_by}> " if lease.settled_by else ""
    match lease.status:
        case LeaseStatus.RENEWED:
            return f"{who}kept *{lease.endpoint_name}* already." if who else f"*{lease.endpoint_name}* is used again."
        case LeaseStatus.ENDED:
            return f"The lease of *{lease.endpoint_name}* has ended, and it is deleted."
        case _:
            return f"{who}deleted *{lease.endpoint_name}* already." if who else f"*{lease.endpoint_name}* is gone."
