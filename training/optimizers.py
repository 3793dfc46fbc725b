"""The four optimizers of the built-in algorithm, step for step as MXNet computes them.

Gradients are means over the mini-batch. Weight decay belongs to sgd and nag only, and spares the bias.
https://github.com/apache/mxnet/blob/v1.x/python/mxnet/optimizer/optimizer.py
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.hyperparameters import Hyperparameters, Optimizer

Array = NDArray[np.float32]


@dataclass(slots=True)
class Slot:
    """One parameter with what an optimizer remembers about it."""

    value: Array
    first: Array
    second: Array
    decays: bool
    steps: int = 0

    @classmethod
    def of(cls, value: Array, *, decays: bool) -> "Slot":
        return cls(value, np.zeros_like(value), np.zeros_like(value), decays)


Step = Callable[[Slot, Array, float, Hyperparameters], None]  # changes the slot in place, at a learning rate


def sgd(slot: Slot, gradient: Array, rate: float, chosen: Hyperparameters) -> None:
    slot.first *= chosen.momentum
    slot.first -= rate * _decayed(slot, gradient, chosen)
    slot.value += slot.first


def nag(slot: Slot, gradient: Array, rate: float, chosen: Hyperparameters) -> None:
    gradient = _decayed(slot, gradient, chosen)
    slot.first *= chosen.momentum
    slot.first += gradient
    slot.value -= rate * (gradient + chosen.momentum * slot.first)


def adam(slot: Slot, gradient: Array, rate: float, chosen: Hyperparameters) -> None:
    slot.steps += 1
    slot.first += (1 - chosen.beta_1) * (gradient - slot.first)
    slot.second += (1 - chosen.beta_2) * (gradient**2 - slot.second)
    # beta_1 = 1 or beta_2 = 1 remembers nothing, and leaves nothing to correct.
    corrected = _correction(chosen.beta_2, slot.steps, root=True) / _correction(chosen.beta_1, slot.steps)
    slot.value -= rate * corrected * slot.first / (np.sqrt(slot.second) + chosen.eps)


def rmsprop(slot: Slot, gradient: Array, rate: float, chosen: Hyperparameters) -> None:
    slot.first *= chosen.gamma
    slot.first += (1 - chosen.gamma) * gradient**2
    slot.value -= rate * gradient / np.sqrt(slot.first + chosen.eps)


def _decayed(slot: Slot, gradient: Array, chosen: Hyperparameters) -> Array:
    return gradient + chosen.weight_decay * slot.value if slot.decays else gradient


def _correction(beta: float, steps: int, *, root: bool = False) -> float:
    correction = 1 - beta**steps or 1.0
    return math.sqrt(correction) if root else correction


STEPS: dict[Optimizer, Step] = {
    Optimizer.SGD: sgd,
    Optimizer.NAG: nag,
    Optimizer.ADAM: adam,
    Optimizer.RMSPROP: rmsprop,
}
