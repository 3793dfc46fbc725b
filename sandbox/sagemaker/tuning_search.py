"""How a tuning job chooses what to try next: at random, every combination in turn, or where results promise more.

All three are pure: what was tried goes in, the next choice comes out, so nothing is lost or doubled between them.
"""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sandbox.sagemaker.tuning_ranges import Categories, Range, combinations_of

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

# With fewer results than this there is nothing to learn from, and Bayesian search chooses at random, too.
LEAST_RESULTS = 3
# How often to draw again what was tried before; only a small space repeats itself so often, and is then gone through.
DRAWS = 20
SMALL_SPACE = 10_000


class Strategy(StrEnum):
    """HyperParameterTuningJobStrategyType."""

    BAYESIAN = "Bayesian"
    RANDOM = "Random"
    HYPERBAND = "Hyperband"
    GRID = "Grid"


Choice = dict[str, str]


@dataclass(frozen=True, slots=True)
class Trial:
    """Hyperparameters that were tried; `score` is better when higher, None while nobody knows or where it failed."""

    tried: Choice
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched, how, and the seed that makes it repeatable."""

    strategy: Strategy
    ranges: tuple[Range, ...]
    seed: int

    def next(self, trials: Sequence[Trial], number: int) -> Choice | None:
        """Hyperparameters for job `number`, counted from 0; None when every combination has been tried."""
        if self.strategy is Strategy.GRID:
            return _cell(self.ranges, number)
        tried = [trial.tried for trial in trials]
        if self.strategy is Strategy.BAYESIAN and sum(one.score is not None for one in trials) >= LEAST_RESULTS:
            promising = _promising(self.ranges, trials, _seed(self.seed, number))
            if promising not in tried or combinations_of(self.ranges) == float("inf"):
                return promising
        return _untried(self.ranges, tried, random.Random(_seed(self.seed, number)))


def _seed(seed: int, number: int) -> int:
    """A seed of each job's own, within the 32 bits that numpy takes."""
    return (seed * 1_000_003 + number) % 2**32


def _cell(ranges: tuple[Range, ...], number: int) -> Choice | None:
    axes = [[(one.name, value) for value in _values(one)] for one in ranges]
    cell = next(itertools.islice(itertools.product(*axes), number, None), None)
    return None if cell is None else dict(cell)


def _values(one: Range) -> Sequence[str]:
    if isinstance(one, Categories):
        return one.values
    return [str(value) for value in range(int(one.low), int(one.high) + 1)]


def _untried(ranges: tuple[Range, ...], tried: Sequence[Choice], draw: random.Random) -> Choice | None:
    for _ in range(DRAWS):
        choice = {one.name: _drawn(one, draw) for one in ranges}
        if choice not in tried:
            return choice
    if combinations_of(ranges) > SMALL_SPACE:
        return choice
    cells = (_cell(ranges, number) for number in itertools.count())
    return next(cell for cell in cells if cell is None or cell not in tried)


def _drawn(one: Range, draw: random.Random) -> str:
    return draw.choice(one.values) if isinstance(one, Categories) else one.text_at(draw.random())


def _promising(ranges: tuple[Range, ...], trials: Sequence[Trial], seed: int) -> Choice:
    """What a tree-structured Parzen estimator proposes after all trials.

    Jobs that still run count as the worst result so far (the constant liar), so that parallel jobs keep apart.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    space = _space(ranges)
    worst = min(trial.score for trial in trials if trial.score is not None)
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=LEAST_RESULTS)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    for trial in trials:
        known = _frozen(ranges, space, trial.tried, worst if trial.score is None else trial.score)
        if known is not None:
            study.add_trial(known)
    return _as_texts(ranges, study.ask(space).params)


def _space(ranges: tuple[Range, ...]) -> "dict[str, BaseDistribution]":
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    return {
        one.name: CategoricalDistribution(one.values) if isinstance(one, Categories) else FloatDistribution(0, 1)
        for one in ranges
    }


def _frozen(
    ranges: tuple[Range, ...], space: "dict[str, BaseDistribution]", tried: Choice, score: float
) -> "FrozenTrial | None":
    """A trial as optuna keeps it; None for one outside of the ranges, such as an earlier tuning job's."""
    from optuna.trial import create_trial

    places = {one.name: _place(one, tried.get(one.name, "")) for one in ranges}
    if None in places.values():
        return None
    return create_trial(params=places, distributions=space, value=score)


def _place(one: Range, text: str) -> float | str | None:
    if isinstance(one, Categories):
        return text if text in one.values else None
    return one.place_of(text)


def _as_texts(ranges: tuple[Range, ...], places: dict[str, Any]) -> Choice:
    return {
        one.name: places[one.name] if isinstance(one, Categories) else one.text_at(places[one.name]) for one in ranges
    }
