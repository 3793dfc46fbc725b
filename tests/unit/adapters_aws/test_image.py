"""The algorithm's image in each region."""

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.adapters.sagemaker.image import (
    Use,
    algorithm_image,
    pytorch_image,
    pytorch_version,
    recipe_image,
)
from bot.adapters.sagemaker.rule_requests import evaluator_image
from bot.domain.recipes import RECIPES, RecipeName
from bot.errors import RefusedError
from sandbox.sagemaker.container_image import Kind, kind_of


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


@pytest.fixture(scope="module")
def told_by_the_sdk() -> dict[str, Any]:
    """In a process of its own: the SDK is large, and warns of its own escapes when it is compiled."""
    code = """
import functools, json, warnings
warnings.simplefilter("ignore")
import botocore.session
# Else its descriptions would be read for each region anew.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)
from sagemaker.core import image_uris
from bot.adapters.sagemaker import image
version, python = image.pytorch_version()
told = [(image.algorithm_image(r), image_uris.retrieve("image-classification", r)) for r in image.registries()]
for use, kind, regions in (
    ("training", "ml.g5.xlarge", ["us-east-1", "cn-north-1", "us-gov-west-1", "il-central-1", "ap-east-1"]),
    ("training", "ml.c5.xlarge", ["us-east-1"]),
    ("inference", "ml.m5.large", ["us-east-1", "eu-central-1"]),
):
    scope = {"version": version, "py_version": python, "instance_type": kind, "image_scope": use}
    for region in regions:
        theirs = image_uris.retrieve("pytorch", region, **scope)
        told.append((image.pytorch_image(region, image.Use(use), kind), theirs))
evaluators = {region: image_uris.retrieve("debugger", region) for region in ("us-east-1", "cn-north-1")}
print(json.dumps({"addresses": told, "evaluators": evaluators}))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return answer


def test_every_region_has_the_addresses_that_the_sdk_gives_it(told_by_the_sdk: dict[str, Any]) -> None:
    addresses = told_by_the_sdk["addresses"]

    assert len(addresses) > 35
    assert [ours for ours, theirs in addresses if ours != theirs] == []


@pytest.mark.parametrize("region", ["us-east-1", "cn-north-1"])
def test_a_rule_is_evaluated_by_the_image_that_the_sdk_names(told_by_the_sdk: dict[str, Any], region: str) -> None:
    assert evaluator_image(region) == told_by_the_sdk["evaluators"][region]


def test_both_pytorch_containers_have_one_version_and_a_python_that_the_scripts_know() -> None:
    version, python = pytorch_version()

    assert [int(part) for part in version.split(".")] >= [2, 6]
    assert python in ("py311", "py312", "py313")


def test_a_region_without_the_pytorch_containers_is_refused_by_name() -> None:
    with pytest.raises(RefusedError, match="PyTorch containers in the region `eu-nowhere-1`"):
        pytorch_image("eu-nowhere-1", Use.TRAINING)


@pytest.mark.parametrize(
    ("instance_type", "processor"), [("", "cpu"), ("ml.c5.xlarge", "cpu"), ("ml.g4dn.xlarge", "gpu"), ("p3", "gpu")]
)
def test_the_instance_decides_for_which_processor_the_image_is(instance_type: str, processor: str) -> None:
    assert f"-{processor}-" in pytorch_image("us-east-1", Use.TRAINING, instance_type)


def test_the_sandbox_knows_what_each_recipe_needs() -> None:
    script, algorithm = RECIPES[RecipeName.PYTORCH_RESNET], RECIPES[RecipeName.IMAGE_CLASSIFICATION]

    assert kind_of(recipe_image(script, Use.TRAINING, "us-east-1")) is Kind.PYTORCH_TRAINING
    assert kind_of(recipe_image(script, Use.INFERENCE, "eu-west-1", "ml.g5.xlarge")) is Kind.PYTORCH_INFERENCE
    assert kind_of(recipe_image(algorithm, Use.INFERENCE, "us-east-1")) is Kind.IMAGE_CLASSIFICATION


def test_the_sdk_is_not_imported_for_it() -> None:
    code = """
import sys
from bot.adapters.sagemaker.image import algorithm_image
algorithm_image("us-east-1")
print("sagemaker" in sys.modules)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "False"
