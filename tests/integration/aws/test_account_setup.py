"""What the doctor finds of an account's setup, in the local AWS, and where that cannot play it, in given answers."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from bot.adapters.account_setup import AccountSetup
from bot.adapters.sagemaker.clients import AwsClients

ROLE = "arn:aws:iam::123456789012:role/darkroom"


@pytest.fixture
def bucket(clients: AwsClients, name: str) -> str:
    clients.s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def setup(clients: AwsClients, bucket: str) -> AccountSetup:
    return AccountSetup(clients, bucket, ROLE)


@pytest.fixture
def queue_url(clients: AwsClients, name: str) -> str:
    return str(clients.sqs.create_queue(QueueName=name)["QueueUrl"])


@pytest.fixture
def iam(clients: AwsClients) -> Iterator[Stubber]:
    """The local AWS evaluates no policies."""
    with Stubber(clients.iam) as stubber:
        yield stubber


def secured(clients: AwsClients, bucket: str) -> None:
    closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    clients.s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    clients.s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    clients.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def decided(action: str, name: str, decision: str = "allowed") -> dict[str, Any]:
    result = {"EvalActionName": action, "EvalResourceName": name, "EvalDecision": decision}
    return {"EvaluationResults": [result]}


def test_a_bucket_as_the_template_makes_it_is_no_problem(clients: AwsClients, setup: AccountSetup, bucket: str) -> None:
    secured(clients, bucket)

    assert setup.bucket_problem() is None


def test_everything_that_a_plain_bucket_lacks_is_told_at_once(setup: AccountSetup) -> None:
    problem = setup.bucket_problem()

    assert problem is not None
    assert "does not block public access" in problem.what
    assert "keeps no old versions" in problem.what
    assert problem.is_note


def test_half_a_public_access_block_is_not_enough(clients: AwsClients, setup: AccountSetup, bucket: str) -> None:
    secured(clients, bucket)
    half = {"BlockPublicAcls": True, "BlockPublicPolicy": False}
    clients.s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=half)
    problem = setup.bucket_problem()

    assert problem is not None
    assert "does not block public access" in problem.what


def test_a_role_that_may_do_what_jobs_do_is_no_problem(setup: AccountSetup, iam: Stubber) -> None:
    for action, name in (("s3:GetObject", "datasets"), ("s3:GetObject", "jobs"), ("s3:PutObject", "jobs")):
        iam.add_response("simulate_principal_policy", decided(action, name))

    assert setup.role_problem() is None


def test_what_the_role_may_not_do_is_named_with_its_folder(setup: AccountSetup, iam: Stubber) -> None:
    for decision in ("allowed", "allowed", "implicitDeny"):
        iam.add_response("simulate_principal_policy", decided("s3:PutObject", "x", decision))
    problem = setup.role_problem()

    assert problem is not None
    assert "s3:PutObject on jobs/" in problem.what


def test_a_bot_that_may_not_simulate_says_so(setup: AccountSetup, iam: Stubber) -> None:
    iam.add_client_error("simulate_principal_policy", "AccessDenied")
    problem = setup.role_problem()

    assert problem is not None
    assert problem.next_step == "Allow iam:SimulatePrincipalPolicy if you want this check."


def test_a_queue_with_a_rule_is_no_problem(clients: AwsClients, setup: AccountSetup, queue_url: str, name: str) -> None:
    told = clients.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    clients.events.put_rule(Name=name, EventPattern=json.dumps({"source": ["aws.sagemaker"]}))
    clients.events.put_targets(Rule=name, Targets=[{"Id": "one", "Arn": told["Attributes"]["QueueArn"]}])

    assert setup.rule_problem(queue_url) is None


def test_a_queue_that_no_rule_fills_is_told(setup: AccountSetup, queue_url: str) -> None:
    problem = setup.rule_problem(queue_url)

    assert problem is not None
    assert "stays empty" in problem.what
