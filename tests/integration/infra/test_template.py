"""The template passes CloudFormation's linter, makes what it says, and allows what the code calls and no more."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.account import lets_sagemaker_in
from tests.integration.infra.operations import needed_actions

ROOT = Path(__file__).parents[3]
TEMPLATE = ROOT / "infra" / "darkroom.yaml"
EVERYTHING = {
    "CreateBotUser": "yes",
    "PicturesBucket": "team-pictures",
    "KeyArn": "arn:aws:kms:eu-central-1:123456789012:key/a-key",
    "JobsInVpc": "yes",
    "BudgetEmail": "team@example.com",
}
# No calls of the bot's own, but what AWS asks for beside one: handing over the role, tags, the key of what is read.
BESIDE_CALLS = {"iam:PassRole", "sagemaker:AddTags", "cloudwatch:TagResource", "kms:Decrypt"}


@pytest.fixture(scope="module")
def made() -> list[dict[str, Any]]:
    """What there is after a stack without parameters, and after one with all of them."""
    given = [json.dumps(parameters) for parameters in ({}, EVERYTHING)]
    command = [sys.executable, "-m", "tests.integration.infra.stack", str(TEMPLATE), *given]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    answer: list[dict[str, Any]] = json.loads(run.stdout)
    return answer


@pytest.fixture(scope="module")
def plain(made: list[dict[str, Any]]) -> dict[str, Any]:
    return made[0]


@pytest.fixture(scope="module")
def full(made: list[dict[str, Any]]) -> dict[str, Any]:
    return made[1]


def statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = policy["Statement"]
    return found


def actions(stack: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for policy in stack["policies"].values():
        for statement in statements(policy):
            named = statement["Action"]
            found |= {named} if isinstance(named, str) else set(named)
    return found


def test_cloudformations_linter_has_nothing_to_say() -> None:
    command = [str(Path(sys.executable).with_name("cfn-lint")), str(TEMPLATE)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (run.returncode, run.stdout) == (0, "")


def test_a_stack_without_parameters_is_complete(plain: dict[str, Any]) -> None:
    assert plain["outputs"]["status"] == "CREATE_COMPLETE"
    assert plain["users"] == []


def test_moto_lacks_only_what_is_known(full: dict[str, Any]) -> None:
    """These were not made here, so nothing below says anything of them; the linter has looked at them."""
    assert set(full["unknown_to_moto"]) <= {"AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::Budgets::Budget"}


def test_the_bucket_is_encrypted(plain: dict[str, Any]) -> None:
    assert "AES256" in json.dumps(plain["bucket"]["encryption"])


def test_the_bucket_is_closed_keeps_versions_and_outlives_the_stack() -> None:
    # A second of imports, which every worker would pay that only looks which tests there are.
    from cfnlint.decode import decode

    bucket = decode(str(TEMPLATE))[0]["Resources"]["Bucket"]
    closed = bucket["Properties"]["PublicAccessBlockConfiguration"]

    assert len(closed) == 4
    assert set(closed.values()) == {True}
    assert bucket["Properties"]["VersioningConfiguration"]["Status"] == "Enabled"
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_sagemaker_may_take_the_execution_role(plain: dict[str, Any]) -> None:
    assert lets_sagemaker_in(plain["role"]["trust"])


def test_what_is_optional_is_made_on_request(plain: dict[str, Any], full: dict[str, Any]) -> None:
    assert list(plain["role"]["policies"]) == ["train-and-serve"]
    assert set(full["role"]["policies"]) == {"train-and-serve", "read-pictures", "use-the-key", "join-the-vpc"}
    assert len(full["users"]) == 1


def test_the_queue_hears_of_everything_that_the_bot_follows(plain: dict[str, Any]) -> None:
    pattern = plain["queue"]["pattern"]

    assert pattern["source"] == ["aws.sagemaker"]
    assert {"SageMaker Training Job State Change", "SageMaker Endpoint State Change"} < set(pattern["detail-type"])


def test_an_event_that_cannot_be_read_ends_in_a_queue_of_its_own(plain: dict[str, Any]) -> None:
    assert json.loads(plain["queue"]["attributes"]["RedrivePolicy"])["maxReceiveCount"] == 5


def test_every_call_of_the_adapters_is_allowed(full: dict[str, Any]) -> None:
    assert (needed_actions() | BESIDE_CALLS) - actions(full) == set()


def test_nothing_is_allowed_that_no_adapter_calls(full: dict[str, Any]) -> None:
    assert actions(full) - needed_actions() - BESIDE_CALLS == set()


def test_the_role_is_handed_to_sagemaker_only(full: dict[str, Any]) -> None:
    handing = [
        one for policy in full["policies"].values() for one in statements(policy) if one["Action"] == "iam:PassRole"
    ]

    assert handing
    assert all(one["Condition"]["StringEquals"]["iam:PassedToService"] == "sagemaker.amazonaws.com" for one in handing)


@pytest.mark.parametrize("verb", ["Stop", "Delete", "Update", "Invoke"])
def test_what_is_not_the_bots_is_never_changed(full: dict[str, Any], verb: str) -> None:
    """A version in the registry has no tags of its own, so its group's name is all that limits who decides on it."""
    for policy in full["policies"].values():
        for statement in statements(policy):
            changes = [one for one in statement["Action"] if one.startswith(f"sagemaker:{verb}")]
            if changes and changes != ["sagemaker:UpdateModelPackage"]:
                assert statement["Condition"] == {"Null": {"aws:ResourceTag/darkroom:id": "false"}}


def test_every_permission_is_explained(full: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    named = [one["Sid"] for policy in full["policies"].values() for one in statements(policy)]
    named += [one["Sid"] for policy in full["role"]["policies"].values() for one in statements(policy)]

    assert [name for name in named if f"`{name}`" not in page] == []


def test_the_lines_for_the_environment_are_settings(plain: dict[str, Any]) -> None:
    known = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = [line.split("=")[0] for line in plain["outputs"]["Environment"].splitlines()]

    assert [name for name in names if name not in known] == []
