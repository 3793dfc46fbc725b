"""The card of a request while it is open and after its decision, the lines in its thread, and the approvers' forms."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.approvals import CONSOLE, ApprovalStatus, Vote
from bot.domain.endpoints import Kind
from bot.domain.evidence import Demand, Evidence
from bot.domain.packages import PackageStatus
from bot.domain.replays import Measured, Replay, ReplayStatus, Results
from bot.views import approval_notes, approvals, deciding
from bot.views.message import Message
from tests.builders import (
    APPROVER,
    NOW,
    REQUESTER,
    a_case,
    a_curve,
    a_finished_job,
    a_registered_approval,
    an_approval,
    an_approved,
    an_endpoint,
    minutes,
    realtime_hosting,
    serverless_hosting,
)

LIN = "U0LIN000001"
GB_SECOND = 0.00002
LIVE = an_endpoint(id="another", name="emoji-old", job_id="earlier", job_name="emoji-51c0aa", accuracy=0.875)
LIVE_JOB = a_finished_job(
    id="earlier",
    name="emoji-51c0aa",
    hyperparameters={**a_finished_job().hyperparameters, "learning_rate": "0.1", "epochs": "12"},
    curve=a_curve((0.61, 0.74, 0.81, 0.875, 0.87)),
)
EVIDENCE = Evidence(LIVE_JOB, Demand(120.0, 0.31), realtime_hosting(), GB_SECOND, 0.8, replayable=20)
MEASURED = Replay("a", REQUESTER, NOW, ReplayStatus.DONE, results=Results(Measured(20, 19, 18)))
PROBLEM = "AWS does not let this bot register the model of *emoji-7f3a2c* in the Model Registry."


def _ended(status: ApprovalStatus, **changes: Any) -> Message:
    ended = a_registered_approval(
        status=status, decided_at=NOW + minutes(30), package_status=PackageStatus.REJECTED, **changes
    )
    return approvals.approval_card(a_case(ended))


def messages() -> Mapping[str, Message]:
    """By the names of their golden files."""
    once = a_registered_approval(needed=2, votes=(Vote(APPROVER, NOW),), changed_by=APPROVER)
    real_time = a_registered_approval(hosting=realtime_hosting(), reason="The stand at the fair opens on Monday.")
    instead = Evidence(None, Demand(), serverless_hosting(), GB_SECOND, 0.95)
    unpriced = Evidence(None, Demand(3.0), realtime_hosting(usd_per_hour=None))
    reminded = a_registered_approval(reminded_at=NOW + minutes(1200))
    return {
        "approval_evidence": approvals.approval_card(
            a_case(a_registered_approval(), live=LIVE, evidence=EVIDENCE),
            ("S0APPROVE01", APPROVER),
            ("F0CHART0001", "Best validation accuracies: emoji-7f3a2c 89.2 % at epoch 9."),
        ),
        "approval_measured": approvals.approval_card(
            a_case(a_registered_approval(), live=LIVE, evidence=replace(EVIDENCE, replay=MEASURED)), (APPROVER,)
        ),
        "approval_being_measured": approvals.approval_card(
            a_case(a_registered_approval(), live=LIVE, evidence=replace(EVIDENCE, replay=Replay("a", REQUESTER, NOW))),
            (APPROVER,),
        ),
        "approval_below_threshold": approvals.approval_card(a_case(real_time, evidence=instead), (APPROVER,)),
        "approval_one_of_two": approvals.approval_card(a_case(once, evidence=unpriced), (APPROVER, LIN)),
        "approval_not_registered": approvals.approval_card(a_case(an_approval(problem=PROBLEM)), (APPROVER,)),
        "approval_withdrawn": _ended(ApprovalStatus.WITHDRAWN, decided_by=REQUESTER),
        "approval_rejected_why": _ended(
            ApprovalStatus.REJECTED, decided_by=APPROVER, decision_reason="The live model is better on <cats>."
        ),
        "approval_rejected_in_console": _ended(ApprovalStatus.REJECTED, decided_by="olga", decided_in=CONSOLE),
        "approval_void": _ended(
            ApprovalStatus.VOID, decision_reason="The model's artifact in S3 is no longer the one that was asked for."
        ),
        "approval_overruled": approvals.approval_card(a_case(an_approved(overruled_by="olga"), an_endpoint())),
        "approval_rejected_then_overruled": _ended(
            ApprovalStatus.REJECTED, decided_by=APPROVER, decision_reason="No.", overruled_by="olga"
        ),
        "approval_voted_note": _note(approval_notes.decision_note(a_case(once), (APPROVER, LIN))),
        "approval_changed_note": _note(
            approval_notes.decision_note(a_case(a_registered_approval(needed=2, changed_by=LIN)), ())
        ),
        "approval_reminder": _note(approval_notes.decision_note(a_case(reminded), ("S0APPROVE01", REQUESTER))),
        "approval_voted_reply": approval_notes.voted_reply(once),
    }


def views() -> Mapping[str, dict[str, Any]]:
    """By the names of their golden files."""
    approval, job = a_registered_approval(), a_finished_job()
    words = deciding.as_words(realtime_hosting())
    return {
        "modal_reject": deciding.reject_modal(approval, job),
        "modal_change": deciding.change_modal(approval, job, Kind.SERVERLESS, deciding.as_words(approval.hosting)),
        "modal_change_realtime": deciding.change_modal(approval, job, Kind.REALTIME, words),
    }


def _note(message: Message | None) -> Message:
    assert message is not None
    return message
