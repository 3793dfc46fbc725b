"""From an approval to an endpoint in service, step by step, and from a deletion to nothing left."""

import logging
from dataclasses import replace

from bot.domain import endpoints, releases
from bot.domain.approvals import Approval
from bot.domain.endpoints import Endpoint, EndpointStatus
from bot.domain.traffic import Mixing
from bot.errors import WrongStateError
from bot.ports import Approvals, Clock, Endpoints, GoldenImages, Jobs, ModelHosting, Routes, Wakeup
from bot.services.mixing import MixingTraffic
from bot.services.releasing import Releasing
from bot.services.removing import Removing
from bot.services.returning import Returning
from bot.services.rows import each

_ASKED = (EndpointStatus.REQUESTED, EndpointStatus.ROLLING_BACK, EndpointStatus.DELETING)
log = logging.getLogger(__name__)


class Rollout:
    """Moves every open request and every endpoint on its way one step on, at each tick."""

    def __init__(
        self,
        rows: tuple[Jobs, Approvals, Endpoints, Routes],
        vendors: tuple[ModelHosting, GoldenImages],
        checks: Wakeup,
        clock: Clock,
    ) -> None:
        self._jobs, self._approvals, self._endpoints, routes = rows
        hosting, images = vendors
        self._hosting = hosting
        self._checks = checks
        self._clock = clock
        self._releasing = Releasing((self._jobs, self._endpoints), hosting, clock)
        self._removing = Removing(self._endpoints, routes, hosting, images)
        self._mixing = MixingTraffic(self._endpoints, hosting)
        self._returning = Returning(self._endpoints, hosting, self._removing)

    def advance_all(self) -> None:
        """One step for everything, and a look at what is in service."""
        each("approval", self._approvals.without_endpoint(), self._record_endpoint)
        each("endpoint", self._endpoints.unsettled(), self._advance)
        in_service = [one for one in self._endpoints.live() if one.status == EndpointStatus.IN_SERVICE]
        # What was deleted or broke in the console is seen like anything else.
        each("endpoint", in_service, self._observe)
        each("release", self._endpoints.outlived(self._clock()), self._removing.end)

    def carry_out_asked(self) -> None:
        """One step for what was approved, and for what people want deleted; for what AWS makes meanwhile, none."""
        each("approval", self._approvals.without_endpoint(), self._record_endpoint)
        each("endpoint", [one for one in self._endpoints.unsettled() if one.status in _ASKED], self._advance)
        each("traffic", [one for one in self._endpoints.live() if _divides(one)], self._observe)

    def _record_endpoint(self, approval: Approval) -> None:
        job = self._jobs.get(approval.job_id)
        endpoint = Endpoint(
            id=approval.id,
            name=approval.endpoint_name,
            job_id=job.id,
            job_name=job.name,
            classes=job.classes,
            accuracy=job.curve.best_accuracy,
            hosting=approval.hosting,
            owner=approval.requested_by,
            approved_by=approval.decided_by,
            channel_id=approval.serves_channel_id,
            created_at=self._clock(),
            recipe=job.recipe,
            data_set=job.data_set,
            package_arn=approval.package_arn,
            release=releases.release_name(approval.endpoint_name, approval.id),
        )
        self._add(endpoint)

    def _add(self, release: Endpoint) -> None:
        """An endpoint of its own, or the next release of the one whose name was asked for."""
        living = self._endpoints.named(release.name)
        if living is None:
            self._endpoints.add(release)
        elif living.status == EndpointStatus.ROLLING_BACK or living.traffic or self._updating(living):
            log.info("update_waits id=%s name=%s", release.id, release.name)
        else:
            self._endpoints.add(_next_to(living, release))

    def _updating(self, living: Endpoint) -> bool:
        return any(one.arriving for one in self._endpoints.releases(living.name))

    def _advance(self, endpoint: Endpoint) -> None:
        match endpoint.status:
            case EndpointStatus.REQUESTED:
                self._releasing.advance(endpoint)
            case EndpointStatus.CREATING | EndpointStatus.UPDATING | EndpointStatus.CHECKING:
                self._look_at(endpoint)
            case EndpointStatus.ROLLING_BACK:
                self._returning.advance(endpoint)
            case _:
                self._removing.delete(endpoint)

    def _look_at(self, endpoint: Endpoint) -> None:
        """What was created or updated is checked by a lane of its own once AWS has brought it up."""
        observe = self._observe_update if endpoint.replaces else self._observe
        observe(endpoint)

    def _observe(self, endpoint: Endpoint) -> None:
        snapshot = self._hosting.observe(endpoint.name)
        seen = endpoints.observed(endpoint, snapshot)
        if seen == endpoint:
            self._mixing.advance(endpoint, snapshot)
            return
        if seen.status == EndpointStatus.CHECKING:
            self._up(seen)
        else:
            self._removing.lose(seen)

    def _observe_update(self, release: Endpoint) -> None:
        before = self._endpoints.get(release.replaces)
        seen = releases.updated(release, before, self._hosting.observe(release.name))
        if seen == release:
            return
        if seen.status == EndpointStatus.CHECKING:
            self._up(seen)
        else:
            self._endpoints.save(seen)
            log.info("update_failed id=%s name=%s", release.id, release.name)

    def _up(self, release: Endpoint) -> None:
        self._endpoints.save(release)
        self._checks.call()
        log.info("endpoint_up id=%s name=%s release=%s", release.id, release.name, release.release_name)


def _divides(living: Endpoint) -> bool:
    """Whether somebody wants its traffic divided in another way than it is."""
    asked = (Mixing.ASKED, Mixing.WEIGHING, Mixing.ENDING)
    return living.status == EndpointStatus.IN_SERVICE and living.traffic is not None and living.traffic.step in asked


def _next_to(living: Endpoint, release: Endpoint) -> Endpoint:
    """In the place of the living one where AWS allows that; else it gets a name of its own, better than no endpoint."""
    try:
        releases.check_update(living, release.hosting)
    except WrongStateError:
        return replace(release, name=f"{release.name[:58]}-{release.id[:4]}")
    return releases.succeeding(release, living)
