"""The Model Registry follows the requests: a version for each, its decision written there, and one made there seen."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain import approvals, registrations
from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.jobs import Job
from bot.domain.packages import PackageSnapshot, PackageStatus, version_name
from bot.errors import BusyError, DarkroomError, GoneError, StaleError
from bot.ports import Approvals, Clock, Endpoints, Jobs
from bot.services.retrying import retrying
from bot.services.rows import each
from bot.services.turns import Turns

# Requests that wait are looked at by turns, lest many of them make a tick long.
LOOKS_AT_ONCE = 20
# What is in service was decided; that somebody thinks otherwise by now is told by events, or by a look now and then.
LOOKED_BACK_EVERY = timedelta(minutes=10)
# A decision that AWS will not take down for so long is given up: somebody has to change what the bot may do there.
PATIENCE = timedelta(hours=1)
_CHANGED = "The model's artifact in S3 is no longer the one that was asked for."
_GONE = "The model's artifact is no longer in S3."
_UNLISTED = "Its version was deleted from the Model Registry."
_UNTOLD = "The Model Registry would not take this decision for an hour, so that it is left there as it was."
log = logging.getLogger(__name__)


class ModelRegistry(Protocol):
    """Where versions of models are registered. Calls may raise BusyError (try later) or PlatformError (refused)."""

    def register(self, approval: Approval, job: Job) -> str:
        """Make a version that waits for its approval, or find the one made before; returns its ARN."""

    def observe(self, package_arn: str) -> PackageSnapshot:
        """What the registry says of the version now. GoneError: it was deleted."""

    def decide(self, package_arn: str, status: PackageStatus, why: str) -> None:
        """Write a decision and its reasons. GoneError: it was deleted."""

    def digest(self, artifact: str) -> str:
        """What tells this artifact from another one at the same address. GoneError: it is not there."""


class Registering:
    """Brings the registry into step with the requests, and the requests with what was decided in the registry."""

    def __init__(self, rows: tuple[Approvals, Jobs, Endpoints], registry: ModelRegistry, clock: Clock) -> None:
        self._approvals, self._jobs, self._endpoints = rows
        self._looked_back_at: datetime | None = None
        self._registry = registry
        self._clock = clock
        self._turns = Turns(LOOKS_AT_ONCE)

    def advance_all(self) -> None:
        """What the registry does not know yet, and a look at what waits for a decision."""
        self.carry_out_asked()
        waiting = {one.id: one for one in self._approvals.pending() if one.in_step}
        self._turns.forget_all_but(waiting.keys())
        each("registry", [waiting[one] for one in self._turns.next_of(waiting)], self._look)
        if self._looked_back_at is None or self._clock() - self._looked_back_at >= LOOKED_BACK_EVERY:
            self._looked_back_at = self._clock()
            each("registry", self._endpoints.live(), lambda endpoint: self._look_back(self._approvals.get(endpoint.id)))

    def look_at(self, package_arns: Iterable[str]) -> None:
        """What AWS says has changed; a version that is none of ours is left alone."""
        told = (self._approvals.registering(version_name(arn)) for arn in package_arns)
        each("registry", [one for one in told if one and one.in_step], self._look_again)

    def carry_out_asked(self) -> None:
        """What was asked for and decided since, without a look at the rest."""
        each("registry", self._approvals.out_of_step(), self._tell)
        # Another update may be under way for long; what waits for its end is what was approved, or it is void.
        each("registry", self._approvals.without_endpoint(), self._look)

    def _tell(self, approval: Approval) -> None:
        try:
            self._bring_into_step(approval)
        except (BusyError, StaleError):
            raise
        except DarkroomError as error:
            # It is tried again all the same; meanwhile the card says why nothing goes on.
            log.warning("registry_refused id=%s code=%s", approval.id, error.code)
            self._note(self._approvals.get(approval.id), error.sentences)

    def _note(self, approval: Approval, problem: str) -> None:
        now = self._clock()
        if approval.decided_at is not None and now - approval.decided_at >= PATIENCE:
            problem = f"{_UNTOLD} {problem}"
            self._approvals.save(registrations.given_up(approval, problem, now))
            log.warning("registry_given_up id=%s package=%s", approval.id, approval.package_arn)
        elif approval.problem != problem:
            self._approvals.save(replace(approval, problem=problem))

    def _bring_into_step(self, approval: Approval) -> None:
        match approval.status:
            case ApprovalStatus.PENDING:
                self._register(approval)
            case ApprovalStatus.APPROVED:
                is_registered = approval.package_status != PackageStatus.UNREGISTERED
                self._approve(approval if is_registered else self._register(approval))
            case _:
                self._write(approval, PackageStatus.REJECTED)

    def _register(self, approval: Approval) -> Approval:
        """A version for the request; or it is void, with nothing to be registered."""
        job = self._jobs.get(approval.job_id)
        try:
            digest = self._registry.digest(job.artifact)
        except GoneError:
            return self._approvals.save(approvals.voided(approval, _GONE, self._clock()))
        if approval.digest not in ("", digest):
            return self._approvals.save(approvals.voided(approval, _CHANGED, self._clock()))
        package_arn = self._registry.register(approval, job)
        log.info("package_registered id=%s package=%s", approval.id, package_arn)
        if approval.own_package and approval.package_arn not in ("", package_arn):
            self._mark(approval.package_arn, PackageStatus.REJECTED, "Registered anew with other numbers.")
            # With the numbers of before it is the version of before, which was rejected when they were changed.
            self._mark(package_arn, PackageStatus.PENDING, "Registered for these numbers.")

        def change() -> Approval:
            # Somebody may have decided meanwhile; the version is there all the same, and has to be told of that.
            current = self._approvals.get(approval.id)
            as_asked = current.hosting == approval.hosting
            status = PackageStatus.PENDING if as_asked else PackageStatus.UNREGISTERED
            told = replace(current, package_arn=package_arn, package_status=status, digest=digest)
            return self._approvals.save(replace(told, problem=""))

        return retrying(change)

    def _mark(self, package_arn: str, status: PackageStatus, why: str) -> None:
        """Say in the registry what has become of a version by a change of numbers."""
        try:
            self._registry.decide(package_arn, status, why)
        except GoneError:
            log.info("package_gone package=%s", package_arn)

    def _approve(self, approval: Approval) -> None:
        """Unless the artifact is another one by now, or somebody has just rejected the version where it is kept."""
        seen = self._seen(approval) if approval.status == ApprovalStatus.APPROVED else approval
        if seen.status != approval.status:
            self._approvals.save(seen)
        elif seen.status == ApprovalStatus.APPROVED:
            self._write(seen, PackageStatus.APPROVED)

    def _write(self, approval: Approval, status: PackageStatus) -> None:
        try:
            if approval.package_status != status:
                self._registry.decide(approval.package_arn, status, registrations.in_the_registry(approval))
        except GoneError:
            if status == PackageStatus.APPROVED:
                raise
            log.warning("package_gone id=%s package=%s", approval.id, approval.package_arn)
        self._approvals.save(replace(approval, package_status=status, problem=""))
        log.info("package_decided id=%s package=%s status=%s", approval.id, approval.package_arn, status)

    def _look(self, approval: Approval) -> None:
        self._turns.taken(approval.id)
        seen = self._seen(approval)
        if seen != approval:
            log.info("package_seen id=%s package=%s status=%s", approval.id, approval.package_arn, seen.status)
            self._approvals.save(seen)

    def _look_again(self, approval: Approval) -> None:
        if approval.pending or (approval.status == ApprovalStatus.APPROVED and not self._endpoints.find(approval.id)):
            self._look(approval)
        else:
            self._look_back(approval)

    def _look_back(self, approval: Approval) -> None:
        """What is decided stays decided; that somebody has decided otherwise in the registry since is shown."""
        if not approval.package_arn or not approval.in_step:
            return
        try:
            snapshot = self._registry.observe(approval.package_arn)
        except GoneError:
            log.info("package_gone id=%s package=%s", approval.id, approval.package_arn)
            return
        seen = registrations.looked_back(approval, snapshot)
        if seen != approval:
            log.info("package_overruled id=%s package=%s", approval.id, approval.package_arn)
            self._approvals.save(seen)

    def _seen(self, approval: Approval) -> Approval:
        """The request after a look at its artifact and its version: void, decided elsewhere, or as it was."""
        if why := self._why_void(approval):
            return approvals.voided(approval, why, self._clock())
        try:
            snapshot = self._registry.observe(approval.package_arn)
        except GoneError:
            return approvals.voided(approval, _UNLISTED, self._clock())
        return registrations.settled_elsewhere(approval, snapshot.status, snapshot.by, self._clock())

    def _why_void(self, approval: Approval) -> str:
        """Why the request is no longer about what it was about; empty where it is."""
        try:
            digest = self._registry.digest(self._jobs.get(approval.job_id).artifact)
        except GoneError:
            return _GONE
        return "" if digest == approval.digest else _CHANGED
