"""The layer that learns: a softmax regression on standardised features, trained by mini-batches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.hyperparameters import Hyperparameters
from training.optimizers import STEPS, Slot

Array = NDArray[np.float32]
Labels = NDArray[np.int64]

LEAST_DEVIATION = 1e-6
# Features scaled to a length of about 4 put the algorithm's default learning rate of 0.1 into the good range.
LENGTH = 4.0


@dataclass(frozen=True, slots=True)
class Standard:
    """How features are moved and scaled before the head sees them, both (1280,)."""

    mean: Array
    scale: Array

    @classmethod
    def of(cls, features: Array) -> "Standard":
        """From training features of shape (…, 1280)."""
        flat = features.reshape(-1, features.shape[-1])
        deviation = np.maximum(flat.std(axis=0), LEAST_DEVIATION)
        return cls(flat.mean(axis=0), (LENGTH / np.sqrt(flat.shape[1]) / deviation).astype(np.float32))

    def apply(self, features: Array) -> Array:
        return (features - self.mean) * self.scale


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of how many were right, first choice and within the top k."""

    seen: int
    right: int
    within: int

    @property
    def accuracy(self) -> float:
        return self.right / self.seen

    @property
    def top_k_accuracy(self) -> float:
        return self.within / self.seen


@dataclass(frozen=True, slots=True)
class Weights:
    """A head as it stood after some epoch: weights (1280, classes), bias (classes,)."""

    weights: Array
    bias: Array

    @classmethod
    def zero(cls, features: int, classes: int) -> "Weights":
        return cls(np.zeros((features, classes), np.float32), np.zeros(classes, np.float32))

    @property
    def finite(self) -> bool:
        return bool(np.isfinite(self.weights).all() and np.isfinite(self.bias).all())

    def scores(self, features: Array) -> Array:
        return features @ self.weights + self.bias

    def on_raw_features(self, standard: Standard) -> "Weights":
        """The same head for features that are not standardised, as serving has them."""
        weights = self.weights * standard.scale[:, None]
        return Weights(weights, self.bias - standard.mean @ weights)

    def on_standardised_features(self, standard: Standard) -> "Weights":
        """The way back: an earlier job's head for the features of this one."""
        weights = self.weights / standard.scale[:, None]
        return Weights(weights, self.bias + standard.mean @ self.weights)


class Head:
    """The parameters in training, with their optimizer's memory."""

    def __init__(self, chosen: Hyperparameters, start: Weights) -> None:
        self._chosen = chosen
        self._weights = Slot.of(start.weights.astype(np.float32), decays=True)
        self._bias = Slot.of(start.bias.astype(np.float32), decays=False)

    def now(self) -> Weights:
        return Weights(self._weights.value.copy(), self._bias.value.copy())

    def train_epoch(self, features: Array, labels: Labels, rate: float) -> Tally:
        """One pass in the given order; accuracy is counted on the way, before each step, as the built-in does."""
        size, right, within = self._chosen.mini_batch_size, 0, 0
        for start in range(0, len(labels), size):
            batch = slice(start, start + size)
            scores = self._step(features[batch], labels[batch], rate)
            right += correct(scores, labels[batch], 1)
            within += correct(scores, labels[batch], self._chosen.top_k or 1)
        return Tally(len(labels), right, within)

    def _step(self, features: Array, labels: Labels, rate: float) -> Array:
        scores = features @ self._weights.value + self._bias.value
        error = softmax(scores)
        error[np.arange(len(labels)), labels] -= 1
        error /= len(labels)
        step = STEPS[self._chosen.optimizer]
        step(self._weights, features.T @ error, rate, self._chosen)
        step(self._bias, error.sum(axis=0), rate, self._chosen)
        return scores


def softmax(scores: Array) -> Array:
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True), dtype=np.float32)


def correct(scores: Array, labels: Labels, k: int) -> int:
    """How often the true class is among the k highest scores."""
    own = scores[np.arange(len(labels)), labels]
    return int(((scores > own[:, None]).sum(axis=1) < k).sum())
