"""Decides about training a live model on with pictures from use: as its owner or a trainer wants it, each once."""

import logging
from dataclasses import replace

from bot.domain import continuing, quotes, retrainings, training_on, versions
from bot.domain.endpoints import Endpoint
from bot.domain.jobs import Job
from bot.domain.retrainings import Retraining, RetrainingStatus
from bot.domain.versions import Lot
from bot.domain.wishes import JobRequest
from bot.errors import FieldError, NotAllowedError, RefusedError, WrongStateError
from bot.ports import Clock, DataSets, Endpoints, Jobs, Preparations, Wakeup
from bot.services.access import AccessControl
from bot.services.lots import Lots, Retrainings
from bot.services.retrying import retrying
from bot.services.training import Training, identity

# Among so many of the newest jobs those are looked for that tell what this one will cost.
LOOKED_AT = 50
log = logging.getLogger(__name__)


class LearningOn:
    """Writes what people decide into its row; the worker makes the version, and starts the job."""

    def __init__(
        self,
        rows: tuple[Retrainings, Endpoints, Jobs, Preparations, DataSets],
        lots: Lots,
        training: Training,
        access: AccessControl,
        wakeup: Wakeup,
        clock: Clock,
    ) -> None:
        self._retrainings, self._endpoints, self._jobs, self._preparations, self._data_sets = rows
        self._lots = lots
        self._training = training
        self._access = access
        self._wakeup = wakeup
        self._clock = clock

    def learn(self, endpoint: Endpoint, by: str, channel_id: str) -> Retraining:
        """Train it on with what there is, offered or not; what is under way already is no mistake to ask for."""
        self._require(endpoint.owner, by)
        before = self._retrainings.of_endpoint(endpoint.name)
        if before and retrainings.is_outdated(before[0], endpoint):
            self._retrainings.save(retrainings.moved(before[0], RetrainingStatus.DECLINED))
        elif before and before[0].open:
            return self.start(before[0].id, by)
        new = retrainings.offer(endpoint, next_id(endpoint, before), channel_id, Lot(), self._clock())
        begun = self._begun(new, endpoint, by)
        if not self._retrainings.add(begun):
            raise WrongStateError("Somebody has just asked for that.", next_step="Its message says how far it is.")
        return self._woken(begun)

    def start(self, retraining_id: str, by: str) -> Retraining:
        """Carry out an offer; a WrongStateError where it was decided before."""

        def change() -> Retraining:
            offered = self._retrainings.get(retraining_id)
            self._require(offered.owner, by)
            retrainings.moved(offered, RetrainingStatus.WANTED)
            endpoint = self._endpoints.named(offered.endpoint_name)
            if endpoint is None or endpoint.id != offered.release:
                raise WrongStateError(
                    f"*{offered.endpoint_name}* has another model by now, so this offer is outdated.",
                    next_step=f"`/endpoints learn {offered.endpoint_name}` trains that one on.",
                )
            return self._retrainings.save(self._begun(offered, endpoint, by))

        return self._woken(retrying(change))

    def decline(self, retraining_id: str, by: str) -> Retraining:
        """Not now; the next lot is offered again."""

        def change() -> Retraining:
            offered = self._retrainings.get(retraining_id)
            self._require(offered.owner, by)
            declined = retrainings.moved(offered, RetrainingStatus.DECLINED)
            return self._retrainings.save(replace(declined, decided_by=by))

        return self._woken(retrying(change))

    def request(self, retraining: Retraining, data_set: str, by: str) -> tuple[JobRequest, Job]:
        """What is to be asked for, and the job that comes of it; from the beginning, where its model is no start."""
        live = self._jobs.get(retraining.job_id)
        asked = training_on.request(retraining, live, data_set, by, continues=True)
        try:
            return asked, self._training.planned(asked)
        except FieldError as error:
            if error.field != continuing.WORD:
                raise
        asked = training_on.request(retraining, live, data_set, by, continues=False)
        return asked, self._training.planned(asked)

    def cost(self, retraining: Retraining, data_set: str, by: str) -> float | None:
        """About what it costs in USD, by earlier jobs, or at most; None: no price is known."""
        _, planned = self.request(retraining, data_set, by)
        quote = quotes.quoted(planned, self._jobs.recent(LOOKED_AT))
        return quote.worst if quote.likely is None else quote.likely

    def _begun(self, retraining: Retraining, endpoint: Endpoint, by: str) -> Retraining:
        """With what there is to learn from now, checked as any job is before anything is made for it."""
        lot = self._lots.of(endpoint)
        if not lot.trained:
            raise RefusedError(
                f"There are no new pictures to train *{endpoint.name}* on with.",
                "Those count that people have said *Right* or *Wrong* of, in channels that keep pictures; "
                f"{lot.held_out} are held out to compare models with.",
                "`/classify keep 90d` has a channel's pictures kept.",
            )
        cost = self.cost(retraining, retraining.data_set, by)
        return replace(retrainings.wanted(retraining, lot, self._name(retraining), by), cost=cost)

    def _name(self, retraining: Retraining) -> str:
        known = self._data_sets.all()
        taken: list[str] = []
        while True:
            name = versions.next_name(retraining.data_set, known, taken)
            # One that was stopped, failed or is in the making has a name that no data set has.
            if self._preparations.named(name) is None:
                return name
            taken.append(name)

    def _require(self, owner: str, by: str) -> None:
        if by == owner:
            return
        try:
            self._access.require_trainer(by)
        except NotAllowedError as error:
            raise NotAllowedError("Only its owner and trainers can do this.", next_step=error.next_step) from error

    def _woken(self, retraining: Retraining) -> Retraining:
        self._wakeup.call()
        log.info("retraining id=%s status=%s by=%s", retraining.id, retraining.status, retraining.decided_by)
        return retraining


def next_id(endpoint: Endpoint, before: list[Retraining]) -> str:
    """The same for everybody who thinks of the next one at the same time."""
    return identity(f"retraining:{endpoint.name.lower()}:{len(before)}")
