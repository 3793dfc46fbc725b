"""Requests to deploy: which moves their status may make, who may decide them, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.endpoints import Hosting
from bot.errors import NotAllowedError, WrongStateError

OPEN_FOR = timedelta(hours=24)


class ApprovalStatus(StrEnum):
    """Where a request stands; what becomes of the endpoint afterwards is the endpoint's own status."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


MOVES: Mapping[ApprovalStatus, frozenset[ApprovalStatus]] = {
    ApprovalStatus.PENDING: frozenset({ApprovalStatus.APPROVED, ApprovalStatus.REJECTED, ApprovalStatus.EXPIRED}),
    ApprovalStatus.APPROVED: frozenset(),
    ApprovalStatus.REJECTED: frozenset(),
    ApprovalStatus.EXPIRED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Approval:
    """A request to deploy a job's model. The card is in `channel_id`; it was asked for in `serves_channel_id`."""

    id: str
    job_id: str
    endpoint_name: str
    hosting: Hosting
    requested_by: str
    channel_id: str
    serves_channel_id: str
    requested_at: datetime
    expires_at: datetime
    status: ApprovalStatus = ApprovalStatus.PENDING
    decided_by: str = ""
    decided_at: datetime | None = None
    version: int = 0

    @property
    def pending(self) -> bool:
        return self.status == ApprovalStatus.PENDING


def may_decide(approval: Approval, by: str, *, is_approver: bool, self_approval: bool) -> None:
    """Refuse whoever is no approver, and the requester unless the operators allow that."""
    if not is_approver:
        raise NotAllowedError("Only approvers can decide this.", next_step="The operators name them in `APPROVERS`.")
    if by == approval.requested_by and not self_approval:
        raise NotAllowedError("You asked for this deployment, so another approver decides it.")


def decided(approval: Approval, status: ApprovalStatus, by: str, now: datetime) -> Approval:
    """The request as decided; a decision that came first, or expiry, wins and is named."""
    if status not in MOVES[approval.status]:
        raise WrongStateError(outcome(approval))
    if now >= approval.expires_at:
        raise WrongStateError("This request has expired.", next_step="Ask for the deployment again.")
    return replace(approval, status=status, decided_by=by, decided_at=now)


def expired(approval: Approval, now: datetime) -> Approval:
    """The request as expired if its time is over, and otherwise unchanged."""
    if approval.pending and now >= approval.expires_at:
        return replace(approval, status=ApprovalStatus.EXPIRED, decided_at=now)
    return approval


def outcome(approval: Approval) -> str:
    """In one sentence, what became of the request."""
    if approval.status == ApprovalStatus.EXPIRED:
        return "This request has expired; nobody decided it in time."
    return f"<@{approval.decided_by}> {approval.status} this already."
