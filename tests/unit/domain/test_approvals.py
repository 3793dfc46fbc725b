"""Who may decide a request, until when, and what whoever comes late is told."""

import pytest

from bot.domain.approvals import MOVES, OPEN_FOR, Approval, ApprovalStatus, decided, expired, may_decide, outcome
from bot.errors import NotAllowedError, WrongStateError
from tests.builders import APPROVER, NOW, REQUESTER, an_approval, an_approved, minutes

SOON = NOW + minutes(11)
DEADLINE = an_approval().expires_at


def test_an_approver_may_decide() -> None:
    may_decide(an_approval(), APPROVER, is_approver=True, self_approval=False)


def test_nobody_else_may_decide() -> None:
    with pytest.raises(NotAllowedError, match="Only approvers"):
        may_decide(an_approval(), APPROVER, is_approver=False, self_approval=True)


def test_an_approver_may_not_decide_their_own_request() -> None:
    with pytest.raises(NotAllowedError, match="another approver"):
        may_decide(an_approval(), REQUESTER, is_approver=True, self_approval=False)


def test_an_approver_may_decide_their_own_request_where_the_operators_allow_it() -> None:
    may_decide(an_approval(), REQUESTER, is_approver=True, self_approval=True)


@pytest.mark.parametrize("status", [ApprovalStatus.APPROVED, ApprovalStatus.REJECTED])
def test_a_decision_keeps_who_decided_and_when(status: ApprovalStatus) -> None:
    approval = decided(an_approval(), status, APPROVER, SOON)

    assert (approval.status, approval.decided_by, approval.decided_at) == (status, APPROVER, SOON)


def test_the_first_decision_stands_and_the_second_hears_of_it() -> None:
    with pytest.raises(WrongStateError, match=f"<@{APPROVER}> approved this already"):
        decided(an_approved(), ApprovalStatus.REJECTED, "U0LIN00001", SOON)


def test_a_decision_comes_in_time_until_the_last_moment() -> None:
    assert decided(an_approval(), ApprovalStatus.APPROVED, APPROVER, DEADLINE - minutes(0.01)).decided_by == APPROVER


def test_a_decision_at_the_deadline_comes_too_late() -> None:
    with pytest.raises(WrongStateError, match="has expired"):
        decided(an_approval(), ApprovalStatus.APPROVED, APPROVER, DEADLINE)


def test_a_request_expires_at_its_deadline() -> None:
    gone = expired(an_approval(), DEADLINE)

    assert (gone.status, gone.decided_at, gone.decided_by) == (ApprovalStatus.EXPIRED, DEADLINE, "")


@pytest.mark.parametrize("approval", [an_approval(), an_approval(requested_at=NOW, expires_at=NOW + OPEN_FOR)])
def test_before_its_deadline_a_request_does_not_expire(approval: Approval) -> None:
    assert expired(approval, approval.expires_at - minutes(0.01)) is approval


def test_what_was_decided_does_not_expire() -> None:
    approved = an_approved()

    assert expired(approved, DEADLINE) is approved


def test_an_expired_request_says_that_nobody_decided_it() -> None:
    assert "nobody decided" in outcome(expired(an_approval(), DEADLINE))


def test_an_expired_request_cannot_be_decided() -> None:
    with pytest.raises(WrongStateError, match="has expired"):
        decided(expired(an_approval(), DEADLINE), ApprovalStatus.APPROVED, APPROVER, SOON)


def test_a_request_moves_once_and_never_again() -> None:
    assert [status for status in ApprovalStatus if MOVES[status]] == [ApprovalStatus.PENDING]
