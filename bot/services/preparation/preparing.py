"""Carries out what people want of data sets, one at a time: prepares, stops, removes. A restart goes on with it."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.domain import datasets, preparations
from bot.domain.preparations import Preparation, PreparationStatus, Progress
from bot.errors import BusyError, ChatBusyError, DarkroomError, NotFoundError, PlatformError, WrongStateError
from bot.ports import Clock, DataSets, Preparations, Sources, Target, Targets, TickLock, Wakeup
from bot.services.preparation.closing import Order, Outcome
from bot.services.preparation.dataset_pass import DataSetPass, clean_up
from bot.services.preparation.instruments import Instruments
from bot.services.preparation.planning import earlier_split
from bot.services.preparation.version_pass import VersionPass
from bot.services.retrying import retrying

SAVE_SECONDS = 2.0
MOST_TRIES = 3
log = logging.getLogger(__name__)


class StoppedError(WrongStateError):
    """Somebody wants the preparation to stop."""


class InterruptedPassError(WrongStateError):
    """The process ends; another one goes on."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where images come from, and where data sets are written."""

    sources: Sources
    targets: Targets


class Preparing:
    """The data lane's work."""

    def __init__(
        self,
        rows: tuple[Preparations, DataSets],
        places: Places,
        crafts: tuple[DataSetPass, Instruments],
        tells: tuple[Wakeup, Callable[[], None]],
        lock: TickLock,
        clock: Clock,
    ) -> None:
        self._preparations, self._data_sets = rows
        self._places = places
        self._pass, self._instruments = crafts
        self._versions = VersionPass(self._instruments, places.sources)
        self._ticks, self._refresh_catalog = tells
        self._lock = lock
        self._clock = clock

    def work_once(self, stopping: threading.Event) -> bool:
        """Do what can be done about one that is open; says whether there was such a one.

        One that cannot be settled for the moment (a removal that is denied, a source that is busy) holds up no other.
        """
        with self._lock.held() as mine:
            if not mine:
                return False
            waiting = sorted(self._preparations.open(), key=_urgency)
            return any(not stopping.is_set() and self._carry_out(one, stopping) for one in waiting)

    def _carry_out(self, preparation: Preparation, stopping: threading.Event) -> bool:
        try:
            match preparation.status:
                case PreparationStatus.STOPPING:
                    self._stop(preparation)
                case PreparationStatus.REMOVING:
                    self._remove(preparation)
                case _:
                    self._prepare(preparation, stopping)
        except StoppedError:
            return True
        except InterruptedPassError:
            return False
        except (BusyError, ChatBusyError) as error:
            log.warning("preparation_postponed id=%s code=%s", preparation.id, error.code)
            return False
        except DarkroomError as error:
            return self._give_up(preparation, error.sentences)
        except Exception:
            log.exception("preparation_crashed id=%s", preparation.id)
            return self._count_crash(preparation)
        return True

    def _prepare(self, preparation: Preparation, stopping: threading.Event) -> None:
        begun = self._begun(preparation)
        log.info("preparation_goes_on id=%s name=%s", begun.id, begun.name)
        target = self._places.targets.at(begun.folder)
        watch = _Watch(self, begun, stopping)
        outcome = self._version(begun, target, watch) if begun.based_on else self._packed(begun, target, watch)
        self._end(begun, outcome, watch.progress)
        # The row says that it is done, so that nobody will go on with it.
        with suppress(PlatformError):
            clean_up(target)

    def _packed(self, begun: Preparation, target: Target, watch: "_Watch") -> Outcome:
        with self._places.sources.opened(begun) as source:
            return self._pass.run(self._order(begun), source, target, watch.look)

    def _version(self, begun: Preparation, target: Target, watch: "_Watch") -> Outcome:
        base = datasets.named(begun.based_on, self._data_sets.all())
        try:
            known = self._preparations.get(base.made_by).summary.classes
        except NotFoundError:
            known = ()
        same = tuple(one.name for one in known) == base.classes
        return self._versions.run(begun, base, known if same else (), target, watch.look)

    def _begun(self, preparation: Preparation) -> Preparation:
        def change() -> Preparation:
            row = self._preparations.get(preparation.id)
            if row.status == PreparationStatus.STOPPING:
                raise StoppedError("It is being stopped.")
            began_at = row.progress.began_at or self._clock()
            moved = preparations.moved(row, PreparationStatus.PREPARING)
            return self._preparations.save(replace(moved, progress=replace(row.progress, began_at=began_at)))

        begun = retrying(change)
        self._ticks.call()
        return begun

    def _order(self, preparation: Preparation) -> Order:
        known = self._data_sets.all().get(preparation.name)
        earlier = None
        if known is not None and known.made_by and known.made_by != preparation.id:
            earlier = self._places.targets.at(f"{known.name}/{known.made_by}/").read("split.csv")
        return Order(
            preparation.name,
            preparation.options,
            preparation.id,
            preparation.requested_at,
            earlier_split(earlier),
        )

    def save_progress(self, preparation_id: str, progress: Progress) -> None:
        """StoppedError: somebody wants it to stop."""

        def change() -> Preparation:
            row = self._preparations.get(preparation_id)
            if row.status != PreparationStatus.PREPARING:
                raise StoppedError("It is being stopped.")
            return self._preparations.save(replace(row, progress=progress))

        retrying(change)
        self._ticks.call()

    def _end(self, preparation: Preparation, outcome: Outcome, progress: Progress) -> None:
        if outcome.data_set is not None:
            self.save_progress(preparation.id, progress)
            self._places.targets.describe(preparation.name, self._instruments.descriptor(outcome.data_set))
            # Before anybody is told: who reads that it is ready wants to train on it.
            self._refresh_catalog()
        status = PreparationStatus.FAILED if outcome.problem else PreparationStatus.READY
        pictures = tuple(replace(one, left_out=one.upload_id in outcome.left_out) for one in preparation.pictures)
        came = replace(preparation, summary=outcome.summary, problem=outcome.problem, pictures=pictures)
        self._finish(replace(came, progress=progress), status)

    def _finish(self, preparation: Preparation, status: PreparationStatus) -> None:
        def change() -> Preparation:
            row = self._preparations.get(preparation.id)
            if row.status != PreparationStatus.PREPARING and status != PreparationStatus.FAILED:
                raise StoppedError("It is being stopped.")
            told = replace(
                preparations.moved(row, status),
                summary=preparation.summary,
                problem=preparation.problem,
                progress=preparation.progress,
                pictures=preparation.pictures,
                ended_at=self._clock(),
            )
            return self._preparations.save(told)

        retrying(change)
        log.info("preparation_ended id=%s status=%s", preparation.id, status)
        self._ticks.call()

    def _stop(self, preparation: Preparation) -> None:
        self._take_back(preparation)
        self._places.targets.at(preparation.folder).remove()
        self._settle(preparation, PreparationStatus.STOPPED)

    def _take_back(self, preparation: Preparation) -> None:
        """Where the stop was asked for just as it was done, its descriptor is there: let the earlier one be again."""
        folder = self._places.targets.at(f"{preparation.name}/")
        if preparation.id.encode() not in (folder.read("dataset.json") or b""):
            return
        earlier = self._data_sets.all().get(preparation.name)
        if earlier is not None and earlier.made_by != preparation.id:
            self._places.targets.describe(earlier.name, self._instruments.descriptor(earlier))
        else:
            folder.remove("dataset.json")
        self._refresh_catalog()

    def _remove(self, preparation: Preparation) -> None:
        self._places.targets.forget(preparation.name)
        self._refresh_catalog()
        self._settle(preparation, PreparationStatus.REMOVED)

    def _settle(self, preparation: Preparation, status: PreparationStatus) -> None:
        def change() -> Preparation:
            row = preparations.moved(self._preparations.get(preparation.id), status)
            return self._preparations.save(replace(row, ended_at=self._clock()))

        retrying(change)
        log.info("preparation_ended id=%s status=%s", preparation.id, status)
        self._ticks.call()

    def _give_up(self, preparation: Preparation, problem: str) -> bool:
        """What a person can mend ends it; a stop or a removal is tried again later."""
        row = self._preparations.get(preparation.id)
        if row.status != PreparationStatus.PREPARING:
            log.warning("preparation_not_settled id=%s status=%s", row.id, row.status)
            return row.status == PreparationStatus.STOPPING and preparation.status != row.status
        self._finish(replace(row, problem=problem), PreparationStatus.FAILED)
        with suppress(PlatformError):
            self._places.targets.at(row.folder).remove()
        return True

    def _count_crash(self, preparation: Preparation) -> bool:
        row = self._preparations.get(preparation.id)
        if row.tries + 1 >= MOST_TRIES:
            return self._give_up(row, "Something went wrong in the bot itself. The operators find it in its log.")
        self._preparations.save(replace(row, tries=row.tries + 1))
        return False


class _Watch:
    """Saves the progress now and then, and ends the pass when somebody wants that or the process ends."""

    def __init__(self, service: Preparing, preparation: Preparation, stopping: threading.Event) -> None:
        self._service = service
        self._id = preparation.id
        self._began_at = preparation.progress.began_at
        self._stopping = stopping
        self._due = time.monotonic()
        self.progress = preparation.progress

    def look(self, progress: Progress) -> None:
        self.progress = replace(progress, began_at=self._began_at)
        if self._stopping.is_set():
            raise InterruptedPassError("The process ends.")
        if time.monotonic() >= self._due:
            self._service.save_progress(self._id, self.progress)
            self._due = time.monotonic() + SAVE_SECONDS


def _urgency(waiting: Preparation) -> bool:
    """Stops and removals go before: they are short, and what is prepared now would be waited for."""
    return waiting.status not in (PreparationStatus.STOPPING, PreparationStatus.REMOVING)
