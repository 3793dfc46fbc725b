"""What stands between a request and its job: a dry run, a quote, and a question where something speaks against it."""

import logging
from dataclasses import replace
from typing import Protocol

from bot.domain import datasets, quotes, wishes
from bot.domain.datasets import DataSet
from bot.domain.dry_runs import DryRun
from bot.domain.jobs import Job
from bot.domain.quotes import Question, Started
from bot.domain.wishes import Wish
from bot.errors import NotFoundError
from bot.ports import Clock, DataSets, Jobs
from bot.services.training import Training, TrainingRequest

# Among so many of the newest jobs those are looked for that tell what a new one will cost.
LOOKED_AT = 50
log = logging.getLogger(__name__)


class DryRuns(Protocol):
    """Tells what the platform would be asked."""

    def of(self, job: Job, data_set: DataSet) -> DryRun: ...


class Wishes(Protocol):
    """The requests that wait for their people's yes. `put` replaces what is there under the id."""

    def put(self, wish: Wish) -> None: ...
    def get(self, wish_id: str) -> Wish:
        """NotFoundError: it was dropped, or is long gone."""

    def drop(self, wish_id: str) -> None: ...


class Starting:
    """Starts what is harmless at once, and asks about the rest."""

    def __init__(
        self,
        training: Training,
        rows: tuple[Jobs, DataSets, Wishes],
        dry_runs: DryRuns,
        clock: Clock,
        confirm_cost: float,
    ) -> None:
        self._training = training
        self._jobs, self._data_sets, self._wishes = rows
        self._dry_runs = dry_runs
        self._clock = clock
        self._confirm_cost = confirm_cost

    def dry_run(self, request: TrainingRequest) -> DryRun:
        """What would be asked of the platform, under the same checks; nothing is recorded."""
        job = self._training.planned(request)
        return self._dry_runs.of(job, datasets.named(request.data_set, self._data_sets.all()))

    def ask(self, request: TrainingRequest) -> Started | Question:
        """Start it, or keep the wish and say why it is asked about. The same request again finds its job."""
        planned = self._training.planned(request)
        question = self._question(planned)
        if self._is_there(planned) or not (question.dear or question.unpriced or question.twin):
            return Started(self._training.submit(request, price_may_be_unknown=True), question.quote)
        self._wishes.put(_wish(request, question.wish_id, self._clock))
        log.info("training_asked_about id=%s user=%s", question.wish_id, request.user_id)
        return question

    def start(self, wish_id: str, by: str) -> Job:
        """What was asked about, now that its asker says yes; a second yes finds the same job."""
        wish = self._wishes.get(wish_id)
        wishes.check_open(wish, by, self._clock())
        request = TrainingRequest(wish.data_set, wish.words, wish.user_id, wish.channel_id, wish.key)
        return self._training.submit(request, price_may_be_unknown=True)

    def drop(self, wish_id: str, by: str) -> None:
        """Forget it, now that its asker says no; what has started goes on."""
        wishes.check_asker(self._wishes.get(wish_id), by)
        self._wishes.drop(wish_id)

    def _question(self, planned: Job) -> Question:
        active = self._jobs.active()
        twin = next((one for one in active if one.id != planned.id and _same(one, planned)), None)
        quote = quotes.quoted(planned, self._jobs.recent(LOOKED_AT))
        return Question(planned.id, planned, quote, self._confirm_cost, twin)

    def _is_there(self, planned: Job) -> bool:
        try:
            self._jobs.get(planned.id)
        except NotFoundError:
            return False
        return True


def _wish(request: TrainingRequest, wish_id: str, clock: Clock) -> Wish:
    return Wish(
        wish_id, request.data_set, request.words, request.user_id, request.channel_id, request.key, asked_at=clock()
    )


def _same(job: Job, other: Job) -> bool:
    """Whether both train the same thing on the same machines, whatever those cost."""
    return (job.data_set, job.initial_model, dict(job.hyperparameters), replace(job.compute, usd_per_hour=None)) == (
        other.data_set,
        other.initial_model,
        dict(other.hyperparameters),
        replace(other.compute, usd_per_hour=None),
    )
