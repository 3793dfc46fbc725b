"""The course of a job: epochs, each printed, the best kept, until they are done or somebody asks to stop."""

import logging
import math
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import torch
from torch import nn

from training.container import Container
from training.errors import AlgorithmError, CustomerError, JobStoppedError
from training.fitting import Tempo
from training.input_data import open_input
from training.resnet.artifact import write_artifact
from training.resnet.best import Best, Figures, better
from training.resnet.checkpoints import Checkpoints
from training.resnet.descent import Descent
from training.resnet.network import normalised, resnet
from training.resnet.settings import Settings
from training.resnet.squares import KEPT_BYTES, Batch, Decoder, Spool, Squares, training_side, worker_count
from training.resnet.weights import start
from training.samples import InputData, Sample

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Course:
    """What the epochs share."""

    network: Any
    descent: Descent
    device: str
    decoder: Decoder
    train: Squares
    validation: Squares
    chosen: Settings


def train(container: Container, chosen: Settings, stop: Event) -> None:
    torch.manual_seed(chosen.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    log.info("Training a %s on %s", chosen.model, device)
    network = resnet(chosen.model, chosen.num_classes)
    start(network, container, chosen)
    data = open_input(container, chosen, stop)
    with tempfile.TemporaryFile() as file, ThreadPoolExecutor(worker_count(), "decode") as threads:
        data = InputData(*(Spool(file).samples(given) for given in (data.train, data.validation)))
        course = _prepared(network.to(device), device, Decoder(threads, stop), data, chosen)
        tempo = Tempo(stop, container.shortest_epoch)
        try:
            best, epochs_run = run_epochs(course, Checkpoints.of(container, chosen), tempo, container.model_folder)
        except torch.cuda.OutOfMemoryError:
            raise AlgorithmError(
                f"CUDA out of memory: a batch-size smaller than {chosen.batch_size} or an image-size smaller than "
                f"{chosen.image_size} needs less"
            ) from None
    write_artifact(container.model_folder, best, epochs_run, chosen)
    log.info('Saved checkpoint to "%s"', container.model_folder / "model.pth")


def _prepared(network: Any, device: str, decoder: Decoder, data: InputData, chosen: Settings) -> Course:
    """Both channels, checked and decoded, and what the epochs share beside them."""
    train_samples, validation_samples = tuple(data.train), tuple(data.validation)
    check_labels(train_samples, validation_samples, chosen)
    descent = Descent.of(network, chosen.momentum, chosen.weight_decay)
    size = chosen.image_size
    train = decoder.squares(train_samples, training_side(size), KEPT_BYTES * 3 // 4)
    validation = decoder.squares(validation_samples, size, KEPT_BYTES // 4)
    return Course(network, descent, device, decoder, train, validation, chosen)


def check_labels(train: Sequence[Sample], validation: Sequence[Sample], chosen: Settings) -> None:
    """Refuses data that contradicts the settings."""
    found = {sample.label for sample in train}
    if found != set(range(chosen.num_classes)):
        said = f"{len(found)} labels from {min(found)} to {max(found)}"
        raise CustomerError(f"num-classes={chosen.num_classes} does not match the training data, which has {said}")
    beyond = max(sample.label for sample in validation)
    if beyond >= chosen.num_classes:
        raise CustomerError(
            f"num-classes={chosen.num_classes} does not match the validation data: it has label {beyond}"
        )
    if chosen.num_training_samples not in (None, len(train)):
        log.warning("num-training-samples=%d, but there are %d", chosen.num_training_samples, len(train))


def run_epochs(course: Course, checkpoints: Checkpoints, tempo: Tempo, folder: Path) -> tuple[Best, int]:
    """The best epoch, and how many were run. Raises JobStoppedError or AlgorithmError where none is worth keeping.

    The best so far is always in the model folder: the toolkit that starts the jobs of a tuning does not pass SIGTERM
    on, so that these are killed when they are stopped. https://github.com/aws/sagemaker-training-toolkit/issues/125
    """
    resumed = checkpoints.resume(course.network, course.descent)
    best, epochs_run, kept = resumed.best, resumed.epochs, None
    for epoch in range(resumed.epochs + 1, course.chosen.epochs + 1):
        began = time.monotonic()
        try:
            figures = _epoch(course, epoch)
        except JobStoppedError:
            log.info("Asked to stop: keeping the best model so far")
            break
        epochs_run, best = epoch, better(best, course.network, epoch, figures)
        if best is not None and best is not kept:
            write_artifact(folder, best, epochs_run, course.chosen)
            kept = best
        tempo.hold(began)
        _log_epoch(epoch, figures, time.monotonic() - began)
        checkpoints.write(course.network, course.descent, epoch, best)
        if not figures.finite:
            log.warning("The loss is not a number any more: keeping the best model so far")
            break
    return _usable(best, tempo.stop), epochs_run


def _usable(best: Best | None, stop: Event) -> Best:
    if best is not None:
        return best
    if stop.is_set():
        raise JobStoppedError
    raise AlgorithmError("training diverged in the first epoch; a smaller lr helps")


def _epoch(course: Course, epoch: int) -> Figures:
    chosen, decoder = course.chosen, course.decoder
    # Of the epoch's own, so that a job that goes on from a checkpoint draws what it would have drawn.
    draw = np.random.default_rng((chosen.seed, epoch))
    course.network.train()
    batches = decoder.training_batches(course.train, chosen.image_size, chosen.batch_size, draw)
    train_accuracy, loss = _trained(course, batches, learning_rate(chosen, epoch))
    course.network.eval()
    validation_accuracy = _tested(course, decoder.plain_batches(course.validation, chosen.batch_size))
    return Figures(train_accuracy, validation_accuracy, math.isfinite(loss))


def learning_rate(chosen: Settings, epoch: int) -> float:
    """`lr` in the first epoch, then falling along a cosine towards 0."""
    return chosen.lr * (1 + math.cos(math.pi * (epoch - 1) / chosen.epochs)) / 2


def _trained(course: Course, batches: Iterable[Batch], rate: float) -> tuple[float, float]:
    """One pass that changes the weights: the accuracy along it, and the sum of the losses."""
    right = seen = 0
    total = 0.0
    for pixels, labels in batches:
        wanted = torch.from_numpy(labels).to(course.device)
        scores = course.network(_images(course, pixels))
        loss = nn.functional.cross_entropy(scores, wanted)
        course.descent.forget_gradients()
        loss.backward()
        course.descent.step(rate)
        total += float(loss.detach())
        right += int((scores.argmax(1) == wanted).sum())
        seen += len(labels)
    return right / seen, total


def _tested(course: Course, batches: Iterable[Batch]) -> float:
    right = seen = 0
    with torch.inference_mode():
        for pixels, labels in batches:
            scores = course.network(_images(course, pixels))
            right += int((scores.argmax(1).cpu() == torch.from_numpy(labels)).sum())
            seen += len(labels)
    return right / seen


def _images(course: Course, pixels: Any) -> Any:
    return normalised(torch.from_numpy(pixels).to(course.device))


def _log_epoch(epoch: int, figures: Figures, seconds: float) -> None:
    """Whoever watches a job reads its progress from these lines; they count from 1."""
    log.info("Epoch: %d, Train set: Average accuracy: %.6f", epoch, figures.train_accuracy)
    log.info("Epoch: %d, Time: %.3f", epoch, seconds)
    log.info("Epoch: %d, Test set: Average accuracy: %.6f", epoch, figures.validation_accuracy)
