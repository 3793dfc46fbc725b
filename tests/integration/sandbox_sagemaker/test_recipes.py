"""Recipes in AWS's PyTorch containers: the script comes through an input channel, and the artifact serves itself."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.sagemaker import LocalAws
from sandbox.sagemaker.arns import ROLE_ARN
from sandbox.sagemaker.pace import Pace
from sandbox.sagemaker.script_mode import isolation
from sandbox.sagemaker.server import BUCKET

from .script_steps import (
    FROZEN,
    METRICS,
    RESNET,
    SERVING_IMAGE,
    TRAINING_IMAGE,
    WITHOUT_TORCH,
    photo,
    put_code,
    put_photos,
    script_request,
)
from .steps import IMAGE, REALTIME, finished, until
from .tuning_steps import children, ranges, tuned, tuning_request

RATE = {"Name": "learning_rate", "MinValue": "0.01", "MaxValue": "0.2"}
# torch takes seconds to be imported where other tests run beside these.
LONG_ENOUGH = 120.0


@pytest.fixture(scope="module")
def recipes_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """One local AWS with the real engine for all that follows: jobs are dear."""
    aws = LocalAws(tmp_path_factory.mktemp("aws"), pace=Pace(1000, shortest_stop_grace=20))
    aws.start()
    yield aws
    aws.stop()


@pytest.fixture(scope="module")
def clients(recipes_aws: LocalAws) -> Iterator[dict[str, Any]]:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    names = ("sagemaker", "sagemaker-runtime", "s3", "cloudwatch")
    made = {name: boto3.client(name, endpoint_url=recipes_aws.url, **keys) for name in names}
    put_code(made["s3"])
    put_photos(made["s3"])
    yield made
    for client in made.values():
        client.close()


@pytest.fixture
def sagemaker(clients: dict[str, Any]) -> Any:
    return clients["sagemaker"]


@pytest.fixture
def runtime(clients: dict[str, Any]) -> Any:
    return clients["sagemaker-runtime"]


@pytest.fixture(scope="module")
def frozen(clients: dict[str, Any]) -> dict[str, Any]:
    """A completed job of frozen-backbone."""
    clients["sagemaker"].create_training_job(**script_request("frozen", "frozen-backbone", FROZEN))
    return finished(clients["sagemaker"], "frozen")


def endpoint(sagemaker: Any, artifact: str, name: str, image: str = SERVING_IMAGE) -> dict[str, Any]:
    container = {"Image": image, "ModelDataUrl": artifact}
    sagemaker.create_model(ModelName=name, PrimaryContainer=container, ExecutionRoleArn=ROLE_ARN)
    variants = [{"VariantName": "AllTraffic", "ModelName": name, **REALTIME}]
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    return until(lambda: known(sagemaker, name), LONG_ENOUGH)


def known(sagemaker: Any, name: str) -> dict[str, Any] | None:
    endpoint: dict[str, Any] = sagemaker.describe_endpoint(EndpointName=name)
    return None if endpoint["EndpointStatus"] == "Creating" else endpoint


def asked(runtime: Any, name: str, body: bytes, content_type: str = "image/jpeg") -> list[float]:
    answer = runtime.invoke_endpoint(EndpointName=name, ContentType=content_type, Body=body)
    found: list[float] = json.loads(answer["Body"].read())
    return found


def refusal(runtime: Any, name: str, body: bytes, content_type: str = "image/jpeg") -> tuple[int, str]:
    with pytest.raises(ClientError) as refused:
        asked(runtime, name, body, content_type)
    assert refused.value.response["Error"]["Code"] == "ModelError"
    return refused.value.response["OriginalStatusCode"], refused.value.response["OriginalMessage"]


def failure(sagemaker: Any, request: dict[str, Any]) -> str:
    sagemaker.create_training_job(**request)
    job = finished(sagemaker, request["TrainingJobName"])
    assert job["TrainingJobStatus"] == "Failed"
    reason: str = job["FailureReason"]
    return reason


def test_a_frozen_backbone_is_trained_by_its_script_and_serves_itself(
    frozen: dict[str, Any], sagemaker: Any, runtime: Any
) -> None:
    artifact = frozen["ModelArtifacts"]["S3ModelArtifacts"]

    assert [one["MetricName"] for one in frozen["FinalMetricDataList"]] == ["validation:accuracy"]
    assert frozen["AlgorithmSpecification"]["MetricDefinitions"] == METRICS
    assert endpoint(sagemaker, artifact, "frozen")["EndpointStatus"] == "InService"
    assert asked(runtime, "frozen", photo(0, 99))[0] > 0.5
    assert refusal(runtime, "frozen", photo(0, 99), "text/csv")[0] == 415
    assert refusal(runtime, "frozen", b"GIF89a") == (400, "the bytes are not a JPEG or PNG picture")


def test_cloudwatch_has_what_the_metric_definitions_find(frozen: dict[str, Any], clients: dict[str, Any]) -> None:
    found = clients["cloudwatch"].list_metrics(
        Namespace="/aws/sagemaker/TrainingJobs", Dimensions=[{"Name": "TrainingJobName", "Value": "frozen"}]
    )

    assert [one["MetricName"] for one in found["Metrics"]] == ["validation:accuracy"]


def test_a_resnet_is_trained_as_a_whole_stopped_and_serves_what_it_had(sagemaker: Any, runtime: Any) -> None:
    pytest.importorskip("torch", reason=WITHOUT_TORCH)
    sagemaker.create_training_job(**script_request("resnet", "resnet", RESNET | {"epochs": "10000"}))
    until(lambda: sagemaker.describe_training_job(TrainingJobName="resnet").get("FinalMetricDataList"), LONG_ENOUGH)
    sagemaker.stop_training_job(TrainingJobName="resnet")
    job = until(lambda: stopped(sagemaker, "resnet"), LONG_ENOUGH)
    told = endpoint(sagemaker, job["ModelArtifacts"]["S3ModelArtifacts"], "resnet")

    assert told["EndpointStatus"] == "InService", told
    assert sum(asked(runtime, "resnet", photo(1, 99))) == pytest.approx(1, abs=1e-5)
    assert sum(asked(runtime, "resnet", photo(1, 99, "PNG", side=200), "image/png")) == pytest.approx(1, abs=1e-5)
    assert refusal(runtime, "resnet", b"GIF89a")[0] == 400


def test_an_isolated_container_finds_no_index_and_no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in isolation({"EnableNetworkIsolation": True}).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen("http://download.pytorch.org", timeout=5)
    assert isolation({}) == {}


def stopped(sagemaker: Any, name: str) -> dict[str, Any] | None:
    job: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=name)
    return job if job["TrainingJobStatus"] == "Stopped" else None


def test_a_tuning_has_its_jobs_run_by_the_containers_toolkit(sagemaker: Any) -> None:
    script = {"sagemaker_program": "start.py", "sagemaker_submit_directory": "/opt/ml/input/data/code"}
    channels = script_request("none", "none", {})["InputDataConfig"]
    algorithm = {"TrainingImage": TRAINING_IMAGE, "TrainingInputMode": "File", "MetricDefinitions": METRICS}
    definition = {"AlgorithmSpecification": algorithm, "InputDataConfig": channels}
    definition |= {"Environment": {"DARKROOM_RECIPE": "frozen-backbone"}}
    request = tuning_request(
        "searched", FROZEN | script, definition, ParameterRanges=ranges(continuous=[RATE]), jobs=1, parallel=1
    )
    sagemaker.create_hyper_parameter_tuning_job(**request)
    tuning = tuned(sagemaker, "searched")

    assert tuning["HyperParameterTuningJobStatus"] == "Completed", tuning.get("FailureReason")
    (child,) = children(sagemaker, "searched")
    assert child["FinalHyperParameterTuningJobObjectiveMetric"]["MetricName"] == "validation:accuracy"


@pytest.mark.parametrize(
    ("name", "algorithm", "reason"),
    [
        ("no-such-recipe", {"ContainerArguments": ["resnet34"]}, "ClientError: there is no recipe 'resnet34'"),
        ("no-such-file", {"ContainerEntrypoint": ["python3", "/opt/ml/input/data/code/begin.py"]}, "exit code: 2"),
        ("no-python", {"ContainerEntrypoint": ["bash", "-c"]}, "the sandbox starts Python only"),
        ("no-such-image", {"TrainingImage": TRAINING_IMAGE.replace("2.6-cpu-py312", "latest")}, "image not available"),
    ],
)
def test_a_container_that_cannot_start_fails_its_job(
    sagemaker: Any, name: str, algorithm: dict[str, Any], reason: str
) -> None:
    assert reason in failure(sagemaker, script_request(name, "frozen-backbone", FROZEN, algorithm=algorithm))


def test_without_an_entry_point_the_toolkit_wants_a_program(sagemaker: Any) -> None:
    algorithm = {"TrainingImage": TRAINING_IMAGE, "TrainingInputMode": "File"}

    assert "no sagemaker_program" in failure(
        sagemaker, script_request("aimless", "", {}, AlgorithmSpecification=algorithm)
    )


def test_the_toolkit_tells_of_a_scripts_failure_by_what_it_wrote_to_stderr(sagemaker: Any) -> None:
    script = {"sagemaker_program": "start.py", "sagemaker_submit_directory": "/opt/ml/input/data/code"}
    algorithm = {"TrainingImage": TRAINING_IMAGE, "TrainingInputMode": "File"}
    request = script_request("toolkit", "", script, AlgorithmSpecification=algorithm)
    reason = failure(sagemaker, request | {"Environment": {"DARKROOM_RECIPE": "resnet34"}})

    assert reason.startswith('AlgorithmError: ExecuteUserScriptError:\nExitCode 2\nErrorMessage "Customer Error: there')


def test_a_recipe_refuses_several_instances(sagemaker: Any) -> None:
    resources = {"InstanceType": "ml.c5.xlarge", "InstanceCount": 2, "VolumeSizeInGB": 30}
    request = script_request("several", "frozen-backbone", FROZEN, ResourceConfig=resources)

    assert failure(sagemaker, request).startswith("ClientError: the job has 2 instances; this recipe trains on one")


@pytest.mark.parametrize(
    ("image", "regex", "sentence"),
    [
        (IMAGE, r"x=(\d+)", "You can't override the metric definitions for Amazon SageMaker algorithms."),
        (TRAINING_IMAGE, "(", "must be valid and have a capturing group"),
        (TRAINING_IMAGE, r"x=\d+", "must be valid and have a capturing group"),
    ],
)
def test_metric_definitions_that_aws_would_not_take_are_refused(
    sagemaker: Any, image: str, regex: str, sentence: str
) -> None:
    algorithm = {"TrainingImage": image, "MetricDefinitions": [{"Name": "x", "Regex": regex}]}
    with pytest.raises(ClientError) as refused:
        sagemaker.create_training_job(**script_request("refused", "resnet", {}, algorithm=algorithm))

    assert sentence in refused.value.response["Error"]["Message"]


def test_the_pytorch_container_does_not_serve_what_brings_no_code(clients: dict[str, Any], tmp_path: Path) -> None:
    from sandbox.sagemaker.job_folder import packed

    (tmp_path / "model.pth").write_bytes(b"weights")
    clients["s3"].put_object(Bucket=BUCKET, Key="bare/model.tar.gz", Body=packed(tmp_path))
    told = endpoint(clients["sagemaker"], f"s3://{BUCKET}/bare/model.tar.gz", "bare")

    assert "did not pass the ping health check" in told["FailureReason"]
