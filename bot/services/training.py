"""Start and stop training jobs, as people ask for them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain import compute, continuing, costs, datasets, hyperparameters, jobs
from bot.domain.datasets import DataSet
from bot.domain.hyperparameters import nearest
from bot.domain.jobs import Compute, Job
from bot.errors import FieldError, NotFoundError, RefusedError
from bot.ports import Clock, DataSets, Jobs, Prices, Wakeup
from bot.services.retrying import retrying

_OTHER_WORDS = (*compute.WORDS, continuing.WORD)


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """What someone asked for. `key` is the same when the same request arrives twice, and then one job results."""

    data_set: str
    words: Mapping[str, str]
    user_id: str
    channel_id: str
    key: str


def identity(key: str) -> str:
    """An opaque id that the same request always gets."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


class Training:
    """Writes what people want into the jobs' rows; the worker makes it so."""

    def __init__(
        self, jobs: Jobs, data_sets: DataSets, prices: Prices, wakeup: Wakeup, clock: Clock, max_job_cost: float
    ) -> None:
        self._jobs = jobs
        self._data_sets = data_sets
        self._prices = prices
        self._wakeup = wakeup
        self._clock = clock
        self._max_job_cost = max_job_cost

    def submit(self, request: TrainingRequest, *, price_may_be_unknown: bool = False) -> Job:
        """Check the request against the recipe, the data set and the budget, and record it."""
        job = self.planned(request)
        if job.compute.usd_per_hour is None and not price_may_be_unknown:
            raise _unpriced(job.compute)
        self._jobs.add(job)
        self._wakeup.call()
        return self._jobs.get(job.id)

    def planned(self, request: TrainingRequest) -> Job:
        """The job that the request would make, checked in the same way; nothing is recorded."""
        data_set = datasets.named(request.data_set, self._data_sets.all())
        job_id = identity(request.key)
        earlier = self._earlier(request.words)
        asked = compute.requested(request.words)
        return Job(
            id=job_id,
            name=jobs.job_name(data_set.name, job_id),
            data_set=data_set.name,
            classes=data_set.classes,
            images=(data_set.train_images, data_set.validation_images),
            s3_prefix=data_set.s3_prefix,
            hyperparameters=_hyperparameters(request.words, data_set, earlier),
            compute=self._affordable(replace(asked, input_mode=datasets.input_mode(asked.input_mode, data_set))),
            requested_by=request.user_id,
            channel_id=request.channel_id,
            requested_at=self._clock(),
            continues=earlier.name if earlier else "",
            initial_model=earlier.artifact if earlier else "",
        )

    def stop(self, name: str, by: str) -> Job:
        """Record the wish that the job stops."""
        job = retrying(lambda: self._jobs.save(jobs.stop_asked(self.named(name), by)))
        self._wakeup.call()
        return job

    def named(self, name: str) -> Job:
        """The job of this name, or a NotFoundError with the nearest one."""
        job = self._jobs.named(name)
        if job is None:
            like = nearest(name, [recent.name for recent in self._jobs.recent(50)])
            raise NotFoundError(
                f"I don't know a job `{name}`.", next_step=f"Did you mean `{like}`?" if like else "`/jobs` lists them."
            )
        return job

    def get(self, job_id: str) -> Job:
        return self._jobs.get(job_id)

    def active(self) -> list[Job]:
        return self._jobs.active()

    def recent(self) -> list[Job]:
        return self._jobs.recent()

    def data_sets(self) -> list[DataSet]:
        return list(self._data_sets.all().values())

    def _earlier(self, words: Mapping[str, str]) -> Job | None:
        """The job to continue, if there is to be one."""
        if continuing.WORD not in words:
            return None
        try:
            return self.named(words[continuing.WORD])
        except NotFoundError as error:
            raise FieldError(continuing.WORD, error.what, error.next_step) from error

    def _affordable(self, asked: Compute) -> Compute:
        price = self._prices.hourly("training", asked.instance_type)
        if price is not None:
            cost = costs.usd(price, asked.instance_count, asked.max_run_seconds)
            costs.within_budget(cost, self._max_job_cost, asked.instance_type)
        return replace(asked, usd_per_hour=price)


def _unpriced(asked: Compute) -> RefusedError:
    return RefusedError(
        f"I don't know what `{asked.instance_type}` costs here, so I cannot promise to stay within the budget.",
        next_step="Try again in a minute, or take another instance type; `python -m bot doctor` says more.",
    )


def _hyperparameters(words: Mapping[str, str], data_set: DataSet, earlier: Job | None) -> dict[str, str]:
    given = _hyperparameter_words(words)
    if earlier is not None:
        given = continuing.continued(given, earlier, data_set)
    return datasets.filled(hyperparameters.completed(given), data_set)


def _hyperparameter_words(words: Mapping[str, str]) -> dict[str, str]:
    chosen = {name: value for name, value in words.items() if name not in _OTHER_WORDS}
    for name in chosen:
        if name not in hyperparameters.TABLE:
            like = nearest(name, [*hyperparameters.TABLE, *_OTHER_WORDS])
            raise FieldError(name, f"I don't know `{name}`.", f"Did you mean `{like}`?" if like else "")
    return chosen
