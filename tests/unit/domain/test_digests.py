"""The words of a digest's schedule, and what is to be done about one at a given moment."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain import digests
from bot.domain.digests import Due, due, in_words, timetable_in
from bot.domain.quiet_hours import QuietHours
from bot.domain.words import words
from bot.errors import UsageError
from tests.builders import CHANNEL, NOW
from tests.digests import a_digest

NIGHT = QuietHours(CHANNEL, time(20), time(8), "UTC")


@pytest.mark.parametrize(
    ("said", "cron", "zone", "told"),
    [
        ("weekdays 09:00 Europe/Berlin", "0 9 * * mon,tue,wed,thu,fri", "Europe/Berlin", "weekdays at 09:00"),
        ("daily 18:30 UTC", "30 18 * * *", "UTC", "daily at 18:30"),
        ("mondays 09:00 europe/berlin", "0 9 * * mon", "Europe/Berlin", "Mondays at 09:00"),
        ("monday,thursday 9am berlin", "0 9 * * mon,thu", "Europe/Berlin", "Mondays, Thursdays at 09:00"),
        (
            "every thu and mon at 9:15 pm new_york",
            "15 21 * * mon,thu",
            "America/New_York",
            "Mondays, Thursdays at 21:15",
        ),
        ("sat-mon 9 utc", "0 9 * * mon,sat,sun", "UTC", "Mondays, Saturdays, Sundays at 09:00"),
        ("12am gmt", "0 0 * * *", "UTC", "daily at 00:00"),
        ('cron "0 9 * * 1-5" Europe/Berlin', "0 9 * * mon,tue,wed,thu,fri", "Europe/Berlin", "weekdays at 09:00"),
        ("cron 30 8 1,15 * 7 UTC", "30 8 1,15 * sun", "UTC", "cron 30 8 1,15 * sun"),
        ("cron 0 9 29 2 * UTC", "0 9 29 2 *", "UTC", "cron 0 9 29 2 *"),
        (
            "cron 0 9-17/4 * jan-mar sun-tue UTC",
            "0 9,13,17 * 1,2,3 mon,tue,sun",
            "UTC",
            "cron 0 9,13,17 * 1,2,3 mon,tue,sun",
        ),
    ],
)
def test_a_schedule_is_understood_and_said_back(said: str, cron: str, zone: str, told: str) -> None:
    timetable = timetable_in(words(said).names)

    assert (timetable.cron, timetable.zone) == (cron, zone)
    assert in_words(timetable) == f"{told} ({zone})"


def test_without_a_zone_the_usual_one_is_meant() -> None:
    assert timetable_in(["weekdays", "9:00"], "Europe/Berlin").zone == "Europe/Berlin"
    assert not digests.names_zone(["weekdays", "9:00"])
    assert digests.names_zone(["weekdays", "9:00", "Berlin"])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("weekdays", "At what time?"),
        ("weekdays 09:00 18:00", "one time of day"),
        ("weekdayz 09:00", "Did you mean `weekday`?"),
        ("oof", "Did you mean `off`?"),
        ("weekdays 24:00", "At what time?"),
        ("weekdays 09:00 Europ/Berln", "Did you mean `Europe/Berlin`?"),
        ("weekdays 09:00 Berln", "Did you mean `Europe/Berlin`?"),
        ("weekdays 09:00 Europe/Berlin UTC", "one time zone"),
        ("weekdays 09:00 Mars/Olympus_Mons", "I don't know the time zone"),
        ("cron 0 9 * *", "five fields"),
        ("cron */5 * * * *", "once an hour at most"),
        ("cron 0 25 * * *", "I can't read `25` as the hour"),
        ("cron 0 9 * * 5-8", "as the day of the week"),
        ("cron 0 9 0 * *", "as the day of the month"),
        ("cron 0 9 * */0 *", "as the month"),
        ("cron 0 9 * 11-2 *", "as the month"),
        ("cron 0 ½ * * *", "as the hour"),
        ("cron 0 9 1-2-3 * *", "I can't read `1-2-3` as the day of the month"),
        ("mon-fri-sun 09:00", "I don't know `mon-fri-sun`"),
        ("daily 13pm", "At what time?"),
        ("cron 0 9 31 feb,4,6 *", "never comes"),
    ],
)
def test_what_is_not_understood_is_said(said: str, told: str) -> None:
    with pytest.raises(UsageError) as refusal:
        timetable_in(words(said).names)

    assert told in refusal.value.sentences


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (timedelta(seconds=-1), Due.NOT_YET),
        (timedelta(0), Due.NOW),
        (digests.LATEST, Due.NOW),
        (digests.LATEST + timedelta(seconds=1), Due.TOO_LATE),
    ],
)
def test_a_digest_is_late_for_a_few_hours_and_then_left_out(late: timedelta, expected: Due) -> None:
    assert due(a_digest(next_at=NOW), None, NOW + late) == expected


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (23, Due.NOT_YET),
        (31, Due.NOT_YET),
        (32, Due.NOW),
        (36, Due.NOW),
        (37, Due.TOO_LATE),
    ],
)
def test_a_digest_waits_for_the_end_of_the_quiet_hours_and_is_not_late_by_that(hour: int, expected: Due) -> None:
    begins = datetime(2026, 3, 2, tzinfo=UTC)
    digest = a_digest(next_at=begins + timedelta(hours=22))

    assert due(digest, NIGHT, begins + timedelta(hours=hour)) == expected


def test_a_first_digest_looks_back_as_far_as_the_second_will() -> None:
    first, week = NOW + timedelta(days=3), timedelta(days=7)

    assert digests.first_since(NOW, first, first + week) == NOW - week
    assert digests.first_since(NOW, first, first + 52 * week) == NOW - timedelta(days=31)


def test_an_occasion_that_is_left_out_leaves_its_period_to_the_next() -> None:
    digest = a_digest()
    later = digest.next_at + timedelta(days=1)

    assert digests.moved_on(digest, later) == replace(digest, next_at=later)
