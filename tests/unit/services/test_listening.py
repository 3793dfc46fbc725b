"""Events: what they tell of is looked at, and they are let go of only then."""

import pytest

from bot.domain.jobs import JobStatus, Snapshot
from bot.domain.news import News, Subject
from bot.domain.tunings import TuningSnapshot, TuningStatus
from bot.errors import BusyError
from bot.services.listening import Listening
from tests.builders import a_running_job, a_running_tuning, a_trial
from tests.fakes.events import FakeEvents
from tests.unit.services.world import World

TOLD = News(Subject.TRAINING, a_running_job().name)


@pytest.fixture
def events(world: World) -> FakeEvents:
    """A job has ended at AWS, of which AWS has told twice."""
    world.has_job(a_running_job())
    world.platform.jobs[TOLD.name] = Snapshot(JobStatus.COMPLETED)
    events = FakeEvents()
    events.tells(TOLD, TOLD)
    return events


def listened(world: World, events: FakeEvents) -> bool:
    listening = Listening(events, world.monitoring())
    return listening.look(listening.heard())


def test_what_is_told_of_is_looked_at_once_and_shown(world: World, events: FakeEvents) -> None:
    assert listened(world, events)

    assert world.job(a_running_job()).status == JobStatus.COMPLETED
    assert [name for operation, name in world.platform.calls if operation == "observe"] == [TOLD.name]
    assert [subject for _, subject in world.announcer.shown] == [world.job(a_running_job())]
    assert events.finished == ["1", "2"]


def test_while_another_worker_is_at_its_tick_the_event_stays(world: World, events: FakeEvents) -> None:
    with world.stores.tick_lock.held():
        assert not listened(world, events)

    assert events.finished == []


def test_a_look_that_fails_is_the_next_ticks_affair(world: World, events: FakeEvents) -> None:
    world.platform.fails("observe", BusyError("AWS is busy."))

    assert listened(world, events)
    assert events.finished == ["1", "2"]


@pytest.mark.parametrize("subject", [Subject.TUNING, Subject.TRAINING], ids=["the tuning", "a tunings_job"])
def test_a_tuning_is_looked_at_when_it_or_one_of_its_jobs_has_changed(
    world: World, events: FakeEvents, subject: Subject
) -> None:
    tuning = world.has_tuning(a_running_tuning())
    world.tuning_platform.tunings[tuning.name] = TuningSnapshot(TuningStatus.COMPLETED)
    name = tuning.name if subject is Subject.TUNING else a_trial(1).name
    events.waiting = {"1": News(subject, name)}

    assert listened(world, events)
    assert world.stores.tunings.get(tuning.id).status == TuningStatus.COMPLETED
    assert world.tuning_platform.lists == 0


@pytest.mark.parametrize("subject", list(Subject))
def test_what_nobody_knows_changes_nothing(world: World, events: FakeEvents, subject: Subject) -> None:
    events.waiting = {"1": News(subject, "somebody-elses")}

    assert listened(world, events)
    assert (events.finished, world.platform.calls) == (["1"], [])
