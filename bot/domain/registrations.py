"""Requests and their versions in the Model Registry: what a look makes of a request, and what is written there."""

from dataclasses import replace
from datetime import datetime

from bot.domain.approvals import CONSOLE, MOVES, Approval, ApprovalStatus, voided
from bot.domain.packages import PackageSnapshot, PackageStatus

SOMEBODY = "somebody"


def settled_elsewhere(approval: Approval, seen: PackageStatus, by: str, now: datetime) -> Approval:
    """The request after a look at the registry: a decision that was made there is a decision, the first one counts.

    A version that was registered for an earlier request is approved for what that one asked, maybe by this bot itself:
    another request for it, with its own numbers and name, is decided in Slack alone.
    """
    noted = replace(approval, package_status=seen)
    if approval.pending and not approval.own_package:
        return noted
    status = {
        PackageStatus.APPROVED: ApprovalStatus.APPROVED,
        PackageStatus.REJECTED: ApprovalStatus.REJECTED,
    }.get(seen)
    if seen == approval.package_status or status is None or status not in MOVES[approval.status]:
        return noted
    return replace(noted, status=status, decided_by=by, decided_at=now, decided_in=CONSOLE)


def given_up(approval: Approval, problem: str, now: datetime) -> Approval:
    """The request as the registry will not be told of it: what was approved is void, and no version of it counts."""
    return replace(voided(approval, problem, now), package_status=PackageStatus.REJECTED, problem=problem)


def looked_back(approval: Approval, snapshot: PackageSnapshot) -> Approval:
    """The request after a later look at its version: what is carried out stays, and who thinks otherwise is named."""
    differs = snapshot.status not in (approval.package_status, PackageStatus.PENDING)
    return replace(approval, overruled_by=(snapshot.by or SOMEBODY) if differs else "")


def in_the_registry(approval: Approval) -> str:
    """The decision with who and why, on one line, as AWS takes it: at most 1,024 characters."""
    asked = f"asked by {approval.requested_by}" + (f" ({approval.reason})" if approval.reason else "")
    match approval.status:
        case ApprovalStatus.APPROVED:
            said = f"Approved in Slack by {', '.join(vote.by for vote in approval.votes) or approval.decided_by}"
        case ApprovalStatus.REJECTED:
            said = f"Rejected in Slack by {approval.decided_by}: {approval.decision_reason}"
        case ApprovalStatus.WITHDRAWN:
            said = "Withdrawn in Slack by the requester"
        case ApprovalStatus.VOID:
            said = f"Void: {approval.decision_reason}"
        case _:
            said = "Nobody decided in time"
    return " ".join(f"{said}; {asked}; for the endpoint {approval.endpoint_name}.".split())[:1024]
