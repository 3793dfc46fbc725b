"""What SageMaker refuses of a tuning job although each member of the request by itself is fine.

Words in quotation by users of AWS are kept; where none were found the sentence is our own.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.sagemaker.container_image import is_image_classification
from sandbox.sagemaker.training_rules import metric_objections
from sandbox.sagemaker.tuning_algorithm import algorithm_objections
from sandbox.sagemaker.tuning_ranges import Categories, Numbers, Range, Scale, combinations_of, ranges_of
from sandbox.sagemaker.tuning_record import objective_of
from sandbox.sagemaker.tuning_search import Strategy

# https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-limits.html
MOST_RANGES = 30
MOST_HYPERPARAMETERS = 100
MOST_JOBS = 750
MOST_RANDOM_JOBS = 10_000

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperbandStrategyConfig.html
EPOCH_NAMES = ("epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs")

_NOT_OFFERED = ("Autotune", "TrainingJobDefinitions")
Params = Mapping[str, Any]


def tuning_objections(params: Params) -> Iterator[str]:
    """Sentences, the most basic first; the later checks read what the earlier ones found in order."""
    yield from _shape_objections(params)
    try:
        ranges = ranges_of(params)
    except (ValueError, OverflowError):
        yield "MinValue and MaxValue of a parameter range must be numbers, and integers in IntegerParameterRanges."
        return
    for check in _CHECKS:
        yield from check(params, ranges)


def most_jobs(params: Params) -> int:
    """How many training jobs the tuning job launches at most."""
    limits = params["HyperParameterTuningJobConfig"]["ResourceLimits"]
    if _strategy(params) is Strategy.GRID:
        return int(combinations_of(ranges_of(params)))
    return int(limits.get("MaxNumberOfTrainingJobs", _quota(params)))


def resource_of(params: Params) -> tuple[int, int] | None:
    """Hyperband's smallest and largest number of epochs, or None where they cannot be told."""
    config = params["HyperParameterTuningJobConfig"]
    given = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig", {})
    most = given.get("MaxResource", epochs_of(params))
    return None if most is None else (given.get("MinResource", 1), most)


def epochs_of(params: Params) -> int | None:
    """How many epochs each job is told to run."""
    static = _static(params)
    told = [static[name] for name in EPOCH_NAMES if static.get(name, "").isdecimal()]
    return int(told[0]) if told else None


def _shape_objections(params: Params) -> Iterator[str]:
    config = params["HyperParameterTuningJobConfig"]
    for name in _NOT_OFFERED:
        if name in params:
            yield f"{name} is not offered by the local AWS."
    if "TrainingJobDefinition" not in params:
        yield "TrainingJobDefinition is required for this hyperparameter tuning job."
    elif "ResourceConfig" not in params["TrainingJobDefinition"]:
        yield "ResourceConfig is required in TrainingJobDefinition; the local AWS offers no other."
    if "HyperParameterTuningJobObjective" not in config:
        yield "HyperParameterTuningJobObjective is required for this hyperparameter tuning job."
    if "AutoParameters" in config.get("ParameterRanges", {}):
        yield "AutoParameters is not offered by the local AWS."
    if "ConvergenceDetected" in config.get("TuningJobCompletionCriteria", {}):
        yield "ConvergenceDetected is not offered by the local AWS."


def _range_objections(params: Params, ranges: tuple[Range, ...]) -> Iterator[str]:
    names = [one.name for one in ranges]
    if not names:
        yield "At least one hyperparameter range is required."
    if len(names) > MOST_RANGES:
        yield f"The total number of hyperparameter ranges must be less than or equal to {MOST_RANGES}."
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        yield f"Hyperparameter ranges must have unique names, and these are repeated: {twice}"
    both = sorted(set(names) & set(_static(params)))
    if both:
        yield f"A hyperparameter can't be both static and searched: {both}. Remove it from one of the two."
    # One more is what AWS adds: the objective's name.
    if len(names) + len(_static(params)) + 1 > MOST_HYPERPARAMETERS:
        yield f"A tuning job takes at most {MOST_HYPERPARAMETERS} hyperparameters, the objective metric included."
    for one in ranges:
        yield from _values_objections(one)


def _values_objections(one: Range) -> Iterator[str]:
    if isinstance(one, Categories):
        if len(set(one.values)) != len(one.values):
            yield f"The values of the categorical hyperparameter {one.name} must be unique."
        return
    if one.low >= one.high:
        yield f"MaxValue of the hyperparameter {one.name} must be greater than its MinValue."
    if one.scale is Scale.LOGARITHMIC and one.low <= 0:
        yield f"Logarithmic scaling needs values greater than 0 only, which the range of {one.name} does not have."
    if one.scale is Scale.REVERSE_LOGARITHMIC and (one.whole or not 0 <= one.low < one.high < 1):
        yield f"ReverseLogarithmic scaling needs a continuous range within 0<=x<1.0, which that of {one.name} is not."


def _strategy_objections(params: Params, ranges: tuple[Range, ...]) -> Iterator[str]:
    config, strategy = params["HyperParameterTuningJobConfig"], _strategy(params)
    hyperband = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig")
    if strategy is not Strategy.HYPERBAND:
        if "StrategyConfig" in config:
            yield "StrategyConfig can only be specified with the Hyperband strategy."
    elif config.get("TrainingJobEarlyStoppingType", "Off") != "Off":
        yield "TrainingJobEarlyStoppingType must be Off with the Hyperband strategy, which stops jobs itself."
    elif (resource := resource_of(params)) is None:
        yield f"MaxResource is required: it can't be inferred from the static hyperparameters {list(EPOCH_NAMES)}."
    elif resource[0] > resource[1] or (hyperband or {}).get("MaxResource", 1) > 20_000:
        yield "MinResource must not be greater than MaxResource, and MaxResource not greater than 20000."
    if strategy is Strategy.GRID and any(isinstance(one, Numbers) for one in ranges):
        yield "Only categorical hyperparameter ranges are supported with the Grid strategy."


def _limit_objections(params: Params, ranges: tuple[Range, ...]) -> Iterator[str]:
    config = params["HyperParameterTuningJobConfig"]
    limits = config["ResourceLimits"]
    jobs, parallel = limits.get("MaxNumberOfTrainingJobs"), limits["MaxParallelTrainingJobs"]
    combinations = combinations_of(ranges)
    if _strategy(params) is Strategy.GRID:
        if jobs not in {None, combinations}:
            yield f"MaxNumberOfTrainingJobs must be the number of categorical combinations, [{combinations:g}]."
        return
    if jobs is None and not (limits.get("MaxRuntimeInSeconds") or config.get("TuningJobCompletionCriteria")):
        yield "MaxNumberOfTrainingJobs is required unless the tuning job has another completion criterion."
    if jobs is not None and parallel > jobs:
        yield "MaxParallelTrainingJobs must be less than or equal to MaxNumberOfTrainingJobs."
    if jobs is not None and combinations < jobs:
        yield (
            "You don't have enough combinations of hyperparameter ranges. The total number of hyperparameter "
            f"combinations for the provided ranges [{combinations:.1f}] must be equal or greater than the value of "
            f"MaxNumberOfJobs, [{jobs}]. Provide additional ranges."
        )


def _objective_objections(params: Params, ranges: tuple[Range, ...]) -> Iterator[str]:
    algorithm = params["TrainingJobDefinition"]["AlgorithmSpecification"]
    if is_image_classification(algorithm.get("TrainingImage", "")):
        yield from metric_objections(algorithm)
        yield from algorithm_objections(objective_of(params), ranges)
        return
    if objective_of(params).metric not in [one["Name"] for one in algorithm.get("MetricDefinitions", [])]:
        yield (
            "A metric is required for this hyperparameter tuning job objective. "
            "Provide a metric in the metric definitions."
        )
    yield from metric_objections(algorithm)


_CHECKS: tuple[Callable[[Params, tuple[Range, ...]], Iterator[str]], ...] = (
    _range_objections,
    _strategy_objections,
    _limit_objections,
    _objective_objections,
)


def _strategy(params: Params) -> Strategy:
    return Strategy(params["HyperParameterTuningJobConfig"]["Strategy"])


def _static(params: Params) -> dict[str, str]:
    static: dict[str, str] = params["TrainingJobDefinition"].get("StaticHyperParameters", {})
    return static


def _quota(params: Params) -> int:
    return MOST_RANDOM_JOBS if _strategy(params) is Strategy.RANDOM else MOST_JOBS
