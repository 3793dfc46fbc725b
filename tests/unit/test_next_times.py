"""When a digest comes next: by the clocks of its zone, however those are moved."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.schedule import next_after
from bot.domain.digests import Timetable

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo")
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _after(cron: str, zone: str, moment: datetime, count: int) -> list[datetime]:
    found: list[datetime] = []
    for _ in range(count):
        coming = next_after(Timetable(cron, zone), found[-1] if found else moment)
        assert coming is not None
        found.append(coming)
    return found


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 23), st.integers(0, 59))
def test_once_a_day_is_once_a_day_and_after_the_moment(moment: datetime, zone: str, hour: int, minute: int) -> None:
    first, second = _after(f"{minute} {hour} * * *", zone, moment, 2)
    shown = first.astimezone(ZoneInfo(zone))

    assert moment < first < second
    assert second.astimezone(ZoneInfo(zone)).date() - shown.date() == timedelta(days=1)
    # In spring there may be no such time; then it comes as much later as the clock was moved on.
    assert (shown.hour * 60 + shown.minute) - (hour * 60 + minute) in (0, 30, 60)


@given(MOMENTS, MOMENTS, st.sampled_from(ZONES), st.integers(0, 23))
def test_who_asks_later_is_never_told_of_an_earlier_occasion(
    one: datetime, other: datetime, zone: str, hour: int
) -> None:
    timetable = Timetable(f"30 {hour} * * mon,wed,sun", zone)
    earlier, later = next_after(timetable, min(one, other)), next_after(timetable, max(one, other))

    assert earlier is not None
    assert later is not None
    assert earlier <= later


@pytest.mark.parametrize(
    ("cron", "moment", "expected"),
    [
        # Clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October.
        ("0 9 * * *", "2026-03-28T12:00", ["2026-03-29T07:00", "2026-03-30T07:00"]),
        ("30 2 * * *", "2026-03-28T12:00", ["2026-03-29T01:30", "2026-03-30T00:30"]),
        ("30 2 * * *", "2026-03-29T01:10", ["2026-03-29T01:30", "2026-03-30T00:30"]),
        ("30 2 * * *", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        ("30 2 * * *", "2026-10-25T01:10", ["2026-10-26T01:30", "2026-10-27T01:30"]),
        ("0 * * * *", "2026-03-29T00:30", ["2026-03-29T01:00", "2026-03-29T02:00"]),
        # A first or a Monday, as cron has it.
        ("0 12 1 * mon", "2026-06-26T12:00", ["2026-06-29T10:00", "2026-07-01T10:00"]),
        ("0 12 29 2 *", "2026-06-26T12:00", ["2028-02-29T11:00", "2032-02-29T11:00"]),
    ],
)
def test_the_next_two_in_berlin(cron: str, moment: str, expected: list[str]) -> None:
    assert _after(cron, "Europe/Berlin", _utc(moment), 2) == [_utc(one) for one in expected]


def test_a_day_that_never_comes_has_no_occasion() -> None:
    assert next_after(Timetable("0 9 30 2 *", "UTC"), _utc("2026-03-02T00:00")) is None
