"""Tuning jobs as the requests that SageMaker takes; pure, so that each can be held against AWS's own model."""

from bot.adapters.sagemaker.code_folder import PROGRAM
from bot.adapters.sagemaker.requests import CODE_PATH, Request, training_request
from bot.domain.datasets import DataSet
from bot.domain.recipes import Recipe
from bot.domain.searches import Choice, Range, Search, Strategy
from bot.domain.tunings import Tuning, as_asked

# What both requests call alike, of https://docs.aws.amazon.com/sagemaker/latest/APIReference/
# API_HyperParameterTrainingJobDefinition.html
_SHARED = (
    "RoleArn",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "VpcConfig",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "CheckpointConfig",
)
_ALGORITHM = ("TrainingImage", "TrainingInputMode", "MetricDefinitions")


def tuning_request(
    tuning: Tuning, data_set: DataSet, image: str, role_arn: str, bucket: str, code: str = ""
) -> Request:
    """CreateHyperParameterTuningJob, from what CreateTrainingJob would take for a job of the tuning.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
    AWS gives the tags to the tuning's training jobs, too. It adds nothing by itself (Autotune) and tries no job again.
    """
    job = training_request(as_asked(tuning), data_set, image, role_arn, bucket, code)
    algorithm = job["AlgorithmSpecification"]
    return {
        "HyperParameterTuningJobName": tuning.name,
        "HyperParameterTuningJobConfig": _configuration(tuning),
        "TrainingJobDefinition": {
            "StaticHyperParameters": {**job["HyperParameters"], **_script(tuning.made_by)},
            "AlgorithmSpecification": {name: algorithm[name] for name in _ALGORITHM if name in algorithm},
            **{name: job[name] for name in _SHARED if name in job},
            **_environment(tuning.made_by),
        },
        **_warm_start(tuning.search),
        "Tags": job["Tags"],
    }


def _script(recipe: Recipe) -> dict[str, str]:
    """A tuning's jobs cannot name an entry point, so the PyTorch container's own toolkit is told what to run.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterAlgorithmSpecification.html
    https://github.com/aws/sagemaker-training-toolkit
    """
    return {"sagemaker_program": PROGRAM, "sagemaker_submit_directory": CODE_PATH} if recipe.program else {}


def _environment(recipe: Recipe) -> Request:
    return {"Environment": {"DARKROOM_RECIPE": recipe.program}} if recipe.program else {}


def _configuration(tuning: Tuning) -> Request:
    search = tuning.search
    return {
        "Strategy": str(search.strategy),
        **_strategy(tuning),
        "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": tuning.made_by.objective},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": search.jobs, "MaxParallelTrainingJobs": search.parallel},
        "ParameterRanges": {
            "ContinuousParameterRanges": [_range(one) for one in search.ranges if not one.whole],
            "IntegerParameterRanges": [_range(one) for one in search.ranges if one.whole],
            "CategoricalParameterRanges": [_choice(one) for one in search.choices],
        },
        "TrainingJobEarlyStoppingType": "Auto" if search.early_stopping else "Off",
        # 0 is a seed like any other.
        **({} if search.seed is None else {"RandomSeed": search.seed}),
    }


def _strategy(tuning: Tuning) -> Request:
    if tuning.search.strategy != Strategy.HYPERBAND:
        return {}
    resources = {"MinResource": 1, "MaxResource": int(tuning.hyperparameters["epochs"])}
    return {"StrategyConfig": {"HyperbandStrategyConfig": resources}}


def _range(searched: Range) -> Request:
    low, high = searched.bounds
    return {"Name": searched.name, "MinValue": low, "MaxValue": high, "ScalingType": str(searched.scaling)}


def _choice(choice: Choice) -> Request:
    return {"Name": choice.name, "Values": list(choice.values)}


def _warm_start(search: Search) -> Request:
    if not search.parents:
        return {}
    parents = [{"HyperParameterTuningJobName": name} for name in search.parents]
    return {
        "WarmStartConfig": {"ParentHyperParameterTuningJobs": parents, "WarmStartType": str(search.warm_start)},
    }
