"""Makes stacks of the template in memory and prints what then exists; in a process of its own, as is moto's state.

Usage: python stack.py TEMPLATE PARAMETERS…, the latter as JSON, once for each stack.
"""

import ast
import json
import sys
import warnings
from pathlib import Path
from typing import Any

import boto3
from moto import mock_aws

REGION = "eu-central-1"


def main(template: str, parameters: dict[str, str]) -> dict[str, Any]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        outputs = _made(template, parameters)
    return {
        "outputs": outputs,
        "unknown_to_moto": sorted({str(one.message).split()[3] for one in caught if "moto's" in str(one.message)}),
        "bucket": _bucket(_setting(outputs, "ARTIFACT_BUCKET")),
        "role": _role(_setting(outputs, "SAGEMAKER_ROLE_ARN").rsplit("/", 1)[-1]),
        "queue": _queue(_setting(outputs, "SAGEMAKER_EVENTS_QUEUE_URL")),
        "policies": {arn.split("/")[-1].split("-")[1]: _policy(arn) for arn in _policies(outputs)},
        "users": [one["UserName"] for one in _client("iam").list_users()["Users"]],
    }


def _client(service: str) -> Any:
    return boto3.client(service, REGION, aws_access_key_id="x", aws_secret_access_key="x")


def _made(template: str, parameters: dict[str, str]) -> dict[str, str]:
    cloudformation = _client("cloudformation")
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    cloudformation.create_stack(
        StackName="darkroom", TemplateBody=template, Parameters=given, Capabilities=["CAPABILITY_IAM"]
    )
    stack = cloudformation.describe_stacks(StackName="darkroom")["Stacks"][0]
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]} | {"status": stack["StackStatus"]}


def _policies(outputs: dict[str, str]) -> list[str]:
    optional = (outputs.get(name, "") for name in ("PicturesPolicy", "KeyPolicy"))
    return [*outputs["Policies"].split(), *filter(None, optional)]


def _setting(outputs: dict[str, str], name: str) -> str:
    return dict(line.split("=", 1) for line in outputs["Environment"].splitlines())[name]


def _bucket(name: str) -> dict[str, Any]:
    """Of a bucket's settings, moto's CloudFormation makes this one only."""
    return {"encryption": _client("s3").get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]}


def _role(name: str) -> dict[str, Any]:
    iam = _client("iam")
    names = iam.list_role_policies(RoleName=name)["PolicyNames"]
    return {
        "trust": iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"],
        "policies": {one: _read(iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"]) for one in names},
    }


def _read(document: dict[str, Any] | str) -> dict[str, Any]:
    """Of a policy that a template puts into its role, moto keeps Python's own way of writing it."""
    read: dict[str, Any] = ast.literal_eval(document) if isinstance(document, str) else document
    return read


def _queue(url: str) -> dict[str, Any]:
    sqs, events = _client("sqs"), _client("events")
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    rules = events.list_rule_names_by_target(TargetArn=attributes["QueueArn"])["RuleNames"]
    pattern = json.loads(events.describe_rule(Name=rules[0])["EventPattern"])
    return {"attributes": attributes, "pattern": pattern}


def _policy(arn: str) -> dict[str, Any]:
    iam = _client("iam")
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document: dict[str, Any] = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return document


if __name__ == "__main__":
    made = []
    for parameters in sys.argv[2:]:
        with mock_aws():
            made.append(main(Path(sys.argv[1]).read_text(encoding="utf-8"), json.loads(parameters)))
    sys.stdout.write(json.dumps(made))
