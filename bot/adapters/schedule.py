"""Schedules in code, run by APScheduler: what is done again and again, and at once when there is something to do."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.domain.digests import Timetable
from bot.domain.wall_time import moment_of, wall_clock

# APScheduler's own default is one second, after which a late run is dropped; a tick is worth doing however late.
MISFIRE_GRACE_SECONDS = 3600
# Clocks are moved by an hour, and by half of one on Lord Howe Island.
_MOST_MOVED = timedelta(hours=2)


class Schedule:
    """A thread pool with a clock. Each schedule runs at most once at a time, and once for several missed times."""

    def __init__(self) -> None:
        # A tick that takes longer than its interval is no news: it says at INFO what it did.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": MISFIRE_GRACE_SECONDS},
        )

    def every(self, seconds: float, name: str, run: Callable[[], object]) -> None:
        self._scheduler.add_job(run, IntervalTrigger(seconds=seconds), id=name, name=name)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Wait for what is running to end."""
        self._scheduler.shutdown(wait=True)


def next_after(timetable: Timetable, moment: datetime) -> datetime | None:
    """The first occasion after `moment`; None: there is none, as on a 30th of February.

    APScheduler is asked about the clock on the wall alone, as if that were never moved: with a zone, its occasions come
    twice where clocks are moved back. What they leave out in spring comes as much later.
    """
    triggers = [CronTrigger(timezone="UTC", **fields) for fields in _fields(timetable.cron)]
    wall = wall_clock(moment, timetable.zone) - _MOST_MOVED
    while True:
        possible = [trigger.get_next_fire_time(None, wall.replace(tzinfo=UTC)) for trigger in triggers]
        coming = [one.replace(tzinfo=None) for one in possible if one is not None]
        if not coming:
            return None
        wall = min(coming)
        if (occasion := moment_of(wall, timetable.zone)) > moment:
            return occasion
        wall += timedelta(seconds=1)


def _fields(cron: str) -> list[dict[str, str]]:
    """Of a day of the month and a day of the week, cron wants either, and APScheduler wants both."""
    minute, hour, day, month, of_week = cron.split()
    clock = {"minute": minute, "hour": hour, "month": month}
    if "*" in (day, of_week):
        return [{**clock, "day": day, "day_of_week": of_week}]
    return [{**clock, "day": day}, {**clock, "day_of_week": of_week}]
