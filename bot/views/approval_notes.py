"""What is said of a request beside its card: the answer to whoever asks, and the lines in the card's thread."""

from collections.abc import Sequence

from bot.domain.approvals import Approval, ApprovalStatus
from bot.domain.cards import DeploymentCase
from bot.domain.jobs import Job
from bot.views import figures, parts
from bot.views.deciders import agreed, decider
from bot.views.hosting import kind_in_words, numbers
from bot.views.message import Message
from bot.views.release_notes import release_note


def decision_note(case: DeploymentCase, approvers: Sequence[str] = ()) -> Message | None:
    """The line in the thread that tells the requester of the decision, and approvers of what is about to expire."""
    approval = case.approval
    who, name = parts.mention(approval.requested_by), parts.name(approval.endpoint_name)
    match approval.status:
        case ApprovalStatus.APPROVED:
            return parts.note(f"{who} {agreed(approval)} approved this; *{name}* is on its way.")
        case ApprovalStatus.REJECTED:
            return parts.note(f"{who} {decider(approval)} rejected this{_because(approval)}; nothing is deployed.")
        case ApprovalStatus.EXPIRED:
            return parts.note(f"{who} nobody decided this in time; nothing is deployed. Ask again when it suits.")
        case ApprovalStatus.WITHDRAWN:
            return parts.note(f"{who} withdrew this; nothing is deployed.")
        case ApprovalStatus.VOID:
            why = parts.prose(approval.decision_reason)
            return parts.note(f"{who} this is void: {why} Nothing is deployed; ask again with what is there now.")
        case _:
            return _waiting(approval, approvers)


def milestone_note(case: DeploymentCase, approvers: Sequence[str] = ()) -> Message | None:
    """The line in the thread that tells what became of the endpoint; before that, of the decision."""
    said = release_note(case.endpoint) if case.endpoint else ""
    return parts.note(said) if said else decision_note(case, approvers)


def asked_reply(approval: Approval, job: Job) -> Message:
    """The answer to whoever asked for the deployment."""
    where = parts.escape(approval.channel_id)
    who = f"{approval.needed} other people decide" if approval.needed > 1 else "Another person decides"
    return parts.note(
        f"Asked for *{parts.name(job.name)}* to be deployed as *{parts.name(approval.endpoint_name)}* "
        f"({kind_in_words(approval.hosting)}). {who} in <#{where}>, until {figures.slack_date(approval.expires_at)}."
    )


def voted_reply(approval: Approval) -> Message:
    """The answer to an approver whose yes is not the last that it takes."""
    left = approval.needed - len(approval.votes)
    return parts.note(
        f"Your yes is the {_ordinal(len(approval.votes))} of {approval.needed}; {left} more "
        f"{'approver has' if left == 1 else 'approvers have'} to agree."
    )


def _waiting(approval: Approval, approvers: Sequence[str]) -> Message | None:
    if approval.reminded_at:
        until = figures.slack_date(approval.expires_at)
        return parts.note(f"{called(approval, approvers)} this is open until {until} only.")
    if approval.votes:
        last = parts.mention(approval.votes[-1].by)
        return parts.note(f"{last} approved this: {len(approval.votes)} of {approval.needed}.")
    return _changed(approval) if approval.changed_by else None


def _changed(approval: Approval) -> Message:
    again = "; who had approved it before has to approve it again" if approval.needed > 1 else ""
    hosting = f"{kind_in_words(approval.hosting)}, {numbers(approval.hosting)}"
    return parts.note(f"{parts.mention(approval.changed_by)} changed this to {hosting}{again}.")


def called(approval: Approval, approvers: Sequence[str]) -> str:
    """Those who can still decide. Four eyes: the requester is no help here, even as one of the approvers."""
    voted = {vote.by for vote in approval.votes}
    others = [one for one in approvers if one != approval.requested_by and one not in voted] or approvers
    return ", ".join(parts.mention(one) for one in others[:20])


def _because(approval: Approval) -> str:
    return f": {parts.escape(approval.decision_reason)}" if approval.decision_reason else ""


def _ordinal(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")
