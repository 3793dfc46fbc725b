"""A tuning job that begins with what earlier ones found: what AWS demands of its parents, and what they hand over.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-warm-start.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.sagemaker.tuning_ranges import Categories, Range, ranges_of
from sandbox.sagemaker.tuning_record import OBJECTIVE_HYPERPARAMETER, OVER, Outcome, TuningJob, objective_of
from sandbox.sagemaker.tuning_search import Choice, Strategy, Trial

IDENTICAL = "IdenticalDataAndAlgorithm"
MOST_CHANGES = 10
Params = Mapping[str, Any]


def parent_names(params: Params) -> list[str]:
    parents = params.get("WarmStartConfig", {}).get("ParentHyperParameterTuningJobs", [])
    return [one.get("HyperParameterTuningJobName", "") for one in parents]


def is_identical(params: Params) -> bool:
    return bool(params.get("WarmStartConfig", {}).get("WarmStartType") == IDENTICAL)


def warm_start_objections(params: Params, parents: Sequence[TuningJob]) -> Iterator[str]:
    """`parents` are those that exist, in the request's order; the words are ours but for the set of names."""
    names = parent_names(params)
    strategy = params["HyperParameterTuningJobConfig"]["Strategy"]
    if names and strategy not in {Strategy.BAYESIAN, Strategy.RANDOM}:
        yield f"Warm start is only supported with the Bayesian and Random strategies, not with {strategy}."
    if len(set(names)) != len(names):
        yield "Parent hyperparameter tuning jobs must be unique."
    known = {parent.name for parent in parents}
    if missing := [name for name in names if name not in known]:
        yield f"Parent hyperparameter tuning jobs don't exist: {missing}"
    for parent in parents:
        yield from _parent_objections(params, parent)


def _parent_objections(params: Params, parent: TuningJob) -> Iterator[str]:
    if parent.status not in OVER:
        yield f"The parent hyperparameter tuning job {parent.name} must be in a terminal state."
    if parent.objective != objective_of(params):
        yield f"The objective metric must be the same as that of the parent hyperparameter tuning job {parent.name}."
    if _names(params) != _names(parent.request):
        yield (
            "The set of tunable plus static HyperParameter names is not the same across current and parent tuning "
            "jobs. Please ensure this set is constant when warm starting. Note that previously static HyperParameters "
            "can be tuned in warm start jobs and vice versa."
        )
    if changed := _changed_types(params, parent):
        yield f"The types of these hyperparameters are not those of the parent {parent.name}: {changed}"
    if _changes(params, parent) > MOST_CHANGES:
        yield f"There are more than {MOST_CHANGES} changes of static hyperparameters from the parent {parent.name}."
    if is_identical(params) and _data_and_algorithm(params) != _data_and_algorithm(parent.request):
        yield f"{IDENTICAL} needs the training image and the input data of the parent {parent.name}."


def known_trials(tuning: TuningJob, outcomes: Sequence[Outcome], ranges: tuple[Range, ...]) -> list[Trial]:
    """What a tuning job's children tell a search over `ranges`, which may be another tuning job's."""
    static = _static(tuning.request)
    return [_trial(tuning, one, static | one.child.tuned, ranges) for one in outcomes]


def _trial(tuning: TuningJob, outcome: Outcome, values: Choice, ranges: tuple[Range, ...]) -> Trial:
    tried = {one.name: values.get(one.name, "") for one in ranges}
    return Trial(tried, None if outcome.value is None else tuning.objective.score(outcome.value))


def _static(params: Params) -> Choice:
    static: Choice = params["TrainingJobDefinition"].get("StaticHyperParameters", {})
    return {name: value for name, value in static.items() if name != OBJECTIVE_HYPERPARAMETER}


def _names(params: Params) -> set[str]:
    return {one.name for one in ranges_of(params)} | set(_static(params))


def _types(params: Params) -> dict[str, str]:
    return {one.name: _type(one) for one in ranges_of(params)}


def _type(one: Range) -> str:
    if isinstance(one, Categories):
        return "categorical"
    return "integer" if one.whole else "continuous"


def _changed_types(params: Params, parent: TuningJob) -> list[str]:
    before = _types(parent.request)
    return [name for name, kind in _types(params).items() if before.get(name, kind) != kind]


def _changes(params: Params, parent: TuningJob) -> int:
    """Tunable ones that became static, and static ones with another value; each value of a list counts."""
    static, before = _static(params), _static(parent.request)
    tuned = {one.name: len(one.values) if isinstance(one, Categories) else 1 for one in ranges_of(parent.request)}
    values = sum(name in before and before[name] != value for name, value in static.items())
    return values + sum(count for name, count in tuned.items() if name in static)


def _data_and_algorithm(params: Params) -> tuple[Any, Any]:
    definition = params["TrainingJobDefinition"]
    algorithm = definition["AlgorithmSpecification"]
    image = algorithm.get("TrainingImage") or algorithm.get("AlgorithmName")
    return image, definition.get("InputDataConfig")
