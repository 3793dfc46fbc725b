"""What a tuning job searches and how: ranges, choices and strategy, with the limits that AWS documents for them."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.hyperparameters import TABLE, Table

# https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-limits.html
MOST_VALUES, MOST_PARENTS = 30, 5
MOST_JOBS, MOST_RANDOM_JOBS = 750, 10_000
USUAL_PARALLEL, MOST_PARALLEL = 10, 100
MOST_EPOCHS_OF_HYPERBAND = 20_000


class Strategy(StrEnum):
    """How the next values are chosen, in SageMaker's words."""

    BAYESIAN = "Bayesian"
    RANDOM = "Random"
    HYPERBAND = "Hyperband"
    GRID = "Grid"


class Scaling(StrEnum):
    """On which scale a range is searched, in SageMaker's words."""

    AUTO = "Auto"
    LINEAR = "Linear"
    LOGARITHMIC = "Logarithmic"
    REVERSE_LOGARITHMIC = "ReverseLogarithmic"


class WarmStart(StrEnum):
    """In what a tuning may differ from those whose results it starts with, in SageMaker's words."""

    IDENTICAL = "IdenticalDataAndAlgorithm"
    TRANSFER = "TransferLearning"


@dataclass(frozen=True, slots=True)
class Range:
    """A hyperparameter searched between two numbers, both included."""

    name: str
    low: float
    high: float
    whole: bool = False
    scaling: Scaling = Scaling.AUTO

    @property
    def bounds(self) -> tuple[str, str]:
        """Both ends as they are sent."""
        return written(self.low, whole=self.whole), written(self.high, whole=self.whole)


@dataclass(frozen=True, slots=True)
class Choice:
    """A hyperparameter of which each of these values is tried."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """All of a tuning that is not one training job's: what it tries, how many times, and what it knows already.

    `parents` are the names of the earlier tunings with whose results it starts.
    """

    ranges: tuple[Range, ...] = ()
    choices: tuple[Choice, ...] = ()
    strategy: Strategy = Strategy.BAYESIAN
    jobs: int = 6
    parallel: int = 1
    early_stopping: bool = False
    seed: int | None = None
    parents: tuple[str, ...] = ()
    warm_start: WarmStart = WarmStart.IDENTICAL

    @property
    def names(self) -> tuple[str, ...]:
        """What is searched."""
        return (*(one.name for one in self.ranges), *(one.name for one in self.choices))

    @property
    def combinations(self) -> int:
        """How many ways there are to take one value of each choice."""
        return math.prod(len(choice.values) for choice in self.choices)

    def choice_of(self, name: str) -> tuple[str, ...]:
        """The values of this choice; none, if there is no such choice."""
        return next((choice.values for choice in self.choices if choice.name == name), ())


@dataclass(frozen=True, slots=True)
class Tunable:
    """What AWS recommends to search of a hyperparameter, and which optimizers heed it; empty: all."""

    low: float = 0
    high: float = 0
    whole: bool = False
    optimizers: frozenset[str] = field(default_factory=frozenset)


# https://docs.aws.amazon.com/sagemaker/latest/dg/IC-tuning.html#IC-tunable-hyperparameters; what it leaves out, AWS
# does not tune. Which optimizer heeds what: https://docs.aws.amazon.com/sagemaker/latest/dg/IC-Hyperparameter.html
TUNABLE: Mapping[str, Tunable] = {
    "learning_rate": Tunable(1e-6, 0.5),
    "mini_batch_size": Tunable(8, 512, whole=True),
    "optimizer": Tunable(),
    "momentum": Tunable(0, 0.999, optimizers=frozenset({"sgd", "nag"})),
    "weight_decay": Tunable(0, 0.999, optimizers=frozenset({"sgd", "nag"})),
    "beta_1": Tunable(1e-6, 0.999, optimizers=frozenset({"adam"})),
    "beta_2": Tunable(1e-6, 0.999, optimizers=frozenset({"adam"})),
    "eps": Tunable(1e-8, 1, optimizers=frozenset({"adam", "rmsprop"})),
    "gamma": Tunable(1e-8, 0.999, optimizers=frozenset({"rmsprop"})),
}


def is_number(name: str, table: Table = TABLE) -> bool:
    """Whether what is tunable under this name is a number."""
    return not table[name].choices


def written(number: float, *, whole: bool = False) -> str:
    """A number as the container and people read it: `1e-6`, `0.5`, `16`."""
    if whole:
        return str(round(number))
    digits, exponent, power = repr(float(number)).removesuffix(".0").partition("e")
    return f"{digits}e{int(power)}" if exponent else digits


def optimizers(search: Search, fixed: Mapping[str, str]) -> frozenset[str]:
    """The optimizers that the tuning's jobs may have."""
    return frozenset(search.choice_of("optimizer") or {fixed.get("optimizer", TABLE["optimizer"].default or "")})


def ignored(search: Search, fixed: Mapping[str, str]) -> list[str]:
    """The hyperparameters, searched ones first, that no optimizer of this tuning heeds."""
    used = optimizers(search, fixed)
    return [name for name in _optimizers_own((*search.names, *fixed)) if not TUNABLE[name].optimizers & used]


def sometimes_ignored(search: Search, fixed: Mapping[str, str]) -> list[str]:
    """What is searched and only some of the tuning's optimizers heed."""
    used = optimizers(search, fixed)
    heeded = {name: TUNABLE[name].optimizers & used for name in _optimizers_own(search.names)}
    return [name for name, those in heeded.items() if those and those != used]


def _optimizers_own(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name in TUNABLE and TUNABLE[name].optimizers]


_WIDE = 100


def scale_of(searched: Range) -> Scaling:
    """The scale on which a range is looked at: its own, or what fits its width where AWS chooses."""
    if searched.scaling != Scaling.AUTO:
        return searched.scaling
    return Scaling.LOGARITHMIC if 0 < searched.low * _WIDE <= searched.high else Scaling.LINEAR


def place(number: float, scaling: Scaling) -> float:
    """Where a number lies on a scale; the same distance there means the same to the search."""
    match scaling:
        case Scaling.LOGARITHMIC:
            return math.log(number) if number > 0 else -math.inf
        case Scaling.REVERSE_LOGARITHMIC:
            return -math.log(1 - number) if number < 1 else math.inf
        case _:
            return number


def number_at(position: float, scaling: Scaling) -> float:
    """The number that lies there on the scale."""
    match scaling:
        case Scaling.LOGARITHMIC:
            return math.exp(position)
        case Scaling.REVERSE_LOGARITHMIC:
            return 1 - math.exp(-position)
        case _:
            return position


def share(value: float, searched: Range) -> float:
    """How far up its range a value lies on the range's scale: 0 at the low end, 1 at the high one."""
    scaling = scale_of(searched)
    low, high = place(searched.low, scaling), place(searched.high, scaling)
    return (place(value, scaling) - low) / (high - low)
