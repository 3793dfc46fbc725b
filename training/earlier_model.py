"""The head of an earlier job, from whose weights this one starts."""

import logging

import numpy as np

from training.archive import CHANNEL, Archive, read_archive, refuse_other_settings
from training.artifact import ENGINE, compared_settings
from training.backbone import FEATURES, HEAD_BIAS, HEAD_WEIGHT
from training.container import Container
from training.head import Weights
from training.hyperparameters import Hyperparameters
from training.onnx_format import read_constants

MODEL = "model.onnx"

log = logging.getLogger(__name__)


def read_earlier_model(container: Container, chosen: Hyperparameters) -> Weights | None:
    """The earlier head on raw features, or None without such a channel. Raises CustomerError where it does not fit."""
    if not container.has_channel(CHANNEL):
        return None
    archive = read_archive(container, MODEL, ENGINE)
    refuse_other_settings(archive, compared_settings(chosen))
    weights = _head(archive, chosen.num_classes)
    log.info("Starting from the weights of the earlier model in %s", archive.name)
    return weights


def _head(archive: Archive, classes: int) -> Weights:
    try:
        constants = read_constants(archive.members[MODEL], (HEAD_WEIGHT, HEAD_BIAS))
        weights = np.frombuffer(constants[HEAD_WEIGHT], "<f4").reshape(FEATURES, classes)
        bias = np.frombuffer(constants[HEAD_BIAS], "<f4").reshape(classes)
    except (ValueError, KeyError, IndexError):
        raise archive.foreign("its model.onnx has no such head") from None
    found = Weights(weights, bias)
    if not found.finite:
        raise archive.foreign("its weights are not numbers")
    return found
