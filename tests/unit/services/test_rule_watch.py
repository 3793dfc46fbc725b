"""What AWS's rules say of jobs, also after their end, and each finding told once in the thread."""

import pytest

from bot.domain.jobs import JobStatus
from bot.domain.rules import RULES, RuleResult, RuleStatus
from bot.services.rule_watch import LOOK_EVERY, LOOKS_AT_ONCE
from tests.builders import ARTIFACT, a_job, a_running_job, phases
from tests.unit.services.world import World

NAME = a_job().name
ASKED = RULES["low-gpu"]


def says(status: RuleStatus) -> tuple[RuleResult, ...]:
    return (RuleResult(ASKED.name, status),)


@pytest.fixture
def running(world: World) -> World:
    world.has_job(a_job(rules=(ASKED.word,)))
    world.follower().advance_all()
    world.platform.says(NAME, JobStatus.RUNNING, phases=phases(), rule_results=says(RuleStatus.IN_PROGRESS))
    world.follower().advance_all()
    return world


@pytest.fixture
def ended(running: World) -> World:
    running.platform.says(NAME, JobStatus.COMPLETED, artifact=ARTIFACT, ended_at=running.now)
    running.follower().advance_all()
    running.cards().show_behind()
    return running


def finds(world: World, status: RuleStatus) -> None:
    """The rules say so from now on, and no list tells of it."""
    world.platform.says(NAME, world.platform.jobs[NAME].status, rule_results=says(status))
    world.rule_watch().look_around()
    world.cards().show_behind()


def test_what_rules_say_comes_to_the_row_with_a_look_at_the_job(running: World) -> None:
    assert running.job(a_job()).rule_results == says(RuleStatus.IN_PROGRESS)


def test_a_finding_on_the_way_is_told_once(running: World) -> None:
    finds(running, RuleStatus.ISSUES)
    finds(running, RuleStatus.ISSUES)

    assert running.announcer.announced == [(a_job().id, "rule low-gpu")]


def test_a_finding_after_the_end_is_told_after_the_end(ended: World) -> None:
    finds(ended, RuleStatus.ISSUES)
    finds(ended, RuleStatus.ISSUES)

    assert [told for _, told in ended.announcer.announced] == ["completed", "completed.rule low-gpu"]


def test_once_all_have_had_their_say_nobody_is_asked(ended: World) -> None:
    finds(ended, RuleStatus.NO_ISSUES)
    ended.platform.calls.clear()
    ended.rule_watch().look_around()

    assert ended.platform.calls == []
    assert [told for _, told in ended.announcer.announced] == ["completed"]


def test_looks_are_half_a_minute_apart(running: World) -> None:
    watch = running.rule_watch()
    running.platform.calls.clear()
    for _ in range(3):
        watch.look_around()
    running.passes(seconds=LOOK_EVERY.total_seconds())
    watch.look_around()

    assert running.platform.calls == [("observe", NAME)] * 2


def test_of_many_jobs_a_few_are_looked_at_each_time_by_turns(world: World) -> None:
    for number in range(LOOKS_AT_ONCE * 2):
        name = f"job-{number}"
        world.has_job(a_running_job(id=name, name=name, rules=(ASKED.word,)))
    watch = world.rule_watch()
    looks = []
    for _ in range(2):
        world.platform.calls.clear()
        watch.look_around()
        looks.append({name for _, name in world.platform.calls})
        world.passes(minutes=1)

    assert [len(one) for one in looks] == [LOOKS_AT_ONCE] * 2
    assert not looks[0] & looks[1]


def test_a_job_that_was_deleted_on_aws_is_no_trouble(ended: World) -> None:
    del ended.platform.jobs[NAME]
    ended.rule_watch().look_around()

    assert ended.job(a_job()).status == JobStatus.COMPLETED
