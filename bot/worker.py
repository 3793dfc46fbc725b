"""The worker's lanes: ticks, the catalog, data sets, AWS's events, the answers to pictures, each in its threads.

A slow job never holds up an answer, and waking is immediate: a lane sleeps until it is called or its time has come.
Ticks look at everything, by the clock; a call has only that done which was asked for, however much is running.
"""

import threading
from collections.abc import Callable, Mapping

from bot.adapters.schedule import Schedule
from bot.bootstrap import Services
from bot.domain import uploads
from bot.lanes import IDLE_SECONDS, Crew, Lane
from bot.ports import Wakeup
from bot.services.answers import AnswerKeeper
from bot.services.classification import RENEW_SECONDS, Classification
from bot.services.listening import Listening
from bot.services.measuring import TICKS_A_READING
from bot.services.rows import guarded

ANSWER_THREADS = 3
CATALOG_SECONDS = 60.0
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
        self._start_lanes()
        self._start_crews()
        if self._services.listening:
            listening = self._services.listening
            self._run("event-lane", lambda: self._event_lane(listening))

    def _start_lanes(self) -> None:
        services, lanes = self._services, self._services.lanes
        preparation = services.preparation
        self._run("tick-lane", self._tick_lane)
        self._lane(lanes.preparing, {"data_set": lambda: preparation.work_once(self._stopping)}, 0)
        checks = {"golden_checks": services.golden.check_all, "replays": services.replays.advance_all}
        self._lane(lanes.checks, checks, min(AGAIN_SECONDS, self._poll_seconds))
        keeping = {"keeping": services.keeping.work_once, "retraining": services.retraining.work_once}
        self._lane(lanes.keeping, keeping, min(SOON_SECONDS, self._poll_seconds))

    def _start_crews(self) -> None:
        pictures, answers = self._services.use_cases.classification, self._services.answers
        self._crew("picture", self._services.lanes.pictures, pictures, uploads.LANES)
        self._crew("answer", self._services.lanes.answers, answers, ANSWER_THREADS)

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

    def _lane(self, wakeup: Wakeup, works: Mapping[str, Callable[[], bool]], soon: float) -> None:
        self._run("-".join((*works, "lane")), Lane(wakeup, works, soon, self._stopping).run)

    def _crew(self, name: str, wakeup: Wakeup, line: Classification | AnswerKeeper, threads: int) -> None:
        crew = Crew(wakeup, name, line.claim, line.seconds_to_next, self._stopping)
        for number in range(threads):
            self._run(f"{name}-lane-{number}", crew.run)

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
        guarded("pruning", self, lambda _: self._services.pruning.prune_now_and_then())

    def _renew(self) -> None:
        guarded("claims", self, lambda _: self._services.use_cases.classification.renew_claims())
        guarded("claims", self, lambda _: self._services.answers.renew_claims())

    def _tick_lane(self) -> None:
        self._tick()
        soon = min(SOON_SECONDS, self._poll_seconds)
        Lane(self._services.lanes.ticks, {"tick": self._carry_out_asked}, soon, self._stopping).run()

    def _event_lane(self, listening: Listening) -> None:
        while not self._stopping.is_set():
            looked: list[bool] = []
            guarded("events", self, lambda _: looked.append(self._look_at_events(listening)))  # noqa: B023 - runs at once
            if looked != [True]:
                self._stopping.wait(SOON_SECONDS if looked else IDLE_SECONDS)

    def _look_at_events(self, listening: Listening) -> bool:
        heard = listening.heard()
        return not heard or self._alone(lambda: listening.look(heard))
