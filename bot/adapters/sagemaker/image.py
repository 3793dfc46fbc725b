"""The container images: of the built-in Image Classification algorithm, and of PyTorch for scripts of ours.

SageMaker's SDK is the authority on the registries. Its tables are read as data: importing the SDK for these look-ups
would cost seconds and 130 MB for the rest of the process's life. A test compares the two.
"""

import functools
import importlib.metadata
import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.domain.recipes import Recipe
from bot.errors import RefusedError

# The only version that there is; the SDK answers any other with this one, too.
_VERSION = "1"
_TABLES = "sagemaker/core/image_uri_config"
# What the scripts are written for.
_OLDEST_PYTHON = "py311"


class Use(StrEnum):
    """What a container is for, in the table's words."""

    TRAINING = "training"
    INFERENCE = "inference"


def recipe_image(recipe: Recipe, use: Use, region: str, instance_type: str = "") -> str:
    """With what the recipe trains, or what serves its models, on this type of instance (empty: a serverless one)."""
    return pytorch_image(region, use, instance_type) if recipe.program else algorithm_image(region)


@functools.cache
def algorithm_image(region: str) -> str:
    """The image's address in this region's registry, or a RefusedError where AWS offers none. It trains and serves."""
    account = registries().get(region)
    if account is None:
        raise _not_offered("its Image Classification algorithm", region)
    return f"{account}.dkr.ecr.{region}.{_dns_suffix(region)}/image-classification:{_VERSION}"


@functools.cache
def pytorch_image(region: str, use: Use, instance_type: str = "") -> str:
    """The address of AWS's PyTorch container, of the newest version that there is for training and for inference."""
    version, python = pytorch_version()
    account = _table("pytorch")[use]["versions"][version]["registries"].get(region)
    if account is None:
        raise _not_offered("its PyTorch containers", region)
    # As the SDK tells a GPU by: https://docs.aws.amazon.com/sagemaker/latest/dg/cmn-info-instance-types.html
    processor = "gpu" if instance_type.removeprefix("ml.")[:1] in ("g", "p") else "cpu"
    repository = f"{account}.dkr.ecr.{region}.{_dns_suffix(region)}/pytorch-{use}"
    return f"{repository}:{version}-{processor}-{python}"


@functools.cache
def pytorch_version() -> tuple[str, str]:
    """The version, and its Python, which both uses must have alike: what the one saves, the other reads."""
    pythons = [
        {version: one["py_versions"][-1] for version, one in _table("pytorch")[use]["versions"].items()} for use in Use
    ]
    alike = [
        (tuple(int(part) for part in version.split(".")), version, python)
        for version, python in pythons[0].items()
        if pythons[1].get(version) == python and len(python) == len(_OLDEST_PYTHON) and python >= _OLDEST_PYTHON
    ]
    _, version, python = max(alike)
    return version, python


def registries() -> Mapping[str, str]:
    """The account that holds the algorithm's image, by region."""
    accounts: dict[str, str] = _table("image-classification")["versions"][_VERSION]["registries"]
    return accounts


def registry_image(table: str, version: str, region: str, what: str) -> str:
    """The address of an image of which the table knows one repository; RefusedError where AWS does not offer it."""
    told = _table(table)["versions"][version]
    account = told["registries"].get(region)
    if account is None:
        raise _not_offered(what, region)
    return f"{account}.dkr.ecr.{region}.{_dns_suffix(region)}/{told['repository']}:{version}"


def _table(name: str) -> dict[str, Any]:
    path = importlib.metadata.distribution("sagemaker-core").locate_file(f"{_TABLES}/{name}.json")
    told: dict[str, Any] = json.loads(Path(str(path)).read_text())
    return told


def _not_offered(what: str, region: str) -> RefusedError:
    return RefusedError(
        f"AWS does not offer {what} in the region `{region}`.",
        next_step="The operators can choose another region with `AWS_REGION`.",
    )


@functools.cache
def _dns_suffix(region: str) -> str:
    """China and the isolated regions have names of their own."""
    # Here, because botocore's session costs 17 MB that a process without AWS calls need not spend.
    from botocore.session import get_session

    session = get_session()
    partition = session.get_partition_for_region(region)
    known = session.get_data("partitions")["partitions"]
    return next(str(one["outputs"]["dnsSuffix"]) for one in known if one["id"] == partition)
