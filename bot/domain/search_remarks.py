"""What is worth saying of a search before it starts; none of it forbids the search."""

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.recipes import ALGORITHM, Recipe
from bot.domain.searches import (
    TUNABLE,
    USUAL_PARALLEL,
    Range,
    Scaling,
    Search,
    Strategy,
    ignored,
    optimizers,
    scale_of,
    sometimes_ignored,
    written,
)

_FEW_ROUNDS = 3


def remarks(search: Search, fixed: Mapping[str, str], recipe: Recipe = ALGORITHM) -> tuple[str, ...]:
    """One sentence or two for each thing that will not go as one may think, those of most weight first."""
    return (
        *_of_rounds(search),
        *_of_optimizers(search, fixed),
        *_of_combinations(search),
        *(sentence for one in search.ranges for sentence in _of_range(one, recipe)),
        *_of_quota(search),
    )


def of_job(values: Mapping[str, str]) -> tuple[str, ...]:
    """The same of a single job, which searches nothing."""
    return tuple(_of_optimizers(Search(), values))


def _of_rounds(search: Search) -> Iterator[str]:
    """A Bayesian search learns from the jobs that have ended before the next ones begin."""
    if search.strategy != Strategy.BAYESIAN or search.parallel == 1:
        return
    rounds = -(-search.jobs // search.parallel)
    if rounds == 1:
        yield (
            f"With `jobs` and `parallel` both {search.jobs}, there is nothing to learn from in between, and the "
            "Bayesian search becomes a random one."
        )
    elif rounds < _FEW_ROUNDS:
        yield (
            f"With `parallel={search.parallel}` a Bayesian search of {search.jobs} jobs learns only once in between; "
            "fewer at a time find better values."
        )


def _of_optimizers(search: Search, fixed: Mapping[str, str]) -> Iterator[str]:
    used = listed(sorted(optimizers(search, fixed)))
    if names := ignored(search, fixed):
        verb = "has" if len(names) == 1 else "have"
        yield f"{listed(names)} {verb} no effect with {used}."
    for name in sometimes_ignored(search, fixed):
        heeding = TUNABLE[name].optimizers & optimizers(search, fixed)
        yield f"`{name}` has an effect only where the optimizer is {listed(sorted(heeding), 'or')}."


def _of_combinations(search: Search) -> Iterator[str]:
    if not search.ranges and search.strategy != Strategy.GRID and search.jobs > search.combinations:
        yield (
            f"There are only {search.combinations:,} combinations for {search.jobs:,} jobs; "
            "`strategy=grid` tries each once."
        )


def _of_range(searched: Range, recipe: Recipe) -> Iterator[str]:
    usual = recipe.tunable[searched.name]
    # Only of its own algorithms does AWS know what can be searched.
    if not recipe.program and (searched.low < usual.low or searched.high > usual.high):
        low, high = written(usual.low), written(usual.high)
        yield f"AWS recommends {low}..{high} for `{searched.name}`, and may refuse what lies beyond."
    if searched.scaling == Scaling.AUTO and scale_of(searched) == Scaling.LOGARITHMIC:
        yield f"`{searched.name}` spans orders of magnitude: `scaling.{searched.name}=log` searches all of them alike."


def _of_quota(search: Search) -> Iterator[str]:
    if search.parallel > USUAL_PARALLEL:
        yield f"Accounts may run {USUAL_PARALLEL} jobs of a tuning at a time unless their quota was raised."


def listed(names: Sequence[str], word: str = "and") -> str:
    """`a`, `b` and `c`."""
    quoted = [f"`{name}`" for name in names]
    return f" {word} ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))
