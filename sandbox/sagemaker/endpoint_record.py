"""One endpoint as SageMaker tells of it, and how DescribeEndpoint and ListEndpoints write it down."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.sagemaker.listing import Row
from sandbox.sagemaker.variant_record import Variant, pending_summary, summary


class EndpointStatus(StrEnum):
    """EndpointStatus, as far as endpoints get here."""

    CREATING = "Creating"
    UPDATING = "Updating"
    ROLLING_BACK = "RollingBack"
    IN_SERVICE = "InService"
    DELETING = "Deleting"
    FAILED = "Failed"
    UPDATE_ROLLBACK_FAILED = "UpdateRollbackFailed"


UNDER_WAY = frozenset(
    {EndpointStatus.CREATING, EndpointStatus.UPDATING, EndpointStatus.ROLLING_BACK, EndpointStatus.DELETING}
)


@dataclass(frozen=True, slots=True)
class Pending:
    """A deployment under way: the configuration that is to be served, and how far its variants are."""

    config_name: str
    started: float
    variants: tuple[Variant, ...]
    shadows: tuple[Variant, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint at one moment; `variants` are those that answer, `gone` is when a deleted one disappears."""

    name: str
    arn: str
    config_name: str
    created: float
    modified: float
    status: EndpointStatus = EndpointStatus.CREATING
    variants: tuple[Variant, ...] = ()
    shadows: tuple[Variant, ...] = ()
    pending: Pending | None = None
    deployment_config: dict[str, Any] | None = None
    data_capture: dict[str, Any] | None = None
    failure: str | None = None
    gone: float | None = None

    @property
    def serverless(self) -> bool:
        return any(variant.serverless is not None for variant in self.variants)


def described(endpoint: Endpoint) -> dict[str, Any]:
    told = listed(endpoint).summary | {"EndpointConfigName": endpoint.config_name}
    optional = {
        "FailureReason": endpoint.failure,
        "LastDeploymentConfig": endpoint.deployment_config,
        "DataCaptureConfig": endpoint.data_capture,
        "ProductionVariants": [summary(variant) for variant in endpoint.variants],
        "ShadowProductionVariants": [summary(variant) for variant in endpoint.shadows],
        "PendingDeploymentSummary": _pending(endpoint.pending) if endpoint.pending else None,
    }
    return told | {key: value for key, value in optional.items() if value}


def listed(endpoint: Endpoint) -> Row:
    shown = {
        "EndpointName": endpoint.name,
        "EndpointArn": endpoint.arn,
        "CreationTime": endpoint.created,
        "LastModifiedTime": endpoint.modified,
        "EndpointStatus": endpoint.status.value,
    }
    return Row(endpoint.name, endpoint.created, endpoint.modified, endpoint.status, shown)


def _pending(pending: Pending) -> dict[str, Any]:
    told: dict[str, Any] = {
        "EndpointConfigName": pending.config_name,
        "StartTime": pending.started,
        "ProductionVariants": [pending_summary(variant) for variant in pending.variants],
    }
    if pending.shadows:
        told["ShadowProductionVariants"] = [pending_summary(variant) for variant in pending.shadows]
    return told
