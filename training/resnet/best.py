"""How an epoch went, and which epoch is the one to keep."""

import logging
from dataclasses import dataclass
from typing import Any

import torch

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one epoch: accuracies between 0 and 1, and whether its loss was a number."""

    train_accuracy: float
    validation_accuracy: float
    finite: bool


@dataclass(frozen=True, slots=True)
class Best:
    """The epoch with the highest validation accuracy, the first of several, with its state dict; counted from 1."""

    epoch: int
    train_accuracy: float
    validation_accuracy: float
    weights: dict[str, Any]


def better(best: Best | None, network: Any, epoch: int, figures: Figures) -> Best | None:
    if not figures.finite or (best is not None and figures.validation_accuracy <= best.validation_accuracy):
        return best
    weights = {name: value.detach().cpu().clone() for name, value in network.state_dict().items()}
    if not all(torch.isfinite(value).all() for value in weights.values()):
        return best
    log.info("Storing the best model with validation accuracy: %f", figures.validation_accuracy)
    return Best(epoch, figures.train_accuracy, figures.validation_accuracy, weights)
