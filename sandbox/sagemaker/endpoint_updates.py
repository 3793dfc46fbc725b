"""What an update keeps, takes over and may not do: decisions about UpdateEndpoint and its sibling for weights."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sandbox.sagemaker.cloudwatch import CloudWatch
from sandbox.sagemaker.deployment_rules import objection_to_deploying, objection_to_replacing
from sandbox.sagemaker.endpoint_record import Endpoint
from sandbox.sagemaker.errors import invalid
from sandbox.sagemaker.variant_record import Variant, VariantStage


def checked_deployment(
    deployment: dict[str, Any] | None, variants: Sequence[Variant], cloudwatch: CloudWatch
) -> dict[str, Any] | None:
    """The DeploymentConfig itself; raises AWS's refusal, also of alarms that do not exist."""
    if deployment is None:
        return None
    if objection := objection_to_deploying(deployment, variants):
        raise invalid(objection)
    alarms = [one["AlarmName"] for one in deployment.get("AutoRollbackConfiguration", {}).get("Alarms", [])]
    if missing := [name for name in alarms if cloudwatch.alarm_state(name) is None]:
        raise invalid(f"Could not find CloudWatch alarms {', '.join(missing)} of the AutoRollbackConfiguration.")
    return deployment


def objection_to_updating(
    params: dict[str, Any], endpoint: Endpoint, config: dict[str, Any], deployment: dict[str, Any] | None
) -> str | None:
    if endpoint.config_name == params["EndpointConfigName"]:
        return f'Endpoint "{endpoint.arn}" already has this configuration; an update needs a new EndpointConfig.'
    if "DeploymentConfig" in params and params.get("RetainDeploymentConfig"):
        return "DeploymentConfig must not be specified when RetainDeploymentConfig is true."
    serverless = any("ServerlessConfig" in one for one in config["ProductionVariants"])
    if serverless and not endpoint.serverless:
        # https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-update.html
        return f'Cannot update the instance-based endpoint "{endpoint.arn}" to a serverless endpoint.'
    if endpoint.serverless and deployment is not None:
        return "DeploymentConfig is not supported for serverless endpoints."
    before = {variant.name for variant in endpoint.variants}
    return objection_to_replacing(deployment, before, {one["VariantName"] for one in config["ProductionVariants"]})


def kept_properties(params: dict[str, Any], endpoint: Endpoint, variants: Sequence[Variant]) -> list[Variant]:
    """The new variants, with the counts and weights of the old ones of the same names where these are retained."""
    if not params.get("RetainAllVariantProperties"):
        return list(variants)
    excluded = {one["VariantPropertyType"] for one in params.get("ExcludeRetainedVariantProperties", [])}
    before = {variant.name: variant for variant in endpoint.variants}
    return [_keeping(one, before[one.name], excluded) if one.name in before else one for one in variants]


def rescaled(endpoint: Endpoint, asked: Sequence[dict[str, Any]]) -> tuple[Variant, ...]:
    """The endpoint's variants with what is now desired of them; raises AWS's refusal."""
    names = [one["VariantName"] for one in asked]
    known = {variant.name: variant for variant in endpoint.variants}
    if len(set(names)) < len(names):
        raise invalid("A variant may be given only once in DesiredWeightsAndCapacities.")
    if unknown := [name for name in names if name not in known]:
        raise invalid(f'Could not find variant {", ".join(unknown)} of endpoint "{endpoint.arn}".')
    for one in asked:
        if objection := _objection_to_rescaling(known[one["VariantName"]], one):
            raise invalid(objection)
    changed = known | {one["VariantName"]: _desired(known[one["VariantName"]], one) for one in asked}
    if not sum(variant.desired_weight for variant in changed.values()):
        raise invalid("At least one variant must have a weight greater than zero.")
    return tuple(changed.values())


def _keeping(new: Variant, old: Variant, excluded: set[str]) -> Variant:
    if "DesiredWeight" not in excluded:
        new = replace(new, weight=old.weight, desired_weight=old.weight)
    if "DesiredInstanceCount" not in excluded and new.serverless is None and old.serverless is None:
        new = replace(new, count=old.count, desired_count=old.count)
    return new


def _objection_to_rescaling(variant: Variant, asked: dict[str, Any]) -> str | None:
    if not set(asked) - {"VariantName"}:
        return f"Neither a desired weight nor a desired capacity is given for variant {variant.name}."
    if variant.serverless is not None and "DesiredInstanceCount" in asked:
        return f"DesiredInstanceCount is not supported for the serverless variant {variant.name}."
    if variant.serverless is None and "ServerlessUpdateConfig" in asked:
        return f"ServerlessUpdateConfig is only supported for serverless variants; {variant.name} is on instances."
    if asked.get("DesiredInstanceCount", 1) < 1:
        return f"DesiredInstanceCount of variant {variant.name} must be at least 1."
    config = (variant.serverless or {}) | asked.get("ServerlessUpdateConfig", {})
    if config.get("ProvisionedConcurrency", 0) > config.get("MaxConcurrency", 0):
        return "ProvisionedConcurrency must be less than or equal to MaxConcurrency."
    return None


def _desired(variant: Variant, asked: dict[str, Any]) -> Variant:
    serverless = variant.serverless
    update = asked.get("ServerlessUpdateConfig")
    count = asked.get("DesiredInstanceCount", variant.count)
    message = f"Scaling {'in' if count < variant.count else 'out'} desired instance count to {count}."
    updating = variant.at(VariantStage.UPDATING, time.time(), message if count != variant.count else "")
    return replace(
        updating,
        desired_weight=asked.get("DesiredWeight", variant.weight),
        desired_count=count,
        desired_serverless=serverless | update if serverless is not None and update else None,
    )
