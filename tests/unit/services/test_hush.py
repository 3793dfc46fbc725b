"""Quiet hours over the fakes: what can wait is said once, in its order, when they are over."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.domain.jobs import JobStatus
from bot.domain.notices import Notice, Sign
from bot.domain.quiet_hours import QuietHours
from bot.errors import ChatBusyError
from tests.builders import APPROVALS_CHANNEL, CHANNEL, NOW, a_finished_job, a_running_job, a_usage, an_endpoint
from tests.unit.services.world import World

QUIET = QuietHours(CHANNEL, time(9), time(18), "UTC")


@pytest.fixture
def night(world: World) -> World:
    """A channel that is left in peace from now on, for eight and a half hours."""
    world.stores.quiet_hours.put(QUIET)
    return world


def _morning(world: World) -> list[tuple[str, str]]:
    world.now = NOW + timedelta(hours=8, minutes=30)
    for _ in range(2):
        world.cards().show_all()
    return world.announcer.announced


def _ends(world: World, number: int, status: JobStatus = JobStatus.COMPLETED) -> None:
    world.has_job(a_finished_job(id=f"job{number}", name=f"emoji-{number:06x}", status=status))
    world.cards().show_all()


def test_a_finished_job_is_told_when_the_quiet_hours_are_over_and_once(night: World) -> None:
    _ends(night, 1)
    night.cards().show_all()
    assert night.announcer.announced == []
    assert [subject_id for subject_id, _ in night.announcer.shown] == ["job1"]

    assert _morning(night) == [("job1", "completed")]
    assert night.hush().kept() == []


def test_waiting_costs_no_look_at_every_tick(night: World) -> None:
    _ends(night, 1)

    assert night.stores.cards.behind() == []


def test_several_that_waited_come_in_the_order_in_which_they_came_up(night: World) -> None:
    for number in (3, 1, 2):
        _ends(night, number)
        night.passes(minutes=1)

    assert [subject_id for subject_id, _ in _morning(night)] == ["job3", "job1", "job2"]
    assert list(night.announcer.together.values()) == [["job3", "job1", "job2"]]


def test_one_that_waited_is_told_by_itself(night: World) -> None:
    _ends(night, 1)
    _morning(night)

    assert night.announcer.together == {}


@pytest.mark.parametrize("operation", ["announce_together", "announce"])
@pytest.mark.parametrize("answer_lost", [True, False])
def test_what_waited_together_is_told_together_once_whatever_fails(
    night: World, operation: str, answer_lost: bool
) -> None:
    for number in (1, 2):
        _ends(night, number)
    night.announcer.fails(operation, ChatBusyError("Slack is busy."), answer_lost=answer_lost)
    _morning(night)

    assert list(night.announcer.together.values()) == [["job1", "job2"]]
    assert {subject_id for subject_id, _ in night.announcer.announced} == {"job1", "job2"}
    assert night.hush().kept() == []


def test_each_channel_is_told_of_its_own_and_only_once_its_hours_are_over(night: World) -> None:
    night.stores.quiet_hours.put(replace(QUIET, channel_id="C0KITCHEN01", ends=time(20)))
    for number, channel_id in enumerate((CHANNEL, CHANNEL, "C0KITCHEN01")):
        night.has_job(a_finished_job(id=f"job{number}", name=f"emoji-{number}", channel_id=channel_id))
    night.cards().show_all()
    _morning(night)

    assert list(night.announcer.together.values()) == [["job0", "job1"]]
    assert night.hush().kept() == ["job2"]


def test_a_failure_is_told_at_once(night: World) -> None:
    _ends(night, 1, JobStatus.FAILED)

    assert night.announcer.announced == [("job1", "failed")]


def test_a_warning_that_waited_and_was_overtaken_by_a_failure_is_not_said_again(night: World) -> None:
    job = night.has_job(a_running_job(warned=(Notice(Sign.PLATEAU, "It gets no better."),)))
    night.cards().show_all()
    night.stores.jobs.save(replace(night.job(job), status=JobStatus.FAILED, ended_at=NOW))
    night.cards().show_all()

    assert _morning(night) == [(job.id, "failed")]


def test_what_slack_did_not_take_in_the_morning_is_said_later(night: World) -> None:
    _ends(night, 1)
    night.announcer.fails("announce", ChatBusyError("Slack is busy."))

    assert _morning(night) == [("job1", "completed")]


def test_other_channels_are_not_quiet(night: World) -> None:
    night.has_job(a_finished_job(channel_id="C0KITCHEN01"))
    night.cards().show_all()

    assert len(night.announcer.announced) == 1


def test_no_owner_is_asked_before_the_end_and_then_has_the_whole_time(night: World) -> None:
    night.has_endpoint(an_endpoint())
    night.leasing().advance_all()
    night.passes(days=6.1)
    night.now = night.now.replace(hour=10)
    night.stores.usages.put(a_usage())
    night.leasing().advance_all()
    (lease,) = night.stores.leases.open()
    assert lease.asked_at is None

    night.now = night.now.replace(hour=18)
    night.leasing().advance_all()
    (lease,) = night.stores.leases.open()
    assert lease.asked_at == night.now


def test_what_was_left_behind_is_looked_for_later(night: World) -> None:
    night.stores.quiet_hours.put(replace(QUIET, channel_id=APPROVALS_CHANNEL))
    sweeping = night.sweeping()
    sweeping.sweep_now_and_then()
    assert sweeping._swept_at is None

    night.now = NOW + timedelta(hours=9)
    sweeping.sweep_now_and_then()
    assert sweeping._swept_at == night.now
