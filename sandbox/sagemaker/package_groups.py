"""SageMaker's operations on model package groups, the drawers of the Model Registry."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.sagemaker.arns import Arns, signed_in
from sandbox.sagemaker.errors import AwsError, invalid
from sandbox.sagemaker.listing import Row, page
from sandbox.sagemaker.tags import Tags


@dataclass(frozen=True, slots=True)
class PackageGroup:
    """A group; `versions` gives the next version's number, and a number is never given twice."""

    name: str
    arn: str
    created: float
    described: dict[str, Any]
    versions: Iterator[int] = field(default_factory=lambda: itertools.count(1))


class ModelPackageGroups:
    """The groups that exist; `occupied` tells whether a group still has versions."""

    def __init__(self, arns: Arns, tags: Tags) -> None:
        self._arns = arns
        self._tags = tags
        self._groups: dict[str, PackageGroup] = {}
        self._lock = threading.Lock()
        self.occupied: Callable[[str], bool] = lambda _: False

    def operations(self) -> dict[str, Any]:
        return {
            "CreateModelPackageGroup": self.create,
            "DescribeModelPackageGroup": self.describe,
            "DeleteModelPackageGroup": self.delete,
            "ListModelPackageGroups": self.list,
        }

    def create(self, params: dict[str, Any]) -> dict[str, Any]:
        if "ManagedConfiguration" in params:
            raise invalid("The sandbox does not offer managed model package groups.")
        name = params["ModelPackageGroupName"]
        group = self._new(name, params)
        with self._lock:
            if name in self._groups:
                raise invalid(f"Model Package Group already exists: {group.arn}")
            self._tags.attach(group.arn, params)
            self._groups[name] = group
        return {"ModelPackageGroupArn": group.arn}

    def describe(self, params: dict[str, Any]) -> dict[str, Any]:
        return self.found(params["ModelPackageGroupName"]).described

    def delete(self, params: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            group = self.found(params["ModelPackageGroupName"])
            if self.occupied(group.name):
                message = f"Model Package Group {group.arn} cannot be deleted because it still contains Model Packages"
                raise AwsError("ConflictException", message)
            del self._groups[group.name]
        self._tags.drop(group.arn)
        return {}

    def list(self, params: dict[str, Any]) -> dict[str, Any]:
        rows = [_listed(group) for group in list(self._groups.values())]
        return page(rows, params, "ModelPackageGroupSummaryList", descending=False)

    def found(self, name_or_arn: str) -> PackageGroup:
        """Raises AWS's refusal."""
        name = name_or_arn.rpartition("/")[2]
        if name not in self._groups:
            arn = self._arns.of("model-package-group", name)
            raise invalid(f"ModelPackageGroup {arn} does not exist.")
        return self._groups[name]

    def _new(self, name: str, params: dict[str, Any]) -> PackageGroup:
        arn, now = self._arns.of("model-package-group", name), time.time()
        described = {key: value for key, value in params.items() if key != "Tags"} | {
            "ModelPackageGroupArn": arn,
            "CreationTime": now,
            "CreatedBy": signed_in(),
            "ModelPackageGroupStatus": "Completed",
        }
        return PackageGroup(name, arn, now, described)


def _listed(group: PackageGroup) -> Row:
    shown = (
        "ModelPackageGroupName",
        "ModelPackageGroupArn",
        "ModelPackageGroupDescription",
        "CreationTime",
        "ModelPackageGroupStatus",
    )
    summary = {key: group.described[key] for key in shown if key in group.described}
    return Row(group.name, group.created, group.created, "Completed", summary)
