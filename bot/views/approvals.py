"""The card of a request to deploy, from the question to the endpoint in service."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject

from bot.domain.approvals import Approval, ApprovalStatus, terms
from bot.domain.cards import DeploymentCase
from bot.views import figures, parts
from bot.views.approval_notes import called
from bot.views.deciders import agreed, decider
from bot.views.evidence import cost, evidence_fields, evidence_notes
from bot.views.hosting import kind_in_words
from bot.views.message import Message
from bot.views.replays import REPLAY
from bot.views.rollouts import rollout_blocks, rollout_line

APPROVE, REJECT = "approval.approve", "approval.reject"
CHANGE, WITHDRAW = "approval.change", "approval.withdraw"
_OVER = {
    ApprovalStatus.REJECTED: "nothing is deployed",
    ApprovalStatus.EXPIRED: "nobody decided it in time",
    ApprovalStatus.WITHDRAWN: "nothing is deployed",
    ApprovalStatus.VOID: "what was asked for has changed",
}


def approval_card(case: DeploymentCase, approvers: Sequence[str] = (), picture: tuple[str, str] = ("", "")) -> Message:
    """The request as it stands. `approvers` are ids of users and user groups, mentioned while it is open.

    `picture` is Slack's file of the curves and what it says; without a file there is none.
    """
    sign, head, more = _first_line(case)
    file_id, alt = picture
    blocks: list[Block | None] = [
        parts.section(parts.headline(sign, head, *more)),
        parts.image(file_id, alt) if file_id else None,
        parts.fields_section(evidence_fields(case)),
        *evidence_notes(case),
        *(_question(case, approvers) if case.approval.pending else _outcome(case)),
    ]
    return parts.message(parts.sentence(head, *more), blocks)


def decision_buttons(case: DeploymentCase) -> list[ButtonElement | None]:
    """What approvers do; approving asks once, rejecting asks why."""
    approval = case.approval
    read = f"{approval.id} {terms(approval.hosting)}"
    return [
        parts.button("Approve", APPROVE, read, "primary", _approve_question(case)),
        parts.button("Reject", REJECT, approval.id, "danger"),
        parts.button("Change", CHANGE, approval.id),
    ]


def asked_line(approval: Approval) -> list[str]:
    return [f"asked by {parts.mention(approval.requested_by)}", f"open until {figures.slack_date(approval.expires_at)}"]


def question(case: DeploymentCase) -> str:
    return f"Deploy {parts.name(case.job.name)} to {kind_in_words(case.approval.hosting)}?"


def _first_line(case: DeploymentCase) -> tuple[str, str, list[str]]:
    status = case.approval.status
    if status == ApprovalStatus.PENDING:
        return parts.DECISION, question(case), asked_line(case.approval)
    if status == ApprovalStatus.APPROVED:
        return rollout_line(case)
    said = "is void" if status == ApprovalStatus.VOID else str(status)
    return parts.STOPPED, f"Deployment of {parts.name(case.job.name)} {said}", [_OVER[status]]


def _question(case: DeploymentCase, approvers: Sequence[str]) -> list[Block | None]:
    approval = case.approval
    who = called(approval, approvers)
    asked = f"{who} can decide this." if who else "No approvers are named; the operators name them in `APPROVERS`."
    changed = f"Changed by {parts.mention(approval.changed_by)}" if approval.changed_by else ""
    notes = (asked, _votes(approval), changed)
    return [
        parts.context(" · ".join(filter(None, notes))),
        parts.actions([*decision_buttons(case), _withdraw_button(case), _replay_button(case)]),
    ]


def _votes(approval: Approval) -> str:
    """`1 of 2 approved: @grace`, where it takes more than one."""
    if approval.needed == 1 and not approval.votes:
        return ""
    who = ", ".join(parts.mention(vote.by) for vote in approval.votes)
    said = f"{len(approval.votes)} of {approval.needed} approved"
    return f"{said}: {who}" if who else said


def _approve_question(case: DeploymentCase) -> ConfirmObject:
    return parts.confirm(
        f"Approve {case.approval.endpoint_name}?",
        f"{cost(case)}. It answers images with *{parts.name(case.job.name)}*.",
        "Approve",
    )


def _replay_button(case: DeploymentCase) -> ButtonElement | None:
    """Where there is a live model to hold the candidate against, and images to do it with; once for a request."""
    if case.live is None or case.evidence.replay is not None or not case.evidence.replayable:
        return None
    return parts.button("Replay last uploads", REPLAY, case.approval.id)


def _withdraw_button(case: DeploymentCase) -> ButtonElement:
    asked = parts.confirm(
        f"Withdraw {case.approval.endpoint_name}?", "Nothing is deployed. Only who asked can withdraw it.", "Withdraw"
    )
    return parts.button("Withdraw", WITHDRAW, case.approval.id, confirm=asked)


def _outcome(case: DeploymentCase) -> list[Block | None]:
    return [parts.context(_decided(case.approval)), _why(case.approval), *rollout_blocks(case)]


def _decided(approval: Approval) -> str:
    when = f", {figures.slack_date(approval.decided_at)}" if approval.decided_at else ""
    asked = f"asked by {parts.mention(approval.requested_by)}"
    match approval.status:
        case ApprovalStatus.EXPIRED | ApprovalStatus.VOID:
            return f"{str(approval.status).capitalize()}{when} · {asked}"
        case ApprovalStatus.APPROVED:
            return f"Approved by {agreed(approval)}{when} · {asked}"
        case _:
            return f"{str(approval.status).capitalize()} by {decider(approval)}{when} · {asked}"


def _why(approval: Approval) -> Block | None:
    return parts.section(parts.prose(approval.decision_reason)) if approval.decision_reason else None
