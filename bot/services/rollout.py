"""From an approval to an endpoint in service, step by step, and from a deletion to nothing left."""

import logging
from dataclasses import replace
from datetime import timedelta

from bot.domain import approvals, endpoints
from bot.domain.approvals import Approval
from bot.domain.endpoints import Endpoint, EndpointStatus
from bot.errors import BusyError, DarkroomError, StaleError, TakenError, WrongStateError
from bot.ports import Approvals, Clock, Endpoints, Jobs, ModelHosting, Routes
from bot.services.routing import hand_over
from bot.services.rows import each

# AWS may be busy, and forgets for a moment what it has just been told; for longer than this it has another reason.
PATIENCE = timedelta(minutes=30)
log = logging.getLogger(__name__)


class Rollout:
    """Moves every open request and every endpoint on its way one step on, at each tick."""

    def __init__(self, rows: tuple[Jobs, Approvals, Endpoints, Routes], hosting: ModelHosting, clock: Clock) -> None:
        self._jobs, self._approvals, self._endpoints, self._routes = rows
        self._hosting = hosting
        self._clock = clock

    def advance_all(self) -> None:
        """One step for everything, and a look at what is in service."""
        each("approval_expiry", self._approvals.pending(), self._expire)
        each("approval", self._approvals.without_endpoint(), self._record_endpoint)
        each("endpoint", self._endpoints.unsettled(), self._advance)
        in_service = [one for one in self._endpoints.live() if one.status == EndpointStatus.IN_SERVICE]
        # What was deleted or broke in the console is seen like anything else.
        each("endpoint", in_service, self._observe)

    def carry_out_asked(self) -> None:
        """One step for what was approved, and for what people want deleted; for what AWS makes meanwhile, none."""
        each("approval", self._approvals.without_endpoint(), self._record_endpoint)
        asked = [one for one in self._endpoints.unsettled() if one.status != EndpointStatus.CREATING]
        each("endpoint", asked, self._advance)

    def _expire(self, approval: Approval) -> None:
        expired = approvals.expired(approval, self._clock())
        if expired != approval:
            self._approvals.save(expired)

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
        )
        try:
            self._endpoints.add(endpoint)
        except WrongStateError:
            # Someone took the name between the request and its approval: better a name of its own than no endpoint.
            self._endpoints.add(replace(endpoint, name=f"{endpoint.name[:58]}-{endpoint.id[:4]}"))

    def _advance(self, endpoint: Endpoint) -> None:
        match endpoint.status:
            case EndpointStatus.REQUESTED:
                self._create(endpoint)
            case EndpointStatus.CREATING:
                self._observe(endpoint)
            case _:
                self._delete(endpoint)

    def _create(self, endpoint: Endpoint) -> None:
        try:
            self._take_steps(endpoint)
        except DarkroomError as error:
            if isinstance(error, BusyError | StaleError) and self._clock() - endpoint.created_at < PATIENCE:
                raise
            current = self._endpoints.get(endpoint.id)
            failed = replace(endpoints.moved(current, EndpointStatus.FAILED), failure_reason=error.sentences)
            self._endpoints.save(failed)
            log.warning("endpoint_failed id=%s name=%s code=%s", endpoint.id, endpoint.name, getattr(error, "code", ""))

    def _take_steps(self, endpoint: Endpoint) -> None:
        if endpoint.step == "model":
            self._hosting.create_model(endpoint, self._jobs.get(endpoint.job_id).artifact)
            endpoint = self._endpoints.save(replace(endpoint, step="configuration"))
        if endpoint.step == "configuration":
            self._hosting.create_configuration(endpoint)
            endpoint = self._endpoints.save(replace(endpoint, step="endpoint"))
        self._hosting.create_endpoint(endpoint)
        self._endpoints.save(endpoints.moved(endpoint, EndpointStatus.CREATING))
        log.info("endpoint_creating id=%s name=%s", endpoint.id, endpoint.name)

    def _observe(self, endpoint: Endpoint) -> None:
        seen = endpoints.observed(endpoint, self._hosting.observe(endpoint.name), self._clock())
        if seen == endpoint:
            return
        if seen.status == EndpointStatus.IN_SERVICE:
            # Before the row is saved: a crash in between repeats this, and the other order would lose it.
            self._routes.set(endpoint.channel_id, endpoint.name)
        if seen.status == EndpointStatus.DELETED:
            # Somebody deleted it in the console, and its configuration and model are still there.
            self._remove(endpoint)
        if seen.status != EndpointStatus.IN_SERVICE:
            hand_over(endpoint, self._endpoints, self._routes)
        self._endpoints.save(seen)
        log.info("endpoint_changed id=%s name=%s to=%s", endpoint.id, endpoint.name, seen.status)

    def _delete(self, endpoint: Endpoint) -> None:
        ours = self._remove(endpoint)
        if not ours or self._hosting.observe(endpoint.name).status == EndpointStatus.DELETED:
            hand_over(endpoint, self._endpoints, self._routes)
            self._endpoints.save(endpoints.moved(endpoint, EndpointStatus.DELETED))
            log.info("endpoint_deleted id=%s name=%s", endpoint.id, endpoint.name)

    def _remove(self, endpoint: Endpoint) -> bool:
        """False: something that bears the name is not ours, and stays; what is ours is on its way out."""
        try:
            self._hosting.delete(endpoint.name)
        except TakenError:
            log.warning("left_alone id=%s name=%s", endpoint.id, endpoint.name)
            return False
        return True
