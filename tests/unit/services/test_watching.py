"""What the watchdog sees stands on the job's row and is told once, also after a restart."""

import pytest

from bot.domain.jobs import JobStatus
from bot.domain.notices import Sign
from tests.builders import ARTIFACT, a_job, phases
from tests.unit.services.world import World

NAME = a_job().name


@pytest.fixture
def running(world: World) -> World:
    world.has_job(a_job())
    world.follower().advance_all()
    return world


def test_what_the_watchdog_sees_is_kept_on_the_row_and_told_once(running: World) -> None:
    running.platform.says(NAME, JobStatus.RUNNING, phases=phases())
    running.platform.prints(NAME, "Epoch[0] Train-accuracy=nan")
    running.follower().advance_all()
    running.platform.prints(NAME, "Epoch[1] Train-accuracy=nan")
    running.follower().advance_all()
    running.cards().show_behind()
    running.cards().show_all()

    assert [notice.sign for notice in running.job(a_job()).warned] == [Sign.NOT_A_NUMBER]
    assert running.announcer.announced == [(a_job().id, "not a number")]


def test_the_end_is_told_after_a_warning(running: World) -> None:
    running.platform.prints(NAME, "Epoch[0] Train-accuracy=nan")
    running.follower().advance_all()
    running.cards().show_behind()
    running.platform.says(NAME, JobStatus.COMPLETED, artifact=ARTIFACT)
    running.follower().advance_all()
    running.cards().show_behind()

    assert [told for _, told in running.announcer.announced] == ["not a number", "completed"]


def test_silence_is_counted_from_the_last_line_also_after_a_restart(running: World) -> None:
    running.platform.says(NAME, JobStatus.RUNNING, phases=phases())
    running.passes(minutes=2)
    running.platform.prints(NAME, "a line")
    running.follower().advance_all()
    running.passes(minutes=14)
    running.follower().advance_all()

    assert running.job(a_job()).warned == ()

    running.passes(minutes=1)
    running.follower().advance_all()

    assert [notice.sign for notice in running.job(a_job()).warned] == [Sign.SILENT]
