"""Trains the head epoch by epoch: shuffling, learning rate, early stopping, and which epoch is the one to keep."""

import logging
import time
from dataclasses import dataclass, replace
from threading import Event

import numpy as np

from training.errors import AlgorithmError, JobStoppedError
from training.head import Array, Head, Labels, Tally, Weights, correct
from training.hyperparameters import Hyperparameters

SEED = 0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Examples:
    """Standardised features, (views, pictures, 1280), and the label of each picture."""

    features: Array
    labels: Labels


@dataclass(frozen=True, slots=True)
class Fitted:
    """The best epoch's head, on standardised features, and how well it did."""

    weights: Weights
    epoch: int
    epochs_run: int
    train_accuracy: float
    validation_accuracy: float


@dataclass(slots=True)
class EarlyStopping:
    """Counts epochs without enough improvement on the previous best (relative to it)."""

    chosen: Hyperparameters
    best: float = 0.0
    waited: int = 0

    def after(self, epoch: int, accuracy: float) -> bool:
        """Whether to stop after this epoch, counted from 0."""
        improvement = (accuracy - self.best) / self.best if self.best else accuracy
        if improvement > 0 and improvement >= self.chosen.early_stopping_tolerance:
            self.best, self.waited = accuracy, 0
        else:
            self.waited += 1
        late_enough = epoch + 1 >= self.chosen.early_stopping_min_epochs
        return self.chosen.early_stopping and late_enough and self.waited >= self.chosen.early_stopping_patience


@dataclass(frozen=True, slots=True)
class Tempo:
    """When to stop, and how many seconds an epoch takes at least: a head alone trains faster than anyone can watch."""

    stop: Event
    shortest_epoch: float = 0.0

    def hold(self, began: float) -> None:
        """Wait until the epoch that began then has taken its time, or somebody asks to stop."""
        self.stop.wait(max(0.0, began + self.shortest_epoch - time.monotonic()))


def fit(
    train: Examples, validation: Examples, chosen: Hyperparameters, tempo: Tempo, start: Weights | None = None
) -> Fitted:
    """Runs the epochs, from an earlier head if there is one.

    Raises JobStoppedError if stopped before the first, AlgorithmError if no epoch gave numbers.
    """
    zero = Weights.zero(train.features.shape[-1], chosen.num_classes)
    head, patience = Head(chosen, start or zero), EarlyStopping(chosen)
    shuffle = np.random.default_rng(SEED)
    best: Fitted | None = None
    for epoch in range(chosen.epochs):
        if tempo.stop.is_set():
            log.info("Asked to stop: keeping the best model so far")
            break
        began = time.monotonic()
        latest, tally = _epoch(head, epoch, train, validation, chosen, shuffle)
        tempo.hold(began)
        _log_epoch(epoch, tally, chosen.top_k, time.monotonic() - began, latest.validation_accuracy)
        best = _better(best, latest)
        if patience.after(epoch, latest.validation_accuracy):
            log.info("Early stopping: no improvement in the last %d epochs", patience.waited)
            break
    return _usable(best, tempo.stop)


def _epoch(
    head: Head, epoch: int, train: Examples, validation: Examples, chosen: Hyperparameters, shuffle: np.random.Generator
) -> tuple[Fitted, Tally]:
    features, labels = drawn(train, shuffle)
    with np.errstate(all="ignore"):  # a rate that is too high ends in nan, which _better looks for
        tally = head.train_epoch(features, labels, learning_rate(chosen, epoch))
        weights = head.now()
        accuracy = _accuracy(weights, validation)
    return Fitted(weights, epoch, epoch + 1, tally.accuracy, accuracy), tally


def _log_epoch(epoch: int, tally: Tally, top_k: int | None, seconds: float, accuracy: float) -> None:
    """The built-in algorithm's lines; whoever watches a job reads its progress from them."""
    log.info("Epoch[%d] Train-accuracy=%f", epoch, tally.accuracy)
    if top_k:
        log.info("Epoch[%d] Train-top_k_accuracy_%d=%f", epoch, top_k, tally.top_k_accuracy)
    log.info("Epoch[%d] Time cost=%.3f", epoch, seconds)
    log.info("Epoch[%d] Validation-accuracy=%f", epoch, accuracy)


def _better(best: Fitted | None, latest: Fitted) -> Fitted | None:
    if latest.weights.finite and (best is None or latest.validation_accuracy > best.validation_accuracy):
        log.info("Storing the best model with validation accuracy: %f", latest.validation_accuracy)
        return latest
    return best and replace(best, epochs_run=latest.epochs_run)


def _usable(best: Fitted | None, stop: Event) -> Fitted:
    if best is not None:
        return best
    if stop.is_set():
        raise JobStoppedError
    raise AlgorithmError("training diverged in the first epoch; a smaller learning_rate helps")


def drawn(examples: Examples, shuffle: np.random.Generator) -> tuple[Array, Labels]:
    """All pictures in a new order, each in one of its views."""
    views, pictures, _ = examples.features.shape
    order = shuffle.permutation(pictures)
    chosen = shuffle.integers(0, views, pictures)
    return examples.features[chosen, order], examples.labels[order]


def learning_rate(chosen: Hyperparameters, epoch: int) -> float:
    """Multiplied by lr_scheduler_factor at each epoch of lr_scheduler_step."""
    passed = sum(step <= epoch for step in chosen.lr_scheduler_step)
    return float(chosen.learning_rate * chosen.lr_scheduler_factor**passed)


def _accuracy(weights: Weights, examples: Examples) -> float:
    return correct(weights.scores(examples.features[0]), examples.labels, 1) / len(examples.labels)
