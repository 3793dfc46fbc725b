"""What the tests ask of the local AWS again and again, and how they wait for it."""

import io
import json
import tarfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.sagemaker.arns import ROLE_ARN
from sandbox.sagemaker.server import BUCKET

IMAGE = "811284229777.dkr.ecr.us-east-1.amazonaws.com/image-classification:1"
FINAL = {"Completed", "Failed", "Stopped"}
TRAINING_LOGS = "/aws/sagemaker/TrainingJobs"


def put_pictures(s3: Any, prefix: str = "pets/train/") -> None:
    for name in ("cat/1.png", "dog/2.png"):
        s3.put_object(Bucket=BUCKET, Key=prefix + name, Body=name.encode())


def channel(name: str = "train", uri: str = f"s3://{BUCKET}/pets/train/", **members: Any) -> dict[str, Any]:
    source = {"S3DataType": members.pop("S3DataType", "S3Prefix"), "S3Uri": uri}
    return {
        "ChannelName": name,
        "ContentType": "application/x-image",
        "DataSource": {"S3DataSource": source},
        **members,
    }


def job_request(name: str = "job", hyperparameters: dict[str, str] | None = None, **members: Any) -> dict[str, Any]:
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "HyperParameters": hyperparameters or {},
        "RoleArn": ROLE_ARN,
        "InputDataConfig": [channel()],
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/artifacts"},
        "ResourceConfig": {"InstanceType": "ml.g4dn.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 600},
    } | members


def until(seen: Callable[[], Any], within: float = 20.0) -> Any:
    """What `seen` returns once it is true."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if found := seen():
            return found
        time.sleep(0.01)
    raise AssertionError(f"not within {within} s: {seen()!r}")


def refusal(call: Callable[[], object]) -> tuple[str, str]:
    """The code and the message with which AWS refuses."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def finished(sagemaker: Any, name: str) -> dict[str, Any]:
    def final() -> dict[str, Any] | None:
        job: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=name)
        return job if job["TrainingJobStatus"] in FINAL else None

    job: dict[str, Any] = until(final)
    return job


def training(sagemaker: Any, name: str) -> dict[str, Any]:
    """The job once its container has told a first metric."""

    def measured() -> dict[str, Any] | None:
        job: dict[str, Any] = sagemaker.describe_training_job(TrainingJobName=name)
        return job if job.get("FinalMetricDataList") else None

    job: dict[str, Any] = until(measured)
    return job


SERVERLESS = {"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 1}}
REALTIME = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}


def create_model(sagemaker: Any, artifact: str, name: str = "model") -> None:
    container = {"Image": IMAGE, "ModelDataUrl": artifact}
    sagemaker.create_model(ModelName=name, PrimaryContainer=container, ExecutionRoleArn=ROLE_ARN)


def archive_of(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def put_model(sagemaker: Any, s3: Any, name: str, epochs: int) -> None:
    """A model of the stub, without a job; its answers begin with the number of epochs."""
    archive = archive_of("weights.json", json.dumps({"epochs": epochs}).encode())
    s3.put_object(Bucket=BUCKET, Key=f"models/{name}", Body=archive)
    create_model(sagemaker, f"s3://{BUCKET}/models/{name}", name)


def metric_points(cloudwatch: Any, name: str, dimensions: list[dict[str, str]]) -> list[dict[str, Any]]:
    """What CloudWatch has of an endpoint's metric over the last hour."""
    now = datetime.now(UTC)
    answer = cloudwatch.get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=name,
        Dimensions=dimensions,
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=1),
        Period=3600,
        Statistics=["Sum", "Average", "Maximum", "SampleCount"],
    )
    points: list[dict[str, Any]] = answer["Datapoints"]
    return points


def create_endpoint(sagemaker: Any, artifact: str, variant: dict[str, Any], name: str = "endpoint") -> None:
    create_model(sagemaker, artifact, name)
    variants = [{"VariantName": "AllTraffic", "ModelName": name, **variant}]
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=variants)
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)


def settled(sagemaker: Any, name: str = "endpoint") -> dict[str, Any]:
    def known() -> dict[str, Any] | None:
        endpoint: dict[str, Any] = sagemaker.describe_endpoint(EndpointName=name)
        return endpoint if endpoint["EndpointStatus"] not in {"Creating", "Updating", "RollingBack"} else None

    endpoint: dict[str, Any] = until(known)
    return endpoint
