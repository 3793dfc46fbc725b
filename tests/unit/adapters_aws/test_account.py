"""What the doctor says about bucket, role and identity."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from botocore.stub import Stubber

from bot.adapters.account import AwsAccount, lets_sagemaker_in
from bot.adapters.sagemaker.clients import AwsClients

ROLE = "arn:aws:iam::123456789012:role/service/darkroom"


def trusting(service: Any, action: Any = "sts:AssumeRole", effect: str = "Allow") -> dict[str, Any]:
    return {"Statement": [{"Effect": effect, "Principal": {"Service": service}, "Action": action}]}


@pytest.fixture
def account(clients: AwsClients) -> AwsAccount:
    return AwsAccount(clients, "photos", ROLE, "us-east-1")


@pytest.fixture
def s3(clients: AwsClients) -> Iterator[Stubber]:
    with Stubber(clients.s3) as stubber:
        yield stubber


@pytest.fixture
def iam(clients: AwsClients) -> Iterator[Stubber]:
    with Stubber(clients.iam) as stubber:
        yield stubber


def has_role(iam: Stubber, trust: dict[str, Any], arn: str = ROLE) -> None:
    role = {
        "Arn": arn,
        "Path": "/",
        "RoleName": "darkroom",
        "RoleId": "AROA1234567890123456",
        "CreateDate": 0,
        "AssumeRolePolicyDocument": quote(json.dumps(trust)),
    }
    iam.add_response("get_role", {"Role": role}, {"RoleName": "darkroom"})


@pytest.mark.parametrize("place", [{}, {"LocationConstraint": ""}])
def test_a_bucket_in_the_bots_region_is_no_problem(account: AwsAccount, s3: Stubber, place: dict[str, str]) -> None:
    s3.add_response("head_bucket", {}, {"Bucket": "photos"})
    s3.add_response("get_bucket_location", place, {"Bucket": "photos"})

    assert account.bucket_problem() is None


def test_a_bucket_elsewhere_is_a_problem(account: AwsAccount, s3: Stubber) -> None:
    s3.add_response("head_bucket", {})
    s3.add_response("get_bucket_location", {"LocationConstraint": "EU"})

    problem = account.bucket_problem()

    assert problem is not None
    assert problem.what == "The bucket photos is in eu-west-1, and the bot works in us-east-1."


def test_a_bucket_that_is_not_there_is_a_problem(account: AwsAccount, s3: Stubber) -> None:
    s3.add_client_error("head_bucket", "404", "Not Found", 404)

    problem = account.bucket_problem()

    assert problem is not None
    assert problem.what == "The bucket photos does not exist."


def test_a_bucket_that_may_not_be_read_is_a_problem(account: AwsAccount, s3: Stubber) -> None:
    s3.add_client_error("head_bucket", "403", "Forbidden", 403)

    problem = account.bucket_problem()

    assert problem is not None
    assert "s3:ListBucket" in problem.next_step


def test_a_role_that_sagemaker_may_take_is_no_problem(account: AwsAccount, iam: Stubber) -> None:
    has_role(iam, trusting("sagemaker.amazonaws.com"))

    assert account.role_problem() is None


def test_a_role_that_sagemaker_may_not_take_is_a_problem(account: AwsAccount, iam: Stubber) -> None:
    has_role(iam, trusting("ec2.amazonaws.com"))

    problem = account.role_problem()

    assert problem is not None
    assert problem.what == f"SageMaker may not assume the role {ROLE}."


def test_a_role_of_another_account_is_a_problem(account: AwsAccount, iam: Stubber) -> None:
    has_role(iam, trusting("sagemaker.amazonaws.com"), "arn:aws:iam::999999999999:role/service/darkroom")

    problem = account.role_problem()

    assert problem is not None
    assert not problem.is_note


def test_a_role_that_is_not_there_is_a_problem(account: AwsAccount, iam: Stubber) -> None:
    iam.add_client_error("get_role", "NoSuchEntity", "not found", 404)

    problem = account.role_problem()

    assert problem is not None
    assert problem.what == f"The role {ROLE} does not exist."


def test_a_role_that_may_not_be_looked_at_is_only_a_note(account: AwsAccount, iam: Stubber) -> None:
    iam.add_client_error("get_role", "AccessDenied", "no", 403)

    problem = account.role_problem()

    assert problem is not None
    assert problem.is_note


def test_a_role_that_cannot_be_looked_at_for_the_moment_is_a_problem(account: AwsAccount, iam: Stubber) -> None:
    iam.add_client_error("get_role", "Throttling", "Rate exceeded")

    problem = account.role_problem()

    assert problem is not None
    assert "Rate exceeded" in problem.what


def test_bad_credentials_are_a_problem(account: AwsAccount, clients: AwsClients) -> None:
    with Stubber(clients.sts) as sts:
        sts.add_client_error("get_caller_identity", "InvalidClientTokenId", "The security token is invalid", 403)
        problem = account.identity_problem()

    assert problem is not None
    assert "credentials" in problem.what


@pytest.mark.parametrize(
    ("trust", "lets_in"),
    [
        (trusting("sagemaker.amazonaws.com"), True),
        (trusting(["ec2.amazonaws.com", "sagemaker.amazonaws.com"], ["sts:TagSession", "sts:AssumeRole"]), True),
        (trusting("sagemaker.amazonaws.com", "sts:*"), True),
        ({"Statement": trusting("sagemaker.amazonaws.com")["Statement"][0]}, True),
        ({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]}, True),
        (trusting("sagemaker.amazonaws.com", effect="Deny"), False),
        (trusting("sagemaker.amazonaws.com", "sts:TagSession"), False),
        ({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}, False),
        ({}, False),
    ],
)
def test_a_trust_policy_is_read_in_all_its_spellings(trust: dict[str, Any], lets_in: bool) -> None:
    assert lets_sagemaker_in(trust) is lets_in
