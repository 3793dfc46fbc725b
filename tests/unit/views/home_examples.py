"""App Home as different people meet it, and what channels are told of a release that drifts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain import leases
from bot.domain.drift import DriftNote, Measured, Sign
from bot.domain.home_page import Decision, HomePage
from bot.domain.in_use import InUse
from bot.domain.leases import LeaseCase, Occasion
from bot.domain.retrainings import Retraining
from bot.domain.spending import Spend, month_of
from bot.domain.versions import Lot
from bot.views import drift_notes, home, home_deploy
from bot.views.message import Message
from tests.builders import (
    APPROVER,
    CHANNEL,
    NOW,
    REQUESTER,
    a_case,
    a_finished_job,
    a_lease,
    a_running_job,
    a_running_tuning,
    a_usage,
    an_approval,
    an_endpoint,
    minutes,
    realtime_hosting,
)
from tests.unit.views.data_set_examples import PREPARING
from tests.unit.views.endpoint_examples import a_holding

LATER = NOW + minutes(3.4)
RATED = InUse(rated=62, right=56)


def a_spend(**changes: Any) -> Spend:
    spend = Spend(month_of(LATER), training=8.3, tuning=2.6, endpoints=1.5, budget=50.0)
    return replace(spend, **changes)


def a_page(user_id: str = REQUESTER, **changes: Any) -> HomePage:
    return replace(HomePage(user_id, spend=a_spend(), deployable=True), **changes)


def a_question(**changes: Any) -> LeaseCase:
    lease = leases.asked(a_lease(), Occasion.IDLE, NOW)
    return LeaseCase(lease, an_endpoint(hosting=realtime_hosting(), **changes), a_usage())


def an_offer(**changes: Any) -> Retraining:
    offer = Retraining(
        id="4c1d",
        endpoint_name="emoji-live",
        release=an_endpoint().id,
        data_set="emoji",
        job_id=an_endpoint().job_id,
        owner=REQUESTER,
        channel_id=CHANNEL,
        lot=Lot((), fresh=24, wrong=9),
        cost=0.42,
        offered_at=NOW,
    )
    return replace(offer, **changes)


def a_drift(sign: Sign, **changes: Any) -> DriftNote:
    measured = Measured(
        rated=80,
        right=57,
        validation=0.892,
        size=200,
        margins=(0.78, 0.41),
        moved=(("food", 0.12, 0.41), ("faces", 0.3, 0.09), ("flags", 0.14, 0.1)),
    )
    note = DriftNote("9a7d", an_endpoint().id, "emoji-live", REQUESTER, CHANNEL, sign, measured, NOW)
    return replace(note, **changes)


def messages() -> dict[str, Message]:
    return {f"drift_{sign.name.lower()}": drift_notes.drift_note(a_drift(sign)) for sign in Sign}


def views() -> dict[str, dict[str, Any]]:
    asked_by_lin = a_case(an_approval(requested_by="U0LIN00001"))
    own = a_case(an_approval(id="b52d", endpoint_name="emoji-next"))
    full = a_page(
        decisions=(Decision(asked_by_lin, True), Decision(own, False)),
        questions=(a_question(),),
        offers=(an_offer(),),
        under_way=(a_running_job(), a_running_tuning(), PREPARING),
        endpoints=(a_holding(in_use=RATED), a_holding(an_endpoint(name="emoji-new"), in_use=InUse(12, 11))),
    )
    over = a_spend(training=61.2, unknown=("emoji-a", "emoji-b", "emoji-c", "emoji-d"))
    return {
        "home": home.home(full, LATER),
        "home_empty": home.home(HomePage(REQUESTER, spend=Spend(month_of(LATER))), LATER),
        "home_over_budget": home.home(a_page(APPROVER, spend=over, trains=False), LATER),
        "modal_home_deploy": home_deploy.choose_modal([a_finished_job(), a_finished_job(id="b", name="emoji-51c0aa")]),
        "modal_home_deploy_none": home_deploy.choose_modal([]),
    }


def crowded(count: int = 99) -> HomePage:
    """More of everything than a view has room for."""
    return a_page(
        decisions=(Decision(a_case(), True),) * count,
        questions=(a_question(),) * count,
        offers=(an_offer(),) * count,
        under_way=(a_running_job(),) * count,
        endpoints=(a_holding(in_use=RATED, lease=a_lease(ends_at=NOW + timedelta(days=2))),) * count,
    )
