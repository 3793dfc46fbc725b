"""What forms offer while somebody types, from the rows alone: Slack waits three seconds, and AWS may take longer."""

from collections.abc import Mapping

from bot.domain import compute
from bot.domain.datasets import DataSet
from bot.domain.jobs import Job
from bot.domain.recipes import Recipe
from bot.domain.typeahead import ranked
from bot.ports import DataSets, Jobs, Prices

# Among so many of the newest jobs one is looked for; an older one is found by its whole name.
LOOKED_AT = 200


class Choosing:
    """Answers for what was typed so far, the likeliest first."""

    def __init__(self, jobs: Jobs, data_sets: DataSets, prices: Prices) -> None:
        self._jobs = jobs
        self._data_sets = data_sets
        self._prices = prices

    def data_sets(self, typed: str) -> list[DataSet]:
        return ranked(typed, sorted(self._data_sets.all().values(), key=lambda one: one.name), lambda one: one.name)

    def jobs(self, typed: str, recipe: Recipe) -> list[Job]:
        """The recipe's jobs that left a model to go on from, newest first."""
        exact = self._jobs.named(typed.strip())
        recent = self._jobs.recent(LOOKED_AT)
        known = [exact] if exact and exact.id not in {one.id for one in recent} else []
        fitting = [one for one in (*known, *recent) if one.artifact and not one.active and one.recipe == recipe.name]
        return ranked(typed, fitting, lambda one: one.name)

    def instances(self, typed: str, recipe: Recipe) -> Mapping[str, float | None]:
        """The instance types that the recipe can run on, with their prices an hour, cheapest first.

        One without a known price is offered to whoever types its whole name.
        """
        prices = self._prices.all("training")
        fitting = sorted((one for one in prices if compute.fits(one, recipe)), key=lambda one: prices[one])
        found: dict[str, float | None] = {one: prices[one] for one in ranked(typed, fitting, str, "ml.")}
        whole = f"ml.{typed.strip().lower().removeprefix('ml.')}"
        return found if whole in found or not compute.fits(whole, recipe) else {whole: None, **found}
