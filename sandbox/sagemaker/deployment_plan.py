"""From a DeploymentConfig to the steps of an update: which share of the traffic moves when, and what is watched.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
"""

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Shift:
    """A share of the traffic goes to the new fleet, which is then watched for so many of AWS's seconds."""

    share: float
    baking: float


@dataclass(frozen=True, slots=True)
class DeploymentPlan:
    """How an update proceeds; times are AWS's seconds."""

    shifts: tuple[Shift, ...] = (Shift(1.0, 0.0),)
    termination_wait: float = 0.0
    limit: float | None = None
    alarms: tuple[str, ...] = ()


def plan_of(config: dict[str, Any] | None, instances: int) -> DeploymentPlan:
    """Without a DeploymentConfig all traffic moves at once, and nothing is watched."""
    if config is None:
        return DeploymentPlan()
    alarms = tuple(one["AlarmName"] for one in config.get("AutoRollbackConfiguration", {}).get("Alarms", []))
    if policy := config.get("RollingUpdatePolicy"):
        shifts = _steps(share(policy["MaximumBatchSize"], instances), policy["WaitIntervalInSeconds"])
        return DeploymentPlan(shifts, 0.0, policy.get("MaximumExecutionTimeoutInSeconds"), alarms)
    policy = config.get("BlueGreenUpdatePolicy")
    if policy is None:
        return DeploymentPlan(alarms=alarms)
    return DeploymentPlan(
        _blue_green(policy["TrafficRoutingConfiguration"], instances),
        policy.get("TerminationWaitInSeconds", 0),
        policy.get("MaximumExecutionTimeoutInSeconds"),
        alarms,
    )


def share(size: dict[str, Any], instances: int) -> float:
    """A CapacitySize as a part of all; a percentage is at least one instance."""
    if size["Type"] == "INSTANCE_COUNT":
        return int(size["Value"]) / instances
    return max(1, math.floor(instances * int(size["Value"]) / 100)) / instances


def _blue_green(routing: dict[str, Any], instances: int) -> tuple[Shift, ...]:
    wait = routing["WaitIntervalInSeconds"]
    match routing["Type"]:
        case "CANARY":
            return Shift(share(routing["CanarySize"], instances), wait), Shift(1.0, wait)
        case "LINEAR":
            return _steps(share(routing["LinearStepSize"], instances), wait)
        case _:
            return (Shift(1.0, wait),)


def _steps(size: float, wait: float) -> tuple[Shift, ...]:
    steps = math.ceil(round(1 / size, 6))
    return tuple(Shift(min(1.0, size * (step + 1)), wait) for step in range(steps))
