"""What stands between a request and its job: a dry run, a quote, and a question where something speaks against it."""

import logging
from dataclasses import replace
from typing import Protocol

from bot.domain import datasets, questions, quotes, recipes, search_quotes, search_remarks, wishes
from bot.domain.datasets import DataSet
from bot.domain.dry_runs import DryRun
from bot.domain.jobs import Job
from bot.domain.questions import Question, Started
from bot.domain.quotes import Quote
from bot.domain.tunings import Tuning
from bot.domain.wishes import JobRequest, Purpose, Wish
from bot.errors import NotFoundError
from bot.ports import Clock, DataSets, Jobs, TuningRows
from bot.services.training import Training
from bot.services.tuning import Tunings

# Among so many of the newest jobs, and of the newest tunings, those are looked for that tell what a new one will cost.
LOOKED_AT = 50
log = logging.getLogger(__name__)


class DryRuns(Protocol):
    """Tells what the platform would be asked."""

    def of(self, subject: Job | Tuning, data_set: DataSet) -> DryRun: ...


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
        makers: tuple[Training, Tunings],
        rows: tuple[Jobs, TuningRows, DataSets, Wishes],
        dry_runs: DryRuns,
        clock: Clock,
        confirm_cost: float,
    ) -> None:
        self._training, self._tuning = makers
        self._jobs, self._tunings, self._data_sets, self._wishes = rows
        self._dry_runs = dry_runs
        self._clock = clock
        self._confirm_cost = confirm_cost

    def dry_run(self, request: JobRequest) -> DryRun:
        """What would be asked of the platform and cost, under the same checks; nothing is recorded."""
        asked = self._question(self._planned(request), request)
        told = self._dry_runs.of(asked.subject, datasets.named(request.data_set, self._data_sets.all()))
        return replace(told, quote=asked.quote, remarks=asked.remarks)

    def ask(self, request: JobRequest) -> Started | Question:
        """Start it, or keep the wish and say why it is asked about. The same request again finds its job."""
        question = self._question(self._planned(request), request)
        if self._is_there(question.subject) or not question.must_be_asked:
            return Started(self._submitted(request), question.quote, question.remarks)
        self._wishes.put(Wish.of(request, question.wish_id, self._clock()))
        log.info("asked_about id=%s purpose=%s user=%s", question.wish_id, request.purpose, request.user_id)
        return question

    def start(self, wish_id: str, by: str) -> Job | Tuning:
        """What was asked about, now that its asker says yes; a second yes finds the same job."""
        wish = self._wishes.get(wish_id)
        wishes.check_open(wish, by, self._clock())
        return self._submitted(wish.request)

    def drop(self, wish_id: str, by: str) -> None:
        """Forget it, now that its asker says no; what has started goes on."""
        wishes.check_asker(self._wishes.get(wish_id), by)
        self._wishes.drop(wish_id)

    def _planned(self, request: JobRequest) -> Job | Tuning:
        match request.purpose:
            case Purpose.TRAINING:
                return self._training.planned(request)
            case Purpose.TUNING:
                return self._tuning.planned(request)

    def _submitted(self, request: JobRequest) -> Job | Tuning:
        match request.purpose:
            case Purpose.TRAINING:
                return self._training.submit(request, price_may_be_unknown=True)
            case Purpose.TUNING:
                return self._tuning.submit(request, price_may_be_unknown=True)

    def _question(self, planned: Job | Tuning, request: JobRequest) -> Question:
        active = self._jobs.active() if isinstance(planned, Job) else self._tunings.active()
        twin = next((one for one in active if one.id != planned.id and questions.alike(one, planned)), None)
        told = recipes.remarks(planned.made_by, request.words, planned.compute.instance_type)
        return Question(
            planned.id, planned, self._quote(planned), self._confirm_cost, twin, (*told, *_search_remarks(planned))
        )

    def _quote(self, planned: Job | Tuning) -> Quote:
        jobs = self._jobs.recent(LOOKED_AT)
        if isinstance(planned, Job):
            return quotes.quoted(planned, jobs)
        return search_quotes.searched(planned, self._tunings.recent(LOOKED_AT), jobs)

    def _is_there(self, planned: Job | Tuning) -> bool:
        try:
            _ = self._jobs.get(planned.id) if isinstance(planned, Job) else self._tunings.get(planned.id)
        except NotFoundError:
            return False
        return True


def _search_remarks(planned: Job | Tuning) -> tuple[str, ...]:
    if isinstance(planned, Job):
        return search_remarks.of_job(planned.hyperparameters)
    return search_remarks.remarks(planned.search, planned.hyperparameters, planned.made_by)
