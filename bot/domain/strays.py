"""What this bot made on AWS and lost sight of: things that bear the tag of a row which no longer needs them."""

import hashlib
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import WrongStateError

# What is younger than this may be in the making: its row is written before, and read a little later.
SETTLES_WITHIN = timedelta(hours=1)


class ThingKind(StrEnum):
    """In the order in which they are deleted."""

    ENDPOINT = "endpoint"
    CONFIGURATION = "configuration"
    MODEL = "model"


class StrayStatus(StrEnum):
    """Found, on its way out because somebody asked for that, and the two ends."""

    FOUND = "found"
    REMOVING = "removing"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Thing:
    """One endpoint, configuration or model on AWS that bears the tag of a row."""

    kind: ThingKind
    name: str
    row_id: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Stray:
    """All that is left on AWS of one row; `things` are kinds with names."""

    id: str
    row_id: str
    things: tuple[tuple[ThingKind, str], ...]
    found_at: datetime
    channel_id: str
    status: StrayStatus = StrayStatus.FOUND
    removed_by: str = ""
    version: int = 0

    @property
    def name(self) -> str:
        """What it is called, for the audit and for people."""
        return self.things[0][1] if self.things else self.id


def lost(things: Iterable[Thing], needed: AbstractSet[str], now: datetime) -> Mapping[str, list[Thing]]:
    """Those whose row needs nothing on AWS any more, or is not there at all, by the row's id."""
    found: dict[str, list[Thing]] = {}
    for thing in things:
        if thing.row_id not in needed and now - thing.made_at >= SETTLES_WITHIN:
            found.setdefault(thing.row_id, []).append(thing)
    return found


def found(row_id: str, things: Iterable[Thing], channel_id: str, now: datetime) -> Stray:
    order = list(ThingKind)
    ordered = sorted(((thing.kind, thing.name) for thing in things), key=lambda one: (order.index(one[0]), one[1]))
    # The same find has the same id, whoever makes it; what is left over another time is another find.
    told = " ".join((row_id, *(f"{kind}:{name}" for kind, name in ordered)))
    return Stray(hashlib.sha256(told.encode()).hexdigest()[:16], row_id, tuple(ordered), now, channel_id)


def found_again(former: Stray, stray: Stray) -> Stray:
    """What was held for removed, and is there all the same: AWS did not delete it, or it had not been looked at."""
    return replace(former, status=StrayStatus.FOUND, found_at=stray.found_at, removed_by="")


def removal_asked(stray: Stray, by: str) -> Stray:
    if stray.status != StrayStatus.FOUND:
        who = f"<@{stray.removed_by}> had it removed" if stray.removed_by else "It is gone"
        raise WrongStateError(f"{who} already.")
    return replace(stray, status=StrayStatus.REMOVING, removed_by=by)


def removed(stray: Stray) -> Stray:
    return replace(stray, status=StrayStatus.REMOVED)
