"""Make AWS agree with the tunings' rows and the rows with AWS: start, stop, observe."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from bot.domain import moves, tunings
from bot.domain.tunings import Tuning, TuningStatus
from bot.errors import BusyError, DarkroomError, GoneError
from bot.ports import Clock, DataSets, TuningPlatform, TuningRows
from bot.services.lookout import Lookout
from bot.services.rows import each

# A job of a tuning that has got its machines changes no figure in the lists, but the card tells of it.
LONGEST_UNSEEN, LOOKS_AT_ONCE = timedelta(minutes=1), 5
log = logging.getLogger(__name__)


class TuningFollower:
    """Moves every unfinished tuning one step on, at each tick."""

    def __init__(self, rows: TuningRows, data_sets: DataSets, platform: TuningPlatform, clock: Clock) -> None:
        self._tunings = rows
        self._data_sets = data_sets
        self._platform = platform
        self._clock = clock
        self._lookout = Lookout(platform, clock, LONGEST_UNSEEN, LOOKS_AT_ONCE)

    def advance_all(self) -> None:
        """One step for every tuning that is due for one."""
        active = self._tunings.active()
        each("tuning", [tuning for tuning in active if is_asked(tuning)], self._advance)
        due = self._lookout.due([tuning for tuning in active if not is_asked(tuning)])
        each("tuning", due, self._observe)

    def look_at(self, names: Iterable[str]) -> None:
        """A look at those of them that run, before their turn."""
        found = [self._tunings.named(name) for name in dict.fromkeys(names)]
        each("tuning", [one for one in found if one and one.active and not is_asked(one)], self._observe)

    def carry_out_asked(self) -> None:
        """One step for the tunings that people asked for something which AWS has not been told yet."""
        each("tuning", [tuning for tuning in self._tunings.active() if is_asked(tuning)], self._advance)

    def _advance(self, tuning: Tuning) -> None:
        match tuning.status:
            case TuningStatus.REQUESTED:
                self._start(tuning)
            case TuningStatus.STOPPING if is_asked(tuning):
                self._stop(tuning)
            case _:
                self._observe(tuning)

    def _start(self, tuning: Tuning) -> None:
        data_set = self._data_sets.all().get(tuning.data_set)
        if data_set is None:
            self._fail(tuning, f"The data set {tuning.data_set} has gone from the bucket.")
            return
        try:
            self._platform.start(tuning, data_set)
        except BusyError:
            raise
        except DarkroomError as error:
            self._fail(tuning, error.sentences)
        else:
            log.info("tuning_started id=%s name=%s", tuning.id, tuning.name)
            self._tunings.save(moves.moved(tuning, TuningStatus.RUNNING))

    def _stop(self, tuning: Tuning) -> None:
        try:
            self._platform.stop(tuning.name)
        except GoneError:
            # Stopped before AWS was asked to start it.
            self._tunings.save(replace(moves.moved(tuning, TuningStatus.STOPPED), ended_at=self._clock()))
        else:
            self._observe(tuning)

    def _observe(self, tuning: Tuning) -> None:
        self._lookout.looks(tuning)
        try:
            snapshot = self._platform.observe(tuning)
        except GoneError:
            self._fail(tuning, "SageMaker no longer knows this tuning; somebody deleted it there.")
            return
        seen = tunings.observed(tuning, snapshot)
        if seen != tuning:
            self._tunings.save(seen)
        self._lookout.has_seen(seen)
        if seen.status != tuning.status:
            log.info("tuning_changed id=%s name=%s from=%s to=%s", tuning.id, tuning.name, tuning.status, seen.status)

    def _fail(self, tuning: Tuning, reason: str) -> None:
        log.warning("tuning_failed id=%s name=%s", tuning.id, tuning.name)
        failed = moves.moved(tuning, TuningStatus.FAILED)
        self._tunings.save(replace(failed, failure_reason=reason, ended_at=self._clock()))


def is_asked(tuning: Tuning) -> bool:
    """Whether people want something of the tuning that AWS does not know of."""
    match tuning.status:
        case TuningStatus.REQUESTED:
            return True
        case TuningStatus.STOPPING:
            return tuning.aws_status != TuningStatus.STOPPING
        case _:
            return False
