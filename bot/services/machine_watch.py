"""How busy the machines of running jobs are: read now and then, many jobs a call, and told where it is too little."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain import utilisation
from bot.domain.jobs import Job
from bot.domain.utilisation import Use
from bot.errors import BusyError, PlatformError
from bot.ports import Clock, Jobs, Prices
from bot.services.rows import each
from bot.services.turns import Turns

# CloudWatch has a figure a minute, a minute or two late, and bills each that is asked for. Who is due is not looked up
# at every tick either, for that reads the row of every job.
LOOK_EVERY, READ_EVERY = timedelta(minutes=1), timedelta(minutes=5)
LOOK_BACK = timedelta(minutes=15)
# One call takes 500 queries, of which a job needs three.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
JOBS_AT_ONCE = 150
log = logging.getLogger(__name__)


class InstanceMetrics(Protocol):
    """What is known of the machines that jobs train on."""

    def use_of(self, jobs: Sequence[Job], since: datetime, until: datetime) -> Mapping[str, Use]:
        """By the job's name; a job of which nothing is known may be missing. BusyError, or PlatformError: refused."""


class MachineWatch:
    """For one thread at a time. What it remembers only saves calls."""

    def __init__(self, jobs: Jobs, prices: Prices, metrics: InstanceMetrics, clock: Clock) -> None:
        self._jobs = jobs
        self._prices = prices
        self._metrics = metrics
        self._clock = clock
        self._turns = Turns(JOBS_AT_ONCE)
        self._read: dict[str, datetime] = {}
        self._looked: datetime | None = None

    def look_around(self) -> None:
        """One look at those whose turn it is, if there are any."""
        now = self._clock()
        # A clock that was set back must not end the looks.
        if self._looked and timedelta() <= now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        watched = {job.name: job for job in self._jobs.active() if utilisation.is_watched(job)}
        self._forget_all_but(watched)
        due = [name for name in watched if abs(now - self._read.get(name, now - READ_EVERY)) >= READ_EVERY]
        asked = [watched[name] for name in self._turns.next_of(due)]
        if asked:
            self._look_at(asked, now)

    def _look_at(self, asked: Sequence[Job], now: datetime) -> None:
        for job in asked:
            self._turns.taken(job.name)
            self._read[job.name] = now
        try:
            used = self._metrics.use_of(asked, now - LOOK_BACK, now)
        except (BusyError, PlatformError) as error:
            # Without these figures jobs are followed all the same.
            log.warning("machine_use_unread code=%s", error.code)
            return
        each("machine_use", [job for job in asked if job.name in used], lambda job: self._judge(job, used[job.name]))

    def _judge(self, job: Job, use: Use) -> None:
        notice = utilisation.idle_gpu(job, use, lambda name: self._prices.hourly("training", name))
        if notice:
            log.info("job_idle_gpu id=%s name=%s", job.id, job.name)
            self._jobs.save(replace(job, warned=(*job.warned, notice)))

    def _forget_all_but(self, watched: Mapping[str, Job]) -> None:
        self._turns.forget_all_but(watched.keys())
        for name in self._read.keys() - watched.keys():
            del self._read[name]
