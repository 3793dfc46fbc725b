"""Versions of the Model Registry: requests that AWS takes, whatever people wrote, and answers as the bot reads them."""

import json

import pytest
from botocore.stub import Stubber
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.registry import SageMakerRegistry, snapshot
from bot.adapters.sagemaker.registry_requests import (
    decision_request,
    group_request,
    metrics_document,
    package_request,
)
from bot.domain.metrics import Curve
from bot.domain.packages import PackageSnapshot, PackageStatus
from bot.domain.recipes import RecipeName
from bot.errors import DeniedError
from sandbox.sagemaker.validation import check
from tests.builders import a_curve, an_approval
from tests.unit.adapters_aws.builders import BUCKET, IMAGE, a_job

ARTIFACT, METRICS = f"s3://{BUCKET}/jobs/j/output/model.tar.gz", f"s3://{BUCKET}/jobs/j/metrics.json"
data_sets = st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}", fullmatch=True)


@settings(deadline=None)
@given(data_set=data_sets, reason=st.text(max_size=600), recipe=st.sampled_from(RecipeName), trained=st.booleans())
def test_every_request_makes_requests_that_aws_takes(
    data_set: str, reason: str, recipe: RecipeName, trained: bool
) -> None:
    curve = a_curve() if trained else Curve()
    job = a_job(data_set=data_set, artifact=ARTIFACT, recipe=recipe, curve=curve)
    package = package_request(an_approval(reason=reason), job, IMAGE, METRICS)
    properties = package["CustomerMetadataProperties"]

    assert check("CreateModelPackageGroup", group_request(data_set)) == []
    assert check("CreateModelPackage", package) == []
    assert all(0 < len(value) <= 256 for value in properties.values())
    assert "<" not in "".join(properties.values())


@settings(deadline=None)
@given(
    st.sampled_from([PackageStatus.APPROVED, PackageStatus.REJECTED]),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])),
)
def test_every_decision_is_one_that_aws_takes(status: PackageStatus, why: str) -> None:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:model-package/pets/4"

    assert check("UpdateModelPackage", decision_request(arn, status, why)) == []


def test_a_model_of_a_script_of_ours_says_where_its_code_is() -> None:
    job = a_job(artifact=ARTIFACT, recipe=RecipeName.PYTORCH_RESNET)
    (container,) = package_request(an_approval(), job, IMAGE, METRICS)["InferenceSpecification"]["Containers"]

    assert container["Environment"]["SAGEMAKER_PROGRAM"] == "inference.py"


def test_the_console_is_given_the_best_accuracy() -> None:
    told = json.loads(metrics_document(a_job(curve=a_curve((0.5, 0.75, 0.6)))))

    assert told["multiclass_classification_metrics"]["accuracy"]["value"] == 0.75


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        ({"ModelApprovalStatus": "Approved"}, PackageSnapshot(PackageStatus.APPROVED)),
        ({"ModelApprovalStatus": "Rejected"}, PackageSnapshot(PackageStatus.REJECTED)),
        ({"ModelApprovalStatus": "SomethingNew"}, PackageSnapshot(PackageStatus.PENDING)),
        (
            {"ModelApprovalStatus": "Approved", "LastModifiedBy": {"UserProfileName": "olga"}},
            PackageSnapshot(PackageStatus.APPROVED, "olga"),
        ),
        (
            {
                "ModelApprovalStatus": "Approved",
                "LastModifiedBy": {"IamIdentity": {"Arn": "arn:aws:sts::123456789012:assumed-role/Admin/olga"}},
            },
            PackageSnapshot(PackageStatus.APPROVED, "olga"),
        ),
    ],
)
def test_what_the_registry_says(told: dict[str, object], seen: PackageSnapshot) -> None:
    assert snapshot(told) == seen


def test_who_may_not_look_at_an_artifact_reads_which_permission_it_takes(clients: AwsClients) -> None:
    with Stubber(clients.s3) as stubber:
        stubber.add_client_error("head_object", "403", "Forbidden", 403)
        with pytest.raises(DeniedError) as refusal:
            SageMakerRegistry(clients, BUCKET, "us-east-1").digest("s3://others/models/model.tar.gz")

    assert "`s3:GetObject` on `arn:aws:s3:::others/models/model.tar.gz`" in refusal.value.why


@pytest.mark.parametrize(
    ("answer", "digest"),
    [
        ({"ETag": '"9b2f"'}, "ETag 9b2f"),
        ({"ETag": '"9b2f"', "VersionId": "null"}, "ETag 9b2f"),
        ({"ETag": '"9b2f"', "VersionId": "3f9c"}, "version 3f9c"),
    ],
)
def test_an_artifact_is_known_again_by_its_version_or_its_etag(
    clients: AwsClients, answer: dict[str, str], digest: str
) -> None:
    with Stubber(clients.s3) as stubber:
        stubber.add_response("head_object", answer)

        assert SageMakerRegistry(clients, BUCKET, "us-east-1").digest(ARTIFACT) == digest
