"""The rules of a DeploymentConfig, and the steps that follow from one."""

from typing import Any

import pytest

from sandbox.sagemaker.deployment_plan import Shift, plan_of
from sandbox.sagemaker.deployment_rules import objection_to_deploying, objection_to_replacing
from sandbox.sagemaker.variant_record import Variant, configured


def variants(instances: int = 2, names: tuple[str, ...] = ("AllTraffic",), **members: Any) -> list[Variant]:
    given = members or {"InstanceType": "ml.m5.large", "InitialInstanceCount": instances}
    return [configured({"VariantName": name, **given}, {"Image": "image"}, 0.0) for name in names]


def blue_green(kind: str = "ALL_AT_ONCE", wait: int = 0, **policy: Any) -> dict[str, Any]:
    routing = {"Type": kind, "WaitIntervalInSeconds": wait}
    routing |= {member: policy.pop(member) for member in ("CanarySize", "LinearStepSize") if member in policy}
    return {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing, **policy}}


def rolling(value: int, kind: str = "CAPACITY_PERCENT") -> dict[str, Any]:
    return {"RollingUpdatePolicy": {"MaximumBatchSize": {"Type": kind, "Value": value}, "WaitIntervalInSeconds": 5}}


def percent(value: int) -> dict[str, Any]:
    return {"Type": "CAPACITY_PERCENT", "Value": value}


def count(value: int) -> dict[str, Any]:
    return {"Type": "INSTANCE_COUNT", "Value": value}


@pytest.mark.parametrize(
    ("deployment", "words"),
    [
        (blue_green("CANARY"), "CanarySize must be specified"),
        (blue_green(CanarySize=percent(50)), "CanarySize must not be specified"),
        (blue_green("CANARY", CanarySize=percent(51)), "less than or equal to 50%"),
        (blue_green("CANARY", CanarySize=count(2)), "less than or equal to 50%"),
        (blue_green("LINEAR", LinearStepSize=percent(9)), "10-50%"),
        (blue_green("CANARY", 600, CanarySize=percent(50), MaximumExecutionTimeoutInSeconds=600), "total waiting time"),
        (blue_green() | rolling(50), "Only one of"),
        (rolling(51), "between 5% to 50%"),
        (rolling(2, "INSTANCE_COUNT"), "between 5% to 50%"),
    ],
)
def test_a_deployment_that_aws_would_refuse_is_refused(deployment: dict[str, Any], words: str) -> None:
    assert words in (objection_to_deploying(deployment, variants()) or "")


def test_a_canary_needs_a_second_instance() -> None:
    canary = blue_green("CANARY", CanarySize=percent(10))

    assert "which has 1." in (objection_to_deploying(canary, variants(1)) or "")
    assert objection_to_deploying(canary, variants(2)) is None


def test_guardrails_are_not_for_serverless() -> None:
    serverless = variants(ServerlessConfig={"MemorySizeInMB": 1024, "MaxConcurrency": 1})

    assert "not supported for serverless" in (objection_to_deploying(blue_green(), serverless) or "")


def test_rolling_is_for_one_variant() -> None:
    assert "several production variants" in (objection_to_deploying(rolling(50), variants(2, ("a", "b"))) or "")


def test_the_variants_keep_their_names_under_guardrails() -> None:
    assert objection_to_replacing(blue_green(), {"old"}, {"new"}) is not None
    assert objection_to_replacing(None, {"old"}, {"new"}) is None


@pytest.mark.parametrize(
    ("deployment", "shifts"),
    [
        (None, [Shift(1.0, 0.0)]),
        (blue_green(wait=30), [Shift(1.0, 30)]),
        (blue_green("CANARY", 30, CanarySize=percent(30)), [Shift(0.25, 30), Shift(1.0, 30)]),
        (blue_green("LINEAR", 5, LinearStepSize=count(1)), [Shift(step / 4, 5) for step in (1, 2, 3, 4)]),
        (rolling(50), [Shift(0.5, 5), Shift(1.0, 5)]),
    ],
)
def test_traffic_moves_in_the_steps_that_were_asked_for(deployment: dict[str, Any] | None, shifts: list[Shift]) -> None:
    assert list(plan_of(deployment, 4).shifts) == shifts
