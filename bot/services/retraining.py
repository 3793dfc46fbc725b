"""Offers what there is to learn from, has versions of data sets made, and starts their jobs: each of that once."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain import datasets, retrainings, versions
from bot.domain.datasets import Format
from bot.domain.endpoints import Endpoint
from bot.domain.kept_pictures import KeptStatus
from bot.domain.preparations import Options, Preparation, PreparationStatus
from bot.domain.retrainings import Retraining, RetrainingStatus
from bot.errors import BusyError, ChatBusyError, ChatError, DarkroomError, NotFoundError, StaleError, WrongStateError
from bot.ports import Clock, DataSets, Endpoints, KeptPictures, Preparations, TickLock, Wakeup
from bot.services.hush import Hush
from bot.services.learning_on import LearningOn, next_id
from bot.services.lots import Lots, Retrainings
from bot.services.rows import each
from bot.services.training import Training

# What people say comes in over hours; what there is to learn from is counted anew so often.
PAUSE = timedelta(seconds=15)
# For so long a busy Slack is let be where it names no time itself.
BUSY_PAUSE = timedelta(seconds=30)
# Where Slack refuses so often, nobody can be told.
MOST_TRIES = 20
log = logging.getLogger(__name__)


class RetrainingTeller(Protocol):
    """One message about each retraining. Calls may raise ChatBusyError or ChatError."""

    def tell(self, retraining: Retraining) -> str:
        """Post what it is now, or show it in its message's place; once, however often. Returns the `ts`."""


class RetrainingRunner:
    """One worker at a time."""

    def __init__(
        self,
        rows: tuple[Retrainings, Endpoints, Preparations, DataSets, KeptPictures],
        learning_on: LearningOn,
        makers: tuple[Lots, Training],
        tells: tuple[RetrainingTeller, Hush],
        process: tuple[tuple[Wakeup, Wakeup], TickLock, Clock],
        offered_after: int,
    ) -> None:
        self._retrainings, self._endpoints, self._preparations, self._data_sets, self._kept = rows
        self._learning_on = learning_on
        self._lots, self._training = makers
        self._teller, self._hush = tells
        self._wakeups, self._lock, self._clock = process
        self._offered_after = offered_after
        self._looked_at: datetime | None = None
        self._busy_until: datetime | None = None

    def work_once(self) -> bool:
        """A step for each. True: something is under way that is worth coming back for soon."""
        with self._lock.held() as mine:
            if not mine:
                return False
            if self._looked_at is None or self._clock() - self._looked_at >= PAUSE:
                self._looked_at = self._clock()
                each("retraining_offer", [one for one in self._endpoints.live() if one.answering], self._offer)
            each("retraining", self._retrainings.wanted(), self._advance)
            if self._busy_until is None or self._clock() >= self._busy_until:
                each("retraining_note", self._retrainings.untold(), self._tell)
            return bool(self._retrainings.wanted())

    def _offer(self, endpoint: Endpoint) -> None:
        """Once for each lot: what was there at the offer before is not counted again."""
        before = self._retrainings.of_endpoint(endpoint.name)
        if before and before[0].open:
            self._outdate(before[0], endpoint)
            return
        if endpoint.data_set not in self._data_sets.all() or self._lots.fresh(endpoint) < self._offered_after:
            return
        lot = self._lots.of(endpoint)
        if lot.fresh - (before[0].lot.fresh if _untouched(before) else 0) < self._offered_after:
            return
        made = retrainings.offer(endpoint, next_id(endpoint, before), endpoint.channel_id, lot, self._clock())
        try:
            priced = replace(made, cost=self._learning_on.cost(made, made.data_set, made.owner))
        except (BusyError, ChatBusyError):
            raise
        except DarkroomError as error:
            # Its job is none of ours, or could not be asked for any more: nobody is offered what cannot be done.
            log.info(
                "retraining_not_offered endpoint=%s code=%s why=%s", endpoint.name, error.code, type(error).__name__
            )
            return
        if self._retrainings.add(priced):
            log.info("retraining_offered id=%s endpoint=%s pictures=%s", made.id, endpoint.name, lot.fresh)

    def _outdate(self, offered: Retraining, endpoint: Endpoint) -> None:
        """Another model is live by now, of which the offer does not speak."""
        if retrainings.is_outdated(offered, endpoint):
            self._retrainings.save(retrainings.moved(offered, RetrainingStatus.DECLINED))

    def _advance(self, retraining: Retraining) -> None:
        try:
            self._go_on(retraining)
        except (BusyError, StaleError):
            raise
        except DarkroomError as error:
            failed = retrainings.moved(retraining, RetrainingStatus.FAILED)
            self._retrainings.save(replace(failed, problem=error.sentences))
            log.warning("retraining_failed id=%s code=%s", retraining.id, error.code)

    def _go_on(self, retraining: Retraining) -> None:
        preparation = self._version(retraining)
        if preparation.open:
            return
        if preparation.status != PreparationStatus.READY:
            why = preparation.problem or f"Its preparation is {preparation.status}."
            raise WrongStateError(f"*{preparation.name}* was not made.", why)
        if preparation.name not in self._data_sets.all():
            # It enters the catalog a moment after it is ready.
            return
        self._note_what_it_holds(preparation)
        self._require_nothing_forgotten(preparation)
        self._kept.considered([one.upload_id for one in retraining.lot.trained], preparation.name)
        asked, _ = self._learning_on.request(retraining, preparation.name, retraining.decided_by)
        job = self._training.submit(asked, price_may_be_unknown=True)
        self._retrainings.save(replace(retrainings.moved(retraining, RetrainingStatus.STARTED), started_job=job.name))
        log.info("retraining_started id=%s job=%s", retraining.id, job.name)

    def _note_what_it_holds(self, version: Preparation) -> None:
        """Its own pictures, and those of the versions that it is a copy of."""
        former = self._retrainings.contained(versions.chain(version.based_on, self._data_sets.all()))
        self._kept.trained({*former, *version.contained}, version.name)

    def _require_nothing_forgotten(self, version: Preparation) -> None:
        """Who had a picture forgotten while the version was made could not be told that it contains a copy."""
        found = [self._kept.find(one) for one in version.contained]
        gone = sum(one is None or one.status == KeptStatus.REMOVING for one in found)
        if gone:
            raise WrongStateError(
                f"*{version.name}* may hold copies of {gone} pictures that went while it was made.",
                "Somebody had them forgotten, or their time was over, so no model is trained on it.",
                f"Remove it with `/datasets remove {version.name}`, and ask again.",
            )

    def _version(self, retraining: Retraining) -> Preparation:
        """The preparation that makes the version; the same one whenever it is asked for."""
        try:
            return self._preparations.get(retraining.preparation_id)
        except NotFoundError:
            self._preparations.add(self._asked(retraining))
            for wakeup in self._wakeups:
                wakeup.call()
            return self._preparations.get(retraining.preparation_id)

    def _asked(self, retraining: Retraining) -> Preparation:
        base = datasets.named(retraining.data_set, self._data_sets.all())
        return Preparation(
            id=retraining.preparation_id,
            name=retraining.version_name,
            source=base.s3_prefix,
            file_ids=(),
            options=Options(
                format=Format.REC if base.format == Format.LST else base.format,
                resize=base.resize,
                classes=base.classes,
                min_accuracy=base.min_accuracy,
            ),
            requested_by=retraining.decided_by,
            channel_id=retraining.channel_id,
            requested_at=self._clock(),
            based_on=base.name,
            pictures=retraining.lot.pictures,
        )

    def _tell(self, retraining: Retraining) -> None:
        """An offer can wait for the end of quiet hours; where Slack will not have it, it is let be."""
        offered = retraining.status == RetrainingStatus.OFFERED
        if offered and not retraining.message_ts and self._hush.holds(retraining.channel_id):
            return
        tried = self._retrainings.save(replace(retraining, tries=retraining.tries + 1))
        try:
            message_ts = self._teller.tell(tried)
        except ChatBusyError as error:
            self._busy_until = self._clock() + max(BUSY_PAUSE, timedelta(seconds=error.retry_after))
            if tried.tries < MOST_TRIES:
                raise
            message_ts = tried.message_ts
        except ChatError as error:
            log.warning("retraining_not_told id=%s code=%s", tried.id, error.code)
            message_ts = tried.message_ts
        told = replace(tried, message_ts=message_ts, shown=str(tried.status), tries=0)
        self._retrainings.save(told)


def _untouched(before: list[Retraining]) -> bool:
    """Whether what somebody decided last is still there to be learned from; an outdated offer was nobody's decision."""
    left = (RetrainingStatus.DECLINED, RetrainingStatus.FAILED)
    return bool(before) and bool(before[0].decided_by) and before[0].status in left
