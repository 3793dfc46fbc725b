"""Jobs and endpoints as the requests that SageMaker takes; pure, so that each can be held against AWS's own model."""

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.datasets import DataSet
from bot.domain.endpoints import Endpoint, Hosting, Kind
from bot.domain.jobs import Job

ID_TAG = "darkroom:id"
VARIANT = "AllTraffic"

# Images as files need the lists beside them, each in an input channel of its own.
# https://docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html#IC-inputoutput
INPUT_CHANNELS = ("train", "validation", "train_lst", "validation_lst")
_NOT_IN_TAGS = re.compile(r"[^\w\s.:/=+\-@]")

Request = dict[str, Any]


def training_request(job: Job, data_set: DataSet, image: str, role_arn: str, bucket: str) -> Request:
    """CreateTrainingJob: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html"""
    return {
        "TrainingJobName": job.name,
        "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
        "RoleArn": role_arn,
        "HyperParameters": {name: str(value) for name, value in job.hyperparameters.items()},
        "InputDataConfig": [_input_channel(name, data_set.s3_prefix) for name in INPUT_CHANNELS],
        "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/jobs/"},
        "ResourceConfig": {
            "InstanceType": job.compute.instance_type,
            "InstanceCount": job.compute.instance_count,
            "VolumeSizeInGB": job.compute.volume_gb,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": job.compute.max_run_seconds},
        "EnableNetworkIsolation": False,
        "Tags": _tags({ID_TAG: job.id, "darkroom:owner": job.requested_by, "darkroom:data-set": job.data_set}),
    }


def model_request(endpoint: Endpoint, artifact: str, image: str, role_arn: str) -> Request:
    """CreateModel: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html"""
    return {
        "ModelName": endpoint.name,
        "PrimaryContainer": {"Image": image, "ModelDataUrl": artifact},
        "ExecutionRoleArn": role_arn,
        "Tags": _endpoint_tags(endpoint),
    }


def configuration_request(endpoint: Endpoint) -> Request:
    """CreateEndpointConfig: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html"""
    variant = {"VariantName": VARIANT, "ModelName": endpoint.name, **_capacity(endpoint.hosting)}
    return {
        "EndpointConfigName": endpoint.name,
        "ProductionVariants": [variant],
        "Tags": _endpoint_tags(endpoint),
    }


def endpoint_request(endpoint: Endpoint) -> Request:
    """CreateEndpoint: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html"""
    return {
        "EndpointName": endpoint.name,
        "EndpointConfigName": endpoint.name,
        "Tags": _endpoint_tags(endpoint),
    }


def _input_channel(name: str, s3_prefix: str) -> Request:
    # With the slash at its end, for S3 prefixes are plain text: "…/train" would bring "…/train_lst/" along.
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": f"{s3_prefix.rstrip('/')}/{name}/",
        "S3DataDistributionType": "FullyReplicated",
    }
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": source},
        "ContentType": "application/x-image",
        "InputMode": "File",
    }


def _capacity(hosting: Hosting) -> Request:
    match hosting.kind:
        case Kind.SERVERLESS:
            return {
                "ServerlessConfig": {"MemorySizeInMB": hosting.memory_mb, "MaxConcurrency": hosting.concurrency},
            }
        case Kind.REALTIME:
            return {
                "InstanceType": hosting.instance_type,
                "InitialInstanceCount": hosting.instance_count,
                "InitialVariantWeight": 1.0,
            }


def _endpoint_tags(endpoint: Endpoint) -> list[dict[str, str]]:
    return _tags({ID_TAG: endpoint.id, "darkroom:owner": endpoint.owner, "darkroom:job": endpoint.job_name})


def _tags(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": _NOT_IN_TAGS.sub("-", value)[:256]} for key, value in values.items()]
