"""The algorithm's image in each region."""

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


def test_the_sdk_leaves_the_root_logger_alone() -> None:
    code = (
        "import logging; from bot.adapters.sagemaker.image import algorithm_image; algorithm_image('us-east-1')\n"
        "print(logging.getLogger().handlers, logging.getLogger().level)"
    )

    told = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[] 30"
