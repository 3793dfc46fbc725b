"""Start and stop training jobs, as people ask for them."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from bot.domain import compute, continuing, costs, datasets, jobs, moves, recipe_rules, recipes, rules
from bot.domain.datasets import DataSet
from bot.domain.hyperparameters import nearest
from bot.domain.jobs import Compute, Job
from bot.domain.recipes import Recipe
from bot.domain.wishes import JobRequest
from bot.errors import FieldError, NotFoundError
from bot.ports import Clock, DataSets, Jobs, Prices, Wakeup
from bot.services.retrying import retrying

_OTHER_WORDS = (*compute.WORDS, continuing.WORD, rules.WORD)


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

    def submit(self, request: JobRequest, *, price_may_be_unknown: bool = False) -> Job:
        """Check the request against the recipe, the data set and the budget, and record it."""
        job = self.planned(request)
        if job.compute.usd_per_hour is None and not price_may_be_unknown:
            raise costs.unpriced(job.compute.instance_type)
        self._jobs.add(job)
        self._wakeup.call()
        return self._jobs.get(job.id)

    def planned(self, request: JobRequest) -> Job:
        """The job that the request would make, checked in the same way; nothing is recorded."""
        data_set = datasets.named(request.data_set, self._data_sets.all())
        job_id = identity(request.key)
        earlier = self._earlier(request.words)
        recipe = recipes.chosen(request.words, earlier.recipe) if earlier else recipes.chosen(request.words)
        values = _hyperparameters(recipe, request.words, data_set, earlier)
        weights, asked = recipe_rules.weights_in(request.words), compute.requested(request.words, recipe)
        recipe_rules.check_start(recipe, values, weights, asked, continues=earlier is not None)
        return Job(
            id=job_id,
            name=jobs.job_name(data_set.name, job_id),
            data_set=data_set.name,
            classes=data_set.classes,
            images=(data_set.train_images, data_set.validation_images),
            s3_prefix=data_set.s3_prefix,
            hyperparameters=values,
            compute=self._affordable(replace(asked, input_mode=datasets.input_mode(asked.input_mode, data_set))),
            requested_by=request.user_id,
            channel_id=request.channel_id,
            requested_at=self._clock(),
            continues=earlier.name if earlier else "",
            initial_model=earlier.artifact if earlier else "",
            recipe=recipe.name,
            weights=weights,
            rules=rules.requested(request.words, recipe.name),
            from_use=data_set.from_use,
        )

    def stop(self, name: str, by: str) -> Job:
        """Record the wish that the job stops."""
        job = retrying(lambda: self._jobs.save(moves.stop_asked(self.named(name), by)))
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
            made_of = costs.made_of(price, asked.instance_count, asked.instance_type, asked.max_run_seconds)
            costs.within_budget(cost, self._max_job_cost, made_of)
        return replace(asked, usd_per_hour=price)


def _hyperparameters(
    recipe: Recipe, words: Mapping[str, str], data_set: DataSet, earlier: Job | None
) -> dict[str, str]:
    given = recipe.given(words, _OTHER_WORDS)
    if earlier is not None:
        given = continuing.continued(given, earlier, data_set, recipe)
    return recipe_rules.hyperparameters_of(recipe, given, data_set)
