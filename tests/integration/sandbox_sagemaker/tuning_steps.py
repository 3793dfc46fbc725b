"""Requests for tuning jobs, and how the tests wait for their end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.sagemaker import LocalAws
from sandbox.sagemaker.container_image import ContainerImage
from sandbox.sagemaker.pace import Limits, Pace

from .conftest import STUB, stub_serving
from .steps import FINAL, job_request, until

LEARNING_RATE = {"Name": "learning_rate", "MinValue": "1e-6", "MaxValue": "0.5"}
LONG = {"epochs": "1000", "seconds": "0.05"}
OPTIMIZER = {"Name": "optimizer", "Values": ["sgd", "adam", "rmsprop", "nag"]}


@contextmanager
def tuning_aws(folder: Path) -> Iterator[LocalAws]:
    """A local AWS whose container's accuracy depends on its hyperparameters."""
    image = ContainerImage(STUB / "tuned.py", stub_serving)
    aws = LocalAws(folder, image=image, pace=Pace(1000, shortest_stop_grace=0.5), limits=Limits(training_instances=4))
    aws.start()
    yield aws
    aws.stop()


def ranges(*, continuous: Any = (), integer: Any = (), categorical: Any = ()) -> dict[str, Any]:
    return {
        "ContinuousParameterRanges": list(continuous),
        "IntegerParameterRanges": list(integer),
        "CategoricalParameterRanges": list(categorical),
    }


def tuning_request(
    name: str = "tuning",
    static: dict[str, str] | None = None,
    definition: dict[str, Any] | None = None,
    members: dict[str, Any] | None = None,
    **config: Any,
) -> dict[str, Any]:
    """A request for two random jobs over the learning rate; `config` changes HyperParameterTuningJobConfig."""
    jobs, parallel = config.pop("jobs", 2), config.pop("parallel", 2)
    job = job_request()
    del job["TrainingJobName"], job["HyperParameters"]
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:accuracy"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": parallel},
            "ParameterRanges": ranges(continuous=[LEARNING_RATE]),
        }
        | config,
        "TrainingJobDefinition": {"StaticHyperParameters": static or {}} | job | (definition or {}),
    } | (members or {})


def warm_start(*parents: str, kind: str = "IdenticalDataAndAlgorithm") -> dict[str, Any]:
    names = [{"HyperParameterTuningJobName": name} for name in parents]
    return {"WarmStartConfig": {"ParentHyperParameterTuningJobs": names, "WarmStartType": kind}}


def described(sagemaker: Any, name: str = "tuning") -> dict[str, Any]:
    tuning: dict[str, Any] = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    return tuning


def tuned(sagemaker: Any, name: str = "tuning", within: float = 40) -> dict[str, Any]:
    """The tuning job once it is over."""

    def over() -> dict[str, Any] | None:
        tuning = described(sagemaker, name)
        return tuning if tuning["HyperParameterTuningJobStatus"] in FINAL else None

    tuning: dict[str, Any] = until(over, within)
    return tuning


def children(sagemaker: Any, name: str = "tuning", **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, **({"MaxResults": 100} | params)
    )["TrainingJobSummaries"]
    return found
