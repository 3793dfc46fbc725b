"""The forms in which approvers decide: why a request is rejected, and with which numbers it would be approved."""

from collections.abc import Mapping

from slack_sdk.models.blocks import Block

from bot.domain.approvals import Approval
from bot.domain.endpoints import Hosting, Kind
from bot.domain.jobs import Job
from bot.views import hosting, modals, parts
from bot.views.message import View

REJECTED, CHANGED, CHANGE_KIND = "approval.rejected", "approval.changed", "approval.kind"
WHY = "why"


def reject_modal(approval: Approval, job: Job) -> View:
    """Asks why; nothing is rejected before that is said."""
    asked = f"*{parts.name(job.name)}* is not deployed as *{parts.name(approval.endpoint_name)}*"
    blocks: list[Block] = [
        parts.section(f"{asked}, and {parts.mention(approval.requested_by)} is told why."),
        hosting.sentence_input(WHY, "Why", hint="It also goes into the Model Registry."),
    ]
    metadata = {"approval_id": approval.id}
    return modals.modal("Reject", blocks, submit="Reject", callback_id=REJECTED, metadata=metadata)


def change_modal(approval: Approval, job: Job, kind: Kind, prefill: Mapping[str, str]) -> View:
    """The kind and its numbers; choosing the other kind sends CHANGE_KIND, and the view is updated with that."""
    blocks: list[Block] = [
        parts.section(f"*{parts.name(job.name)}* as *{parts.name(approval.endpoint_name)}*"),
        hosting.kind_input(kind, CHANGE_KIND),
        *hosting.number_inputs(kind, prefill),
        parts.context("It is approved afterwards, with a click of its own; a yes from before does not count any more."),
    ]
    metadata = {"approval_id": approval.id}
    return modals.modal("Change", blocks, submit="Change", callback_id=CHANGED, metadata=metadata)


def as_words(chosen: Hosting) -> dict[str, str]:
    """The numbers as the form is filled in with them."""
    if chosen.kind == Kind.SERVERLESS:
        return {"memory": str(chosen.memory_mb), "concurrency": str(chosen.concurrency)}
    return {"instance": chosen.instance_type, "count": str(chosen.instance_count)}
