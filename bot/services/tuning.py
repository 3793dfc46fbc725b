"""Start and stop tuning jobs, as people ask for them, and go on from what they found."""

from dataclasses import replace

from bot.domain import costs, datasets, moves, search_words, tuning_on, tunings, warm_starts
from bot.domain.datasets import DataSet
from bot.domain.hyperparameters import nearest
from bot.domain.jobs import Compute, Job
from bot.domain.search_words import WARM, Asked
from bot.domain.tunings import Trial, Tuning
from bot.domain.wishes import JobRequest
from bot.errors import FieldError, NotFoundError, WrongStateError
from bot.ports import Clock, DataSets, Jobs, Prices, TuningRows, Wakeup
from bot.services.retrying import retrying
from bot.services.training import identity


class Tunings:
    """Writes what people want into the tunings' rows; the worker makes it so."""

    def __init__(
        self,
        rows: tuple[TuningRows, Jobs],
        data_sets: DataSets,
        prices: Prices,
        wakeup: Wakeup,
        clock: Clock,
        max_job_cost: float,
    ) -> None:
        self._tunings, self._jobs = rows
        self._data_sets = data_sets
        self._prices = prices
        self._wakeup = wakeup
        self._clock = clock
        self._max_job_cost = max_job_cost

    def planned(self, request: JobRequest) -> Tuning:
        """The tuning that the request asks for, checked against all rules and the budget; nothing is recorded."""
        data_set = datasets.named(request.data_set, self._data_sets.all())
        parents = [self._parent(name) for name in _listed(request.words.get(WARM, ""))]
        return self._made(request, data_set, search_words.requested(request.words, data_set, parents))

    def submit(self, request: JobRequest, *, price_may_be_unknown: bool = False) -> Tuning:
        """Check the request and record it."""
        return self._record(self.planned(request), price_may_be_unknown=price_may_be_unknown)

    def tune_on(self, name: str, request: JobRequest) -> Tuning:
        """Record a tuning around the best of an ended one, on the same data and machines; words are not looked at."""
        earlier = self.named(name)
        search = tuning_on.tuned_on(earlier)
        data_set = datasets.named(earlier.data_set, self._data_sets.all())
        _, kept = warm_starts.inherited(earlier, [*search.ranges, *search.choices], {})
        fixed = search_words.filled(search, kept, data_set, earlier.made_by)
        parents = [earlier, *filter(None, (self._tunings.named(one) for one in search.parents[1:]))]
        search = warm_starts.checked(search, fixed, data_set, parents)
        mode = datasets.input_mode(earlier.compute.input_mode, data_set)
        asked = Asked(search, fixed, replace(earlier.compute, input_mode=mode), earlier.recipe, earlier.weights)
        return self._record(self._made(request, data_set, asked))

    def stop(self, name: str, by: str) -> Tuning:
        """Record the wish that the tuning stops."""
        tuning = retrying(lambda: self._tunings.save(moves.stop_asked(self.named(name), by)))
        self._wakeup.call()
        return tuning

    def best_job(self, name: str, by: str, channel_id: str) -> Job:
        """The tuning's best job as a job of its own, so that it can be continued and deployed; again: the same one."""
        tuning = self.named(name)
        if tuning.active or tuning.best is None:
            why = "It has not ended." if tuning.active else "None of its jobs has a result."
            raise WrongStateError(f"*{tuning.name}* has no best job yet.", why)
        return self._adopted(tuning, tuning.best, by, channel_id)

    def named(self, name: str) -> Tuning:
        """The tuning of this name, or a NotFoundError with the nearest one."""
        tuning = self._tunings.named(name)
        if tuning is None:
            like = nearest(name, [recent.name for recent in self._tunings.recent(50)])
            hint = f"Did you mean `{like}`?" if like else "`/tune list` lists them."
            raise NotFoundError(f"I don't know a tuning `{name}`.", next_step=hint)
        return tuning

    def get(self, tuning_id: str) -> Tuning:
        return self._tunings.get(tuning_id)

    def active(self) -> list[Tuning]:
        return self._tunings.active()

    def recent(self) -> list[Tuning]:
        return self._tunings.recent()

    def data_sets(self) -> list[DataSet]:
        return list(self._data_sets.all().values())

    def _record(self, tuning: Tuning, *, price_may_be_unknown: bool = False) -> Tuning:
        if tuning.worst_case is None and not price_may_be_unknown:
            raise costs.unpriced(tuning.compute.instance_type)
        self._tunings.add(tuning)
        self._wakeup.call()
        return self._tunings.get(tuning.id)

    def _made(self, request: JobRequest, data_set: DataSet, asked: Asked) -> Tuning:
        tuning_id = identity(request.key)
        tuning = Tuning(
            id=tuning_id,
            name=tunings.tuning_name(data_set.name, tuning_id),
            data_set=data_set.name,
            classes=data_set.classes,
            images=(data_set.train_images, data_set.validation_images),
            s3_prefix=data_set.s3_prefix,
            search=asked.search,
            hyperparameters=asked.hyperparameters,
            compute=self._priced(asked.compute),
            requested_by=request.user_id,
            channel_id=request.channel_id,
            requested_at=self._clock(),
            recipe=asked.recipe,
            weights=asked.weights,
        )
        tunings.within_budget(tuning, self._max_job_cost)
        return tuning

    def _priced(self, asked: Compute) -> Compute:
        return replace(asked, usd_per_hour=self._prices.hourly("training", asked.instance_type))

    def _parent(self, name: str) -> Tuning:
        try:
            return self.named(name)
        except NotFoundError as error:
            raise FieldError(WARM, error.what, error.next_step) from error

    def _adopted(self, tuning: Tuning, trial: Trial, by: str, channel_id: str) -> Job:
        known = self._jobs.named(trial.name)
        if known is not None:
            return known
        job = replace(
            tunings.as_job(tuning, trial, identity(f"{tuning.id}/{trial.name}")),
            requested_by=by,
            channel_id=channel_id,
        )
        self._jobs.add(job)
        self._wakeup.call()
        return self._jobs.get(job.id)


def _listed(names: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (name.strip() for name in names.split(",")))))
