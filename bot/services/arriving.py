"""How a release that AWS has brought up comes into service, or is sent back, once its check has said which."""

import logging
from datetime import timedelta

from bot.domain import releases
from bot.domain.endpoints import Check, Endpoint, EndpointStatus
from bot.ports import Clock, Endpoints, Routes
from bot.services.routing import hand_over

log = logging.getLogger(__name__)


class Arriving:
    """Puts releases in service; the one before is kept for as long as one can go back to it."""

    def __init__(self, endpoints: Endpoints, routes: Routes, clock: Clock, kept_for: timedelta) -> None:
        self._endpoints = endpoints
        self._routes = routes
        self._clock = clock
        self._kept_for = kept_for

    def settle(self, release: Endpoint, check: Check) -> Endpoint:
        """Do what the check says: into service, or back."""
        settled = self._put_in_service(release, check) if check.passed else self._turn_away(release, check)
        log.info("endpoint_checked id=%s name=%s to=%s", release.id, release.name, settled.status)
        return settled

    def _put_in_service(self, release: Endpoint, check: Check) -> Endpoint:
        now = self._clock()
        serving = releases.in_service(release, check, now)
        if not release.replaces:
            # Before the row is saved: a crash in between repeats this, and the other order would lose it.
            self._routes.set(release.channel_id, release.name)
            return self._endpoints.save(serving)
        before = self._endpoints.get(release.replaces)
        if before.status != EndpointStatus.IN_SERVICE:
            return self._endpoints.save(releases.rolled_back(release, f"{release.name} is {before.status} meanwhile."))
        return self._endpoints.swap(releases.superseded(before, now, self._kept_for), serving)

    def _turn_away(self, release: Endpoint, check: Check) -> Endpoint:
        if not release.replaces:
            hand_over(release, self._endpoints, self._routes)
        return self._endpoints.save(releases.unfit(release, check))
