"""What AWS asks of an UpdateEndpoint request beyond the service model: pure rules.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.sagemaker.deployment_plan import plan_of, share
from sandbox.sagemaker.variant_record import Variant

_SIZES = {
    "CANARY": ("CanarySize", 0.0, 0.5, "less than or equal to 50%"),
    "LINEAR": ("LinearStepSize", 0.1, 0.5, "10-50%"),
}


def objection_to_deploying(deployment: dict[str, Any], variants: Sequence[Variant]) -> str | None:
    """What is wrong with a DeploymentConfig, given the production variants that it is to bring."""
    return next(_objections(deployment, variants), None)


def objection_to_replacing(deployment: dict[str, Any] | None, before: set[str], after: set[str]) -> str | None:
    """What speaks against replacing the variants of one configuration by those of another under a DeploymentConfig."""
    if deployment is not None and before != after:
        return "With a DeploymentConfig the new endpoint configuration must have the variant names of the old one."
    return None


def _objections(deployment: dict[str, Any], variants: Sequence[Variant]) -> Iterator[str]:
    if any(variant.serverless for variant in variants):
        yield "DeploymentConfig is not supported for serverless endpoints."
        return
    blue_green, rolling = deployment.get("BlueGreenUpdatePolicy"), deployment.get("RollingUpdatePolicy")
    if blue_green and rolling:
        yield "Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy may be specified."
    if blue_green:
        yield from _objections_to_routing(blue_green["TrafficRoutingConfiguration"], variants)
    if rolling:
        yield from _objections_to_rolling(rolling, variants)
    yield from _objections_to_times(deployment, variants)


def _objections_to_routing(routing: dict[str, Any], variants: Sequence[Variant]) -> Iterator[str]:
    kind = routing["Type"]
    for other, (member, *_) in _SIZES.items():
        if other == kind and member not in routing:
            yield f"{member} must be specified for traffic routing of type {kind}."
        if other != kind and member in routing:
            yield f"{member} must not be specified for traffic routing of type {kind}."
    if kind not in _SIZES:
        return
    member, least, most, words = _SIZES[kind]
    for variant in variants:
        yield from _objections_to_size(member, routing[member], variant, (least, most, words))


def _objections_to_rolling(policy: dict[str, Any], variants: Sequence[Variant]) -> Iterator[str]:
    if len(variants) > 1:
        yield "Rolling deployments are not supported for endpoints with several production variants."
    bounds = (0.05, 0.5, "between 5% to 50%")
    yield from _objections_to_size("MaximumBatchSize", policy["MaximumBatchSize"], variants[0], bounds)


def _objections_to_size(
    member: str, size: dict[str, Any], variant: Variant, bounds: tuple[float, float, str]
) -> Iterator[str]:
    least, most, words = bounds
    instances = variant.count
    asked = size["Value"] / 100 if size["Type"] == "CAPACITY_PERCENT" else size["Value"] / instances
    # A percentage of few instances is rounded up to one, which may be more than half of them.
    if not least <= asked <= most or share(size, instances) > most:
        yield (
            f"{member} must be {words} of the total instance count of variant {variant.name}, which has {instances}."
        )


def _objections_to_times(deployment: dict[str, Any], variants: Sequence[Variant]) -> Iterator[str]:
    plan = plan_of(deployment, min(variant.count for variant in variants))
    waiting = plan.termination_wait + sum(one.baking for one in plan.shifts)
    if plan.limit is not None and plan.limit <= waiting:
        yield f"MaximumExecutionTimeoutInSeconds must be larger than the total waiting time, which is {waiting:g}."
