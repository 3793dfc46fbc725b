"""Endpoints as the requests that SageMaker takes; pure, so that each can be held against AWS's own model.

A release's model and configuration bear the release's name; the endpoint that serves it keeps its own.
"""

from collections.abc import Sequence

from bot.adapters.sagemaker.requests import Request
from bot.adapters.sagemaker.tagging import APPROVER_TAG, DATA_SET_TAG, ID_TAG, JOB_TAG, OWNER_TAG, tags
from bot.domain.endpoints import VARIANT, Endpoint, Hosting, Kind
from bot.domain.recipes import RECIPES, RecipeName
from bot.domain.traffic import Traffic

# How long the old instances are kept beside the new ones, for the alarms to see how these do.
BAKE_SECONDS = 300
LONGEST_UPDATE_SECONDS = 3600


def model_request(endpoint: Endpoint, artifact: str, image: str, role_arn: str) -> Request:
    """CreateModel: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html"""
    return {
        "ModelName": endpoint.release_name,
        "PrimaryContainer": _container(endpoint, artifact, image),
        "ExecutionRoleArn": role_arn,
        "Tags": endpoint_tags(endpoint),
    }


def configuration_request(endpoint: Endpoint) -> Request:
    """CreateEndpointConfig: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html"""
    variant = {"VariantName": endpoint.variant, "ModelName": endpoint.release_name, **_capacity(endpoint.hosting)}
    return {
        "EndpointConfigName": endpoint.release_name,
        "ProductionVariants": [variant],
        "Tags": endpoint_tags(endpoint),
    }


def endpoint_request(endpoint: Endpoint) -> Request:
    """CreateEndpoint: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html"""
    return {
        "EndpointName": endpoint.name,
        "EndpointConfigName": endpoint.release_name,
        "Tags": endpoint_tags(endpoint),
    }


def mixed_configuration_request(endpoint: Endpoint, traffic: Traffic) -> Request:
    """CreateEndpointConfig, with two releases of one endpoint: both in production, or one in the shadow.

    https://docs.aws.amazon.com/sagemaker/latest/dg/shadow-tests.html
    """
    own = {"VariantName": endpoint.variant, "ModelName": endpoint.release_name, **_capacity(endpoint.hosting)}
    other = {"VariantName": traffic.variant, "ModelName": traffic.model, **_capacity(endpoint.hosting)}
    variants: Request = {"ProductionVariants": [own], "ShadowProductionVariants": [other]}
    if not traffic.shadow:
        weights = _weights(traffic)
        weighted = [one | {"InitialVariantWeight": weights[one["VariantName"]]} for one in (own, other)]
        variants = {"ProductionVariants": weighted}
    return {"EndpointConfigName": traffic.configuration, **variants, "Tags": endpoint_tags(endpoint)}


def weights_request(endpoint: Endpoint, traffic: Traffic) -> Request:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpointWeightsAndCapacities.html"""
    desired = [{"VariantName": name, "DesiredWeight": weight} for name, weight in _weights(traffic).items()]
    return {"EndpointName": endpoint.name, "DesiredWeightsAndCapacities": desired}


def _weights(traffic: Traffic) -> dict[str, float]:
    return {VARIANT: (100 - traffic.share) / 100, traffic.variant: traffic.share / 100}


def plain_update_request(endpoint_name: str, configuration: str) -> Request:
    """UpdateEndpoint: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html"""
    return {"EndpointName": endpoint_name, "EndpointConfigName": configuration}


def update_request(endpoint: Endpoint, alarms: Sequence[str] = ()) -> Request:
    """The same with deployment guardrails, which are not for serverless endpoints.

    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
    """
    request = plain_update_request(endpoint.name, endpoint.release_name)
    if endpoint.hosting.kind == Kind.SERVERLESS:
        return request
    deployment: Request = {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": _routing(endpoint.hosting),
            "TerminationWaitInSeconds": BAKE_SECONDS,
            "MaximumExecutionTimeoutInSeconds": LONGEST_UPDATE_SECONDS,
        }
    }
    if alarms:
        deployment["AutoRollbackConfiguration"] = {"Alarms": [{"AlarmName": name} for name in alarms]}
    return request | {"DeploymentConfig": deployment}


def endpoint_tags(endpoint: Endpoint) -> list[dict[str, str]]:
    """Whose it is, and which job, data set and decision are behind it."""
    return tags(
        {
            ID_TAG: endpoint.id,
            OWNER_TAG: endpoint.owner,
            JOB_TAG: endpoint.job_name,
            DATA_SET_TAG: endpoint.data_set,
            APPROVER_TAG: endpoint.approved_by,
        }
    )


def _container(endpoint: Endpoint, artifact: str, image: str) -> Request:
    """The registry's version brings all of it along, and AWS takes it only while it is approved."""
    if endpoint.package_arn:
        return {"ModelPackageName": endpoint.package_arn}
    return {"Image": image, "ModelDataUrl": artifact, **script(endpoint.recipe)}


def script(recipe: RecipeName) -> Request:
    """Where the PyTorch container finds the code that the artifact brings along.

    https://sagemaker.readthedocs.io/en/stable/frameworks/pytorch/using_pytorch.html#model-directory-structure
    """
    if not RECIPES[recipe].program:
        return {}
    return {
        "Environment": {"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"},
    }


def _routing(hosting: Hosting) -> Request:
    """A canary needs an instance to spare: at most half of them may be one.

    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green-canary.html
    """
    if hosting.instance_count < 2:
        return {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
    canary = {"Type": "INSTANCE_COUNT", "Value": 1}
    return {"Type": "CANARY", "CanarySize": canary, "WaitIntervalInSeconds": BAKE_SECONDS}


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
