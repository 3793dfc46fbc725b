"""What AWS's rules say of jobs that asked for them: looked up now and then, and for a while after a job's end."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import rule_findings
from bot.domain.jobs import Job
from bot.errors import GoneError
from bot.ports import Clock, Jobs, TrainingPlatform
from bot.services.rows import each
from bot.services.turns import Turns

# Rules look every minute at what a job writes; no list tells that they have found something. At usual settings this
# is every second tick.
LOOK_EVERY = timedelta(seconds=30)
LOOKS_AT_ONCE = 5
NEWEST = 50
log = logging.getLogger(__name__)


class RuleWatch:
    """For one thread at a time. What it remembers only saves calls."""

    def __init__(self, jobs: Jobs, platform: TrainingPlatform, clock: Clock, every: timedelta = LOOK_EVERY) -> None:
        self._jobs = jobs
        self._platform = platform
        self._clock = clock
        self._every = every
        self._turns = Turns(LOOKS_AT_ONCE)
        self._looked: datetime | None = None

    def look_around(self) -> None:
        """A look at the rules of those of the newest jobs that are not settled."""
        now = self._clock()
        # A clock that was set back must not end the looks.
        if self._looked and timedelta() <= now - self._looked < self._every:
            return
        self._looked = now
        waiting = {job.name: job for job in self._jobs.recent(NEWEST) if rule_findings.is_unsettled(job, now)}
        self._turns.forget_all_but(waiting.keys())
        self._look_at([waiting[name] for name in self._turns.next_of(waiting)])

    def _look_at(self, asked: Sequence[Job]) -> None:
        for job in asked:
            self._turns.taken(job.name)
        each("rules", asked, self._look)

    def _look(self, job: Job) -> None:
        try:
            results = self._platform.observe(job.name).rule_results
        except GoneError:
            # The job's own looks tell that; its rules will say nothing more.
            return
        seen = rule_findings.with_results(job, results)
        if seen != job:
            log.info("job_rules id=%s name=%s", job.id, job.name)
            self._jobs.save(seen)
