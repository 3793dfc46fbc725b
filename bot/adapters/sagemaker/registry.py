"""The Model Registry on SageMaker: versions of models, who decided on them, and whether artifacts are still theirs."""

import logging
from collections.abc import Mapping
from typing import Any

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.errors import aws_errors
from bot.adapters.sagemaker.image import Use, recipe_image
from bot.adapters.sagemaker.registry_requests import (
    STATUSES,
    decision_request,
    group_request,
    metrics_document,
    metrics_key,
    package_request,
)
from bot.domain.approvals import Approval
from bot.domain.jobs import Job
from bot.domain.packages import PackageSnapshot, PackageStatus, version_name
from bot.domain.recipes import RECIPES
from bot.errors import DeniedError, TakenError

_READ = {word: status for status, word in STATUSES.items()}
log = logging.getLogger(__name__)


class SageMakerRegistry:
    """The port ModelRegistry on AWS. A data set's group is used whoever made it; the versions are ours."""

    def __init__(self, clients: AwsClients, bucket: str, region: str) -> None:
        self._clients = clients
        self._bucket = bucket
        self._region = region

    def register(self, approval: Approval, job: Job) -> str:
        self._ensure_group(job.data_set)
        instance_type = approval.hosting.instance_type
        image = recipe_image(RECIPES[job.recipe], Use.INFERENCE, self._region, instance_type)
        request = package_request(approval, job, image, self._write_metrics(job))
        with aws_errors("register", f"the model of *{job.name}* in the Model Registry"):
            return str(self._clients.sagemaker.create_model_package(**request)["ModelPackageArn"])

    def observe(self, package_arn: str) -> PackageSnapshot:
        with aws_errors("look at", _called(package_arn)):
            told = self._clients.sagemaker.describe_model_package(ModelPackageName=package_arn)
        return snapshot(told)

    def decide(self, package_arn: str, status: PackageStatus, why: str) -> None:
        with aws_errors("decide on", _called(package_arn)):
            self._clients.sagemaker.update_model_package(**decision_request(package_arn, status, why))

    def digest(self, artifact: str) -> str:
        """The object's version where the bucket keeps versions, and its ETag where it does not."""
        bucket, _, key = artifact.removeprefix("s3://").partition("/")
        try:
            with aws_errors("look at", f"the artifact `{artifact}`"):
                told = self._clients.s3.head_object(Bucket=bucket, Key=key)
        except DeniedError as error:
            # S3 says no more than 403 to a HEAD, and the permission for it is another word.
            # https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
            why = f"It lacks the permission `s3:GetObject` on `arn:aws:s3:::{bucket}/{key}`."
            raise DeniedError(error.what, why, error.next_step, error.code) from error
        # A bucket that kept versions once, and does no longer, calls the present one "null".
        version = str(told.get("VersionId") or "null")
        return f"ETag {str(told['ETag']).strip(chr(34))}" if version == "null" else f"version {version}"

    def _ensure_group(self, data_set: str) -> None:
        request = group_request(data_set)
        name = request["ModelPackageGroupName"]
        try:
            with aws_errors("make", f"the group *{name}* in the Model Registry"):
                self._clients.sagemaker.create_model_package_group(**request)
                log.info("package_group_created name=%s", name)
        except TakenError:
            log.debug("package_group_there name=%s", name)

    def _write_metrics(self, job: Job) -> str:
        """The address of the accuracies, from where the console shows them."""
        address = f"s3://{self._bucket}/{metrics_key(job)}"
        with aws_errors("write", f"the figures of *{job.name}* to `{address}`"):
            self._clients.s3.put_object(
                Bucket=self._bucket, Key=metrics_key(job), Body=metrics_document(job), ContentType="application/json"
            )
        return address


def snapshot(told: Mapping[str, Any]) -> PackageSnapshot:
    """A DescribeModelPackage answer as the bot sees it; a status that is not known yet decides nothing."""
    word = str(told.get("ModelApprovalStatus", ""))
    if word not in _READ:
        log.warning("package_status_unknown package=%s status=%s", told.get("ModelPackageArn"), word)
    return PackageSnapshot(_READ.get(word, PackageStatus.PENDING), _identity(told.get("LastModifiedBy") or {}))


def _identity(context: Mapping[str, Any]) -> str:
    """Who, as briefly as AWS says it: the profile's name in Studio, or the last part of the identity's ARN."""
    arn = str((context.get("IamIdentity") or {}).get("Arn", ""))
    return str(context.get("UserProfileName") or arn.rpartition("/")[2] or arn)


def _called(package_arn: str) -> str:
    return f"the version *{version_name(package_arn)}* of the Model Registry"
