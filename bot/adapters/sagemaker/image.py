"""The container image of the built-in Image Classification algorithm; the same one trains and serves."""

import functools
import importlib.metadata
import json
from collections.abc import Mapping
from pathlib import Path

from bot.errors import RefusedError

# The only version that there is; the SDK answers any other with this one, too.
_VERSION = "1"
_TABLE = "sagemaker/core/image_uri_config/image-classification.json"


@functools.cache
def algorithm_image(region: str) -> str:
    """The image's address in this region's registry, or a RefusedError where AWS offers none.

    SageMaker's SDK is the authority on the registries. Its table is read as data: importing the SDK for this one
    look-up would cost seconds and 130 MB for the rest of the process's life. A test compares the two.
    """
    account = registries().get(region)
    if account is None:
        raise RefusedError(
            f"AWS does not offer its Image Classification algorithm in the region `{region}`.",
            next_step="The operators can choose another region with `AWS_REGION`.",
        )
    return f"{account}.dkr.ecr.{region}.{_dns_suffix(region)}/image-classification:{_VERSION}"


def registries() -> Mapping[str, str]:
    """The account that holds the image, by region."""
    table = importlib.metadata.distribution("sagemaker-core").locate_file(_TABLE)
    accounts: dict[str, str] = json.loads(Path(str(table)).read_text())["versions"][_VERSION]["registries"]
    return accounts


def _dns_suffix(region: str) -> str:
    """China and the isolated regions have names of their own."""
    # Here, because botocore's session costs 17 MB that a process without AWS calls need not spend.
    from botocore.session import get_session

    session = get_session()
    partition = session.get_partition_for_region(region)
    known = session.get_data("partitions")["partitions"]
    return next(str(one["outputs"]["dnsSuffix"]) for one in known if one["id"] == partition)
