"""The algorithm's image in each region."""

import json
import subprocess
import sys

import pytest

from bot.adapters.sagemaker.image import algorithm_image
from bot.errors import RefusedError


@pytest.mark.parametrize(
    ("region", "image"),
    [
        ("us-east-1", "811284229777.dkr.ecr.us-east-1.amazonaws.com/image-classification:1"),
        ("cn-north-1", "390948362332.dkr.ecr.cn-north-1.amazonaws.com.cn/image-classification:1"),
    ],
)
def test_each_region_has_a_registry(region: str, image: str) -> None:
    assert algorithm_image(region) == image


def test_a_region_without_one_is_refused_by_name() -> None:
    with pytest.raises(RefusedError, match="`mx-central-1`"):
        algorithm_image("mx-central-1")


def test_every_region_has_the_address_that_the_sdk_gives_it() -> None:
    """In a process of its own: the SDK is large, and warns of its own escapes when it is compiled."""
    code = """
import json, warnings
warnings.simplefilter("ignore")
from sagemaker.core import image_uris
from bot.adapters.sagemaker.image import algorithm_image, registries
print(json.dumps({r: [algorithm_image(r), image_uris.retrieve("image-classification", r)] for r in registries()}))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    addresses = json.loads(told.stdout.splitlines()[-1])
    assert len(addresses) > 30
    assert all(ours == sdks for ours, sdks in addresses.values())


def test_the_sdk_is_not_imported_for_it() -> None:
    code = """
import sys
from bot.adapters.sagemaker.image import algorithm_image
algorithm_image("us-east-1")
print("sagemaker" in sys.modules)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "False"
