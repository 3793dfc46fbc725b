"""Schedules in code, run by APScheduler: what is done again and again, and at once when there is something to do."""

import logging
from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

# APScheduler's own default is one second, after which a late run is dropped; a tick is worth doing however late.
MISFIRE_GRACE_SECONDS = 3600


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
