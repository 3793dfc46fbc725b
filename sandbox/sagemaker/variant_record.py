"""One variant of an endpoint as SageMaker tells of it: what is wanted, what there is, and its deployment stage."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class VariantStage(StrEnum):
    """VariantStatus: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantStatus.html"""

    CREATING = "Creating"
    UPDATING = "Updating"
    DELETING = "Deleting"
    ACTIVATING = "ActivatingTraffic"
    BAKING = "Baking"


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant at one moment; `serverless` is its ServerlessConfig, and it then has no instances."""

    name: str
    image: str
    digest: str
    resolved: float
    weight: float
    desired_weight: float
    count: int
    desired_count: int
    instance_type: str | None = None
    serverless: dict[str, Any] | None = None
    desired_serverless: dict[str, Any] | None = None
    stage: VariantStage | None = None
    stage_since: float = 0.0
    stage_message: str = ""

    def at(self, stage: VariantStage, now: float, message: str = "") -> "Variant":
        """The same at a stage of its deployment; AWS's messages are about instances, so a serverless one has none."""
        told = "" if self.serverless else message
        return replace(self, stage=stage, stage_since=now, stage_message=told)

    def reached(self) -> "Variant":
        """The same with all that is desired of it there, and no stage."""
        return replace(
            self,
            weight=self.desired_weight,
            count=self.desired_count,
            serverless=self.desired_serverless or self.serverless,
            desired_serverless=None,
            stage=None,
            stage_message="",
        )


def configured(variant: dict[str, Any], container: dict[str, Any], now: float) -> Variant:
    """A variant as its configuration wants it, before anything of it is there."""
    weight = variant.get("InitialVariantWeight", 1.0)
    count = variant.get("InitialInstanceCount", 0)
    image = container["Image"]
    return Variant(
        variant["VariantName"],
        image,
        container.get("ImageDigest", image),
        now,
        weight,
        weight,
        count,
        count,
        variant.get("InstanceType"),
        variant.get("ServerlessConfig"),
    )


def summary(variant: Variant) -> dict[str, Any]:
    """A ProductionVariantSummary."""
    told: dict[str, Any] = {
        "VariantName": variant.name,
        "DeployedImages": [_image(variant)],
        "CurrentWeight": variant.weight,
        "DesiredWeight": variant.desired_weight,
        "CurrentInstanceCount": variant.count,
    }
    if variant.serverless is not None:
        told["CurrentServerlessConfig"] = variant.serverless
        if variant.desired_serverless is not None:
            told["DesiredServerlessConfig"] = variant.desired_serverless
    else:
        told["DesiredInstanceCount"] = variant.desired_count
    if variant.stage is not None:
        stage: dict[str, Any] = {"Status": variant.stage.value, "StartTime": variant.stage_since}
        told["VariantStatus"] = [stage | ({"StatusMessage": variant.stage_message} if variant.stage_message else {})]
    return told


def pending_summary(variant: Variant) -> dict[str, Any]:
    """A PendingProductionVariantSummary; only this one tells the instance type."""
    told = summary(variant)
    return told | ({"InstanceType": variant.instance_type} if variant.instance_type else {})


def _image(variant: Variant) -> dict[str, Any]:
    return {
        "SpecifiedImage": variant.image,
        "ResolvedImage": variant.digest,
        "ResolutionTime": variant.resolved,
    }
