"""One endpoint as SageMaker tells of it, and how DescribeEndpoint and ListEndpoints write it down."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.sagemaker.listing import Row


class EndpointStatus(StrEnum):
    """EndpointStatus, as far as endpoints get here."""

    CREATING = "Creating"
    IN_SERVICE = "InService"
    DELETING = "Deleting"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint at one moment; `variant` is as configured, `gone` is when a deleted one disappears."""

    name: str
    arn: str
    config_name: str
    variant: dict[str, Any]
    image: str
    created: float
    modified: float
    status: EndpointStatus = EndpointStatus.CREATING
    failure: str | None = None
    gone: float | None = None

    @property
    def serverless(self) -> dict[str, Any] | None:
        return self.variant.get("ServerlessConfig")


def described(endpoint: Endpoint) -> dict[str, Any]:
    told = listed(endpoint).summary | {"EndpointConfigName": endpoint.config_name}
    if endpoint.failure is not None:
        told["FailureReason"] = endpoint.failure
    if endpoint.status is EndpointStatus.IN_SERVICE:
        told["ProductionVariants"] = [_variant(endpoint)]
    return told


def listed(endpoint: Endpoint) -> Row:
    summary = {
        "EndpointName": endpoint.name,
        "EndpointArn": endpoint.arn,
        "CreationTime": endpoint.created,
        "LastModifiedTime": endpoint.modified,
        "EndpointStatus": endpoint.status.value,
    }
    return Row(endpoint.name, endpoint.created, endpoint.modified, endpoint.status, summary)


def _variant(endpoint: Endpoint) -> dict[str, Any]:
    weight = endpoint.variant.get("InitialVariantWeight", 1.0)
    image = {
        "SpecifiedImage": endpoint.image,
        "ResolvedImage": endpoint.image,
        "ResolutionTime": endpoint.created,
    }
    told = {
        "VariantName": endpoint.variant["VariantName"],
        "DeployedImages": [image],
        "CurrentWeight": weight,
        "DesiredWeight": weight,
    }
    if endpoint.serverless is not None:
        return told | {"CurrentServerlessConfig": endpoint.serverless, "CurrentInstanceCount": 0}
    count = endpoint.variant["InitialInstanceCount"]
    return told | {"CurrentInstanceCount": count, "DesiredInstanceCount": count}
