"""Who may decide a request, how many it takes, until when, and what whoever comes late is told."""

from dataclasses import replace

import pytest

from bot.domain.approvals import (
    CONSOLE,
    MOVES,
    OPEN_FOR,
    Approval,
    ApprovalStatus,
    Rules,
    approved,
    changed,
    check_accuracy,
    expired,
    may_decide,
    outcome,
    rejected,
    reminded,
    terms,
    voided,
    withdrawn,
)
from bot.domain.packages import PackageStatus
from bot.domain.registrations import in_the_registry, settled_elsewhere
from bot.errors import FieldError, NotAllowedError, WrongStateError
from tests.builders import (
    APPROVER,
    NOW,
    REQUESTER,
    a_data_set,
    a_registered_approval,
    an_approval,
    an_approved,
    minutes,
    realtime_hosting,
)

LIN = "U0LIN00001"
SOON = NOW + minutes(11)
DEADLINE = an_approval().expires_at
ENDED = [status for status in ApprovalStatus if status not in (ApprovalStatus.PENDING, ApprovalStatus.APPROVED)]


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


def test_an_approval_keeps_who_decided_and_when() -> None:
    approval = approved(an_approval(), APPROVER, SOON)

    assert (approval.status, approval.decided_by, approval.decided_at) == (ApprovalStatus.APPROVED, APPROVER, SOON)


def test_a_rejection_keeps_who_decided_and_why() -> None:
    approval = rejected(an_approval(), APPROVER, " worse on cats ", SOON)

    assert (approval.status, approval.decided_by) == (ApprovalStatus.REJECTED, APPROVER)
    assert approval.decision_reason == "worse on cats"


def test_a_rejection_without_a_reason_is_none() -> None:
    with pytest.raises(FieldError, match="Say why"):
        rejected(an_approval(), APPROVER, "  ", SOON)


def test_where_two_must_agree_one_yes_decides_nothing() -> None:
    approval = approved(an_approval(needed=2), APPROVER, SOON)

    assert (approval.pending, [vote.by for vote in approval.votes]) == (True, [APPROVER])


def test_where_two_must_agree_the_second_person_decides() -> None:
    approval = approved(approved(an_approval(needed=2), APPROVER, SOON), LIN, SOON)

    assert (approval.status, approval.decided_by) == (ApprovalStatus.APPROVED, LIN)


def test_the_same_person_counts_once() -> None:
    once = approved(an_approval(needed=2), APPROVER, SOON)

    with pytest.raises(WrongStateError, match="You have approved this already") as refusal:
        approved(once, APPROVER, SOON)
    assert "1 of 2" in refusal.value.next_step


def test_one_no_is_enough_whatever_others_said() -> None:
    once = approved(an_approval(needed=2), APPROVER, SOON)

    assert rejected(once, LIN, "no", SOON).status == ApprovalStatus.REJECTED


def test_who_agreed_to_other_numbers_has_not_agreed_to_these() -> None:
    once = approved(an_approval(needed=2), APPROVER, SOON)
    after = changed(once, realtime_hosting(), LIN, SOON)

    assert (after.hosting, after.changed_by, after.votes) == (realtime_hosting(), LIN, ())


def test_the_same_numbers_are_no_change() -> None:
    once = approved(an_approval(needed=2), APPROVER, SOON)

    assert changed(once, once.hosting, LIN, SOON) is once


def test_the_requester_can_withdraw() -> None:
    assert withdrawn(an_approval(), REQUESTER, SOON).status == ApprovalStatus.WITHDRAWN


def test_who_clicks_after_that_reads_that_it_was_withdrawn() -> None:
    with pytest.raises(WrongStateError, match=f"<@{REQUESTER}> has withdrawn this request"):
        approved(withdrawn(an_approval(), REQUESTER, SOON), APPROVER, SOON)


def test_nobody_else_can_withdraw() -> None:
    with pytest.raises(NotAllowedError, match=f"<@{REQUESTER}> asked for this"):
        withdrawn(an_approval(), APPROVER, SOON)


def test_the_first_decision_stands_and_the_second_hears_of_it() -> None:
    with pytest.raises(WrongStateError, match=f"<@{APPROVER}> approved this already"):
        rejected(an_approved(), LIN, "no", SOON)


def test_a_decision_comes_in_time_until_the_last_moment() -> None:
    assert approved(an_approval(), APPROVER, DEADLINE - minutes(0.01)).decided_by == APPROVER


def test_a_decision_at_the_deadline_comes_too_late() -> None:
    with pytest.raises(WrongStateError, match="has expired"):
        approved(an_approval(), APPROVER, DEADLINE)


def test_a_request_expires_at_its_deadline() -> None:
    gone = expired(an_approval(), DEADLINE)

    assert (gone.status, gone.decided_at, gone.decided_by) == (ApprovalStatus.EXPIRED, DEADLINE, "")


@pytest.mark.parametrize("approval", [an_approval(), an_approval(requested_at=NOW, expires_at=NOW + OPEN_FOR)])
def test_before_its_deadline_a_request_does_not_expire(approval: Approval) -> None:
    assert expired(approval, approval.expires_at - minutes(0.01)) is approval


def test_what_was_decided_does_not_expire() -> None:
    assert expired(an_approved(), DEADLINE) == an_approved()


def test_the_approvers_are_reminded_once_shortly_before_the_end() -> None:
    late = DEADLINE - minutes(60)
    once = reminded(an_approval(), late)

    assert once.reminded_at == late
    assert reminded(once, late + minutes(1)) is once


@pytest.mark.parametrize("moment", [DEADLINE - minutes(60 * 5), DEADLINE])
def test_too_early_and_too_late_nobody_is_reminded(moment: object) -> None:
    assert reminded(an_approval(), moment).reminded_at is None  # type: ignore[arg-type]


def test_a_request_that_is_open_for_an_hour_is_reminded_of_in_its_last_quarter() -> None:
    short = an_approval(requested_at=NOW, expires_at=NOW + minutes(60))

    assert reminded(short, NOW + minutes(44)).reminded_at is None
    assert reminded(short, NOW + minutes(45)).reminded_at is not None


@pytest.mark.parametrize(
    ("seen", "status"),
    [(PackageStatus.APPROVED, ApprovalStatus.APPROVED), (PackageStatus.REJECTED, ApprovalStatus.REJECTED)],
)
def test_a_decision_in_the_console_is_a_decision(seen: PackageStatus, status: ApprovalStatus) -> None:
    approval = settled_elsewhere(a_registered_approval(), seen, "olga", SOON)

    assert (approval.status, approval.decided_by, approval.decided_in) == (status, "olga", CONSOLE)
    assert "SageMaker's console" in outcome(approval)


@pytest.mark.parametrize("seen", [PackageStatus.APPROVED, PackageStatus.REJECTED])
def test_what_the_registry_says_of_a_version_decides_no_later_request_for_it(seen: PackageStatus) -> None:
    later = a_registered_approval(package_status=PackageStatus.PENDING, own_package=False)
    noted = settled_elsewhere(later, seen, "olga", SOON)

    assert (noted.pending, noted.package_status) == (True, seen)


def test_a_yes_to_numbers_that_were_just_changed_is_none() -> None:
    seen = terms(an_approval().hosting)
    now = changed(an_approval(), realtime_hosting(), LIN, SOON)

    with pytest.raises(WrongStateError, match=f"<@{LIN}> has just changed the numbers"):
        approved(now, APPROVER, SOON, seen)
    assert approved(now, APPROVER, SOON, terms(now.hosting)).status == ApprovalStatus.APPROVED


def test_a_version_that_is_as_it_was_decides_nothing() -> None:
    before = a_registered_approval(package_status=PackageStatus.APPROVED, own_package=False)

    assert settled_elsewhere(before, PackageStatus.APPROVED, "olga", SOON) == before


def test_a_rejection_in_the_console_stops_what_slack_approved_before_it_is_deployed() -> None:
    waiting = an_approved(package_status=PackageStatus.PENDING)

    assert settled_elsewhere(waiting, PackageStatus.REJECTED, "olga", SOON).status == ApprovalStatus.REJECTED


def test_a_version_that_was_approved_before_is_looked_at_once_more() -> None:
    again = a_registered_approval(package_status=PackageStatus.APPROVED, own_package=False)

    assert not approved(again, APPROVER, SOON).in_step


def test_what_is_void_says_why() -> None:
    assert outcome(voided(an_approval(), "The artifact has changed.", SOON)).endswith("The artifact has changed.")


@pytest.mark.parametrize("status", ENDED)
def test_what_is_over_is_over(status: ApprovalStatus) -> None:
    over = an_approval(status=status, decided_by=APPROVER)

    assert not MOVES[status]
    assert voided(over, "gone", SOON) is over
    for decide in (approved, withdrawn):
        with pytest.raises(WrongStateError):
            decide(replace(over, requested_by=LIN), LIN, SOON)


@pytest.mark.parametrize("status", ENDED)
def test_the_registry_hears_of_the_end_of_a_version_that_was_registered_for_it(status: ApprovalStatus) -> None:
    over = a_registered_approval(status=status)

    assert not over.in_step
    assert replace(over, package_status=PackageStatus.REJECTED).in_step
    assert replace(over, own_package=False).in_step
    assert replace(over, package_arn="").in_step


@pytest.mark.parametrize(
    ("approval", "words"),
    [
        (an_approved(), f"Approved in Slack by {APPROVER}"),
        (rejected(an_approval(), APPROVER, "worse\non cats", SOON), f"Rejected in Slack by {APPROVER}: worse on cats"),
        (withdrawn(an_approval(), REQUESTER, SOON), "Withdrawn"),
        (expired(an_approval(), DEADLINE), "Nobody decided in time"),
        (voided(an_approval(), "It has changed.", SOON), "Void: It has changed."),
    ],
)
def test_the_registry_is_told_who_decided_and_why_on_one_line(approval: Approval, words: str) -> None:
    told = in_the_registry(approval)

    assert words in told
    assert f"asked by {REQUESTER}" in told
    assert "\n" not in told


def test_the_longest_reasons_fit_into_the_registry() -> None:
    long = rejected(an_approval(reason="why " * 200), APPROVER, "because " * 200, SOON)

    assert len(in_the_registry(long)) <= 1024


@pytest.mark.parametrize(
    ("accuracy", "least", "reason"), [(0.9, 0.8, ""), (0.8, 0.8, ""), (0.5, 0.0, ""), (None, 0.0, ""), (0.5, 0.8, "x")]
)
def test_at_the_threshold_or_with_a_reason_anyone_may_ask(accuracy: float | None, least: float, reason: str) -> None:
    check_accuracy(accuracy, least, reason)


@pytest.mark.parametrize(("accuracy", "words"), [(0.79, "79.0 %"), (None, "no validation accuracy")])
def test_below_the_threshold_asking_needs_a_reason(accuracy: float | None, words: str) -> None:
    with pytest.raises(FieldError, match=words) as refusal:
        check_accuracy(accuracy, 0.8, "  ")

    assert refusal.value.field == "reason"


def test_a_data_sets_own_threshold_goes_before_the_operators() -> None:
    rules = Rules(min_accuracy=0.8)

    assert rules.least(a_data_set()) == 0.8
    assert rules.least(None) == 0.8
    assert rules.least(a_data_set(min_accuracy=0.0)) == 0.0
