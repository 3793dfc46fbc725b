"""The digest of a channel: on which schedule it comes, and what is to be done about it at a given moment. All pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.domain.cron import WEEKDAYS, checked_cron, weekdays_of
from bot.domain.hyperparameters import nearest
from bot.domain.quiet_hours import QuietHours, covers, end_of
from bot.domain.wall_time import UTC_NAME, looks_like_a_zone, time_of_day, zone_named
from bot.errors import UsageError

# What could not be sent in time is sent so much later at most: a digest of the morning is no news in the evening.
LATEST = timedelta(hours=4)
# The first digest of a channel, and one that was asked for without a schedule, look back no further.
LONGEST_PERIOD = timedelta(days=31)
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUPS = {
    "daily": WEEKDAYS,
    "everyday": WEEKDAYS,
    "day": WEEKDAYS,
    "weekdays": WEEKDAYS[:5],
    "weekday": WEEKDAYS[:5],
    "workdays": WEEKDAYS[:5],
    "weekends": WEEKDAYS[5:],
    "weekly": WEEKDAYS[:1],
}
# Words that may stand in the place of a day.
_VERBS = ("now", "off", "quiet", "cron", "help")
_FILLERS = ("at", "on", "every", "and", "each")


@dataclass(frozen=True, slots=True)
class Timetable:
    """A cron expression of five fields, the weekdays by their names, on the clocks of a zone."""

    cron: str
    zone: str = UTC_NAME


@dataclass(frozen=True, slots=True)
class Digest:
    """A channel's digest. `since` is up to when the last one told; `had_nothing`: it had nothing to say."""

    channel_id: str
    cron: str
    zone: str
    set_by: str
    since: datetime
    next_at: datetime
    had_nothing: bool = False
    version: int = 0

    @property
    def timetable(self) -> Timetable:
        return Timetable(self.cron, self.zone)


class Due(StrEnum):
    """What is to be done about a digest now."""

    NOT_YET = "not yet"
    NOW = "now"
    TOO_LATE = "too late"


def due(digest: Digest, quiet: QuietHours | None, now: datetime) -> Due:
    """Quiet hours are waited for; what is late for another reason is sent within a few hours, or not at all."""
    if now < digest.next_at or (quiet is not None and covers(quiet, now)):
        return Due.NOT_YET
    held = quiet is not None and covers(quiet, digest.next_at)
    since = end_of(quiet, digest.next_at) if quiet is not None and held else digest.next_at
    return Due.NOW if now - since <= LATEST else Due.TOO_LATE


def moved_on(digest: Digest, next_at: datetime) -> Digest:
    """After an occasion that was left out."""
    return replace(digest, next_at=next_at)


def told(digest: Digest, now: datetime, next_at: datetime, *, had_nothing: bool) -> Digest:
    """After an occasion on which it was told up to `now`."""
    return replace(digest, since=now, next_at=next_at, had_nothing=had_nothing)


def first_since(now: datetime, first: datetime, second: datetime) -> datetime:
    """From when on the first digest of a channel tells: as long ago as the second comes after it."""
    return now - min(second - first, LONGEST_PERIOD)


def timetable_in(words: Sequence[str], usual_zone: str = UTC_NAME) -> Timetable:
    """`weekdays 09:00 Europe/Berlin`, `monday,thursday 9am`, or `cron 0 9 * * 1-5 Europe/Berlin`."""
    if words and words[0].lower() == "cron":
        return _cron_in(words[1:], usual_zone)
    rest = _parts(words)
    times = [found for word in rest if (found := time_of_day(word)) is not None]
    zones = [word for word in rest if time_of_day(word) is None and _day(word) is None and _is_zone(word, rest)]
    days = [word for word in rest if time_of_day(word) is None and word not in zones]
    weekdays = _days(days)
    if len(times) != 1:
        what = "At what time?" if not times else "A digest comes at one time of day."
        raise UsageError(what, next_step="Write it as in `/digest weekdays 09:00 Europe/Berlin`.")
    return Timetable(_cron(weekdays, times[0]), _zone(zones, usual_zone))


def names_zone(words: Sequence[str]) -> bool:
    """Whether a zone was said, or has to be supposed."""
    return any(looks_like_a_zone(word) for word in words)


def in_words(timetable: Timetable) -> str:
    """`weekdays at 09:00 (Europe/Berlin)`."""
    minute, hour, day, month, of_week = timetable.cron.split()
    if (day, month) != ("*", "*") or not hour.isdigit():
        return f"cron {timetable.cron} ({timetable.zone})"
    return f"{_days_in_words(weekdays_of(of_week))} at {int(hour):02}:{int(minute):02} ({timetable.zone})"


def _parts(words: Sequence[str]) -> list[str]:
    """Without commas and words that say nothing, and with `9 am` as one word."""
    parts: list[str] = []
    for part in (part for word in words for part in word.split(",")):
        if parts and part.lower() in ("am", "pm") and parts[-1].replace(":", "").isdecimal():
            parts[-1] += part
        elif part and part.lower() not in _FILLERS:
            parts.append(part)
    return parts


def _days_in_words(days: Sequence[str]) -> str:
    for group, name in ((WEEKDAYS, "daily"), (WEEKDAYS[:5], "weekdays"), (WEEKDAYS[5:], "weekends")):
        if tuple(days) == group:
            return name
    return ", ".join(f"{_NAMES[WEEKDAYS.index(day)].title()}s" for day in days)


def _cron_in(words: Sequence[str], usual_zone: str) -> Timetable:
    if len(words) not in (5, 6):
        raise UsageError(
            "A cron expression has five fields: minute, hour, day of the month, month, day of the week.",
            next_step='For example `/digest cron "0 9 * * 1-5" Europe/Berlin`.',
        )
    return Timetable(checked_cron(words[:5]), _zone(words[5:], usual_zone))


def _cron(days: Sequence[str], at: time) -> str:
    of_week = "*" if tuple(days) == WEEKDAYS else ",".join(days)
    return f"{at.minute} {at.hour} * * {of_week}"


def _days(words: Sequence[str]) -> tuple[str, ...]:
    """In the week's order. Without a word for them, it is every day."""
    named = {day for word in words for day in _required_day(word)}
    return tuple(day for day in WEEKDAYS if day in named) if named else WEEKDAYS


def _required_day(word: str) -> Sequence[str]:
    found = _day(word)
    if found is None:
        like = nearest(word, [*_GROUPS, *_NAMES, *_VERBS])
        hint = f"Did you mean `{like}`?" if like else "`/digest help` shows what I understand."
        raise UsageError(f"I don't know `{word}`.", next_step=hint)
    return found


def _day(word: str) -> Sequence[str] | None:
    """The weekdays that a word means: `weekdays`, `Monday`, `mondays`, `mon`, `mon-fri`."""
    small = word.lower()
    first, dash, last = small.partition("-")
    if dash:
        return _between(_day(first), _day(last))
    if small in _GROUPS:
        return _GROUPS[small]
    single = small if small in _NAMES or len(small) <= 3 else small.removesuffix("s")
    place = next((index for index, name in enumerate(_NAMES) if len(single) >= 3 and name.startswith(single)), None)
    return None if place is None else (WEEKDAYS[place],)


def _between(first: Sequence[str] | None, last: Sequence[str] | None) -> Sequence[str] | None:
    """From one weekday to another, over the end of the week where it has to be."""
    if first is None or last is None or len(first) != 1 or len(last) != 1:
        return None
    begins, ends = WEEKDAYS.index(first[0]), WEEKDAYS.index(last[0])
    return [WEEKDAYS[index % 7] for index in range(begins, ends + (8 if ends < begins else 1))]


def _is_zone(word: str, words: Sequence[str]) -> bool:
    """What is no day is a zone if it looks like one, and at the end after a day and a time even if it does not."""
    if looks_like_a_zone(word):
        return True
    first_day = next((index for index, one in enumerate(words) if _day(one) is not None), None)
    return first_day is not None and words[-1] == word and first_day < len(words) - 1


def _zone(words: Sequence[str], usual: str) -> str:
    if len(words) > 1:
        raise UsageError("A digest comes by the clocks of one time zone.", next_step=f"Leave out `{words[1]}`.")
    return zone_named(words[0]) if words else usual
