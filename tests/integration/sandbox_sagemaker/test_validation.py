"""The walker over botocore's service model, on good requests and on one fault each."""

from typing import Any

import pytest

from sandbox.sagemaker.validation import check, wording

from .steps import channel, job_request


def with_resources(**members: Any) -> dict[str, Any]:
    resources = {"InstanceType": "ml.g4dn.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}
    return job_request(ResourceConfig=resources | members)


def without(member: str) -> dict[str, Any]:
    return {name: value for name, value in job_request().items() if name != member}


def serverless(**members: Any) -> dict[str, Any]:
    config = {"MemorySizeInMB": 2048, "MaxConcurrency": 1} | members
    variant = {"VariantName": "AllTraffic", "ModelName": "m", "ServerlessConfig": config}
    return {"EndpointConfigName": "c", "ProductionVariants": [variant]}


GOOD = [
    ("CreateTrainingJob", job_request()),
    ("CreateTrainingJob", job_request("a--b")),
    ("CreateTrainingJob", job_request("a" * 63)),
    ("CreateTrainingJob", job_request(hyperparameters={"epochs": "5"})),
    ("CreateTrainingJob", job_request(Tags=[{"Key": "équipe", "Value": "Zoë / Ärzte"}])),
    ("CreateEndpointConfig", serverless(MaxConcurrency=200)),
    ("ListTrainingJobs", {"MaxResults": 100, "LastModifiedTimeAfter": 1767225600.5}),
    ("DescribeEndpoint", {"EndpointName": "e"}),
]

BAD = [
    ("CreateTrainingJob", job_request("a_b"), "trainingJobName", "Member must satisfy regular expression pattern"),
    ("CreateTrainingJob", job_request("a-"), "trainingJobName", "Member must satisfy regular expression pattern"),
    ("CreateTrainingJob", job_request("a\n"), "trainingJobName", "Member must satisfy regular expression pattern"),
    ("CreateTrainingJob", job_request("a" * 64), "trainingJobName", "Member must have length less than or equal to 63"),
    ("CreateTrainingJob", without("RoleArn"), "roleArn", "Member must not be null"),
    ("CreateTrainingJob", job_request(Epochs=3), "epochs", "Member is not known"),
    ("CreateTrainingJob", job_request(hyperparameters={"e": "x" * 2501}), "hyperParameters.e.member", "2500"),
    ("CreateTrainingJob", with_resources(InstanceType="ml.huge"), "resourceConfig.instanceType", "enum value set"),
    ("CreateTrainingJob", with_resources(InstanceCount="1"), "resourceConfig.instanceCount", "of type integer"),
    ("CreateTrainingJob", with_resources(InstanceCount=True), "resourceConfig.instanceCount", "of type integer"),
    (
        "CreateTrainingJob",
        with_resources(InstanceCount=-1),
        "resourceConfig.instanceCount",
        "greater than or equal to 0",
    ),
    ("CreateTrainingJob", job_request(InputDataConfig=[]), "inputDataConfig", "length greater than or equal to 1"),
    (
        "CreateTrainingJob",
        job_request(InputDataConfig=[channel("a b")]),
        "inputDataConfig.1.member.channelName",
        "patt",
    ),
    ("CreateTrainingJob", job_request(Tags=[{"Key": "a<b", "Value": ""}]), "tags.1.member.key", "pattern"),
    ("CreateEndpointConfig", serverless(MemorySizeInMB=512), "serverlessConfig.memorySizeInMB", "equal to 1024"),
    ("CreateEndpointConfig", serverless(MaxConcurrency=201), "serverlessConfig.maxConcurrency", "equal to 200"),
    ("ListTrainingJobs", {"SortBy": "LastModifiedTime"}, "sortBy", "[Name, CreationTime, Status]"),
]


@pytest.mark.parametrize(("operation", "params"), GOOD)
def test_a_good_request_raises_no_objection(operation: str, params: dict[str, Any]) -> None:
    assert check(operation, params) == []


@pytest.mark.parametrize(("operation", "params", "path", "rule"), BAD)
def test_a_bad_member_is_named_with_the_rule_it_breaks(
    operation: str, params: dict[str, Any], path: str, rule: str
) -> None:
    (complaint,) = [one for one in check(operation, params) if rule in one]

    assert f"{path}' failed to satisfy constraint: " in complaint


def test_the_objections_are_counted_as_aws_counts_them() -> None:
    assert wording(["a", "b"]) == "2 validation errors detected: a; b"
