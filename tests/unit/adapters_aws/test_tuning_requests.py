"""Whatever tuning the words can ask for, AWS's own model accepts its request."""

import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.sagemaker.tuning_requests import tuning_request
from bot.domain import search_words, tunings
from bot.domain.datasets import DataSet, Format
from bot.domain.searches import TUNABLE, Choice, Scaling, Search, Strategy, WarmStart
from bot.domain.tuning_on import tuned_on
from bot.domain.tunings import Tuning
from bot.errors import FieldError
from sandbox.sagemaker.validation import check
from tests.builders import a_data_set, a_finished_tuning, a_search, a_tuning
from tests.unit.adapters_aws.builders import BUCKET, IMAGE, ROLE

FORMATS = {
    Format.LST: a_data_set(),
    Format.REC: a_data_set(format=Format.REC),
    Format.MANIFEST: a_data_set(format=Format.MANIFEST, label_attribute="class", class_ids=True, multi_label=True),
}


def objections(tuning: Tuning, data_set: DataSet | None = None) -> list[str]:
    request = tuning_request(tuning, data_set or a_data_set(), IMAGE, ROLE, BUCKET)
    return check("CreateHyperParameterTuningJob", request)


def requested(tuning: Tuning) -> dict[str, Any]:
    return tuning_request(tuning, a_data_set(), IMAGE, ROLE, BUCKET)


def configured(search: Search, **fixed: str) -> dict[str, Any]:
    hyperparameters = {**a_tuning().hyperparameters, **fixed}
    request = requested(a_tuning(search=search, hyperparameters=hyperparameters))
    return dict(request["HyperParameterTuningJobConfig"])


numbers = {
    name: st.lists(st.integers(8, 512) if one.whole else st.floats(one.low, one.high), min_size=2, max_size=2)
    for name, one in TUNABLE.items()
    if one.high
}
ranges = {name: pair.map(sorted).map(lambda ends: f"{ends[0]!r}..{ends[1]!r}") for name, pair in numbers.items()}
lists = {name: pair.map(lambda values: ",".join(map(repr, values))) for name, pair in numbers.items()}
optimizers = st.lists(st.sampled_from(("sgd", "adam", "rmsprop", "nag")), min_size=1).map(",".join)
told: Any = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.one_of(ranges[name], lists[name]) for name in numbers},
        "optimizer": optimizers,
        "strategy": st.sampled_from([str(one) for one in Strategy]),
        "jobs": st.integers(1, 750).map(str),
        "parallel": st.integers(1, 100).map(str),
        "early_stopping": st.sampled_from(["auto", "off", "True"]),
        "seed": st.integers(0, 2**31 - 1).map(str),
        "epochs": st.integers(1, 999).map(str),
        "scaling.learning_rate": st.sampled_from(["auto", "linear", "log", "reverselog"]),
        "instance": st.sampled_from(["g4dn.xlarge", "ml.p3.16xlarge", "g5.2xlarge"]),
        "count": st.integers(1, 20).map(str),
    },
)
tuning_ids = st.text(string.hexdigits.lower(), min_size=8, max_size=32)
data_set_names = st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}", fullmatch=True)


@given(words=told, tuning_id=tuning_ids, name=data_set_names, kind=st.sampled_from(Format))
def test_every_tuning_that_the_words_ask_for_makes_a_request_that_aws_takes(
    words: dict[str, str], tuning_id: str, name: str, kind: Format
) -> None:
    data_set = replace(FORMATS[kind], name=name)
    try:
        asked = search_words.requested(words, data_set)
    except FieldError:
        return
    tuning = a_tuning(
        id=tuning_id,
        name=tunings.tuning_name(name, tuning_id),
        data_set=name,
        search=asked.search,
        hyperparameters=asked.hyperparameters,
        compute=asked.compute,
    )

    assert objections(tuning, data_set) == []


@given(st.text(min_size=1))
def test_no_text_makes_a_tag_that_aws_refuses(text: str) -> None:
    assert objections(a_tuning(data_set=text)) == []


def test_a_warm_start_makes_a_request_that_aws_takes() -> None:
    search = tuned_on(a_finished_tuning(search=a_search(parents=("a", "b", "c", "d", "e"))))

    assert objections(a_tuning(search=search)) == []


def test_what_is_searched_stands_in_the_ranges_and_not_among_what_stays_the_same() -> None:
    search = search_words.requested({}, a_data_set()).search
    request = requested(a_tuning(search=search))

    assert request["HyperParameterTuningJobConfig"]["ParameterRanges"] == {
        "ContinuousParameterRanges": [
            {"Name": "learning_rate", "MinValue": "1e-6", "MaxValue": "0.5", "ScalingType": "Logarithmic"}
        ],
        "IntegerParameterRanges": [
            {"Name": "mini_batch_size", "MinValue": "8", "MaxValue": "64", "ScalingType": "Auto"}
        ],
        "CategoricalParameterRanges": [{"Name": "optimizer", "Values": ["sgd", "adam", "rmsprop", "nag"]}],
    }


def test_a_job_of_the_tuning_is_asked_for_as_one_of_its_own_would_be() -> None:
    definition = requested(a_tuning())["TrainingJobDefinition"]

    assert definition["StaticHyperParameters"] == a_tuning().hyperparameters
    assert definition["AlgorithmSpecification"] == {"TrainingImage": IMAGE, "TrainingInputMode": "File"}
    assert definition["OutputDataConfig"] == {"S3OutputPath": f"s3://{BUCKET}/jobs/"}
    assert definition["StoppingCondition"] == {"MaxRuntimeInSeconds": 7200}
    assert [channel["ChannelName"] for channel in definition["InputDataConfig"]] == [
        "train",
        "validation",
        "train_lst",
        "validation_lst",
    ]


def test_a_tuning_bears_its_row_its_owner_and_its_data_set_as_tags() -> None:
    tags = {tag["Key"]: tag["Value"] for tag in requested(a_tuning())["Tags"]}

    assert tags == {"darkroom:id": a_tuning().id, "darkroom:owner": "U0ADA00001", "darkroom:data-set": "emoji"}


def test_the_best_validation_accuracy_is_looked_for() -> None:
    assert configured(a_search())["HyperParameterTuningJobObjective"] == {
        "Type": "Maximize",
        "MetricName": "validation:accuracy",
    }


def test_the_limits_are_as_asked_for() -> None:
    limits = configured(a_search(jobs=12, parallel=3))["ResourceLimits"]

    assert limits == {"MaxNumberOfTrainingJobs": 12, "MaxParallelTrainingJobs": 3}


@pytest.mark.parametrize(("stopping", "word"), [(True, "Auto"), (False, "Off")])
def test_early_stopping_is_always_said(stopping: bool, word: str) -> None:
    assert configured(a_search(early_stopping=stopping))["TrainingJobEarlyStoppingType"] == word


def test_a_seed_of_0_is_a_seed() -> None:
    assert configured(a_search(seed=0))["RandomSeed"] == 0


def test_without_a_seed_none_is_sent() -> None:
    assert "RandomSeed" not in configured(a_search())


def test_hyperband_shares_out_the_epochs() -> None:
    strategy = configured(a_search(strategy=Strategy.HYPERBAND), epochs="27")["StrategyConfig"]

    assert strategy == {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 27}}


@pytest.mark.parametrize("strategy", [Strategy.BAYESIAN, Strategy.RANDOM, Strategy.GRID])
def test_the_other_strategies_have_no_configuration_of_their_own(strategy: Strategy) -> None:
    configuration = configured(a_search(strategy=strategy))

    assert (configuration["Strategy"], "StrategyConfig" in configuration) == (str(strategy), False)


def test_a_warm_start_names_the_parents_and_its_kind() -> None:
    request = requested(a_tuning(search=a_search(parents=("one", "two"), warm_start=WarmStart.TRANSFER)))

    assert request["WarmStartConfig"] == {
        "ParentHyperParameterTuningJobs": [
            {"HyperParameterTuningJobName": "one"},
            {"HyperParameterTuningJobName": "two"},
        ],
        "WarmStartType": "TransferLearning",
    }


def test_nothing_is_tuned_or_tried_again_that_nobody_asked_for() -> None:
    request = requested(a_tuning())

    assert not {"Autotune", "WarmStartConfig"} & {*request}
    assert "RetryStrategy" not in request["TrainingJobDefinition"]


def test_a_choice_of_numbers_is_sent_as_it_was_written() -> None:
    search = a_search(ranges=(), choices=(Choice("learning_rate", ("1e-3", "0.010")),))

    (sent,) = configured(search)["ParameterRanges"]["CategoricalParameterRanges"]
    assert sent == {"Name": "learning_rate", "Values": ["1e-3", "0.010"]}


@pytest.mark.parametrize("scaling", Scaling)
def test_every_scale_is_in_awss_words(scaling: Scaling) -> None:
    (searched,) = a_search().ranges

    assert objections(a_tuning(search=a_search(ranges=(replace(searched, scaling=scaling),)))) == []
