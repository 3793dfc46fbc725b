"""How an endpoint is used: calls, errors and latency as AWS counts them, and what it has cost so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# AWS's figures are read every few minutes; older ones than these say nothing about now.
FRESH = timedelta(hours=1)
# AWS keeps its hourly figures for 455 days; those of a month say enough.
LOOK_BACK = timedelta(days=30)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class UsageHour:
    """What AWS counted of an endpoint within an hour, or less of it. `latency` is the sum over its calls in seconds."""

    began_at: datetime
    calls: float = 0.0
    errors: float = 0.0
    latency: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """How an endpoint was used since `since`. `latency` is a call's mean in seconds, None without a call."""

    endpoint_name: str
    since: datetime
    read_at: datetime
    calls: int = 0
    errors: int = 0
    latency: float | None = None
    last_called_at: datetime | None = None

    @property
    def days(self) -> float:
        """Over how many days it was counted; of a morning nothing can be said of a day yet but that."""
        return max((self.read_at - self.since) / timedelta(days=1), 1.0)

    def is_fresh(self, now: datetime) -> bool:
        return now - self.read_at <= FRESH


@dataclass(frozen=True, slots=True)
class Span:
    """Of which variants of an endpoint, and from when to when, figures are wanted."""

    endpoint_name: str
    variants: tuple[str, ...]
    begin: datetime
    end: datetime


def summed(name: str, since: datetime, read_at: datetime, hours: Iterable[UsageHour]) -> Usage:
    """The hours together. The last call was at the latest at the end of the last hour that has one."""
    counted = [hour for hour in hours if hour.calls > 0 or hour.errors > 0]
    calls = sum(hour.calls for hour in counted)
    return Usage(
        endpoint_name=name,
        since=since,
        read_at=read_at,
        calls=round(calls),
        errors=round(sum(hour.errors for hour in counted)),
        latency=sum(hour.latency for hour in counted) / calls if calls else None,
        last_called_at=min(read_at, max(hour.began_at for hour in counted) + HOUR) if counted else None,
    )


def window(in_service_at: datetime, now: datetime) -> tuple[datetime, datetime]:
    """From when to when to ask, in whole hours, as AWS sums."""
    begin = max(in_service_at, now - LOOK_BACK)
    return begin.replace(minute=0, second=0, microsecond=0), now
