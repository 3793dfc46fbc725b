"""Gradient descent with momentum: torch.optim.SGD without torch's compiler, which takes seconds to be imported."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch


@dataclass(frozen=True, slots=True)
class Descent:
    """The weights that are trained, and how fast each of them moves."""

    weights: Sequence[Any]
    velocities: Sequence[Any]
    momentum: float
    decay: float

    @classmethod
    def of(cls, network: Any, momentum: float, decay: float) -> "Descent":
        weights = list(network.parameters())
        return cls(weights, [torch.zeros_like(one) for one in weights], momentum, decay)

    def forget_gradients(self) -> None:
        for weight in self.weights:
            weight.grad = None

    def step(self, rate: float) -> None:
        with torch.no_grad():
            for weight, velocity in zip(self.weights, self.velocities, strict=True):
                velocity.mul_(self.momentum).add_(weight.grad).add_(weight, alpha=self.decay)
                weight.sub_(velocity, alpha=rate)

    def resume(self, velocities: Sequence[Any]) -> None:
        for own, other in zip(self.velocities, velocities, strict=True):
            own.copy_(other)
