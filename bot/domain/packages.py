"""Versions in SageMaker's Model Registry: what they are called, and what the registry says of one."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackageGroup.html
_MOST = 63
_VERSION = re.compile(r"(?:arn:\S+:model-package/)?(?P<group>[a-zA-Z0-9-]+)/(?P<number>[1-9][0-9]{0,8})")


class PackageStatus(StrEnum):
    """Where a version stands in the registry; UNREGISTERED is ours alone: it has not been made yet."""

    UNREGISTERED = "unregistered"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class PackageSnapshot:
    """What the registry says of a version at one moment, and who changed it last, as AWS names them."""

    status: PackageStatus
    by: str = ""


def group_name(data_set: str) -> str:
    """The group of a data set's versions: its name where AWS takes that, and otherwise one like it of its own."""
    plain = re.sub(r"[^a-zA-Z0-9]+", "-", data_set).strip("-")
    if plain == data_set and len(plain) <= _MOST:
        return plain
    return f"{plain[: _MOST - 7].strip('-') or 'data'}-{hashlib.sha256(data_set.encode()).hexdigest()[:6]}"


def version_name(package_arn: str) -> str:
    """`emoji/4`, from `arn:aws:sagemaker:…:model-package/emoji/4`."""
    return package_arn.partition(":model-package/")[2] or package_arn


def version_in(said: str) -> str:
    """The version that a word means, by its name or its ARN; empty where it means none."""
    told = _VERSION.fullmatch(said.strip("`<>"))
    return f"{told['group']}/{int(told['number'])}" if told else ""
