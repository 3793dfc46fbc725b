"""Comparisons as people ask for them: recorded here, and shown by the worker, since a picture is uploaded with them."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain import comparisons
from bot.domain.comparisons import Compared, Comparison
from bot.domain.jobs import Job
from bot.ports import Clock, Jobs, Wakeup
from bot.services.training import identity

OFFERED = 50


class Comparisons(Protocol):
    """The store of comparisons; one never changes. `add` of an id that is there changes nothing."""

    def add(self, comparison: Comparison) -> None: ...
    def get(self, comparison_id: str) -> Comparison: ...


class Comparing:
    """Sets jobs side by side."""

    def __init__(self, rows: Comparisons, jobs: Jobs, wakeup: Wakeup, clock: Clock) -> None:
        self._rows = rows
        self._jobs = jobs
        self._wakeup = wakeup
        self._clock = clock

    def ask(self, chosen: Sequence[Job], user_id: str, channel_id: str, key: str) -> Compared:
        """Record the wish; the card comes into the channel. `key` is the same when the same request arrives twice."""
        ids = comparisons.checked([job.id for job in chosen])
        comparison = Comparison(identity(key), ids, user_id, channel_id, self._clock())
        self._rows.add(comparison)
        self._wakeup.call()
        return Compared(comparison, tuple(chosen))

    def case_of(self, comparison_id: str) -> Compared:
        """All that the comparison's card shows."""
        comparison = self._rows.get(comparison_id)
        return Compared(comparison, tuple(self._jobs.get(job_id) for job_id in comparison.job_ids))

    def others(self, job: Job) -> list[Job]:
        """With which jobs this one can be compared: the newest of the same data set that have an accuracy."""
        recent = self._jobs.recent(OFFERED)
        return [one for one in recent if one.id != job.id and one.data_set == job.data_set and one.curve]
