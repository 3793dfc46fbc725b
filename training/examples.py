"""Turns a job's samples into what the head trains on: standardised features and labels, checked as soon as known."""

import logging
from collections.abc import Iterable, Sequence

import numpy as np

from training.errors import CustomerError
from training.features import Extractor
from training.fitting import Examples
from training.head import Standard
from training.hyperparameters import Hyperparameters
from training.labels import check_train, check_validation
from training.samples import InputData, Sample
from training.views import View, training_views

NAMED_AT_MOST = 5

log = logging.getLogger(__name__)


def examples(data: InputData, chosen: Hyperparameters, extract: Extractor) -> tuple[Examples, Examples, Standard]:
    """Standardised training and validation examples, and the standard, which the training pictures set."""
    _check_what_is_known(data, chosen)
    train, labels = _gathered(data.train, training_views(chosen.resize, chosen.augmentation_type), extract)
    _check_train(labels, chosen)
    validation, labels = _gathered(data.validation, (View(chosen.resize),), extract)
    check_validation(labels, chosen)
    standard = Standard.of(train.features)
    return (
        Examples(standard.apply(train.features), train.labels),
        Examples(standard.apply(validation.features), validation.labels),
        standard,
    )


def _check_what_is_known(data: InputData, chosen: Hyperparameters) -> None:
    """Before any picture is looked at; a pipe's labels are known only when all of it has come."""
    if isinstance(data.train, tuple):
        check_train([sample.label for sample in data.train], chosen)
    if isinstance(data.validation, tuple):
        check_validation([sample.label for sample in data.validation], chosen)


def _check_train(labels: Sequence[int], chosen: Hyperparameters) -> None:
    for warning in check_train(labels, chosen):
        log.warning("%s", warning)


def _gathered(samples: Iterable[Sample], views: Sequence[View], extract: Extractor) -> tuple[Examples, list[int]]:
    """The readable pictures, and the labels of all."""
    count = f"{len(samples)}" if isinstance(samples, tuple) else "the piped"
    log.info("Computing the features of %s pictures, %d view(s) each", count, len(views))
    described = list(extract.extract(samples, views))
    _report_unreadable([sample.name for sample in described if sample.rows is None], len(described))
    readable = [(sample.label, sample.rows) for sample in described if sample.rows is not None]
    features = np.stack([np.stack(view) for view in zip(*(rows for _, rows in readable), strict=True)])
    labels = np.array([label for label, _ in readable], dtype=np.int64)
    return Examples(features, labels), [sample.label for sample in described]


def _report_unreadable(names: Sequence[str], count: int) -> None:
    """The built-in algorithm goes on without pictures that it cannot read; here they are named."""
    if len(names) == count:
        raise CustomerError(f"none of the {count} pictures can be read, {names[0]} for one")
    for name in names[:NAMED_AT_MOST]:
        log.warning("Left out, because it cannot be read as a picture: %s", name)
    if len(names) > NAMED_AT_MOST:
        log.warning("Left out %d pictures in all", len(names))
