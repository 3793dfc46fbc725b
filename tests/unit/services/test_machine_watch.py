"""The machines of many jobs: few calls, and a word in the thread where a card mostly waits."""

import logging

import pytest

from bot.domain.notices import Sign
from bot.domain.utilisation import Minute, Use
from bot.errors import BusyError, DeniedError
from bot.services.machine_watch import JOBS_AT_ONCE, READ_EVERY, MachineWatch
from tests.builders import a_running_job, minutes, phases
from tests.unit.services.world import World

IDLE = Use(tuple(Minute(phases()[-1].began_at + minutes(number), 0.05) for number in range(10)))
NAME = a_running_job().name


@pytest.fixture
def watch(world: World) -> MachineWatch:
    world.has_job(a_running_job())
    world.machines.uses[NAME] = IDLE
    return world.machine_watch()


def test_an_idle_card_is_told_once_in_the_thread(world: World, watch: MachineWatch) -> None:
    for _ in range(3):
        watch.look_around()
        world.passes(minutes=6)
    world.cards().show_behind()

    assert [notice.sign for notice in world.job(a_running_job()).warned] == [Sign.IDLE_GPU]
    assert world.machines.asked == [[NAME]]
    assert world.announcer.announced == [(a_running_job().id, "idle gpu")]


def test_a_job_is_read_every_five_minutes_and_a_busy_card_is_let_be(world: World, watch: MachineWatch) -> None:
    world.machines.uses[NAME] = Use()
    for _ in range(3):
        watch.look_around()
        world.passes(seconds=READ_EVERY.total_seconds() / 2)

    assert len(world.machines.asked) == 2
    assert world.job(a_running_job()).warned == ()


def test_many_jobs_are_read_by_turns_each_call_for_many(world: World) -> None:
    for number in range(JOBS_AT_ONCE * 2):
        world.has_job(a_running_job(id=f"j{number}", name=f"job-{number}"))
    watch = world.machine_watch()
    for _ in range(3):
        watch.look_around()
        world.passes(minutes=1)

    assert [len(asked) for asked in world.machines.asked] == [JOBS_AT_ONCE] * 2
    assert len({name for asked in world.machines.asked for name in asked}) == JOBS_AT_ONCE * 2


@pytest.mark.parametrize("error", [BusyError("busy", code="Throttling"), DeniedError("no", code="AccessDenied")])
def test_without_figures_all_goes_on(
    world: World, watch: MachineWatch, error: BusyError, caplog: pytest.LogCaptureFixture
) -> None:
    world.machines.error = error
    with caplog.at_level(logging.WARNING):
        watch.look_around()

    assert f"machine_use_unread code={error.code}" in caplog.text
    assert world.job(a_running_job()).warned == ()


def test_a_clock_that_is_set_back_does_not_end_the_looks(world: World, watch: MachineWatch) -> None:
    world.machines.uses[NAME] = Use()
    watch.look_around()
    world.passes(hours=-5)
    watch.look_around()

    assert len(world.machines.asked) == 2
