"""The words of a tuning: what is searched, how, and what stays the same, checked against the rules of each strategy."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain import compute, datasets, recipe_rules, recipes, rules, search_values, warm_starts
from bot.domain.datasets import DataSet
from bot.domain.hyperparameters import nearest
from bot.domain.jobs import Compute
from bot.domain.recipes import Recipe, RecipeName
from bot.domain.searches import (
    MOST_EPOCHS_OF_HYPERBAND,
    MOST_JOBS,
    MOST_PARALLEL,
    MOST_RANDOM_JOBS,
    TUNABLE,
    Choice,
    Range,
    Scaling,
    Search,
    Strategy,
    WarmStart,
)
from bot.domain.tunings import Tuning
from bot.errors import FieldError

WARM = "warm"
WORDS = ("strategy", "jobs", "parallel", "early_stopping", "seed", WARM)
SCALING = "scaling."
# A grid takes no range.
GRID_RATES = ("0.001", "0.01", "0.1")
# The algorithm has a hyperparameter of this name too; by its value one tells which of the two is meant.
EARLY: Mapping[str, bool] = {"auto": True, "on": True, "off": False}
_WHOLE = re.compile(r"[0-9]{1,10}")
_LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words ask for: the search, the hyperparameters that stay the same, and on what each job runs how."""

    search: Search
    hyperparameters: Mapping[str, str]
    compute: Compute
    recipe: RecipeName = RecipeName.IMAGE_CLASSIFICATION
    weights: str = ""


def requested(words: Mapping[str, str], data_set: DataSet, parents: Sequence[Tuning] = ()) -> Asked:
    """The tuning that the words ask for. What they leave out is as in the first parent, or else what is usual."""
    recipe = _recipe(words, parents)
    recipe_rules.check_labels(recipe, data_set)
    ours, given = _sorted_out(words, recipe)
    strategy = _strategy(words.get("strategy", ""))
    read = {name: search_values.read(name, value, recipe) for name, value in given.items()}
    searched = [value for value in read.values() if not isinstance(value, str)]
    kept = {name: value for name, value in read.items() if isinstance(value, str)}
    if parents:
        searched, kept = warm_starts.inherited(parents[0], searched, kept)
    elif not searched:
        searched = list(_usual(kept, data_set, strategy, recipe))
    search = _search(ours, strategy, _scaled(searched, ours))
    fixed = filled(search, kept, data_set, recipe)
    _check_strategy(search, fixed, "jobs" in words)
    if parents:
        search = warm_starts.checked(search, fixed, data_set, parents)
    asked, weights = compute.requested(words, recipe), recipe_rules.weights_in(words)
    recipe_rules.check_start(recipe, fixed, weights, asked, continues=False)
    mode = datasets.input_mode(asked.input_mode, data_set)
    return Asked(search, fixed, replace(asked, input_mode=mode), recipe.name, weights)


def _recipe(words: Mapping[str, str], parents: Sequence[Tuning]) -> Recipe:
    """As said, or as in the parents, which must all have it."""
    recipe = recipes.chosen(words, parents[0].recipe) if parents else recipes.chosen(words)
    other = next((parent for parent in parents if parent.recipe != recipe.name), None)
    if other is not None:
        what = f"`{other.name}` tuned {other.recipe}, whose results tell nothing of {recipe.name}."
        raise FieldError(WARM, what, "Leave it out.")
    return recipe


def filled(search: Search, kept: Mapping[str, str], data_set: DataSet, recipe: Recipe) -> dict[str, str]:
    """The hyperparameters that stay the same: what was said, the recipe's, and what the data set decides."""
    facts = datasets.facts(data_set, recipe.terms)
    # The largest batch that may come must fit the data set, and momentum is sent if only one optimizer heeds it.
    probes = {one.name: one.bounds[1] for one in search.ranges}
    probes |= {one.name: max(one.values, key=_size) for one in search.choices}
    if heeding := TUNABLE["momentum"].optimizers.intersection(search.choice_of("optimizer")):
        probes["optimizer"] = min(heeding)
    said = {name: value for name, value in kept.items() if name not in search.names}
    values = datasets.filled(recipe.completed({**said, **probes}), data_set, recipe.terms)
    return {name: value for name, value in {**values, **facts}.items() if name not in search.names}


def _size(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.0


def _sorted_out(words: Mapping[str, str], recipe: Recipe) -> tuple[dict[str, str], dict[str, str]]:
    """The words about the search, and those that give hyperparameters."""
    ours = {name: value for name, value in words.items() if _is_ours(name, value)}
    rest = {name: value for name, value in words.items() if name not in ours}
    rules.check_no_rules(rest)
    scales = {_scale_of(name, recipe): value for name, value in ours.items()}
    return scales, recipe.given(rest, [*(one for one in WORDS if one not in rest), *compute.WORDS])


def _is_ours(name: str, value: str) -> bool:
    if name == "early_stopping" and value.strip().lower() not in EARLY:
        return False
    return name in WORDS or name.startswith(SCALING)


def _scale_of(word: str, recipe: Recipe) -> str:
    """`scaling.NAME` with the hyperparameter's own name."""
    return f"{SCALING}{recipe.spelled(word.removeprefix(SCALING))}" if word.startswith(SCALING) else word


def _search(ours: Mapping[str, str], strategy: Strategy, searched: Sequence[Range | Choice]) -> Search:
    ranges = tuple(one for one in searched if isinstance(one, Range))
    choices = tuple(one for one in searched if isinstance(one, Choice))
    grid = Search(choices=choices).combinations if strategy == Strategy.GRID else None
    # Many parents may have launched many jobs already: `warm_starts` looks at all of them together.
    most = MOST_RANDOM_JOBS if strategy == Strategy.RANDOM else MOST_JOBS
    jobs = _whole(ours, "jobs", 1, most) if "jobs" in ours else grid or Search().jobs
    return Search(
        ranges,
        choices,
        strategy,
        jobs=jobs,
        parallel=_whole(ours, "parallel", 1, MOST_PARALLEL) if "parallel" in ours else Search().parallel,
        early_stopping=EARLY[ours.get("early_stopping", "off").strip().lower()],
        seed=_whole(ours, "seed", 0, _LARGEST_SEED) if "seed" in ours else None,
        warm_start=WarmStart.IDENTICAL,
    )


def _strategy(word: str) -> Strategy:
    known = {str(one).lower(): one for one in Strategy}
    chosen = known.get(word.strip().lower() or "bayesian")
    if chosen is None:
        like = nearest(word, tuple(known))
        hint = f"Did you mean `{like}`?" if like else ""
        raise FieldError("strategy", f"A strategy is bayesian, random, hyperband or grid, not `{word}`.", hint)
    return chosen


def _whole(ours: Mapping[str, str], name: str, low: int, high: int) -> int:
    text = ours[name].strip()
    if not _WHOLE.fullmatch(text) or not low <= int(text) <= high:
        raise FieldError(name, f"`{name}` takes a whole number from {low:,} to {high:,}, not `{text}`.")
    return int(text)


def _scaled(searched: Sequence[Range | Choice], ours: Mapping[str, str]) -> list[Range | Choice]:
    """What is searched, with the scales that the words `scaling.NAME` ask for."""
    words = {name.removeprefix(SCALING): word for name, word in ours.items() if name.startswith(SCALING)}
    ranges = [one.name for one in searched if isinstance(one, Range)]
    for name in words:
        if name not in ranges:
            like = nearest(name, ranges)
            hint = f"Did you mean `{SCALING}{like}`?" if like else ""
            raise FieldError(f"{SCALING}{name}", f"`{name}` is not searched over a range, so it has no scale.", hint)
    return [
        search_values.scaled(one, words[one.name]) if isinstance(one, Range) and one.name in words else one
        for one in searched
    ]


# With what AWS documents as of most impact; an optimizer that was chosen is searched by what it alone heeds.
_OWN = {"sgd": "momentum", "nag": "momentum", "adam": "beta_1", "rmsprop": "gamma"}


def _usual(
    kept: Mapping[str, str], data_set: DataSet, strategy: Strategy, recipe: Recipe
) -> tuple[Range | Choice, ...]:
    """What is searched where the words name nothing."""
    rate = recipe.terms.rate
    usual = [Choice(rate, GRID_RATES)] if strategy == Strategy.GRID else _numbers(kept, data_set, recipe)
    if "optimizer" in recipe.tunable:
        usual.append(Choice("optimizer", recipe.table["optimizer"].choices))
    left = tuple(one for one in usual if one.name not in kept)
    if not left:
        raise FieldError(rate, "There is nothing to search.", f"Write a range: `{rate}=1e-4..0.1`.")
    return left


def _numbers(kept: Mapping[str, str], data_set: DataSet, recipe: Recipe) -> list[Range | Choice]:
    rate, batch, tunable = recipe.terms.rate, recipe.terms.batch, recipe.tunable
    numbers: list[Range | Choice] = [Range(rate, tunable[rate].low, tunable[rate].high, scaling=Scaling.LOGARITHMIC)]
    if data_set.train_images > tunable[batch].low:
        numbers.append(Range(batch, 8, min(64, data_set.train_images), whole=True))
    if own := _OWN.get(kept.get("optimizer", "")):
        numbers.append(Range(own, tunable[own].low, tunable[own].high))
    return numbers


def _check_strategy(search: Search, fixed: Mapping[str, str], jobs_said: bool) -> None:
    if search.strategy == Strategy.GRID:
        _check_grid(search, jobs_said)
    if search.strategy == Strategy.HYPERBAND:
        _check_hyperband(search, fixed)
    if search.parallel > search.jobs:
        what = f"Of {search.jobs} jobs there cannot be {search.parallel} at a time."
        raise FieldError("parallel", what, f"Take {search.jobs} or fewer.")


def _check_grid(search: Search, jobs_said: bool) -> None:
    if search.ranges:
        name = search.ranges[0].name
        what = f"A grid search tries lists of values, and `{name}` is a range."
        raise FieldError(name, what, f"Write `{name}=…,…`, or take another strategy.")
    if search.combinations > MOST_JOBS:
        what = f"These lists make {search.combinations:,} combinations, and AWS runs {MOST_JOBS} jobs at most."
        raise FieldError(search.choices[0].name, what, "Shorten them, or take another strategy.")
    if jobs_said and search.jobs != search.combinations:
        what = f"A grid search tries all {search.combinations:,} combinations, not {search.jobs:,}."
        raise FieldError("jobs", what, "Leave jobs out, or take another strategy.")


def _check_hyperband(search: Search, fixed: Mapping[str, str]) -> None:
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperbandStrategyConfig.html
    if search.early_stopping:
        what = "Hyperband stops jobs by itself, and AWS refuses early stopping beside it."
        raise FieldError("early_stopping", what, "Leave early_stopping out.")
    if "epochs" not in fixed:
        raise FieldError("epochs", "Hyperband shares out the epochs itself.", "Give `epochs` one value.")
    if not 2 <= int(fixed["epochs"]) <= MOST_EPOCHS_OF_HYPERBAND:
        what = f"Hyperband shares out epochs, from 2 to {MOST_EPOCHS_OF_HYPERBAND:,}, not {fixed['epochs']}."
        raise FieldError("epochs", what)
