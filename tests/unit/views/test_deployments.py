"""What the screens of requests, endpoints and the Home tab say and offer."""

from typing import Any

import pytest

from bot.domain.approvals import ApprovalStatus
from bot.domain.endpoints import EndpointStatus
from bot.domain.evidence import Evidence
from bot.domain.home_page import Decision
from bot.domain.replays import Replay
from bot.views import approval_notes, approvals, endpoints, home
from bot.views.replays import REPLAY
from tests.builders import (
    APPROVER,
    NOW,
    REQUESTER,
    a_case,
    an_approval,
    an_approved,
    an_endpoint,
    realtime_hosting,
)
from tests.unit.views.endpoint_examples import a_holding
from tests.unit.views.home_examples import a_page, crowded
from tests.unit.views.screens import actions, said

DECIDING = {approvals.APPROVE, approvals.REJECT, approvals.CHANGE}


@pytest.mark.parametrize("status", ApprovalStatus)
def test_the_buttons_of_a_request_are_drawn_exactly_while_it_can_be_decided(status: ApprovalStatus) -> None:
    card = approvals.approval_card(a_case(an_approval(status=status, decided_by=APPROVER)))

    assert (actions(card.blocks) == DECIDING | {approvals.WITHDRAW}) == (status == ApprovalStatus.PENDING)


@pytest.mark.parametrize(
    ("evidence", "offered"),
    [
        (Evidence(replayable=1), True),
        (Evidence(), False),
        (Evidence(replayable=1, replay=Replay("a", REQUESTER, NOW)), False),
    ],
)
def test_a_replay_is_offered_where_there_are_images_for_it_and_none_was_asked_for(
    evidence: Evidence, *, offered: bool
) -> None:
    card = approvals.approval_card(a_case(an_approval(), live=an_endpoint(id="another"), evidence=evidence))

    assert (REPLAY in actions(card.blocks)) == offered


def test_approving_asks_once_and_names_the_price() -> None:
    card = approvals.approval_card(a_case(an_approval(hosting=realtime_hosting())))
    approve = card.blocks[-1]["elements"][0]

    assert "$2.76 a day" in approve["confirm"]["text"]["text"]


@pytest.mark.parametrize("status", EndpointStatus)
def test_every_status_of_an_endpoint_has_its_card(status: EndpointStatus) -> None:
    card = approvals.approval_card(a_case(an_approved(), an_endpoint(status=status, step="endpoint")))

    assert "emoji" in card.text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (ApprovalStatus.APPROVED, f"<@{REQUESTER}> <@{APPROVER}> approved this"),
        (ApprovalStatus.REJECTED, f"<@{REQUESTER}> <@{APPROVER}> rejected this"),
        (ApprovalStatus.EXPIRED, f"<@{REQUESTER}> nobody decided this in time"),
    ],
)
def test_the_requester_is_told_of_the_decision(status: ApprovalStatus, words: str) -> None:
    note = approval_notes.milestone_note(a_case(an_approval(status=status, decided_by=APPROVER)))

    assert note is not None
    assert note.text.startswith(words)


def test_nothing_is_told_before_the_decision() -> None:
    assert approval_notes.milestone_note(a_case()) is None


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        (an_endpoint(), "Images uploaded in <#C0EMOJI0001> are answered"),
        (an_endpoint(status=EndpointStatus.FAILED), "AWS gave no reason"),
        (an_endpoint(status=EndpointStatus.DELETED, deleted_by=APPROVER), f"(<@{APPROVER}> asked for it)"),
        (an_endpoint(status=EndpointStatus.CREATING), "approved this"),
    ],
)
def test_the_thread_is_told_what_became_of_the_endpoint(endpoint: Any, words: str) -> None:
    note = approval_notes.milestone_note(a_case(an_approved(), endpoint))

    assert note is not None
    assert words in note.text


def test_what_is_live_is_named_beside_the_candidate() -> None:
    live = an_endpoint(job_name="emoji-51c0aa", accuracy=None, in_service_at=None)
    card = said(approvals.approval_card(a_case(live=live)))

    assert "unknown (emoji-51c0aa on emoji-live)" in card


def test_a_wish_that_came_to_nothing_is_not_taken_for_a_roll_back() -> None:
    card = said(approvals.approval_card(a_case(an_approved(), an_endpoint(failure_reason="AWS is out of order."))))

    assert "did not come about" in card
    assert "rolled back" not in card


@pytest.mark.parametrize("status", EndpointStatus)
def test_an_endpoint_can_be_deleted_exactly_where_that_is_possible(status: EndpointStatus) -> None:
    endpoint = an_endpoint(status=status)

    offered = actions(endpoints.endpoint_page(a_holding(endpoint), NOW).blocks)

    assert (endpoints.DELETE in offered) == (endpoints.KEEP in offered) == endpoint.deletable
    assert (endpoints.TEST in offered) == endpoint.answering


def test_deleting_a_real_time_endpoint_says_what_it_saves() -> None:
    row = endpoints.endpoint_page(a_holding(an_endpoint(hosting=realtime_hosting())), NOW).blocks[-1]

    assert "saves $2.76 a day, about $82.80 a month" in row["elements"][-1]["confirm"]["text"]["text"]


@pytest.mark.parametrize(
    ("hostings", "words"),
    [
        ([realtime_hosting(usd_per_hour=None)], "price unknown"),
        ([realtime_hosting(usd_per_hour=None), realtime_hosting()], "at least $2.76 a day"),
        ([realtime_hosting(), realtime_hosting()], "$5.52 a day"),
    ],
)
def test_the_list_of_endpoints_says_what_they_cost_together(hostings: list[Any], words: str) -> None:
    listed = endpoints.endpoint_list([a_holding(an_endpoint(hosting=one)) for one in hostings], NOW)

    assert words in listed.text


def test_a_long_list_of_endpoints_fits_into_a_message_and_says_how_many_are_left_out() -> None:
    listed = endpoints.endpoint_list([a_holding()] * 120, NOW)

    assert len(listed.blocks) <= 50
    assert "80 more" in said(listed)


def test_ones_own_request_has_no_buttons_on_the_home_tab() -> None:
    own = home.home(a_page(decisions=(Decision(a_case(), may_decide=False),)), NOW)
    others = home.home(a_page(APPROVER, decisions=(Decision(a_case(), may_decide=True),)), NOW)

    assert actions(own["blocks"]) & DECIDING == set()
    assert actions(others["blocks"]) >= DECIDING


def test_a_full_home_tab_keeps_to_slacks_limit() -> None:
    view = home.home(crowded(), NOW)

    assert len(view["blocks"]) <= 100
    assert str(view).count("and 87 more") == 2
