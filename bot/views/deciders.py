"""Who decided a request, in words: a person of Slack, or somebody in SageMaker's console, as AWS names them."""

from bot.domain.approvals import Approval
from bot.views import parts


def decider(approval: Approval) -> str:
    """Who decided it."""
    if not approval.decided_in:
        return parts.mention(approval.decided_by)
    who = parts.code(approval.decided_by) if approval.decided_by else "somebody"
    return f"{who} in SageMaker's console"


def agreed(approval: Approval) -> str:
    """All who said yes, in their order."""
    if approval.decided_in or not approval.votes:
        return decider(approval)
    return " and ".join(parts.mention(vote.by) for vote in approval.votes)
