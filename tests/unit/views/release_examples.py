"""The screens of releases that take another one's place, and go back."""

from collections.abc import Mapping
from typing import Any

from bot.domain.endpoints import Check, EndpointStatus
from bot.domain.traffic import Mixing, Traffic
from bot.views import approvals, replies
from bot.views.message import Message
from tests.builders import APPROVER, NOW, a_case, an_approved, an_endpoint, minutes

TRIED = Check(20, 18)
UNFIT = Check(20, 3, False, "It got 3 of 20 golden images right; 89 % were to be expected, give or take 15 %.")
UNTRIED = Check(problem="Nothing is known any more of the data set emoji.")
SPLIT = Traffic("b52d88e1", "emoji-51c0aa", "emoji-live-b52d88e1", "emoji-live-both", 10, by=APPROVER, step=Mixing.ON)


def _card(status: EndpointStatus, **fields: Any) -> Message:
    endpoint = an_endpoint(**({"status": status, "replaces": "b52d88e1"} | fields))
    return approvals.approval_card(a_case(an_approved(), endpoint))


def messages() -> Mapping[str, Message]:
    on_its_way: dict[str, Any] = {"in_service_at": None}
    unfit: dict[str, Any] = {"check": UNFIT, "failure_reason": UNFIT.problem, **on_its_way}
    served = an_endpoint(replaces="b52d88e1", check=TRIED)
    return {
        "release_updating": _card(EndpointStatus.UPDATING, **on_its_way),
        "release_checking": _card(EndpointStatus.CHECKING, **on_its_way),
        "release_in_service": _card(EndpointStatus.IN_SERVICE, check=TRIED),
        "release_untried": _card(EndpointStatus.IN_SERVICE, check=UNTRIED),
        "release_split": _card(EndpointStatus.IN_SERVICE, check=TRIED, traffic=SPLIT),
        "release_going_back_by_itself": _card(EndpointStatus.ROLLING_BACK, **unfit),
        "release_gone_back_by_itself": _card(EndpointStatus.ROLLED_BACK, **unfit),
        "release_rolling_back": _card(EndpointStatus.ROLLING_BACK, check=TRIED, rolled_back_by=APPROVER),
        "release_rolled_back": _card(EndpointStatus.ROLLED_BACK, check=TRIED, rolled_back_by=APPROVER),
        "release_superseded": _card(EndpointStatus.SUPERSEDED, check=TRIED, kept_until=NOW + minutes(10_080)),
        "release_unfit_and_new": _card(EndpointStatus.DELETED, replaces="", **unfit),
        "reply_rolling_back": replies.rolling_back(served, an_endpoint(job_name="emoji-51c0aa")),
        "reply_dividing": replies.dividing(an_endpoint(traffic=SPLIT)),
    }
