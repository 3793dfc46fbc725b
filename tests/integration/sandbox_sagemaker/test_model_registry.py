"""Model package groups and versions: how they are registered, decided on, found, deployed and removed."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.sagemaker.arns import ROLE_ARN
from sandbox.sagemaker.server import BUCKET

from .steps import IMAGE, refusal

ARN = "arn:aws:sagemaker:us-east-1:123456789012"
ARTIFACT = f"s3://{BUCKET}/jobs/one/model.tar.gz"
Register = Callable[..., str]


@pytest.fixture
def group(sagemaker: Any, s3: Any) -> str:
    """A group, and an artifact to register in it."""
    s3.put_object(Bucket=BUCKET, Key="jobs/one/model.tar.gz", Body=b"weights")
    tags = [{"Key": "dataset", "Value": "pets"}]
    return str(sagemaker.create_model_package_group(ModelPackageGroupName="pets", Tags=tags)["ModelPackageGroupArn"])


@pytest.fixture
def register(sagemaker: Any, group: str) -> Register:
    def one(**members: Any) -> str:
        container = {"Image": IMAGE, "ModelDataUrl": ARTIFACT} | members.pop("container", {})
        answer = sagemaker.create_model_package(
            **{
                "ModelPackageGroupName": "pets",
                "InferenceSpecification": {"Containers": [container], "SupportedContentTypes": ["image/png"]},
            }
            | members
        )
        return str(answer["ModelPackageArn"])

    return one


def deploy(sagemaker: Any, arn: str, **container: Any) -> Any:
    return sagemaker.create_model(
        ModelName="model", PrimaryContainer={"ModelPackageName": arn, **container}, ExecutionRoleArn=ROLE_ARN
    )


def test_a_version_awaits_its_decision_and_knows_its_artifact(sagemaker: Any, s3: Any, register: Register) -> None:
    told = sagemaker.describe_model_package(ModelPackageName=register())
    (container,) = told["InferenceSpecification"]["Containers"]

    assert (told["ModelPackageVersion"], told["ModelApprovalStatus"], container["ModelDataETag"]) == (
        1,
        "PendingManualApproval",
        s3.head_object(Bucket=BUCKET, Key="jobs/one/model.tar.gz")["ETag"].strip('"'),
    )


def test_versions_are_numbered_and_no_number_comes_again(sagemaker: Any, register: Register) -> None:
    sagemaker.delete_model_package(ModelPackageName=register())

    assert register() == f"{ARN}:model-package/pets/2"


def test_a_decision_is_written_down_with_its_reason(sagemaker: Any, register: Register) -> None:
    arn = register()
    sagemaker.update_model_package(
        ModelPackageArn=arn, ModelApprovalStatus="Rejected", ApprovalDescription="blurred", ClientToken="t" * 36
    )
    told = sagemaker.describe_model_package(ModelPackageName="pets/1")

    assert (told["ModelApprovalStatus"], told["ApprovalDescription"], "LastModifiedTime" in told) == (
        "Rejected",
        "blurred",
        True,
    )


def test_metadata_is_set_changed_and_removed(sagemaker: Any, register: Register) -> None:
    arn = register(CustomerMetadataProperties={"job": "one", "by": "ada"})
    sagemaker.update_model_package(
        ModelPackageArn=arn,
        CustomerMetadataProperties={"by": "lin"},
        CustomerMetadataPropertiesToRemove=["job"],
    )

    assert sagemaker.describe_model_package(ModelPackageName=arn)["CustomerMetadataProperties"] == {"by": "lin"}


def test_only_an_approved_version_becomes_a_model(sagemaker: Any, register: Register) -> None:
    arn = register()
    refused = refusal(lambda: deploy(sagemaker, arn))
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    deploy(sagemaker, arn)
    container = sagemaker.describe_model(ModelName="model")["PrimaryContainer"]

    assert (refused[0], container) == ("ValidationException", {"ModelPackageName": arn})


def test_a_package_and_an_image_exclude_each_other(sagemaker: Any, register: Register) -> None:
    arn = register(ModelApprovalStatus="Approved")

    assert refusal(lambda: deploy(sagemaker, arn, Image=IMAGE))[0] == "ValidationException"


def test_the_same_request_asked_twice_makes_one_version(sagemaker: Any, register: Register) -> None:
    once, again = register(ClientToken="a" * 36), register(ClientToken="a" * 36)
    other = refusal(lambda: register(ClientToken="a" * 36, ModelPackageDescription="other"))

    assert (once == again, other[0]) == (True, "ConflictException")


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"ModelPackageName": "pets"}, "Cannot determine which one to use."),
        ({"Tags": [{"Key": "a", "Value": "b"}]}, "it uses the tags of its model package group."),
        ({"container": {"ModelDataUrl": f"s3://{BUCKET}/none"}}, f"Cannot find S3 object: none in bucket {BUCKET}."),
        ({"container": {"ModelDataETag": "another"}}, "is not that of the S3 object"),
        ({"ModelPackageGroupName": "none"}, f"ModelPackageGroup {ARN}:model-package-group/none does not exist."),
        ({"ModelApprovalStatus": "Maybe"}, "Member must satisfy enum value set"),
    ],
)
def test_a_version_that_aws_would_refuse_is_refused(register: Register, members: dict[str, Any], words: str) -> None:
    code, message = refusal(lambda: register(**members))

    assert (code, words in message) == ("ValidationException", True)


def test_versions_are_listed_by_group_and_decision_and_in_order(sagemaker: Any, register: Register) -> None:
    first, second, _ = register(), register(ModelApprovalStatus="Approved"), register(ModelApprovalStatus="Approved")
    listed = sagemaker.list_model_packages(
        ModelPackageGroupName="pets", ModelApprovalStatus="Approved", SortOrder="Ascending", MaxResults=1
    )
    oldest = sagemaker.list_model_packages(ModelPackageGroupName="pets")["ModelPackageSummaryList"][0]
    unversioned = sagemaker.list_model_packages()["ModelPackageSummaryList"]

    assert (
        [one["ModelPackageArn"] for one in listed["ModelPackageSummaryList"]],
        "NextToken" in listed,
        oldest["ModelPackageArn"],
        unversioned,
    ) == ([second], True, first, [])


def test_a_version_carries_the_tags_of_its_group(sagemaker: Any, register: Register) -> None:
    assert sagemaker.list_tags(ResourceArn=register())["Tags"] == [{"Key": "dataset", "Value": "pets"}]


def test_a_group_is_removed_only_when_it_is_empty(sagemaker: Any, register: Register) -> None:
    arn = register()
    code, message = refusal(lambda: sagemaker.delete_model_package_group(ModelPackageGroupName="pets"))
    sagemaker.delete_model_package(ModelPackageName=arn)
    sagemaker.delete_model_package_group(ModelPackageGroupName="pets")

    left = sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]

    assert (code, "still contains Model Packages" in message, left) == ("ConflictException", True, [])


def test_a_second_group_of_the_same_name_is_refused(sagemaker: Any, group: str) -> None:
    assert refusal(lambda: sagemaker.create_model_package_group(ModelPackageGroupName="pets")) == (
        "ValidationException",
        f"Model Package Group already exists: {group}",
    )


def test_an_unknown_version_does_not_exist_in_the_words_of_aws(sagemaker: Any, group: str) -> None:
    assert refusal(lambda: sagemaker.describe_model_package(ModelPackageName="pets/7")) == (
        "ValidationException",
        f"ModelPackage {ARN}:model-package/pets/7 does not exist.",
    )
