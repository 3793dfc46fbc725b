"""Whatever a recipe can be asked for, AWS's own model accepts the requests, and the sandbox runs what they name."""

import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.sagemaker.hosting_requests import model_request
from bot.adapters.sagemaker.image import Use, recipe_image
from bot.adapters.sagemaker.requests import training_request
from bot.adapters.sagemaker.tuning_requests import tuning_request
from bot.domain import compute, recipe_rules, search_words
from bot.domain.corrections import SIZES
from bot.domain.datasets import DataSet, Format
from bot.domain.hyperparameters import Hyperparameter, Kind
from bot.domain.jobs import Job
from bot.domain.recipes import RECIPES, Recipe, RecipeName
from bot.domain.tunings import Tuning
from bot.errors import FieldError
from sandbox.sagemaker.training_rules import objections
from sandbox.sagemaker.validation import check, service_model
from tests.builders import a_data_set, a_tuning
from tests.unit.adapters_aws.builders import BUCKET, ROLE, a_job, an_endpoint

CODE = f"s3://{BUCKET}/code/0123456789abcdef/"
WEIGHTS = "s3://lab-models/imagenet/resnet18.pth"
SCRIPTS = [one for one in RECIPES.values() if one.program]
DATA = {
    Format.LST: a_data_set(),
    Format.REC: a_data_set(format=Format.REC),
    Format.MANIFEST: a_data_set(format=Format.MANIFEST, label_attribute="class"),
}


PLAIN = {
    Kind.SWITCH: st.sampled_from(["0", "1", "yes", "False"]),
    Kind.TRUTH: st.sampled_from(["True", "false"]),
    Kind.SHAPE: st.sampled_from(["3,224,224", "3,64,64"]),
    Kind.STEPS: st.lists(st.integers(1, 99), min_size=1, max_size=3).map(lambda steps: ",".join(map(str, steps))),
    Kind.DECIMAL: st.floats(0, 1).map(repr),
}


def values_of(row: Hyperparameter) -> st.SearchStrategy[str]:
    """Values that the row allows, in the spellings that people use."""
    match row.kind:
        case Kind.WHOLE:
            return st.integers(int(row.low), int(min(row.high, 600))).map(str)
        case Kind.CHOICE:
            return st.sampled_from([*row.choices, *(one.upper() for one in row.choices)])
        case kind:
            return PLAIN[kind]


def words_for(recipe: Recipe) -> st.SearchStrategy[dict[str, str]]:
    """Any of its hyperparameters, as the command hands them on, and a machine that it may run on."""
    rows = [row for row in recipe.table.values() if not row.filled]
    types = [f"{family}.{size}" for family in recipe.families for size in SIZES.get(family, ())]
    machine = {
        "instance": st.sampled_from(types),
        "spot": st.sampled_from(["yes", "no"]),
        "isolated": st.sampled_from(["yes", "no"]),
        "weights": st.just(WEIGHTS),
    }
    return st.fixed_dictionaries(
        {"recipe": st.just(str(recipe.name))},
        optional={**{row.name.replace("-", "_"): values_of(row) for row in rows}, **machine},
    )


def asked(recipe: Recipe, words: dict[str, str], data_set: DataSet) -> Job:
    values = recipe_rules.hyperparameters_of(recipe, recipe.given(words, compute.WORDS), data_set)
    weights, machine = recipe_rules.weights_in(words), compute.requested(words, recipe)
    recipe_rules.check_start(recipe, values, weights, machine, continues=False)
    return a_job(data_set=data_set.name, hyperparameters=values, compute=machine, recipe=recipe.name, weights=weights)


def of_job(job: Job, data_set: DataSet | None = None) -> dict[str, Any]:
    image = recipe_image(job.made_by, Use.TRAINING, "us-east-1", job.compute.instance_type)
    return training_request(job, data_set or a_data_set(), image, ROLE, BUCKET, CODE)


def of_tuning(tuning: Tuning, data_set: DataSet | None = None) -> dict[str, Any]:
    image = recipe_image(tuning.made_by, Use.TRAINING, "us-east-1", tuning.compute.instance_type)
    return tuning_request(tuning, data_set or a_data_set(), image, ROLE, BUCKET, CODE)


def a_script_job(name: RecipeName = RecipeName.PYTORCH_RESNET, **changes: Any) -> Job:
    return replace(asked(RECIPES[name], {}, a_data_set()), **changes)


def a_script_tuning(words: dict[str, str]) -> Tuning:
    found = search_words.requested(words, a_data_set())
    return a_tuning(
        search=found.search,
        hyperparameters=found.hyperparameters,
        compute=found.compute,
        recipe=found.recipe,
        weights=found.weights,
    )


@given(told=st.sampled_from([*RECIPES.values()]).flatmap(words_for), kind=st.sampled_from(Format))
def test_every_job_of_every_recipe_makes_a_request_that_aws_takes(told: dict[str, str], kind: Format) -> None:
    recipe, data_set = RECIPES[RecipeName(told["recipe"])], DATA[kind]
    try:
        job = asked(recipe, told, data_set)
    except FieldError:
        return
    request = of_job(job, data_set)

    assert check("CreateTrainingJob", request) == []
    assert objections(request) == []


@given(st.sampled_from([*RECIPES.values()]).flatmap(words_for), st.data())
def test_every_tuning_of_every_recipe_makes_a_request_that_aws_takes(told: dict[str, str], data: st.DataObject) -> None:
    recipe = RECIPES[RecipeName(told["recipe"])]
    name = data.draw(st.sampled_from([name for name, one in recipe.tunable.items() if one.high]))
    usual = recipe.tunable[name]
    told |= {name: f"{usual.low}..{usual.high}", "strategy": data.draw(st.sampled_from(["random", "hyperband"]))}
    try:
        tuning = a_script_tuning(told)
    except FieldError:
        return

    assert check("CreateHyperParameterTuningJob", of_tuning(tuning)) == []


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda one: str(one.name))
def test_the_plainest_request_of_a_recipe_is_refused_by_nobody(recipe: Recipe) -> None:
    """Else the generated ones might all have been refused before AWS saw them."""
    job, tuning = asked(recipe, {}, a_data_set()), a_script_tuning({"recipe": recipe.name})

    assert check("CreateTrainingJob", of_job(job)) == objections(of_job(job)) == []
    assert check("CreateHyperParameterTuningJob", of_tuning(tuning)) == []


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda one: str(one.name))
def test_a_recipe_trains_on_types_that_aws_has(recipe: Recipe) -> None:
    known = service_model("sagemaker").shape_for("TrainingInstanceType").enum
    types = {f"ml.{family}.{size}" for family in recipe.families for size in SIZES.get(family, ())}

    assert types <= {*known}
    assert recipe.default_instance in types


@pytest.mark.parametrize("recipe", SCRIPTS, ids=lambda one: str(one.name))
def test_a_script_is_the_entry_point_and_says_where_its_figures_stand(recipe: Recipe) -> None:
    algorithm = of_job(a_script_job(recipe.name))["AlgorithmSpecification"]

    assert algorithm["ContainerEntrypoint"] == ["python3", "/opt/ml/input/data/code/start.py"]
    assert algorithm["ContainerArguments"] == [recipe.program]
    assert recipe.objective in [one["Name"] for one in algorithm["MetricDefinitions"]]
    assert "/pytorch-training:" in algorithm["TrainingImage"]


def test_the_algorithm_brings_its_own_program_and_metrics() -> None:
    algorithm = of_job(a_script_job(RecipeName.IMAGE_CLASSIFICATION))["AlgorithmSpecification"]

    assert algorithm.keys() == {"TrainingImage", "TrainingInputMode"}


def test_the_code_and_the_weights_come_as_input_channels_beside_the_images() -> None:
    channels = {one["ChannelName"]: one for one in of_job(a_script_job(weights=WEIGHTS))["InputDataConfig"]}

    assert channels.keys() == {"train", "validation", "train_lst", "validation_lst", "code", "weights"}
    assert channels["code"]["DataSource"]["S3DataSource"]["S3Uri"] == CODE
    assert channels["weights"]["DataSource"]["S3DataSource"]["S3Uri"] == WEIGHTS


def test_a_piped_data_set_leaves_the_code_a_file() -> None:
    job = asked(RECIPES[RecipeName.PYTORCH_RESNET], {}, DATA[Format.MANIFEST])
    request = of_job(replace(job, compute=replace(job.compute, input_mode="Pipe")), DATA[Format.MANIFEST])

    modes = {one["ChannelName"]: one["InputMode"] for one in request["InputDataConfig"]}
    assert modes == {"train": "Pipe", "validation": "Pipe", "code": "File"}


@pytest.mark.parametrize("recipe", SCRIPTS, ids=lambda one: str(one.name))
def test_a_tunings_jobs_run_the_script_by_the_containers_toolkit(recipe: Recipe) -> None:
    """Their definition has no entry point."""
    definition = of_tuning(a_script_tuning({"recipe": recipe.name}))["TrainingJobDefinition"]

    assert (
        definition["StaticHyperParameters"].items()
        >= {
            "sagemaker_program": "start.py",
            "sagemaker_submit_directory": "/opt/ml/input/data/code",
        }.items()
    )
    assert definition["Environment"] == {"DARKROOM_RECIPE": recipe.program}
    assert "ContainerEntrypoint" not in definition["AlgorithmSpecification"]
    assert [one["ChannelName"] for one in definition["InputDataConfig"]][-1] == "code"


@pytest.mark.parametrize("recipe", SCRIPTS, ids=lambda one: str(one.name))
def test_what_a_tuning_looks_for_is_among_the_metrics_that_its_jobs_report(recipe: Recipe) -> None:
    request = of_tuning(a_script_tuning({"recipe": recipe.name}))
    reported = request["TrainingJobDefinition"]["AlgorithmSpecification"]["MetricDefinitions"]

    looked_for = request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]["MetricName"]
    assert looked_for in [one["Name"] for one in reported]


@given(
    recipe=st.sampled_from([*RECIPES]),
    endpoint_id=st.text(string.hexdigits.lower(), min_size=8, max_size=32),
    type_=st.sampled_from(["", "ml.g5.xlarge", "ml.m5.large"]),
)
def test_every_recipe_makes_a_model_that_aws_takes(recipe: RecipeName, endpoint_id: str, type_: str) -> None:
    image = recipe_image(RECIPES[recipe], Use.INFERENCE, "us-east-1", type_)
    endpoint = an_endpoint(endpoint_id=endpoint_id, recipe=recipe)

    request = model_request(endpoint, "s3://bucket/jobs/j/output/model.tar.gz", image, ROLE)
    assert check("CreateModel", request) == []


def test_a_scripts_model_is_served_by_the_code_in_its_artifact() -> None:
    request = model_request(an_endpoint(recipe=RecipeName.PYTORCH_RESNET), "s3://b/model.tar.gz", "image", ROLE)

    assert request["PrimaryContainer"]["Environment"] == {
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
    }
