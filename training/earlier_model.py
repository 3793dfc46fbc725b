"""Reads the artifact of an earlier job from the input channel `model`, so that a job can start from its weights.

https://docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html (incremental training)
"""

import json
import logging
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from training.artifact import ENGINE, compared_settings
from training.backbone import FEATURES, HEAD_BIAS, HEAD_WEIGHT
from training.container import Container
from training.errors import CustomerError
from training.head import Weights
from training.hyperparameters import Hyperparameters
from training.onnx_format import read_constants

CHANNEL = "model"
CONTENT_TYPE = "application/x-sagemaker-model"
MEMBERS = ("model.json", "model.onnx")
LARGEST_MEMBER = 256 * 1024 * 1024

log = logging.getLogger(__name__)


def read_earlier_model(container: Container, chosen: Hyperparameters) -> Weights | None:
    """The earlier head on raw features, or None without such a channel. Raises CustomerError where it does not fit."""
    if not container.has_channel(CHANNEL):
        return None
    given = container.channel(CHANNEL)
    if given.content_type not in (None, CONTENT_TYPE):
        raise CustomerError(f"the content type of the input channel 'model' must be {CONTENT_TYPE}")
    archive = _only_archive(container.channel_folder(CHANNEL))
    members = _members(archive)
    _refuse_other_settings(_description(members, archive.name), chosen)
    weights = _head(members["model.onnx"], archive.name, chosen.num_classes)
    log.info("Starting from the weights of the earlier model in %s", archive.name)
    return weights


def _only_archive(folder: Path) -> Path:
    found = sorted(path for path in folder.rglob("*.tar.gz") if path.is_file())
    if len(found) != 1:
        raise CustomerError(f"the input channel 'model' must hold one model.tar.gz and holds {len(found)}")
    return found[0]


def _members(archive: Path) -> Mapping[str, bytes]:
    """The two files that matter, read without unpacking anything onto the disk."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            found = dict(_wanted(tar))
    except (tarfile.TarError, OSError, EOFError, zlib.error):
        raise CustomerError(f"{archive.name} in the input channel 'model' is not a tar.gz archive") from None
    missing = [name for name in MEMBERS if name not in found]
    if missing:
        raise _foreign(archive.name, f"it has no {missing[0]}")
    return found


def _wanted(tar: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in tar:
        name = member.name.removeprefix("./")
        if name in MEMBERS and member.isfile() and member.size <= LARGEST_MEMBER:
            content = tar.extractfile(member)
            if content is not None:
                yield name, content.read()


def _description(members: Mapping[str, bytes], name: str) -> Mapping[str, Any]:
    try:
        about = json.loads(members["model.json"])
    except (ValueError, RecursionError):
        raise _foreign(name, "its model.json is not JSON") from None
    if not isinstance(about, dict) or about.get("engine") != ENGINE:
        raise _foreign(name, "its model.json names another engine")
    return about


def _refuse_other_settings(about: Mapping[str, Any], chosen: Hyperparameters) -> None:
    for setting, value in compared_settings(chosen).items():
        if about.get(setting) != value:
            raise CustomerError(
                f"{setting}={value} does not match the model in the input channel 'model', which was trained with "
                f"{setting}={about.get(setting)}"
            )


def _head(model: bytes, name: str, classes: int) -> Weights:
    try:
        constants = read_constants(model, (HEAD_WEIGHT, HEAD_BIAS))
        weights = np.frombuffer(constants[HEAD_WEIGHT], "<f4").reshape(FEATURES, classes)
        bias = np.frombuffer(constants[HEAD_BIAS], "<f4").reshape(classes)
    except (ValueError, KeyError, IndexError):
        raise _foreign(name, "its model.onnx has no such head") from None
    found = Weights(weights, bias)
    if not found.finite:
        raise _foreign(name, "its weights are not numbers")
    return found


def _foreign(name: str, why: str) -> CustomerError:
    return CustomerError(
        f"{name} in the input channel 'model' is not an image classification model of this algorithm: {why}"
    )
