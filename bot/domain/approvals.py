"""Requests to deploy: which moves their status may make, who may decide them, how many it takes, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.datasets import DataSet
from bot.domain.endpoints import Hosting, Kind
from bot.domain.packages import PackageStatus
from bot.errors import FieldError, NotAllowedError, WrongStateError

OPEN_FOR = timedelta(hours=24)
# The approvers are reminded once, when a quarter of the time is left, and not sooner than this before its end.
REMINDED_BEFORE = timedelta(hours=4)
CONSOLE = "console"


class ApprovalStatus(StrEnum):
    """Where a request stands; what becomes of the endpoint afterwards is the endpoint's own status."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    VOID = "void"


# What was approved is approved for good once its endpoint is begun. Before that the artifact may turn out to be another
# one, and somebody may have rejected the version in the registry meanwhile.
MOVES: Mapping[ApprovalStatus, frozenset[ApprovalStatus]] = {
    ApprovalStatus.PENDING: frozenset(ApprovalStatus) - {ApprovalStatus.PENDING},
    ApprovalStatus.APPROVED: frozenset({ApprovalStatus.REJECTED, ApprovalStatus.VOID}),
    ApprovalStatus.REJECTED: frozenset(),
    ApprovalStatus.EXPIRED: frozenset(),
    ApprovalStatus.WITHDRAWN: frozenset(),
    ApprovalStatus.VOID: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operators ask of a deployment: `needed` approvers, within `open_for`, of at least `min_accuracy`.

    The cards are in `channel_id`, or where it was asked for if there is none. `region` is AWS's, which has its own.
    """

    needed: int = 1
    open_for: timedelta = OPEN_FOR
    min_accuracy: float = 0.0
    channel_id: str = ""
    region: str = ""

    def least(self, data_set: DataSet | None) -> float:
        """The accuracy that a model of the data set must reach, or else a reason is asked for."""
        own = data_set.min_accuracy if data_set else None
        return self.min_accuracy if own is None else own


@dataclass(frozen=True, slots=True)
class Vote:
    """One approver's yes."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Approval:
    """A request to deploy a job's model. The card is in `channel_id`; it was asked for in `serves_channel_id`.

    `reason` is why it is asked for in spite of its accuracy, and `decision_reason` why it was decided as it was.
    `decided_in` is empty for Slack and CONSOLE for SageMaker's, and then `decided_by` is an identity of AWS's.
    The model is the version `package_arn` of the registry, which says `package_status`; `own_package`: it was
    registered for this request, and not for an earlier one. `digest` is the artifact's when it was registered, and
    `problem` is why it cannot be registered for now. `overruled_by` is who has decided otherwise in the registry since.
    """

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
    reason: str = ""
    needed: int = 1
    votes: tuple[Vote, ...] = ()
    decision_reason: str = ""
    decided_in: str = ""
    changed_by: str = ""
    reminded_at: datetime | None = None
    digest: str = ""
    package_arn: str = ""
    package_status: PackageStatus = PackageStatus.UNREGISTERED
    own_package: bool = True
    problem: str = ""
    overruled_by: str = ""
    version: int = 0

    @property
    def pending(self) -> bool:
        return self.status == ApprovalStatus.PENDING

    @property
    def in_step(self) -> bool:
        """Whether the registry says what this row says, as far as it has to."""
        match self.status:
            case ApprovalStatus.PENDING:
                return self.package_status != PackageStatus.UNREGISTERED
            case ApprovalStatus.APPROVED:
                return self.package_status == PackageStatus.APPROVED
            case _:
                # A version of an earlier request may be in service; that this one came to nothing is not its affair.
                return not self.own_package or not self.package_arn or self.package_status == PackageStatus.REJECTED


def may_decide(approval: Approval, by: str, *, is_approver: bool, self_approval: bool) -> None:
    """Refuse whoever is no approver, and the requester unless the operators allow that."""
    if not is_approver:
        raise NotAllowedError("Only approvers can decide this.", next_step="The operators name them in `APPROVERS`.")
    if by == approval.requested_by and not self_approval:
        raise NotAllowedError("You asked for this deployment, so another approver decides it.")


def check_open(approval: Approval, now: datetime) -> None:
    """Refuse what is decided or over, with what became of it."""
    if not approval.pending:
        raise WrongStateError(outcome(approval))
    if now >= approval.expires_at:
        raise WrongStateError("This request has expired.", next_step="Ask for the deployment again.")


def terms(hosting: Hosting) -> str:
    """The numbers in brief, by which a click on a card tells which ones that card showed."""
    if hosting.kind == Kind.SERVERLESS:
        return f"{hosting.kind}-{hosting.memory_mb}-{hosting.concurrency}"
    return f"{hosting.kind}-{hosting.instance_type}-{hosting.instance_count}"


def approved(approval: Approval, by: str, now: datetime, seen: str = "") -> Approval:
    """The request with one more yes, and approved where that makes enough; the same person counts once.

    `seen` are the terms that were read. A yes to others is none, for they may have been changed a moment ago.
    """
    check_open(approval, now)
    if seen and seen != terms(approval.hosting):
        raise WrongStateError(
            f"<@{approval.changed_by}> has just changed the numbers, so this is not what you have read.",
            next_step="Look at the card again, and then approve it.",
        )
    if any(vote.by == by for vote in approval.votes):
        raise WrongStateError(
            f"You have approved this already; {_approvers(approval.needed)} must agree.",
            next_step=f"It has {len(approval.votes)} of {approval.needed}.",
        )
    voted = replace(approval, votes=(*approval.votes, Vote(by, now)))
    if len(voted.votes) < approval.needed:
        return voted
    # A version that an earlier request got approved is looked at once more before it is deployed again.
    seen = PackageStatus.PENDING if voted.package_status == PackageStatus.APPROVED else voted.package_status
    return replace(voted, status=ApprovalStatus.APPROVED, decided_by=by, decided_at=now, package_status=seen)


def rejected(approval: Approval, by: str, why: str, now: datetime) -> Approval:
    """The request as rejected; why is said."""
    check_open(approval, now)
    if not why.strip():
        raise FieldError("why", "Say why; the requester reads it.")
    return _ended(approval, ApprovalStatus.REJECTED, by, why, now)


def withdrawn(approval: Approval, by: str, now: datetime) -> Approval:
    """The request as its requester takes it back."""
    if by != approval.requested_by:
        raise NotAllowedError(
            f"<@{approval.requested_by}> asked for this, so only they can withdraw it.",
            next_step="An approver can reject it.",
        )
    check_open(approval, now)
    return _ended(approval, ApprovalStatus.WITHDRAWN, by, "", now)


def changed(approval: Approval, hosting: Hosting, by: str, now: datetime) -> Approval:
    """The request with other numbers; who agreed to the former ones has not agreed to these.

    A version names the image that serves it, which may be another one on another machine: so it is registered anew.
    """
    check_open(approval, now)
    if hosting == approval.hosting:
        return approval
    status = PackageStatus.UNREGISTERED if approval.own_package else approval.package_status
    return replace(approval, hosting=hosting, changed_by=by, votes=(), package_status=status)


def expired(approval: Approval, now: datetime) -> Approval:
    """The request as expired if its time is over, and otherwise unchanged."""
    if approval.pending and now >= approval.expires_at:
        return replace(approval, status=ApprovalStatus.EXPIRED, decided_at=now)
    return approval


def reminded(approval: Approval, now: datetime) -> Approval:
    """The request with the approvers reminded of it if it is about to expire, which happens once."""
    before = min(REMINDED_BEFORE, (approval.expires_at - approval.requested_at) / 4)
    if approval.pending and approval.reminded_at is None and approval.expires_at - before <= now < approval.expires_at:
        return replace(approval, reminded_at=now)
    return approval


def voided(approval: Approval, why: str, now: datetime) -> Approval:
    """The request as what it was about is no longer there."""
    if ApprovalStatus.VOID not in MOVES[approval.status]:
        return approval
    return _ended(approval, ApprovalStatus.VOID, "", why, now)


def steps_between(before: Approval, after: Approval) -> list[tuple[str, str]]:
    """What happened without a change of status, each with who did it: for the audit."""
    steps = [
        (f"yes {number} of {after.needed}", vote.by)
        for number, vote in enumerate(after.votes, start=1)
        if vote not in before.votes and after.pending
    ]
    if after.hosting != before.hosting:
        steps.append(("changed", after.changed_by))
    if after.overruled_by != before.overruled_by and after.overruled_by:
        steps.append(("overruled", f"{CONSOLE}:{after.overruled_by}"))
    return steps


def check_accuracy(accuracy: float | None, least: float, reason: str) -> None:
    """Below the threshold asking needs a reason; an accuracy that is not known is below any."""
    if least <= 0 or (accuracy is not None and accuracy >= least) or reason.strip():
        return
    has = "no validation accuracy" if accuracy is None else f"{accuracy * 100:.1f} % of validation accuracy"
    raise FieldError(
        "reason",
        f"It has {has}, and {least * 100:.1f} % is asked of a model that is deployed.",
        'Say why it should be deployed all the same: `reason="…"`.',
    )


def outcome(approval: Approval) -> str:
    """In one sentence, what became of the request."""
    match approval.status:
        case ApprovalStatus.EXPIRED:
            return "This request has expired; nobody decided it in time."
        case ApprovalStatus.VOID:
            return f"This request is void. {approval.decision_reason}".strip()
        case ApprovalStatus.WITHDRAWN:
            return f"<@{approval.decided_by}> has withdrawn this request."
        case _ if approval.decided_in:
            return f"This was {approval.status} in SageMaker's console already."
        case _:
            return f"<@{approval.decided_by}> {approval.status} this already."


def _ended(approval: Approval, status: ApprovalStatus, by: str, why: str, now: datetime) -> Approval:
    return replace(approval, status=status, decided_by=by, decided_at=now, decision_reason=why.strip())


def _approvers(needed: int) -> str:
    return f"{needed} approvers" if needed > 1 else "one approver"
