"""Cron expressions as crontab(5) has them, checked and with their weekdays by name, which no two programs number alike.

Sunday is 0 and 7 to cron, and 6 to APScheduler.
"""

import re
from collections.abc import Sequence

from bot.errors import UsageError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# By field, the smallest and the largest number.
_LIMITS = {"hour": (0, 23), "day of the month": (1, 31), "month": (1, 12), "day of the week": (0, 7)}
_PART = re.compile(r"(?:(?P<all>\*)|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>[0-9]+))?")
_EXAMPLE = 'For example `/digest cron "0 9 * * 1-5" Europe/Berlin`.'


def checked_cron(fields: Sequence[str]) -> str:
    """The five fields in one spelling: numbers, and names of weekdays, with a `*` where a field says nothing."""
    minute, hour, day, of_year, of_week = fields
    if not minute.isdecimal() or int(minute) > 59:
        raise UsageError(
            f"The first field is the minute, and `{minute}` is none.",
            "A digest comes once an hour at most, so it is one number, from 0 to 59.",
            _EXAMPLE,
        )
    hours = _numbers("hour", hour)
    months = _numbers("month", of_year, _MONTHS, first=1)
    days = _numbers("day of the month", day)
    if of_week == "*" and min(days) > max(_LONGEST[month - 1] for month in months):
        raise UsageError("That day never comes.", "The month has not so many days.", _EXAMPLE)
    weekdays = {(number - 1) % 7 for number in _numbers("day of the week", of_week, ("sun", *WEEKDAYS[:6]))}
    named = ",".join(name for index, name in enumerate(WEEKDAYS) if index in weekdays)
    written = (_written(hours, "hour"), _written(days, "day of the month"), _written(months, "month"))
    return f"{int(minute)} {' '.join(written)} {'*' if len(weekdays) == 7 else named}"


def weekdays_of(field: str) -> tuple[str, ...]:
    """The weekdays of a checked expression's last field."""
    return WEEKDAYS if field == "*" else tuple(field.split(","))


def _numbers(field: str, written: str, names: Sequence[str] = (), first: int = 0) -> set[int]:
    numbers: set[int] = set()
    for part in written.lower().split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise _unreadable(field, part)
        numbers |= _range(field, match, names, first)
    return numbers


def _range(field: str, match: re.Match[str], names: Sequence[str], first: int) -> set[int]:
    smallest, largest = _LIMITS[field]
    low = smallest if match["all"] else _number(field, match["low"], names, first)
    open_end = bool(match["all"] or match["step"])
    high = _number(field, match["high"], names, first) if match["high"] else (largest if open_end else low)
    if field == "day of the week" and match["high"] and high < low:
        # `sat-mon`: round the end of the week.
        high += 7
    step = int(match["step"] or 1)
    if step < 1 or high < low:
        raise _unreadable(field, match[0])
    return set(range(low, high + 1, step))


def _number(field: str, word: str, names: Sequence[str], first: int) -> int:
    smallest, largest = _LIMITS[field]
    if word[:3] in names:
        return names.index(word[:3]) + first
    if not word.isdecimal() or not smallest <= int(word) <= largest:
        raise _unreadable(field, word)
    return int(word)


def _written(numbers: set[int], field: str) -> str:
    smallest, largest = _LIMITS[field]
    whole = len(numbers) == largest - smallest + 1
    return "*" if whole else ",".join(str(number) for number in sorted(numbers))


def _unreadable(field: str, part: str) -> UsageError:
    smallest, largest = _LIMITS[field]
    return UsageError(
        f"I can't read `{part}` as the {field}.",
        f"It takes {smallest} to {largest}, lists, ranges and steps.",
        _EXAMPLE,
    )
