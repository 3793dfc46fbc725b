"""The steps from a wanted release to one that AWS is bringing up: model, configuration, endpoint or its update."""

import logging
from dataclasses import replace
from datetime import timedelta

from bot.domain import endpoints, releases
from bot.domain.endpoints import Endpoint, EndpointStatus
from bot.errors import BusyError, DarkroomError, StaleError, WrongStateError
from bot.ports import Clock, Endpoints, Jobs, ModelHosting

# AWS may be busy, and forgets for a moment what it has just been told; for longer than this it has another reason.
PATIENCE = timedelta(minutes=30)
log = logging.getLogger(__name__)


class Releasing:
    """Takes the next steps; each is stored once it is done, and may be taken twice."""

    def __init__(self, rows: tuple[Jobs, Endpoints], hosting: ModelHosting, clock: Clock) -> None:
        self._jobs, self._endpoints = rows
        self._hosting = hosting
        self._clock = clock

    def advance(self, release: Endpoint) -> None:
        try:
            self._take_steps(release)
        except DarkroomError as error:
            if isinstance(error, BusyError | StaleError) and self._clock() - release.created_at < PATIENCE:
                raise
            self._give_up(self._endpoints.get(release.id), error)

    def _take_steps(self, release: Endpoint) -> None:
        if release.replaces:
            _require_serving(self._endpoints.get(release.replaces))
        if release.step == "model":
            self._hosting.create_model(release, self._jobs.get(release.job_id).artifact)
            release = self._endpoints.save(replace(release, step="configuration"))
        if release.step == "configuration":
            self._hosting.create_configuration(release)
            release = self._endpoints.save(replace(release, step="endpoint"))
        self._bring_up(release)

    def _bring_up(self, release: Endpoint) -> None:
        if release.replaces:
            self._hosting.update_endpoint(release)
            self._endpoints.save(endpoints.moved(release, EndpointStatus.UPDATING))
        else:
            self._hosting.create_endpoint(release)
            self._endpoints.save(endpoints.moved(release, EndpointStatus.CREATING))
        log.info("endpoint_coming_up id=%s name=%s release=%s", release.id, release.name, release.release_name)

    def _give_up(self, release: Endpoint, error: DarkroomError) -> None:
        if release.replaces:
            self._endpoints.save(releases.rolled_back(release, error.sentences))
        else:
            failed = endpoints.moved(release, EndpointStatus.FAILED)
            self._endpoints.save(replace(failed, failure_reason=error.sentences))
        log.warning("endpoint_failed id=%s name=%s code=%s", release.id, release.name, getattr(error, "code", ""))


def _require_serving(before: Endpoint) -> None:
    """What is to be replaced must be there; one that somebody rolls back just now is waited for."""
    if before.status == EndpointStatus.ROLLING_BACK:
        raise BusyError(f"*{before.name}* is rolling back.")
    if before.status != EndpointStatus.IN_SERVICE:
        raise WrongStateError(f"The release that *{before.name}* had is {before.status} meanwhile.")
