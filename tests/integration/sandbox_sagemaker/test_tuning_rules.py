"""What a request for a tuning job is refused for, rule by rule."""

from typing import Any

import pytest

from sandbox.sagemaker.tuning_record import TuningJob, TuningStatus
from sandbox.sagemaker.tuning_rules import most_jobs, resource_of, tuning_objections
from sandbox.sagemaker.tuning_warm_start import warm_start_objections
from sandbox.sagemaker.validation import check

from .tuning_steps import LEARNING_RATE, OPTIMIZER, ranges, tuning_request, warm_start

OWN = {"TrainingImage": "x/own:1", "TrainingInputMode": "File"}
LOSS = {"Type": "Minimize", "MetricName": "loss"}


def continuous(**members: str) -> dict[str, Any]:
    return {"ParameterRanges": ranges(continuous=[LEARNING_RATE | members])}


def integer(**members: str) -> dict[str, Any]:
    batch = {"Name": "mini_batch_size", "MinValue": "8", "MaxValue": "64"} | members
    return {"ParameterRanges": ranges(integer=[batch])}


def categorical(*values: str, name: str = "optimizer") -> dict[str, Any]:
    return {"ParameterRanges": ranges(categorical=[{"Name": name, "Values": list(values)}])}


def objective(metric: str = "validation:accuracy", kind: str = "Maximize") -> dict[str, Any]:
    return {"HyperParameterTuningJobObjective": {"Type": kind, "MetricName": metric}}


def test_the_request_that_the_others_vary_is_taken() -> None:
    request = tuning_request()

    assert (check("CreateHyperParameterTuningJob", request), list(tuning_objections(request))) == ([], [])


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (continuous(MinValue="low"), "must be numbers"),
        (continuous(MaxValue="nan"), "must be numbers"),
        (continuous(MaxValue="1e999"), "must be numbers"),
        (integer(MaxValue="8.5"), "must be numbers"),
        (continuous(MinValue="0.5"), "must be greater than its MinValue"),
        (continuous(MaxValue="0.6"), "outside of its tunable range [1e-06, 0.5]"),
        (integer(MinValue="4"), "outside of its tunable range [8, 512]"),
        (continuous(Name="momentum", MinValue="0", ScalingType="Logarithmic"), "greater than 0 only"),
        (integer(ScalingType="ReverseLogarithmic"), "needs a continuous range"),
        (continuous(Name="num_layers", MinValue="18", MaxValue="50"), "can't be tuned as a continuous"),
        (integer(Name="learning_rate"), "can't be tuned as an integer"),
        (categorical("18", "50", name="num_layers"), "can't be tuned as a categorical"),
        (categorical("sgd", "adadelta"), "['adadelta'] of the hyperparameter optimizer"),
        (categorical("sgd", "sgd"), "must be unique"),
        ({"ParameterRanges": ranges(continuous=[LEARNING_RATE, LEARNING_RATE])}, "must have unique names"),
        ({"ParameterRanges": ranges()}, "At least one"),
        (categorical("sgd", "adam") | {"jobs": 3}, "You don't have enough combinations of hyperparameter ranges."),
        ({"jobs": 2, "parallel": 3}, "less than or equal to MaxNumberOfTrainingJobs"),
        ({"ResourceLimits": {"MaxParallelTrainingJobs": 1}}, "MaxNumberOfTrainingJobs is required"),
        ({"Strategy": "Grid"}, "Only categorical"),
        ({"Strategy": "Grid"} | categorical("sgd", "adam") | {"jobs": 3}, "number of categorical combinations, [2]"),
        ({"Strategy": "Hyperband", "TrainingJobEarlyStoppingType": "Auto"}, "must be Off"),
        ({"Strategy": "Hyperband"}, "MaxResource is required"),
        ({"StrategyConfig": {"HyperbandStrategyConfig": {}}}, "only be specified with the Hyperband"),
        (objective("validation:loss"), "isn't valid for the image-classification"),
        (objective(kind="Minimize"), "isn't valid for the image-classification"),
    ],
)
def test_a_configuration_that_aws_would_not_take_is_refused(config: dict[str, Any], words: str) -> None:
    assert words in " ".join(tuning_objections(tuning_request(**config)))


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ({"StaticHyperParameters": {"learning_rate": "0.1"}}, "both static and searched: ['learning_rate']"),
        ({"StaticHyperParameters": {f"p{number}": "1" for number in range(99)}}, "at most 100 hyperparameters"),
        ({"AlgorithmSpecification": OWN}, "A metric is required for this hyperparameter tuning job objective."),
    ],
)
def test_a_definition_that_aws_would_not_take_is_refused(definition: dict[str, Any], words: str) -> None:
    assert words in " ".join(tuning_objections(tuning_request(definition=definition)))


def test_a_metric_of_ones_own_needs_a_group() -> None:
    algorithm = OWN | {"MetricDefinitions": [{"Name": "loss", "Regex": "loss=.*"}]}
    request = tuning_request(definition={"AlgorithmSpecification": algorithm}, HyperParameterTuningJobObjective=LOSS)

    assert "capturing group" in " ".join(tuning_objections(request))


def test_an_algorithm_of_ones_own_is_tuned_by_any_range() -> None:
    algorithm = OWN | {"MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}]}
    request = tuning_request(
        definition={"AlgorithmSpecification": algorithm},
        HyperParameterTuningJobObjective=LOSS,
        ParameterRanges=ranges(continuous=[{"Name": "lr", "MinValue": "-3", "MaxValue": "3"}]),
    )

    assert list(tuning_objections(request)) == []


def test_a_grid_counts_its_jobs_itself() -> None:
    request = tuning_request(
        Strategy="Grid", ResourceLimits={"MaxParallelTrainingJobs": 1}, **categorical("sgd", "adam")
    )

    assert (list(tuning_objections(request)), most_jobs(request)) == ([], 2)


def test_hyperband_takes_its_resource_from_the_epochs() -> None:
    assert resource_of(tuning_request(static={"epochs": "30"})) == (1, 30)


def parent(status: TuningStatus = TuningStatus.COMPLETED, **request: Any) -> TuningJob:
    return TuningJob("parent", "arn", tuning_request("parent", **request), 0.0, 0.0, status)


BATCH_TOO = {"ParameterRanges": ranges(continuous=[LEARNING_RATE], categorical=[OPTIMIZER])}
ELEVEN = {f"p{number}": "1" for number in range(11)}


@pytest.mark.parametrize(
    ("older", "newer", "words"),
    [
        (parent(TuningStatus.IN_PROGRESS), {}, "terminal state"),
        (parent(**objective("loss")), {}, "objective metric must be the same"),
        (parent(), BATCH_TOO, "The set of tunable plus static HyperParameter names is not the same"),
        (parent(), integer(Name="learning_rate"), "types of these hyperparameters"),
        (parent(static=ELEVEN), {"static": dict.fromkeys(ELEVEN, "2")}, "more than 10 changes"),
        (parent(definition={"AlgorithmSpecification": OWN}), {}, "needs the training image and the input data"),
        (parent(definition={"InputDataConfig": []}), {}, "needs the training image and the input data"),
        (parent(), {"Strategy": "Hyperband"}, "only supported with the Bayesian and Random"),
    ],
)
def test_a_parent_that_aws_would_not_take_is_refused(older: TuningJob, newer: dict[str, Any], words: str) -> None:
    request = tuning_request(members=warm_start("parent"), **newer)

    assert words in " ".join(warm_start_objections(request, [older]))


def test_a_parent_has_to_exist() -> None:
    request = tuning_request(members=warm_start("parent", "nobody"))

    assert list(warm_start_objections(request, [parent()])) == [
        "Parent hyperparameter tuning jobs don't exist: ['nobody']"
    ]


def test_a_transfer_may_have_other_data() -> None:
    request = tuning_request(members=warm_start("parent", kind="TransferLearning"))

    assert list(warm_start_objections(request, [parent(definition={"InputDataConfig": []})])) == []


def test_what_was_static_may_be_tuned_and_the_other_way_round() -> None:
    older = parent(static={"optimizer": "sgd"})
    request = tuning_request(
        static={"learning_rate": "0.1"}, members=warm_start("parent"), **categorical("sgd", "adam")
    )

    assert list(warm_start_objections(request, [older])) == []
