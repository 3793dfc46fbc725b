"""The screens of living with endpoints."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain import leases as rules
from bot.domain import strays as finds
from bot.domain.approvals import ApprovalStatus, Vote
from bot.domain.endpoints import Check, Endpoint, EndpointStatus
from bot.domain.holdings import Holding
from bot.domain.leases import LeaseCase, LeaseStatus, Occasion
from bot.domain.provenance import Line
from bot.domain.strays import Stray, Thing, ThingKind
from bot.domain.traffic import Mixing, Traffic
from bot.views import endpoints, leases, provenance, replies, strays, trying
from bot.views.message import Message
from tests.builders import (
    APPROVALS_CHANNEL,
    APPROVER,
    CHANNEL,
    NOW,
    REQUESTER,
    a_data_set,
    a_finished_job,
    a_lease,
    a_preparation,
    a_tuning,
    a_usage,
    an_approved,
    an_endpoint,
    an_upload,
    minutes,
    realtime_hosting,
)

SPLIT = Traffic("b4", "emoji-51c0aa", "emoji-fast-b4", "emoji-fast-split", 10, step=Mixing.ON)
WEEK = timedelta(days=7)
LATER = NOW + timedelta(days=2)
ENDS = NOW + timedelta(days=6)


def a_holding(endpoint: Endpoint | None = None, **changes: Any) -> Holding:
    """An endpoint that two channels use, with all that is known of it."""
    holding = Holding(endpoint or an_endpoint(), a_lease(), a_usage(), (CHANNEL, "C0KITCHEN01"), 0.00002)
    return replace(holding, **changes)


def _case(status: LeaseStatus, occasion: Occasion = Occasion.ENDING, by: str = "", **changes: Any) -> LeaseCase:
    lease = rules.asked(a_lease(), occasion, ENDS)
    if status != LeaseStatus.ASKED:
        lease = rules.settled(lease, status, by, ENDS + timedelta(hours=3))
    until = LATER + WEEK if status == LeaseStatus.RENEWED else None
    return LeaseCase(lease, an_endpoint(**changes), a_usage(), until)


def _stray() -> Stray:
    made = [Thing(kind, f"pets-{kind}", "0a1b2c3d4e5f6071", NOW) for kind in (ThingKind.MODEL, ThingKind.CONFIGURATION)]
    return finds.found("0a1b2c3d4e5f6071", made, APPROVALS_CHANNEL, NOW)


def _line() -> Line:
    job = a_finished_job(name="emoji-tune-5d1e0b-003-0a1b2c3d", s3_prefix="s3://b/datasets/emoji/c25b1e0f77a94d13")
    approval = an_approved(votes=(Vote(APPROVER, NOW + minutes(10)),), reason="The best so far.")
    checked = an_endpoint(
        check=Check(20, 19), package_arn="arn:aws:sagemaker:eu-central-1:123456789012:model-package/emoji/4"
    )
    before = an_endpoint(id="b4", job_name="emoji-51c0aa", status=EndpointStatus.SUPERSEDED)
    return Line(checked, approval, job, a_tuning(), a_data_set(), a_preparation(), (before,))


def messages() -> Mapping[str, Message]:
    creating = an_endpoint(name="emoji-next", status=EndpointStatus.CREATING, in_service_at=None)
    costly = an_endpoint(name="emoji-fast", hosting=realtime_hosting(), replaces="b4")
    broken = an_endpoint(name="emoji-bad", status=EndpointStatus.FAILED, failure_reason="CapacityError: none")
    bare = Holding(creating)
    console = an_approved(decided_in="console", decided_by="arn:aws:iam::1:user/ops", status=ApprovalStatus.APPROVED)
    return {
        "endpoint_list": endpoints.endpoint_list([a_holding(), a_holding(costly), bare, Holding(broken)], LATER),
        "endpoint_list_empty": endpoints.endpoint_list([], LATER),
        "endpoint_page": endpoints.endpoint_page(a_holding(costly), LATER),
        "endpoint_page_split": endpoints.endpoint_page(a_holding(replace(costly, traffic=SPLIT)), LATER),
        "endpoint_page_failed": endpoints.endpoint_page(Holding(broken), LATER),
        "endpoint_why": provenance.why_page(_line()),
        "endpoint_why_of_little": provenance.why_page(Line(an_endpoint(), console)),
        "endpoint_routed": replies.routed(an_endpoint(), CHANNEL, "emoji-old"),
        "endpoint_unrouted": replies.unrouted("emoji-live", CHANNEL),
        "endpoint_trying": trying.trying_message(an_endpoint(), ["fox.png"]),
        "lease_ending": leases.lease_card(_case(LeaseStatus.ASKED, hosting=realtime_hosting()), WEEK),
        "lease_idle": leases.lease_card(_case(LeaseStatus.ASKED, Occasion.IDLE), WEEK),
        "lease_renewed": leases.lease_card(_case(LeaseStatus.RENEWED, by=REQUESTER), WEEK),
        "lease_used_again": leases.lease_card(_case(LeaseStatus.RENEWED, Occasion.IDLE), WEEK),
        "lease_ended": leases.lease_card(
            _case(LeaseStatus.ENDED, deleted_because="ending", hosting=realtime_hosting()), WEEK
        ),
        "lease_closed": leases.lease_card(_case(LeaseStatus.CLOSED, by=APPROVER), WEEK),
        "lease_kept_reply": leases.kept_reply(a_lease()),
        "stray_found": strays.stray_card(_stray()),
        "stray_removing": strays.stray_card(finds.removal_asked(_stray(), APPROVER)),
        "stray_removed": strays.stray_card(finds.removed(_stray())),
        "stray_list": strays.stray_list([_stray(), finds.removal_asked(_stray(), APPROVER)]),
        "stray_list_empty": strays.stray_list([]),
        "stray_removing_reply": strays.removing_reply(_stray()),
    }


def views() -> Mapping[str, dict[str, Any]]:
    return {
        "modal_try": trying.try_modal(an_endpoint(), [an_upload()], CHANNEL),
        "modal_try_upload_only": trying.try_modal(an_endpoint(), [], ""),
    }
