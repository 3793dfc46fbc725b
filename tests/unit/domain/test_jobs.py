"""A job's status: which moves there are, and what looking at AWS makes of it."""

from dataclasses import replace
from itertools import product

import pytest

from bot.domain.jobs import ACTIVE, MOVES, Compute, JobStatus, Snapshot, job_name, observed
from bot.domain.metrics import Curve
from bot.domain.moves import moved, stop_asked
from bot.errors import WrongStateError
from tests.builders import ARTIFACT, NOW, a_finished_job, a_job, a_running_job, minutes, phases

ENDS = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.STOPPED)
MOVE_PAIRS = [(before, after) for before, after in product(JobStatus, JobStatus) if after in MOVES[before]]
OTHER_PAIRS = [
    (before, after) for before, after in product(JobStatus, JobStatus) if after != before and after not in MOVES[before]
]


def test_every_status_has_its_moves() -> None:
    assert set(MOVES) == set(JobStatus)


def test_a_job_is_active_until_it_has_ended() -> None:
    assert set(JobStatus) - ACTIVE == set(ENDS)


@pytest.mark.parametrize(("before", "after"), MOVE_PAIRS)
def test_a_move_of_the_table_is_made(before: JobStatus, after: JobStatus) -> None:
    assert moved(a_job(status=before), after).status == after


@pytest.mark.parametrize(("before", "after"), OTHER_PAIRS)
def test_any_other_move_is_refused_with_what_the_job_is(before: JobStatus, after: JobStatus) -> None:
    with pytest.raises(WrongStateError, match=f"is {before} already"):
        moved(a_job(status=before), after)


@pytest.mark.parametrize("status", JobStatus)
def test_the_same_status_is_no_move(status: JobStatus) -> None:
    job = a_job(status=status)

    assert moved(job, status) is job


@pytest.mark.parametrize("status", [JobStatus.REQUESTED, JobStatus.RUNNING])
def test_a_job_that_waits_or_runs_can_be_stopped(status: JobStatus) -> None:
    stopping = stop_asked(a_job(status=status), "U0GRACE001")

    assert (stopping.status, stopping.stopped_by) == (JobStatus.STOPPING, "U0GRACE001")


def test_whoever_stops_a_job_second_hears_who_was_first() -> None:
    with pytest.raises(WrongStateError, match="<@U0GRACE001> asked for it"):
        stop_asked(stop_asked(a_running_job(), "U0GRACE001"), "U0ADA00001")


@pytest.mark.parametrize("status", ENDS)
def test_a_job_that_has_ended_cannot_be_stopped(status: JobStatus) -> None:
    job = a_finished_job(status=status)

    assert not job.stoppable
    with pytest.raises(WrongStateError):
        stop_asked(job, "U0GRACE001")


def test_an_observation_brings_all_that_aws_says() -> None:
    snapshot = Snapshot(
        JobStatus.COMPLETED, phases(ended=True), "", ARTIFACT, NOW + minutes(1), NOW + minutes(7), billable_seconds=360
    )

    job = observed(a_running_job(), snapshot)

    assert job.status == JobStatus.COMPLETED
    assert (job.phases, job.artifact, job.billable_seconds) == (snapshot.phases, ARTIFACT, 360)
    assert (job.started_at, job.ended_at) == (NOW + minutes(1), NOW + minutes(7))


def test_what_aws_leaves_out_stays_as_it_was() -> None:
    before = a_running_job(artifact=ARTIFACT, billable_seconds=10, ended_at=NOW)

    assert observed(before, Snapshot(JobStatus.RUNNING)) == before


def test_nothing_billed_is_not_the_same_as_nothing_said() -> None:
    assert observed(a_running_job(billable_seconds=10), Snapshot(JobStatus.RUNNING, billable_seconds=0)).cost == 0


@pytest.mark.parametrize("status", ENDS)
def test_a_job_that_has_ended_stays_as_it_is_whatever_aws_says(status: JobStatus) -> None:
    job = a_finished_job(status=status)

    assert observed(job, Snapshot(JobStatus.FAILED, failure_reason="late news")) is job


def test_the_wish_to_stop_stands_until_aws_says_that_the_job_has_ended() -> None:
    stopping = stop_asked(a_running_job(), "U0GRACE001")

    assert observed(stopping, Snapshot(JobStatus.RUNNING)).status == JobStatus.STOPPING
    assert observed(stopping, Snapshot(JobStatus.STOPPED)).status == JobStatus.STOPPED
    assert observed(stopping, Snapshot(JobStatus.COMPLETED)).status == JobStatus.COMPLETED


def test_a_job_that_somebody_stops_in_the_console_is_stopping_here() -> None:
    assert observed(a_running_job(), Snapshot(JobStatus.STOPPING)).status == JobStatus.STOPPING


def test_a_finished_job_with_a_model_can_be_deployed() -> None:
    assert a_finished_job().deployable


def test_a_stopped_job_that_left_a_model_can_be_deployed() -> None:
    assert a_finished_job(status=JobStatus.STOPPED).deployable


@pytest.mark.parametrize(
    "lacking", [{"artifact": ""}, {"curve": Curve()}, {"status": JobStatus.FAILED}, {"status": JobStatus.RUNNING}]
)
def test_a_job_without_a_model_cannot_be_deployed(lacking: dict[str, object]) -> None:
    assert not a_finished_job(**lacking).deployable


def test_a_job_costs_what_aws_bills_for_all_its_instances() -> None:
    job = a_finished_job(compute=Compute("ml.g5.xlarge", 2, 50, 7200, 1.5), billable_seconds=1800)

    assert job.cost == pytest.approx(1.5)
    assert job.worst_case == pytest.approx(6.0)


def test_without_a_price_no_cost_is_known() -> None:
    job = a_finished_job(compute=replace(a_job().compute, usd_per_hour=None))

    assert job.cost is None
    assert job.worst_case is None


def test_before_aws_bills_anything_the_cost_is_unknown() -> None:
    assert a_running_job(billable_seconds=None).cost is None


def test_the_number_of_epochs_is_the_hyperparameters() -> None:
    assert a_job().epochs == 30


@pytest.mark.parametrize(
    ("data_set", "name"),
    [
        ("emoji", "emoji-0123ab"),
        ("My pets & more!", "My-pets-more-0123ab"),
        ("__", "job-0123ab"),
        ("x" * 60, "x" * 40 + "-0123ab"),
        ("y" * 39 + "--tail", "y" * 39 + "-0123ab"),
        ("größe", "gr-e-0123ab"),
    ],
)
def test_a_jobs_name_is_one_that_aws_takes(data_set: str, name: str) -> None:
    assert job_name(data_set, "0123abcdef") == name
