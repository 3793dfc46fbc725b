"""Profiler's rules on a training job: what is refused of them, how they stand, and what they find in its samples.

https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-built-in-profiler-rules.html
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sandbox.sagemaker.instance_meter import SAMPLE_SECONDS, Sample

INTERVALS = (100, 200, 500, 1000, 5000, 60000)
REPORT = "ProfilerReport"
# The closing is AWS's, its words are ours: https://docs.aws.amazon.com/sagemaker/latest/dg/debugger-availability-change.html
CLOSED = "Amazon SageMaker Debugger is no longer available to new customers. Remove ProfilerRuleConfigurations."
_EVALUATOR = "sagemaker-debugger-rules"
_AWS_SAMPLE_SECONDS = 0.5
_Parameters = Mapping[str, str]


class Evaluation(StrEnum):
    """RuleEvaluationStatus, as far as rules get here."""

    IN_PROGRESS = "InProgress"
    NO_ISSUES = "NoIssuesFound"
    ISSUES = "IssuesFound"
    ERROR = "Error"
    STOPPED = "Stopped"


@dataclass(frozen=True, slots=True)
class RuleState:
    """One rule of a job as it stands; `modified` in epoch seconds."""

    name: str
    arn: str
    parameters: _Parameters
    modified: float
    status: Evaluation = Evaluation.IN_PROGRESS
    details: str = ""


def rule_objections(params: Mapping[str, Any]) -> Iterator[str]:
    """What AWS refuses of rules although each member by itself is fine."""
    config = params.get("ProfilerConfig", {})
    rules = params.get("ProfilerRuleConfigurations", [])
    if config.get("ProfilingIntervalInMilliseconds", INTERVALS[0]) not in INTERVALS:
        yield f"ProfilingIntervalInMilliseconds must be one of {', '.join(map(str, INTERVALS))}."
    if rules and (config.get("DisableProfiler") or not config.get("S3OutputPath")):
        yield "ProfilerRuleConfigurations need a ProfilerConfig with S3OutputPath, and a profiler that is not disabled."
    names = [rule["RuleConfigurationName"] for rule in rules]
    if len(set(names)) != len(names):
        yield "RuleConfigurationName must be unique."
    for rule in rules:
        if _EVALUATOR not in rule["RuleEvaluatorImage"]:
            yield f"{rule['RuleEvaluatorImage']} is no image that evaluates rules."
        if rule.get("RuleParameters", {}).get("rule_to_invoke") not in _FINDS:
            yield f"The rule {rule['RuleConfigurationName']} invokes a rule that there is not."


def asked_for(request: Mapping[str, Any], job_arn: str, now: float) -> tuple[RuleState, ...]:
    """The rules of a new job, each of which AWS evaluates by a processing job of its own."""
    stem = job_arn.replace(":training-job/", ":processing-job/")[:200]
    return tuple(
        RuleState(rule["RuleConfigurationName"], f"{stem}-{number}", rule["RuleParameters"], now)
        for number, rule in enumerate(request.get("ProfilerRuleConfigurations", []))
    )


def rules_told(rules: Sequence[RuleState]) -> dict[str, Any]:
    """What Describe says of them."""
    if not rules:
        return {}
    statuses = [
        {
            "RuleConfigurationName": rule.name,
            "RuleEvaluationJobArn": rule.arn,
            "RuleEvaluationStatus": rule.status.value,
            "LastModifiedTime": rule.modified,
        }
        | ({"StatusDetails": rule.details} if rule.details else {})
        for rule in rules
    ]
    return {"ProfilerRuleEvaluationStatuses": statuses, "ProfilingStatus": "Enabled"}


def evaluated(rules: Sequence[RuleState], samples: Sequence[Sample], speed: float, now: float) -> tuple[RuleState, ...]:
    """The rules after a look at all samples; what never ran has nothing to be looked at."""
    if not samples:
        return tuple(replace(rule, status=Evaluation.STOPPED, modified=now) for rule in rules)
    found = {rule.name: _found(rule, samples, speed) for rule in rules}
    any_found = Evaluation.ISSUES in found.values()
    return tuple(
        _settled(rule, Evaluation.ISSUES if any_found and _invoked(rule) == REPORT else found[rule.name], now)
        for rule in rules
    )


def _found(rule: RuleState, samples: Sequence[Sample], speed: float) -> Evaluation:
    try:
        found = _FINDS[_invoked(rule)](_after_patience(rule, samples, speed), rule.parameters)
    except ValueError:
        # A threshold that is no number is seen only by the rule itself.
        return Evaluation.ERROR
    return Evaluation.ISSUES if found else Evaluation.NO_ISSUES


def report(rule: RuleState, samples: Sequence[Sample]) -> bytes:
    """What a rule writes to S3: how the machine was used, by percentiles."""
    used = {"cpu": [100 * one.cpu for one in samples], "memory": [100 * one.memory for one in samples]}
    cards = [100 * one.gpu for one in samples if one.gpu is not None]
    figures = {
        name: {f"p{share}": round(_percentile(values, share), 2) for share in (5, 50, 95, 99)}
        for name, values in (used | ({"gpu": cards} if cards else {})).items()
        if values
    }
    return json.dumps({"RuleTriggered": int(rule.status is Evaluation.ISSUES), "Details": figures}).encode()


def _settled(rule: RuleState, status: Evaluation, now: float) -> RuleState:
    if status is not Evaluation.ISSUES:
        return replace(rule, status=status, modified=now)
    details = (
        f"RuleEvaluationConditionMet: Evaluation of the rule {_invoked(rule)} at step 0 resulted in the condition "
        "being met\n"
    )
    return replace(rule, status=status, details=details, modified=now)


def _invoked(rule: RuleState) -> str:
    return rule.parameters["rule_to_invoke"]


def _after_patience(rule: RuleState, samples: Sequence[Sample], speed: float) -> Sequence[Sample]:
    """Without those that the rule lets pass first, in time that passes faster here."""
    skipped = int(rule.parameters.get("patience", "1000")) * _AWS_SAMPLE_SECONDS / speed / SAMPLE_SECONDS
    return samples[int(skipped) :]


def _low_gpu(samples: Sequence[Sample], parameters: _Parameters) -> bool:
    cards = [100 * one.gpu for one in samples if one.gpu is not None]
    if not cards:
        return False
    low, high = float(parameters.get("threshold_p5", "10")), float(parameters.get("threshold_p95", "70"))
    return _percentile(cards, 95) < high or _percentile(cards, 5) < low


def _cpu_bottleneck(samples: Sequence[Sample], parameters: _Parameters) -> bool:
    cpu, gpu = (
        float(parameters.get(name, usual)) for name, usual in (("cpu_threshold", "90"), ("gpu_threshold", "10"))
    )
    stuck = [one for one in samples if one.gpu is not None and 100 * one.cpu > cpu and 100 * one.gpu < gpu]
    return bool(samples) and 100 * len(stuck) / len(samples) > float(parameters.get("threshold", "50"))


def _nothing(samples: Sequence[Sample], parameters: _Parameters) -> bool:  # noqa: ARG001 - one of the rules
    """OverallSystemUsage cannot trigger on AWS either; of disks and of single cards nothing is measured here."""
    return False


def _percentile(values: Sequence[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


_FINDS: Mapping[str | None, Callable[[Sequence[Sample], _Parameters], bool]] = {
    "LowGPUUtilization": _low_gpu,
    "CPUBottleneck": _cpu_bottleneck,
    **dict.fromkeys(
        ("BatchSize", "GPUMemoryIncrease", "IOBottleneck", "LoadBalancing", "MaxInitializationTime"), _nothing
    ),
    **dict.fromkeys(("OverallSystemUsage", "StepOutlier", REPORT), _nothing),
}
