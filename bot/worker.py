"""The worker's lanes: ticks, the catalog, data sets, AWS's events, the answers to pictures, each in its threads.

A slow job never holds up an answer, and waking is immediate: a lane sleeps until it is called or its time has come.
Ticks look at everything, by the clock; a call has only that done which was asked for, however much is running.
"""

import threading
from collections.abc import Callable

from bot.adapters.schedule import Schedule
from bot.bootstrap import Services
from bot.services.classification import RENEW_SECONDS
from bot.services.listening import Listening
from bot.services.measuring import TICKS_A_READING
from bot.services.rows import guarded

# More than the images of one endpoint that are in hand at once: one that wakes up does not hold up the others.
PICTURE_THREADS = 8
ANSWER_THREADS = 3
CATALOG_SECONDS = 60.0
IDLE_SECONDS = 30.0
SOON_SECONDS = 1.0
AGAIN_SECONDS = 5.0
LISTENER_SECONDS = 1.0


class Worker:
    """Everything that is not answering Slack."""

    def __init__(self, services: Services, poll_seconds: float) -> None:
        self._services = services
        self._poll_seconds = poll_seconds
        self._schedule = Schedule()
        self._stopping = threading.Event()
        self._one_tick = threading.Lock()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        # First, so that nobody who is quick is told that there are no data sets.
        self._refresh()
        self._every(self._poll_seconds, "tick", self._tick)
        self._every(CATALOG_SECONDS, "catalog", self._refresh)
        self._every(TICKS_A_READING * self._poll_seconds, "usage", self._read_usage)
        self._every(TICKS_A_READING * self._poll_seconds, "sweep", self._sweep)
        # Until the end: what is being done when the worker is told to stop is not to be done by another, too.
        self._schedule.every(RENEW_SECONDS, "claims", self._renew)
        self._schedule.start()
        self._run("tick-lane", self._tick_lane)
        self._run("data-lane", self._data_lane)
        self._run("check-lane", self._check_lane)
        self._run("keeping-lane", self._keeping_lane)
        for number in range(PICTURE_THREADS):
            self._run(f"picture-lane-{number}", self._picture_lane)
        for number in range(ANSWER_THREADS):
            self._run(f"answer-lane-{number}", self._answer_lane)
        if self._services.listening:
            listening = self._services.listening
            self._run("event-lane", lambda: self._event_lane(listening))

    def stop(self) -> None:
        """Let what is being done be finished, and begin nothing more."""
        self._stopping.set()
        for lane in self._services.lanes.all:
            lane.call()
        for thread in self._threads:
            # It may be waiting at its queue, which no call ends; what it is told there then is told again.
            thread.join(LISTENER_SECONDS if thread.name == "event-lane" else None)
        self._schedule.stop()

    def _every(self, seconds: float, name: str, work: Callable[[], object]) -> None:
        """As long as nobody has said stop."""
        self._schedule.every(seconds, name, lambda: self._stopping.is_set() or work())

    def _run(self, name: str, lane: Callable[[], None]) -> None:
        thread = threading.Thread(target=lane, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _tick(self) -> bool:
        return self._alone(self._services.monitoring.tick)

    def _carry_out_asked(self) -> bool:
        return self._alone(self._services.monitoring.carry_out_asked)

    def _alone(self, tick: Callable[[], bool]) -> bool:
        said: list[bool] = []
        # Waits for a tick under way: what woke us may have come after it had passed the row.
        with self._one_tick:
            if not self._stopping.is_set():
                guarded("tick", self, lambda _: said.append(tick()))
        return any(said)

    def _refresh(self) -> None:
        guarded("catalog", self, lambda _: self._services.catalog.refresh())

    def _read_usage(self) -> None:
        guarded("usage", self, lambda _: self._services.use_cases.upkeep.measuring.read())
        guarded("drift", self, lambda _: self._services.drifting.look_now_and_then())

    def _sweep(self) -> None:
        guarded("sweep", self, lambda _: self._services.use_cases.upkeep.sweeping.sweep_now_and_then())

    def _renew(self) -> None:
        guarded("claims", self, lambda _: self._services.use_cases.classification.renew_claims())
        guarded("claims", self, lambda _: self._services.answers.renew_claims())

    def _tick_lane(self) -> None:
        again_soon = self._tick()
        while not self._stopping.is_set():
            self._services.lanes.ticks.wait(min(SOON_SECONDS, self._poll_seconds) if again_soon else IDLE_SECONDS)
            again_soon = self._carry_out_asked()

    def _picture_lane(self) -> None:
        classification = self._services.use_cases.classification
        while not self._stopping.is_set():
            worked: list[bool] = []
            guarded("picture", self, lambda _: worked.append(classification.work_once()))  # noqa: B023 - runs at once
            if not any(worked):
                self._services.lanes.pictures.wait(max(0.05, classification.seconds_to_next(IDLE_SECONDS)))

    def _answer_lane(self) -> None:
        answers = self._services.answers
        while not self._stopping.is_set():
            worked: list[bool] = []
            guarded("answer", self, lambda _: worked.append(answers.work_once()))  # noqa: B023 - runs at once
            if not any(worked):
                self._services.lanes.answers.wait(max(0.05, answers.seconds_to_next(IDLE_SECONDS)))

    def _check_lane(self) -> None:
        lane = self._services.lanes.checks
        while not self._stopping.is_set():
            waiting: list[bool] = []
            for name, work in (
                ("golden_checks", self._services.golden.check_all),
                ("replays", self._services.replays.advance_all),
            ):
                guarded(name, self, lambda _: waiting.append(work()))  # noqa: B023 - runs at once
            lane.wait(min(AGAIN_SECONDS, self._poll_seconds) if any(waiting) else IDLE_SECONDS)

    def _keeping_lane(self) -> None:
        lane = self._services.lanes.keeping
        while not self._stopping.is_set():
            more: list[bool] = []
            for name, work in (
                ("keeping", self._services.keeping.work_once),
                ("retraining", self._services.retraining.work_once),
            ):
                guarded(name, self, lambda _: more.append(work()))  # noqa: B023 - runs at once
            lane.wait(min(SOON_SECONDS, self._poll_seconds) if any(more) else IDLE_SECONDS)

    def _event_lane(self, listening: Listening) -> None:
        while not self._stopping.is_set():
            looked: list[bool] = []
            guarded("events", self, lambda _: looked.append(self._look_at_events(listening)))  # noqa: B023 - runs at once
            if looked != [True]:
                self._stopping.wait(SOON_SECONDS if looked else IDLE_SECONDS)

    def _look_at_events(self, listening: Listening) -> bool:
        heard = listening.heard()
        return not heard or self._alone(lambda: listening.look(heard))

    def _data_lane(self) -> None:
        while not self._stopping.is_set():
            worked: list[bool] = []
            guarded("data_set", self, lambda _: worked.append(self._services.preparation.work_once(self._stopping)))  # noqa: B023 - runs at once
            if not any(worked):
                self._services.lanes.preparing.wait(IDLE_SECONDS)
