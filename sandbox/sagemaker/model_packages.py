"""SageMaker's operations on model package versions: what was registered, and who may deploy it.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html
"""

import hashlib
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.sagemaker.arns import Arns, signed_in
from sandbox.sagemaker.errors import AwsError, invalid
from sandbox.sagemaker.event_bridge import EventBridge, Kind
from sandbox.sagemaker.listing import Row, page
from sandbox.sagemaker.moto_services import MotoServices, ObjectMissingError, split_s3
from sandbox.sagemaker.package_groups import ModelPackageGroups, PackageGroup
from sandbox.sagemaker.package_rules import metadata_after, objection_to_creating, objection_to_updating
from sandbox.sagemaker.tags import Tags

PENDING = "PendingManualApproval"
APPROVED = "Approved"
_KEPT_OUT = {"ClientToken", "Tags"}
_CHANGEABLE = ("ModelApprovalStatus", "ApprovalDescription", "ModelLifeCycle", "ModelPackageRegistrationType")


@dataclass(frozen=True, slots=True)
class PackageVersion:
    """One version; `described` is as DescribeModelPackage tells it."""

    group: str
    version: int
    arn: str
    created: float
    described: dict[str, Any]

    @property
    def approval(self) -> str:
        status: str = self.described["ModelApprovalStatus"]
        return status

    @property
    def container(self) -> dict[str, Any]:
        container: dict[str, Any] = self.described["InferenceSpecification"]["Containers"][0]
        return container


class ModelPackages:
    """The versions that exist. Registering one reads its artifact's ETag, as AWS does; nothing watches it later."""

    def __init__(
        self, arns: Arns, tags: Tags, groups: ModelPackageGroups, services: MotoServices, events: EventBridge
    ) -> None:
        self._arns = arns
        self._tags = tags
        self._groups = groups
        self._services = services
        self._events = events
        self._versions: dict[str, PackageVersion] = {}
        self._requests: dict[str, tuple[dict[str, Any], str]] = {}
        self._lock = threading.Lock()
        groups.occupied = lambda name: any(one.group == name for one in list(self._versions.values()))

    def operations(self) -> dict[str, Any]:
        return {
            "CreateModelPackage": self.create,
            "DescribeModelPackage": self.describe,
            "UpdateModelPackage": self.update,
            "DeleteModelPackage": self.delete,
            "ListModelPackages": self.list,
        }

    def create(self, params: dict[str, Any]) -> dict[str, Any]:
        if objection := objection_to_creating(params):
            raise invalid(objection)
        group = self._groups.found(params["ModelPackageGroupName"])
        container = self._with_digests(params["InferenceSpecification"]["Containers"][0])
        group_tags = self._tags.list({"ResourceArn": group.arn})["Tags"]
        with self._lock:
            if arn := self._made_before(params):
                return {"ModelPackageArn": arn}
            version = self._new(group, params, container)
            self._tags.attach(version.arn, {"Tags": group_tags})
            self._versions[version.arn] = version
            if token := params.get("ClientToken"):
                self._requests[token] = (params, version.arn)
        self._tell(version)
        return {"ModelPackageArn": version.arn}

    def describe(self, params: dict[str, Any]) -> dict[str, Any]:
        return self.found(params["ModelPackageName"]).described

    def update(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            version = self.found(params["ModelPackageArn"])
            metadata = metadata_after(params, version.described.get("CustomerMetadataProperties", {}))
            if objection := objection_to_updating(params, metadata):
                raise invalid(objection)
            changes = {key: params[key] for key in _CHANGEABLE if key in params}
            changes |= {"LastModifiedTime": time.time(), "LastModifiedBy": signed_in()}
            described = version.described | changes | {"CustomerMetadataProperties": metadata}
            if not metadata:
                del described["CustomerMetadataProperties"]
            version = self._versions[version.arn] = replace(version, described=described)
        self._tell(version)
        return {"ModelPackageArn": version.arn}

    def delete(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            version = self.found(params["ModelPackageName"])
            del self._versions[version.arn]
        self._tags.drop(version.arn)
        return {}

    def list(self, params: dict[str, Any]) -> dict[str, Any]:
        rows = [_listed(version) for version in self._asked_for(params)]
        return page(rows, params, "ModelPackageSummaryList", descending=False)

    def found(self, name_or_arn: str) -> PackageVersion:
        """Raises AWS's refusal."""
        name = name_or_arn.rpartition("model-package/")[2]
        arn = self._arns.of("model-package", name)
        if arn not in self._versions:
            raise invalid(f"ModelPackage {arn} does not exist.")
        return self._versions[arn]

    def deployable(self, name_or_arn: str) -> PackageVersion:
        """The version, where it may be made into a model."""
        version = self.found(name_or_arn)
        # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackage.html: only Approved deploys.
        # The words of the refusal are not AWS's.
        if version.approval != APPROVED:
            raise invalid(
                f"ModelPackage {version.arn} cannot be deployed: its ModelApprovalStatus is {version.approval}, "
                "and must be Approved."
            )
        return version

    def _tell(self, version: PackageVersion) -> None:
        self._events.tell(Kind.MODEL_PACKAGE, version.arn, version.described, self._tags.of(version.arn))

    def _asked_for(self, params: dict[str, Any]) -> Iterable[PackageVersion]:
        # Unversioned packages are the default of ModelPackageType, unless a group is named; the sandbox has none.
        default = "Versioned" if "ModelPackageGroupName" in params else "Unversioned"
        if params.get("ModelPackageType", default) == "Unversioned":
            return []
        versions = list(self._versions.values())
        if "ModelPackageGroupName" in params:
            group = self._groups.found(params["ModelPackageGroupName"])
            versions = [one for one in versions if one.group == group.name]
        return [one for one in versions if params.get("ModelApprovalStatus", one.approval) == one.approval]

    def _made_before(self, params: dict[str, Any]) -> str | None:
        """The version that a request with the same ClientToken made: asking twice makes one."""
        if params.get("ClientToken", "") not in self._requests:
            return None
        before, arn = self._requests[params["ClientToken"]]
        if before != params:
            raise AwsError("ConflictException", "The ClientToken was used for a request with other parameters.")
        return arn

    def _with_digests(self, container: dict[str, Any]) -> dict[str, Any]:
        bucket, key = split_s3(container["ModelDataUrl"])
        try:
            etag = self._services.etag(bucket, key)
        except ObjectMissingError as error:
            message = (
                f"Cannot find S3 object: {key} in bucket {bucket}. "
                "Please check if your S3 object exists and has proper permissions for SageMaker."
            )
            raise invalid(message) from error
        if container.get("ModelDataETag", etag) != etag:
            raise invalid(f"ModelDataETag {container['ModelDataETag']} is not that of the S3 object, which is {etag}.")
        digest = f"sha256:{hashlib.sha256(container['Image'].encode()).hexdigest()}"
        return {"ImageDigest": digest} | container | {"ModelDataETag": etag}

    def _new(self, group: PackageGroup, params: dict[str, Any], container: dict[str, Any]) -> PackageVersion:
        number, now = next(group.versions), time.time()
        arn = self._arns.of("model-package", f"{group.name}/{number}")
        described = {key: value for key, value in params.items() if key not in _KEPT_OUT} | {
            "ModelPackageGroupName": group.name,
            "ModelPackageVersion": number,
            "ModelPackageArn": arn,
            "CreationTime": now,
            "CreatedBy": signed_in(),
            "InferenceSpecification": params["InferenceSpecification"] | {"Containers": [container]},
            "ModelPackageStatus": "Completed",
            "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
            "ModelApprovalStatus": params.get("ModelApprovalStatus", PENDING),
        }
        return PackageVersion(group.name, number, arn, now, described)


def _listed(version: PackageVersion) -> Row:
    shown = (
        "ModelPackageGroupName",
        "ModelPackageVersion",
        "ModelPackageArn",
        "ModelPackageDescription",
        "CreationTime",
        "ModelPackageStatus",
        "ModelApprovalStatus",
        "ModelLifeCycle",
        "ModelPackageRegistrationType",
    )
    summary = {key: version.described[key] for key in shown if key in version.described}
    # The name keeps versions apart and in their order where times are equal.
    name = f"{version.group}/{version.version:09d}"
    return Row(name, version.created, version.created, "Completed", summary)
