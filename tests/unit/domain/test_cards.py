"""What the thread of a card should have heard of, and who counts as a group."""

import pytest

from bot.domain.access import Access, groups
from bot.domain.approvals import ApprovalStatus, Vote
from bot.domain.cards import Chart, Subject, milestone
from bot.domain.endpoints import EndpointStatus
from bot.domain.jobs import JobStatus
from bot.errors import RefusedError
from tests.builders import (
    APPROVER,
    NOW,
    a_case,
    a_finished_job,
    a_job,
    a_running_job,
    an_approval,
    an_approved,
    an_endpoint,
)

REJECTED = an_approval(status=ApprovalStatus.REJECTED)


@pytest.mark.parametrize("job", [a_job(), a_running_job(), a_running_job(status=JobStatus.STOPPING)])
def test_a_job_under_way_has_nothing_to_tell(job: Subject) -> None:
    assert milestone(job) == ""


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.STOPPED])
def test_the_end_of_a_job_is_told(status: JobStatus) -> None:
    assert milestone(a_finished_job(status=status)) == status


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (a_case(), ""),
        (a_case(an_approval(changed_by=APPROVER)), "changed to serverless-2048-5"),
        (a_case(an_approval(changed_by=APPROVER, votes=(Vote(APPROVER, NOW),))), "vote 1"),
        (a_case(an_approved()), "approved"),
        (a_case(REJECTED), "rejected"),
        (a_case(an_approval(status=ApprovalStatus.EXPIRED)), "expired"),
        (a_case(an_approved(), an_endpoint(status=EndpointStatus.REQUESTED)), "approved"),
        (a_case(an_approved(), an_endpoint(status=EndpointStatus.CREATING)), "approved"),
        (a_case(an_approved(), an_endpoint()), "in service"),
        (a_case(an_approved(), an_endpoint(status=EndpointStatus.FAILED)), "failed"),
        (a_case(an_approved(), an_endpoint(status=EndpointStatus.DELETED)), "deleted"),
    ],
)
def test_a_request_tells_its_decision_and_then_what_became_of_the_endpoint(case: Subject, told: str) -> None:
    assert milestone(case) == told


@pytest.mark.parametrize(
    ("chart", "waits"),
    [
        (Chart(), False),
        (Chart(digest="a", file_id="F1"), False),
        (Chart(waiting_file_id="F1", waiting_digest="a"), True),
        (Chart(waiting_digest="a"), True),
    ],
)
def test_a_picture_that_slack_looks_through_or_could_not_take_yet_is_still_to_come(chart: Chart, waits: bool) -> None:
    assert chart.waits is waits


def test_ids_that_begin_with_s_are_user_groups() -> None:
    assert groups(["U1", "S2", "W3", "S1"]) == ("S1", "S2")


def test_without_trainers_all_may_train() -> None:
    assert Access(frozenset(), frozenset()).trainers_are_open
    assert not Access(frozenset({"U1"}), frozenset()).trainers_are_open


def test_an_error_says_what_happened_why_and_what_to_do_next() -> None:
    assert RefusedError("It is full.", "It was used.", "Empty it.").sentences == "It is full. It was used. Empty it."
    assert RefusedError("It is full.", next_step="Empty it.").sentences == "It is full. Empty it."
