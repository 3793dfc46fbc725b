"""The use of a job's machine in CloudWatch, and Profiler's rules that look at it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.sagemaker import LocalAws
from sandbox.sagemaker.instance_meter import SAMPLE_SECONDS, Sample
from sandbox.sagemaker.profiler_rules import Evaluation, RuleState, evaluated
from sandbox.sagemaker.server import BUCKET

from .steps import finished, job_request, put_pictures, refusal, until

EVALUATOR = "503895931360.dkr.ecr.us-east-1.amazonaws.com/sagemaker-debugger-rules:latest"
PROFILER = {"S3OutputPath": f"s3://{BUCKET}/profiles/", "ProfilingIntervalInMilliseconds": 500}


def rule(name: str, **parameters: str) -> dict[str, Any]:
    return {
        "RuleConfigurationName": name,
        "RuleEvaluatorImage": EVALUATOR,
        "RuleParameters": {"rule_to_invoke": name, **parameters},
    }


def ruled(name: str, *rules: dict[str, Any], **members: Any) -> dict[str, Any]:
    return job_request(name, ProfilerConfig=PROFILER, ProfilerRuleConfigurations=list(rules), **members)


def statuses(sagemaker: Any, name: str) -> dict[str, str]:
    told = sagemaker.describe_training_job(TrainingJobName=name)["ProfilerRuleEvaluationStatuses"]
    return {one["RuleConfigurationName"]: one["RuleEvaluationStatus"] for one in told}


def use(cloudwatch: Any, host: str, metric: str) -> list[float]:
    now = datetime.now(UTC)
    asked = {
        "Namespace": "/aws/sagemaker/TrainingJobs",
        "MetricName": metric,
        "Dimensions": [{"Name": "Host", "Value": host}],
    }
    query = {"Id": "q", "MetricStat": {"Metric": asked, "Period": 60, "Stat": "Average"}}
    start, end = now - timedelta(minutes=5), now + timedelta(minutes=1)
    answer = cloudwatch.get_metric_data(MetricDataQueries=[query], StartTime=start, EndTime=end)
    values: list[float] = answer["MetricDataResults"][0]["Values"]
    return values


def test_rules_look_at_what_a_job_did_and_write_it_down_after_its_end(
    aws: LocalAws, sagemaker: Any, s3: Any, make_client: Any
) -> None:
    put_pictures(s3)
    resources = {"InstanceType": "ml.g4dn.12xlarge", "InstanceCount": 2, "VolumeSizeInGB": 30}
    rules = (rule("LowGPUUtilization", patience="0"), rule("OverallSystemUsage"), rule("ProfilerReport"))
    sagemaker.create_training_job(**ruled("seen", *rules, ResourceConfig=resources))

    assert set(statuses(sagemaker, "seen").values()) == {"InProgress"}

    finished(sagemaker, "seen")
    until(lambda: "InProgress" not in statuses(sagemaker, "seen").values())
    cloudwatch = make_client(aws, "cloudwatch")

    assert statuses(sagemaker, "seen") == {
        "LowGPUUtilization": "IssuesFound",
        "OverallSystemUsage": "NoIssuesFound",
        "ProfilerReport": "IssuesFound",
    }
    assert all(0 <= value <= 400 for value in use(cloudwatch, "seen/algo-2", "GPUUtilization"))
    assert use(cloudwatch, "seen/algo-1", "CPUUtilization")
    key = "profiles/seen/rule-output/OverallSystemUsage/profiler-output/profiler-reports/OverallSystemUsage.json"
    assert b'"gpu"' in s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


def test_a_machine_without_a_graphics_card_has_no_figures_of_one(
    aws: LocalAws, sagemaker: Any, s3: Any, make_client: Any
) -> None:
    put_pictures(s3)
    resources = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}
    sagemaker.create_training_job(**job_request("plain", ResourceConfig=resources))
    finished(sagemaker, "plain")
    cloudwatch = make_client(aws, "cloudwatch")

    until(lambda: use(cloudwatch, "plain/algo-1", "CPUUtilization"))
    assert use(cloudwatch, "plain/algo-1", "GPUUtilization") == []


def test_an_account_to_which_debugger_is_closed_gets_no_job_with_rules(aws: LocalAws, sagemaker: Any, s3: Any) -> None:
    aws.faults.close_rules()

    code, message = refusal(lambda: sagemaker.create_training_job(**ruled("closed", rule("ProfilerReport"))))

    assert (code, "no longer available to new customers" in message) == ("AccessDeniedException", True)
    sagemaker.create_training_job(**job_request("without"))


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"ProfilerConfig": {"DisableProfiler": True}}, "need a ProfilerConfig"),
        ({"ProfilerConfig": PROFILER | {"ProfilingIntervalInMilliseconds": 300}}, "must be one of 100, 200"),
        ({"ProfilerRuleConfigurations": [rule("ProfilerReport")] * 2}, "must be unique"),
        ({"ProfilerRuleConfigurations": [rule("Overfit")]}, "invokes a rule that there is not"),
        ({"ProfilerRuleConfigurations": [rule("ProfilerReport") | {"RuleEvaluatorImage": "x"}]}, "no image"),
    ],
)
def test_rules_that_contradict_themselves_are_refused(sagemaker: Any, members: dict[str, Any], words: str) -> None:
    request = ruled("odd", rule("ProfilerReport")) | members

    assert words in refusal(lambda: sagemaker.create_training_job(**request))[1]


def sampled(cpu: float, gpu: float | None, count: int = 20) -> list[Sample]:
    return [Sample(cpu, 0.1, gpu)] * count


@pytest.mark.parametrize(
    ("name", "samples", "status"),
    [
        ("LowGPUUtilization", sampled(0.2, 0.2), Evaluation.ISSUES),
        ("LowGPUUtilization", sampled(0.9, 0.9), Evaluation.NO_ISSUES),
        ("LowGPUUtilization", sampled(0.5, 0.05) + sampled(0.9, 0.95), Evaluation.ISSUES),
        ("LowGPUUtilization", sampled(0.2, None), Evaluation.NO_ISSUES),
        ("CPUBottleneck", sampled(0.95, 0.05), Evaluation.ISSUES),
        ("CPUBottleneck", sampled(0.95, 0.5), Evaluation.NO_ISSUES),
        ("LowGPUUtilization", [], Evaluation.STOPPED),
    ],
    ids=["idle", "busy", "by fits and starts", "no card", "waits for the processors", "keeps up", "never ran"],
)
def test_a_rule_finds_what_it_is_for(name: str, samples: list[Sample], status: Evaluation) -> None:
    asked = RuleState(name, "arn", {"rule_to_invoke": name, "patience": "0"}, 1.0)

    (after,) = evaluated([asked], samples, 60.0, 2.0)

    assert (after.status, after.modified) == (status, 2.0)


def test_a_threshold_that_is_no_number_is_an_error_of_its_rule_alone() -> None:
    odd = RuleState("odd", "arn", {"rule_to_invoke": "LowGPUUtilization", "patience": "long"}, 1.0)
    report = RuleState("report", "arn", {"rule_to_invoke": "ProfilerReport"}, 1.0)

    after = evaluated([odd, report], sampled(0.1, 0.1), 60.0, 2.0)

    assert [one.status for one in after] == [Evaluation.ERROR, Evaluation.NO_ISSUES]


def test_a_rule_lets_the_first_samples_pass() -> None:
    asked = RuleState("LowGPUUtilization", "arn", {"rule_to_invoke": "LowGPUUtilization"}, 1.0)

    # 1,000 looks of AWS's are 500 s, which pass in 50 s at this speed.
    patience = int(50 / SAMPLE_SECONDS)

    assert evaluated([asked], sampled(0.1, 0.1, patience), 10.0, 2.0)[0].status == Evaluation.NO_ISSUES
    assert evaluated([asked], sampled(0.1, 0.1, patience + 1), 10.0, 2.0)[0].status == Evaluation.ISSUES
