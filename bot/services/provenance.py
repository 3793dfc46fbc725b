"""Why an endpoint answers as it does: the whole line from it to the images that its model was trained on."""

from collections.abc import Callable
from typing import TypeVar

from bot.domain.endpoints import Endpoint
from bot.domain.jobs import Job
from bot.domain.news import tuning_of
from bot.domain.provenance import Line, prepared_for
from bot.domain.tunings import Tuning
from bot.errors import NotFoundError
from bot.ports import Approvals, DataSets, Endpoints, Jobs, Preparations, TuningRows

_BEFORE = 5
T = TypeVar("T")


class Provenance:
    """Follows the rows; what is not there any more is left out, and the rest is told."""

    def __init__(
        self,
        deployment: tuple[Jobs, Approvals, Endpoints],
        training: tuple[TuningRows, DataSets, Preparations],
    ) -> None:
        self._jobs, self._approvals, self._endpoints = deployment
        self._tunings, self._data_sets, self._preparations = training

    def of(self, endpoint: Endpoint) -> Line:
        job = _known(self._jobs.get, endpoint.job_id)
        before = [one for one in self._endpoints.releases(endpoint.name) if one.id != endpoint.id]
        return Line(
            endpoint=endpoint,
            approval=_known(self._approvals.get, endpoint.id),
            job=job,
            tuning=self._tuning(job) if job else None,
            data_set=self._data_sets.all().get(job.data_set) if job else None,
            preparation=_known(self._preparations.get, prepared_for(job)) if job else None,
            before=tuple(before[:_BEFORE]),
        )

    def _tuning(self, job: Job) -> Tuning | None:
        """The tuning that found the job, or whose best one it goes on from."""
        name = tuning_of(job.name) or tuning_of(job.continues)
        return self._tunings.named(name) if name else None


def _known(get: Callable[[str], T], row_id: str) -> T | None:
    try:
        return get(row_id)
    except NotFoundError:
        return None
