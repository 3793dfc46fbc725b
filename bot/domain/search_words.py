"""The words of a tuning: what is searched, how, and what stays the same, checked against the rules of each strategy."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain import compute, datasets, hyperparameters, search_values, warm_starts
from bot.domain.datasets import DataSet
from bot.domain.hyperparameters import TABLE, nearest
from bot.domain.jobs import Compute
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
# The algorithm has a hyperparameter of this name too; by its value one tells which of the two is meant.
EARLY: Mapping[str, bool] = {"auto": True, "on": True, "off": False}
_WHOLE = re.compile(r"[0-9]{1,10}")
_LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words ask for: the search, the hyperparameters that stay the same, and on what each job runs."""

    search: Search
    hyperparameters: Mapping[str, str]
    compute: Compute


def requested(words: Mapping[str, str], data_set: DataSet, parents: Sequence[Tuning] = ()) -> Asked:
    """The tuning that the words ask for. What they leave out is as in the first parent, or else what is usual."""
    ours, given = _sorted_out(words)
    strategy = _strategy(words.get("strategy", ""))
    read = {name: search_values.read(name, value) for name, value in given.items()}
    searched = [value for value in read.values() if not isinstance(value, str)]
    kept = {name: value for name, value in read.items() if isinstance(value, str)}
    if parents:
        searched, kept = warm_starts.inherited(parents[0], searched, kept)
    elif not searched:
        searched = list(_usual(kept, data_set, strategy))
    search = _search(ours, strategy, _scaled(searched, ours))
    fixed = filled(search, kept, data_set)
    _check_strategy(search, fixed, "jobs" in words)
    if parents:
        search = warm_starts.checked(search, fixed, data_set, parents)
    asked = compute.requested(words)
    mode = datasets.input_mode(asked.input_mode, data_set)
    return Asked(search, fixed, replace(asked, input_mode=mode))


def filled(search: Search, kept: Mapping[str, str], data_set: DataSet) -> dict[str, str]:
    """The hyperparameters that stay the same: what was said, the recipe's, and what the data set decides."""
    facts = datasets.facts(data_set)
    # The largest batch that may come must fit the data set, and momentum is sent if only one optimizer heeds it.
    probes = {one.name: one.bounds[1] for one in search.ranges}
    probes |= {one.name: max(one.values, key=_size) for one in search.choices}
    if heeding := TUNABLE["momentum"].optimizers.intersection(search.choice_of("optimizer")):
        probes["optimizer"] = min(heeding)
    said = {name: value for name, value in kept.items() if name not in search.names}
    values = datasets.filled(hyperparameters.completed({**said, **probes}), data_set)
    return {name: value for name, value in {**values, **facts}.items() if name not in search.names}


def _size(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.0


def _sorted_out(words: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The words about the search, and those that give hyperparameters."""
    ours, given = {}, {}
    for name, value in words.items():
        if name == "early_stopping" and value.strip().lower() not in EARLY:
            given[name] = value
        elif name in WORDS or name.startswith(SCALING):
            ours[name] = value
        elif name in TABLE:
            given[name] = value
        elif name not in compute.WORDS:
            like = nearest(name, [*TABLE, *WORDS, *compute.WORDS])
            raise FieldError(name, f"I don't know `{name}`.", f"Did you mean `{like}`?" if like else "")
    return ours, given


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


def _usual(kept: Mapping[str, str], data_set: DataSet, strategy: Strategy) -> tuple[Range | Choice, ...]:
    """What is searched where the words name nothing."""
    optimizer = kept.get("optimizer")
    own = _OWN[optimizer] if optimizer else None
    numbers: list[Range | Choice] = [Range("learning_rate", 1e-6, 0.5, scaling=Scaling.LOGARITHMIC)]
    if data_set.train_images > TUNABLE["mini_batch_size"].low:
        numbers.append(Range("mini_batch_size", 8, min(64, data_set.train_images), whole=True))
    if own:
        numbers.append(Range(own, TUNABLE[own].low, TUNABLE[own].high))
    if strategy == Strategy.GRID:
        numbers = [Choice("learning_rate", ("0.001", "0.01", "0.1"))]
    usual = [*numbers, Choice("optimizer", TABLE["optimizer"].choices)]
    left = tuple(one for one in usual if one.name not in kept)
    if not left:
        raise FieldError("learning_rate", "There is nothing to search.", "Write a range: `learning_rate=1e-4..0.1`.")
    return left


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
    if not 2 <= int(fixed["epochs"]) <= MOST_EPOCHS_OF_HYPERBAND:
        what = f"Hyperband shares out epochs, from 2 to {MOST_EPOCHS_OF_HYPERBAND:,}, not {fixed['epochs']}."
        raise FieldError("epochs", what)
