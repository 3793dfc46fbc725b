"""Quiet hours: when they are, and what waits for their end."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.quiet_hours import QuietHours, covers, end_of, in_words, quiet_in, waits
from bot.domain.words import words
from bot.errors import UsageError

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours("C1", time(20), time(8), "Europe/Berlin", "U1")
LUNCH = QuietHours("C1", time(12), time(13, 30), "Europe/Berlin")
MIDNIGHT = datetime(2026, 3, 2, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "clock", "expected"),
    [
        (NIGHT, "19:59", False),
        (NIGHT, "20:00", True),
        (NIGHT, "00:00", True),
        (NIGHT, "07:59", True),
        (NIGHT, "08:00", False),
        (LUNCH, "11:59", False),
        (LUNCH, "12:00", True),
        (LUNCH, "13:29", True),
        (LUNCH, "13:30", False),
    ],
)
def test_they_begin_with_the_first_minute_and_end_before_the_last(
    quiet: QuietHours, clock: str, expected: bool
) -> None:
    moment = datetime.combine(MIDNIGHT.date(), time.fromisoformat(clock), BERLIN)

    assert covers(quiet, moment.astimezone(UTC)) is expected


@given(st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: MIDNIGHT + timedelta(minutes=minutes)))
def test_every_night_ends_at_its_time_within_a_day_however_the_clocks_are_moved(moment: datetime) -> None:
    end = end_of(NIGHT, moment)

    assert end.astimezone(BERLIN).time() == NIGHT.ends
    assert timedelta(0) < end - moment <= timedelta(hours=25)
    assert not covers(NIGHT, end)


@pytest.mark.parametrize(
    "milestone",
    ["", "completed", "stopped", "ready", "in service", "superseded", "deleted", "expired", "reminder", "plateau",
     "overfitting", "idle gpu", "rule low-gpu", "completed.rule low-gpu", "something new"],
)  # fmt: skip
def test_what_is_not_urgent_waits(milestone: str) -> None:
    assert waits(NIGHT, MIDNIGHT, milestone)


@pytest.mark.parametrize(
    "milestone",
    ["failed", "failed.rule low-gpu", "rolled back", "approved", "rejected", "withdrawn", "void", "vote 2",
     "changed to real-time, 2", "not a number", "silent", "stalled"],
)  # fmt: skip
def test_failures_and_what_a_person_has_done_are_never_held(milestone: str) -> None:
    assert not waits(NIGHT, MIDNIGHT, milestone)


def test_by_day_and_without_quiet_hours_nothing_waits() -> None:
    assert not waits(NIGHT, MIDNIGHT + timedelta(hours=9), "completed")
    assert not waits(None, MIDNIGHT, "completed")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("20:00-08:00 Europe/Berlin", "20:00 to 08:00 (Europe/Berlin)"),
        ("8pm to 8am", "20:00 to 08:00 (UTC)"),
        ("22:30 – 7 port-au-prince", "22:30 to 07:00 (America/Port-au-Prince)"),
    ],
)
def test_they_are_understood_and_said_back(said: str, told: str) -> None:
    assert in_words(quiet_in(words(said).names, "C1", "U1")) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("20:00", "From when to when?"),
        ("", "From when to when?"),
        ("night-day", "From when to when?"),
        ("09:00-09:00", "the whole day"),
        ("20:00-08:00 Europe/Berln", "Did you mean `Europe/Berlin`?"),
    ],
)
def test_what_is_not_understood_is_said(said: str, told: str) -> None:
    with pytest.raises(UsageError) as refusal:
        quiet_in(words(said).names, "C1", "U1")

    assert told in refusal.value.sentences
