"""Times of day and time zones as people write them, and what a clock on the wall there shows."""

import re
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.hyperparameters import nearest
from bot.errors import UsageError

UTC_NAME = "UTC"
_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2}))?\s*(?P<half>[ap]\.?m\.?)?", re.IGNORECASE)
_UTC_WORDS = ("utc", "gmt", "z", "zulu")


def time_of_day(word: str) -> time | None:
    """`09:00`, `9:00`, `9`, `9am` or `6:30pm` as a time; None where the word is none."""
    match = _TIME.fullmatch(word)
    if match is None:
        return None
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def zone_named(word: str) -> str:
    """The zone's name in the time zone database, however it is capitalized; its city alone will do."""
    small = word.lower().replace(" ", "_")
    if small in _UTC_WORDS:
        return UTC_NAME
    known = _zones()
    if small in known:
        return known[small]
    of_city = [name for name in known.values() if name.rpartition("/")[2].lower() == small]
    if of_city:
        # `America/Buenos_Aires` and `America/Argentina/Buenos_Aires` are one; so the shorter of them.
        return min(of_city, key=lambda name: (name.count("/"), name))
    whole, cities = nearest(small, list(known.values())), nearest(small, sorted(_cities()))
    like = (whole or cities) if "/" in small else (cities or whole)
    hint = f"Did you mean `{_cities().get(like, like)}`?" if like else "Write it as `Europe/Berlin` or `UTC`."
    raise UsageError(f"I don't know the time zone `{word}`.", next_step=hint)


def looks_like_a_zone(word: str) -> bool:
    """Whether a word is meant for a zone rather than for a day or a time."""
    small = word.lower()
    return "/" in word or small in _UTC_WORDS or small in _zones() or small in {one.lower() for one in _cities()}


def wall_clock(moment: datetime, zone: str) -> datetime:
    """What a clock on the wall shows there, without its zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def moment_of(wall: datetime, zone: str) -> datetime:
    """When a clock there first shows it. What is left out in spring comes as much later as the clock was moved on."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def next_at(clock: time, zone: str, moment: datetime) -> datetime:
    """The next moment after `moment` at which it is that time there."""
    day = wall_clock(moment, zone).date()
    possible = (moment_of(datetime.combine(day + timedelta(days=days), clock), zone) for days in (0, 1, 2))
    return next(one for one in possible if one > moment)


@cache
def _zones() -> dict[str, str]:
    """By their names in lower case."""
    return {name.lower(): name for name in sorted(available_timezones() - {"Factory", "localtime"})}


@cache
def _cities() -> dict[str, str]:
    """The zones by their cities alone."""
    return {name.rpartition("/")[2]: name for name in _zones().values() if "/" in name and "Etc" not in name}
