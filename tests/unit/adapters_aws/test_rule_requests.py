"""Requests with AWS's rules, and what Describe says of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.sagemaker.dry_runs import SageMakerDryRuns
from bot.adapters.sagemaker.rule_requests import evaluator_image, rules_request
from bot.adapters.sagemaker.snapshots import training_snapshot
from bot.domain.rules import RULES, RuleResult, RuleStatus
from bot.errors import RefusedError
from sandbox.sagemaker.profiler_rules import rule_objections
from sandbox.sagemaker.validation import check, service_model
from tests.unit.adapters_aws.builders import BUCKET, PETS, ROLE, a_job

REGION = "us-east-1"


@given(st.lists(st.sampled_from(list(RULES)), unique=True).map(tuple))
def test_any_choice_of_rules_makes_a_request_that_aws_takes(rules: tuple[str, ...]) -> None:
    request = dict(SageMakerDryRuns(ROLE, BUCKET, REGION).of(a_job(rules=rules), PETS).request)

    assert check("CreateTrainingJob", request) == []
    assert [*rule_objections(request)] == []
    assert [one["RuleConfigurationName"] for one in request.get("ProfilerRuleConfigurations", [])] == [
        RULES[word].name for word in rules
    ]


def test_a_job_without_rules_says_nothing_of_them() -> None:
    assert rules_request(a_job(), "a region without any", BUCKET) == {}


def test_a_rule_is_evaluated_by_awss_image_and_writes_to_the_bots_bucket() -> None:
    request = rules_request(a_job(rules=("low-gpu",)), REGION, BUCKET)

    assert request["ProfilerConfig"]["S3OutputPath"] == f"s3://{BUCKET}/jobs/"
    assert request["ProfilerRuleConfigurations"] == [
        {
            "RuleConfigurationName": "LowGPUUtilization",
            "RuleEvaluatorImage": "503895931360.dkr.ecr.us-east-1.amazonaws.com/sagemaker-debugger-rules:latest",
            "RuleParameters": {"rule_to_invoke": "LowGPUUtilization"},
        }
    ]


def test_a_region_without_rules_is_refused_by_name() -> None:
    with pytest.raises(RefusedError, match="`il-central-1`"):
        evaluator_image("il-central-1")


def test_what_rules_of_both_kinds_say_is_told_in_awss_words() -> None:
    told = {
        "TrainingJobStatus": "Completed",
        "ProfilerRuleEvaluationStatuses": [
            {
                "RuleConfigurationName": "LowGPUUtilization",
                "RuleEvaluationStatus": "IssuesFound",
                "StatusDetails": "met",
            }
        ],
        "DebugRuleEvaluationStatuses": [{"RuleConfigurationName": "Overfit"}],
    }

    assert training_snapshot(told).rule_results == (
        RuleResult("LowGPUUtilization", "IssuesFound", "met"),
        RuleResult("Overfit", ""),
    )


def test_every_status_of_aws_is_known() -> None:
    assert set(RuleStatus) == set(service_model("sagemaker").shape_for("RuleEvaluationStatus").enum)
