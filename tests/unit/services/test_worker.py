"""The worker's lanes and its schedule: woken at once, one tick at a time, and gone when told to stop."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from bot.adapters.schedule import Schedule
from bot.domain.endpoints import EndpointStatus
from bot.domain.jobs import JobStatus, Snapshot
from bot.domain.news import News, Subject
from bot.errors import DeniedError
from bot.services.listening import Listening
from bot.worker import Worker
from tests.builders import CHANNEL, a_data_set, a_finished_job, a_job, a_running_job, an_endpoint
from tests.fakes.events import FakeEvents
from tests.fakes.stores import FakeWakeup
from tests.unit.services.test_classification import PROBABILITIES, URL, a_message
from tests.unit.services.world import World

PATIENCE = 30.0


class Surroundings:
    """What a worker takes from the composition root, over fakes."""

    def __init__(self, world: World) -> None:
        world.source.data_sets = (a_data_set(),)
        names = ("ticks", "pictures", "answers", "preparing", "checks", "keeping")
        lanes = {name: FakeWakeup() for name in names}
        self.lanes = SimpleNamespace(**lanes, all=tuple(lanes.values()))
        self.listening: Any = None
        self.preparation = SimpleNamespace(work_once=lambda stopping: False)
        self.ticked, self.carried_out = threading.Event(), threading.Event()
        self.monitoring = SimpleNamespace(tick=self._tick, carry_out_asked=self._carry_out_asked)
        self.catalog = world.catalog()
        self.answers = world.answers()
        self.keeping = SimpleNamespace(work_once=lambda: False)
        self.retraining = SimpleNamespace(work_once=lambda: False)
        self.golden, self.replays = world.golden_check(), world.replay_runner()
        self.use_cases = SimpleNamespace(upkeep=world.upkeep(), classification=world.classification())
        self._monitoring = world.monitoring()

    def _tick(self) -> bool:
        again = self._monitoring.tick()
        self.ticked.set()
        return again

    def _carry_out_asked(self) -> bool:
        again = self._monitoring.carry_out_asked()
        self.carried_out.set()
        return again


@contextmanager
def working(services: Any, poll_seconds: float = 600.0) -> Iterator[Worker]:
    before = set(threading.enumerate())
    worker = Worker(services, poll_seconds)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
    assert set(threading.enumerate()) <= before


def until(condition: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if condition():
            return
        waiting.wait(0.01)
    raise AssertionError("It did not come to pass.")


def test_what_was_asked_for_before_the_start_is_begun(world: World) -> None:
    world.has_job(a_job())
    services = Surroundings(world)
    with working(services):
        assert services.ticked.wait(PATIENCE)

    assert world.job(a_job()).status == JobStatus.RUNNING


def test_data_sets_are_known_before_the_first_tick(world: World) -> None:
    services = Surroundings(world)
    world.source.data_sets = (a_data_set(name="pets"),)
    with working(services):
        assert list(world.stores.data_sets.all()) == ["pets"]


def test_what_is_asked_for_is_begun_at_once(world: World) -> None:
    services = Surroundings(world)
    with working(services):
        assert services.ticked.wait(PATIENCE)
        world.has_job(a_job())
        services.lanes.ticks.call()
        until(lambda: world.job(a_job()).status == JobStatus.RUNNING)


def test_a_call_has_nothing_looked_at_that_nobody_asked_about(world: World) -> None:
    world.has_job(a_job())
    services = Surroundings(world)
    with working(services):
        assert services.ticked.wait(PATIENCE)
        services.lanes.ticks.call()
        assert services.carried_out.wait(PATIENCE)

    assert world.platform.calls == [("start", a_job().name)]


def test_what_could_not_be_shown_is_come_back_to_soon(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.worker.SOON_SECONDS", 0.01)
    world.has_job(a_finished_job())
    world.announcer.picture_waits = True
    services = Surroundings(world)
    with working(services):
        assert services.ticked.wait(PATIENCE)
        world.announcer.picture_waits = False
        until(lambda: not world.stores.cards.behind())


@pytest.mark.parametrize("kind", ["tick", "carry_out_asked"])
def test_a_tick_that_fails_does_not_end_its_lane(world: World, kind: str) -> None:
    services = Surroundings(world)
    calls: list[int] = []

    def fail() -> bool:
        calls.append(1)
        raise ZeroDivisionError

    setattr(services.monitoring, kind, fail)
    with working(services):
        until(lambda: bool(calls) or bool(services.lanes.ticks.call()))
        setattr(services.monitoring, kind, lambda: False)
        services.monitoring.carry_out_asked = services._carry_out_asked
        services.carried_out.clear()
        services.lanes.ticks.call()
        assert services.carried_out.wait(PATIENCE)


def test_ticks_come_by_the_clock_too(world: World) -> None:
    services = Surroundings(world)
    with working(services, poll_seconds=0.2):
        assert services.ticked.wait(PATIENCE)
        services.ticked.clear()
        assert services.ticked.wait(PATIENCE)


def test_a_picture_is_answered_as_soon_as_it_comes(world: World) -> None:
    world.has_endpoint(an_endpoint())
    world.hosting.says("emoji-live", EndpointStatus.IN_SERVICE)
    world.hosting.answers["emoji-live"] = PROBABILITIES
    world.stores.routes.set(CHANNEL, "emoji-live")
    world.files.kept[URL] = b"a fox"
    services = Surroundings(world)
    with working(services):
        services.use_cases.classification.receive(a_message())
        services.lanes.pictures.call()
        until(lambda: world.stores.uploads.latest(CHANNEL, 1)[0].settled)
        services.lanes.answers.call()
        until(lambda: len(world.writer.said) == 1)


def test_a_picture_lane_survives_a_bug(world: World) -> None:
    services = Surroundings(world)
    calls: list[bool] = []

    def claim() -> None:
        calls.append(True)
        if len(calls) == 1:
            raise ZeroDivisionError

    services.use_cases.classification = SimpleNamespace(claim=claim, seconds_to_next=lambda at_most: 0.0)
    with working(services):
        until(lambda: len(calls) > 8)


def test_ticks_never_overlap(world: World) -> None:
    services = Surroundings(world)
    inside: list[int] = []
    most: list[int] = []

    def tick() -> bool:
        inside.append(1)
        most.append(len(inside))
        threading.Event().wait(0.05)
        inside.pop()
        return False

    services.monitoring = SimpleNamespace(tick=tick, carry_out_asked=tick)
    with working(services, poll_seconds=0.05):
        until(lambda: bool(services.lanes.ticks.call()) or len(most) > 5)

    assert max(most) == 1


def test_what_an_event_tells_of_is_looked_at_at_once(world: World) -> None:
    world.has_job(a_running_job())
    world.platform.jobs[a_job().name] = Snapshot(JobStatus.FAILED, failure_reason="AlgorithmError")
    services = Surroundings(world)
    services.monitoring.tick = lambda: bool(services.ticked.set())
    events = FakeEvents()
    services.listening = Listening(events, world.monitoring())
    with working(services):
        assert services.ticked.wait(PATIENCE)
        events.tells(News(Subject.TRAINING, a_job().name))
        until(lambda: events.finished == ["1"])

    assert world.job(a_job()).status == JobStatus.FAILED


def test_the_event_lane_survives_a_queue_that_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.worker.IDLE_SECONDS", 0.01)
    services = Surroundings(world)
    events = FakeEvents()
    events.error = DeniedError("AWS does not let this bot read.")
    services.listening = Listening(events, world.monitoring())
    with working(services):
        until(lambda: events.asked > 2)
        events.error = None
        events.tells(News(Subject.TRAINING, "another"))
        until(lambda: events.finished == ["1"])


def test_a_schedule_runs_again_and_again_and_ends() -> None:
    runs: list[int] = []
    schedule = Schedule()
    schedule.every(0.02, "run", lambda: runs.append(1))
    schedule.start()
    until(lambda: len(runs) >= 2)
    schedule.stop()
    ended = len(runs)
    threading.Event().wait(0.06)

    assert len(runs) == ended


def test_a_schedule_survives_what_fails_in_it() -> None:
    runs: list[int] = []

    def fail() -> None:
        runs.append(1)
        raise ZeroDivisionError

    schedule = Schedule()
    schedule.every(0.02, "fail", fail)
    schedule.start()
    until(lambda: len(runs) >= 2)
    schedule.stop()


def test_a_data_set_that_is_asked_for_is_prepared_at_once(world: World) -> None:
    services = Surroundings(world)
    asleep, asked, prepared = threading.Event(), threading.Event(), threading.Event()

    def work_once(_: threading.Event) -> bool:
        asleep.set()
        if asked.is_set():
            prepared.set()
        return False

    services.preparation.work_once = work_once
    with working(services):
        assert asleep.wait(PATIENCE)
        asked.set()
        services.lanes.preparing.call()
        assert prepared.wait(PATIENCE)


def test_one_data_set_after_the_other_is_prepared_without_a_call(world: World) -> None:
    services = Surroundings(world)
    waiting = ["pets", "birds", "fish"]
    services.preparation.work_once = lambda _: bool(waiting and waiting.pop())
    with working(services):
        until(lambda: not waiting)


def test_a_data_set_that_cannot_be_prepared_does_not_end_the_lane(world: World) -> None:
    services = Surroundings(world)
    tries: list[int] = []

    def work_once(_: threading.Event) -> bool:
        tries.append(1)
        raise RuntimeError("out of luck")

    services.preparation.work_once = work_once
    with working(services):
        until(lambda: bool(tries))
        services.lanes.preparing.call()
        until(lambda: len(tries) > 1)


def test_a_preparation_under_way_hears_that_the_worker_stops(world: World) -> None:
    services = Surroundings(world)
    began, heard = threading.Event(), threading.Event()

    def work_once(stopping: threading.Event) -> bool:
        began.set()
        if stopping.wait(PATIENCE):
            heard.set()
        return True

    services.preparation.work_once = work_once
    with working(services):
        assert began.wait(PATIENCE)

    assert heard.is_set()


def test_what_is_being_done_is_held_on_to_until_it_is_done_also_by_a_worker_that_stops(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.RENEW_SECONDS", 0.05)
    services, renewed, began = Surroundings(world), threading.Event(), threading.Event()
    held: list[bool] = []

    def work_once(stopping: threading.Event) -> bool:
        began.set()
        stopping.wait(PATIENCE)
        renewed.clear()
        held.append(renewed.wait(PATIENCE))
        return True

    services.preparation.work_once = work_once
    monkeypatch.setattr(services.answers, "renew_claims", renewed.set)
    with working(services):
        assert began.wait(PATIENCE)

    assert held == [True]
