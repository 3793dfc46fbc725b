"""Which jobs a tick looks at: those that AWS lists as changed, and by turns all others."""

import logging
from datetime import timedelta

import pytest

from bot.domain.jobs import JobStatus, Phase, Snapshot
from bot.errors import BusyError, DeniedError, GoneError
from bot.services.following import JobFollower
from bot.services.lookout import LIST_LAG, LOGS_AT_ONCE, LONGEST_UNSEEN, LOOKS_AT_ONCE
from tests.builders import NOW, a_running_job
from tests.unit.services.world import World

TRAINING = (Phase("Starting", NOW, NOW), Phase("Training", NOW))
STARTING = (Phase("Starting", NOW),)
UPLOADING = (*TRAINING, Phase("Uploading", NOW))


class Watch:
    """One follower over jobs that run, which has looked at all of them; `calls` are those since."""

    def __init__(self, world: World, jobs: int, phases: tuple[Phase, ...] = TRAINING) -> None:
        self.world = world
        self.platform = world.platform
        for number in range(jobs):
            name = f"job-{number:04}"
            world.has_job(a_running_job(id=name, name=name, phases=phases))
            self.platform.jobs[name] = Snapshot(JobStatus.RUNNING, phases)
        self.follower: JobFollower = world.follower()
        for _ in range(-(-jobs // LOOKS_AT_ONCE)):
            self.follower.advance_all()
        self.platform.calls.clear()

    def calls(self, operation: str) -> list[str]:
        """Whom the next tick asks so about."""
        self.platform.calls.clear()
        self.follower.advance_all()
        return [name for called, name in self.platform.calls if called == operation]


def test_of_many_jobs_only_those_that_changed_are_looked_at(world: World) -> None:
    watch = Watch(world, 50, STARTING)
    watch.platform.says("job-0007", JobStatus.RUNNING, phases=TRAINING)
    watch.platform.says("job-0042", JobStatus.FAILED, failure_reason="AlgorithmError")

    assert watch.calls("observe") == ["job-0007", "job-0042"]
    assert watch.calls("observe") == []


def test_a_tick_lists_once_however_many_run(world: World) -> None:
    watch = Watch(world, 50)
    lists = watch.platform.lists
    watch.follower.advance_all()

    assert watch.platform.lists == lists + 1


def test_where_nothing_runs_nothing_is_listed(world: World) -> None:
    assert Watch(world, 0).platform.lists == 0


def test_a_change_that_comes_late_into_the_list_is_seen(world: World) -> None:
    watch = Watch(world, 2)
    watch.platform.unlisted.add("job-0000")
    watch.platform.says("job-0000", JobStatus.RUNNING, phases=UPLOADING)
    watch.platform.says("job-0001", JobStatus.RUNNING, phases=UPLOADING)

    assert watch.calls("observe") == ["job-0001"]

    watch.platform.unlisted.clear()

    assert watch.calls("observe") == ["job-0000"]


def test_of_two_changes_at_the_same_moment_the_second_is_seen(world: World) -> None:
    watch = Watch(world, 1)
    watch.platform.says("job-0000", JobStatus.RUNNING, phases=UPLOADING)
    watch.follower.advance_all()
    before = watch.platform.changes["job-0000"].at
    watch.platform.says("job-0000", JobStatus.COMPLETED)
    watch.platform.shifts("job-0000", before)

    assert watch.calls("observe") == ["job-0000"]


@pytest.mark.parametrize("skew", [timedelta(hours=-5), timedelta(hours=5)])
def test_it_does_not_matter_what_our_clock_shows(world: World, skew: timedelta) -> None:
    watch = Watch(world, 1)
    watch.platform.says("job-0000", JobStatus.RUNNING, phases=UPLOADING)
    watch.follower.advance_all()
    world.now += skew
    watch.follower.advance_all()
    watch.platform.says("job-0000", JobStatus.COMPLETED)

    assert watch.calls("observe") == ["job-0000"]


def test_a_look_that_shows_less_than_the_list_is_repeated(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(world, 1)
    older = watch.platform.jobs["job-0000"]
    watch.platform.says("job-0000", JobStatus.RUNNING, phases=UPLOADING)
    monkeypatch.setattr(watch.platform, "observed", lambda name: older)
    watch.follower.advance_all()
    monkeypatch.undo()
    watch.platform.unlisted.add("job-0000")
    watch.follower.advance_all()

    assert world.job(a_running_job(id="job-0000")).phases == UPLOADING


def test_a_look_that_failed_is_repeated_although_the_lists_have_moved_on(world: World) -> None:
    watch = Watch(world, 2)
    watch.platform.says("job-0000", JobStatus.FAILED)
    watch.platform.fails("observe", BusyError("AWS is busy."))
    watch.follower.advance_all()
    watch.platform.says("job-0001", JobStatus.RUNNING, phases=UPLOADING)
    watch.platform.shifts("job-0001", watch.platform.changes["job-0000"].at + LIST_LAG * 2)
    watch.follower.advance_all()

    assert world.job(a_running_job(id="job-0000")).status == JobStatus.FAILED


def test_a_list_that_fails_is_asked_for_again_from_where_it_was(world: World) -> None:
    watch = Watch(world, 1)
    watch.platform.says("job-0000", JobStatus.COMPLETED)
    watch.platform.fails("changed_since", BusyError("AWS is busy."))

    assert watch.calls("observe") == []
    assert watch.calls("observe") == ["job-0000"]


def test_who_may_not_list_looks_at_all_by_turns(world: World, caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch(world, LOOKS_AT_ONCE + 5)
    refused = DeniedError("AWS does not let this bot list.", code="AccessDeniedException")
    for _ in range(3):
        watch.platform.fails("changed_since", refused)
    with caplog.at_level(logging.WARNING):
        looks = [name for _ in range(3) for name in watch.calls("observe")]

    assert len(looks) == LOOKS_AT_ONCE * 3
    assert len(set(looks)) == LOOKS_AT_ONCE + 5
    assert "list_refused code=AccessDeniedException" in caplog.text


def test_what_no_list_tells_is_seen_in_the_end(world: World) -> None:
    watch = Watch(world, 1)
    watch.platform.unlisted.add("job-0000")
    watch.platform.says("job-0000", JobStatus.COMPLETED)

    assert watch.calls("observe") == []

    world.now += LONGEST_UNSEEN

    assert watch.calls("observe") == ["job-0000"]


def test_looks_that_were_due_long_ago_are_spread_over_ticks(world: World) -> None:
    watch = Watch(world, 50)
    world.now += LONGEST_UNSEEN

    looks = [watch.calls("observe") for _ in range(3)]

    assert [len(one) for one in looks] == [20, 20, 10]
    assert len({name for one in looks for name in one}) == 50


def test_after_a_restart_what_ended_meanwhile_comes_first(world: World) -> None:
    watch = Watch(world, 100)
    watch.platform.says("job-0099", JobStatus.COMPLETED)
    watch.follower = world.follower()

    assert watch.calls("observe")[0] == "job-0099"


def test_logs_are_read_by_turns(world: World) -> None:
    watch = Watch(world, 50)

    reads = [watch.calls("log_lines") for _ in range(5)]

    assert {len(one) for one in reads} == {LOGS_AT_ONCE}
    assert {name for one in reads for name in one} == {f"job-{number:04}" for number in range(50)}


def test_with_few_jobs_every_log_is_read_at_every_tick(world: World) -> None:
    watch = Watch(world, 3)
    watch.platform.prints("job-0001", "Epoch[0] Validation-accuracy=0.4")
    watch.follower.advance_all()
    watch.platform.prints("job-0001", "Epoch[1] Validation-accuracy=0.9")
    watch.follower.advance_all()

    assert world.job(a_running_job(id="job-0001")).curve.best_accuracy == 0.9


def test_jobs_whose_logs_fail_do_not_keep_others_from_being_read(world: World) -> None:
    watch = Watch(world, LOGS_AT_ONCE * 2)
    for _ in range(LOGS_AT_ONCE):
        watch.platform.fails("log_lines", GoneError("It has gone."))
    first, second = watch.calls("log_lines"), watch.calls("log_lines")

    assert not set(first) & set(second)


def test_an_unknown_status_is_looked_at_like_any_other(world: World) -> None:
    watch = Watch(world, 1)
    watch.platform.says("job-0000", JobStatus.RUNNING, phases=(*TRAINING, Phase("A phase of next year", NOW)))

    assert watch.calls("observe") == ["job-0000"]
    assert watch.calls("observe") == []
