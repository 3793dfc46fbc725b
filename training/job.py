"""One training job from its container's folders to the artifact, in the built-in algorithm's words."""

import json
import logging
from collections.abc import Mapping, Sequence
from threading import Event

from training import backbone
from training.archive import CHANNEL as EARLIER_MODEL
from training.artifact import write_artifact
from training.cache import Cache
from training.container import Container
from training.earlier_model import read_earlier_model
from training.examples import examples
from training.features import Extractor
from training.fitting import Tempo, fit
from training.hyperparameters import IGNORED, Hyperparameters, read_hyperparameters
from training.inference import open_session
from training.input_data import open_input
from training.outcome import carried_out

log = logging.getLogger(__name__)


def main(arguments: Sequence[str], environ: Mapping[str, str], stop: Event) -> int:
    return carried_out(run, arguments, environ, stop)


def run(container: Container, stop: Event) -> None:
    given = container.given_hyperparameters()
    log.info("Running with provided configuration: %s", json.dumps(given, sort_keys=True))
    chosen = read_hyperparameters(given, incremental=container.has_channel(EARLIER_MODEL))
    log_parameters(chosen, given)
    earlier = read_earlier_model(container, chosen)
    data = open_input(container, chosen, stop)
    cache = Cache(container.cache_folder)
    body = backbone.graph_body(cache)
    train, validation, standard = examples(data, chosen, extractor(body, cache, stop))
    start = earlier and earlier.on_standardised_features(standard)
    fitted = fit(train, validation, chosen, Tempo(stop, container.shortest_epoch), start)
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
