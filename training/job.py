"""One training job from its container's folders to the artifact, in the built-in algorithm's words."""

import json
import logging
import sys
import time
from collections.abc import Mapping, Sequence
from threading import Event

import numpy as np

from training import backbone
from training.artifact import write_artifact
from training.cache import Cache
from training.container import Container
from training.errors import CustomerError, JobStoppedError
from training.features import Extractor
from training.fitting import Examples, Tempo, fit
from training.head import Standard
from training.hyperparameters import IGNORED, Hyperparameters, read_hyperparameters
from training.inference import open_session
from training.listing import Listing, Sample, check_listing, read_listing
from training.views import SIDE, View, training_views

NAMED_AT_MOST = 5

CUSTOMER_ERROR_EXIT, ALGORITHM_ERROR_EXIT = 2, 1

log = logging.getLogger(__name__)


def main(arguments: Sequence[str], environ: Mapping[str, str], stop: Event) -> int:
    """Runs the job and returns its exit code; the reason of a failure is in output/failure."""
    log_like_the_algorithm()
    container = Container.of(arguments, environ)
    try:
        run(container, stop)
    except JobStoppedError:
        log.info("Stopped before the first epoch ended: there is no model to store")
    except CustomerError as error:
        log.error("Customer Error: %s", error)  # noqa: TRY400 - the sentence is the message, a traceback would hide it
        container.fail(f"ClientError: {error}")
        return CUSTOMER_ERROR_EXIT
    except Exception as error:
        log.exception("Algorithm Error: %s", error)  # noqa: TRY401 - readers of the log look for one line
        container.fail(str(error) or type(error).__name__)
        return ALGORITHM_ERROR_EXIT
    return 0


def log_like_the_algorithm() -> None:
    handler = logging.StreamHandler(sys.stdout)
    layout = logging.Formatter("[%(asctime)s %(levelname)s %(thread)d] %(message)s", "%m/%d/%Y %H:%M:%S")
    layout.converter = time.gmtime
    handler.setFormatter(layout)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def run(container: Container, stop: Event) -> None:
    given = container.given_hyperparameters()
    log.info("Running with provided configuration: %s", json.dumps(given, sort_keys=True))
    chosen = read_hyperparameters(given)
    log_parameters(chosen, given)
    listing = read_listing(container)
    for warning in check_listing(listing, chosen):
        log.warning("%s", warning)
    cache = Cache(container.cache_folder)
    body = backbone.graph_body(cache)
    train, validation, standard = examples(listing, chosen, extractor(body, cache, stop))
    fitted = fit(train, validation, chosen, Tempo(stop, container.shortest_epoch))
    write_artifact(container.model_folder, body, fitted.weights.on_raw_features(standard), fitted, chosen)
    log.info('Saved checkpoint to "%s"', container.model_folder / "model.onnx")


def log_parameters(chosen: Hyperparameters, given: Mapping[str, str]) -> None:
    log.info("Final configuration: %s", json.dumps(chosen.as_text(), sort_keys=True))
    log.info(
        "Local engine: it trains a softmax head on the frozen features of a pretrained EfficientNet-Lite0; "
        "the built-in algorithm on AWS fine-tunes the whole network, so accuracies differ"
    )
    for name in (name for name in IGNORED if name in given):
        log.info("%s is ignored by the local engine", name)
    log.info("---- Parameters ----")
    for name, value in chosen.as_text().items():
        log.info("%s: %s", name, value)
    log.info("Will store the best model of all epochs")


def extractor(body: bytes, cache: Cache, stop: Event) -> Extractor:
    return Extractor(open_session(backbone.features_model(body), threads=1), cache, stop)


def examples(listing: Listing, chosen: Hyperparameters, extract: Extractor) -> tuple[Examples, Examples, Standard]:
    """Standardised training and validation examples, and the standard, which the training pictures set."""
    resize = chosen.resize or SIDE
    views = training_views(resize, chosen.augmentation_type)
    train = _examples(listing.train, views, extract)
    validation = _examples(listing.validation, (View(resize),), extract)
    standard = Standard.of(train.features)
    return (
        Examples(standard.apply(train.features), train.labels),
        Examples(standard.apply(validation.features), validation.labels),
        standard,
    )


def _examples(samples: Sequence[Sample], views: Sequence[View], extract: Extractor) -> Examples:
    log.info("Computing the features of %d pictures, %d view(s) each", len(samples), len(views))
    paths = [sample.path for sample in samples]
    found = [extract.extract(paths, view) for view in views]
    readable = np.logical_and.reduce([mask for _, mask in found])
    _report_unreadable([sample for sample, good in zip(samples, readable, strict=True) if not good])
    if not readable.any():
        raise CustomerError(f"none of the {len(samples)} pictures can be read, {samples[0].path.name} for one")
    labels = np.array([sample.label for sample in samples], dtype=np.int64)
    return Examples(np.stack([features[readable] for features, _ in found]), labels[readable])


def _report_unreadable(unreadable: Sequence[Sample]) -> None:
    """The built-in algorithm goes on without pictures that it cannot read; here they are named."""
    for sample in unreadable[:NAMED_AT_MOST]:
        log.warning(
            "Left out, because it cannot be read as a picture: %s/%s", sample.path.parent.name, sample.path.name
        )
    if len(unreadable) > NAMED_AT_MOST:
        log.warning("Left out %d pictures in all", len(unreadable))
