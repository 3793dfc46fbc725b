"""One training job of pytorch-resnet, from its container's folders to the artifact."""

import importlib.util
import json
import logging
from collections.abc import Mapping, Sequence
from threading import Event

from training.container import Container
from training.errors import AlgorithmError
from training.outcome import carried_out
from training.resnet.settings import read_settings

log = logging.getLogger(__name__)


def main(arguments: Sequence[str], environ: Mapping[str, str], stop: Event) -> int:
    return carried_out(run, arguments, environ, stop)


def run(container: Container, stop: Event) -> None:
    given = container.given_hyperparameters()
    log.info("Running with provided configuration: %s", json.dumps(given, sort_keys=True))
    chosen = read_settings(given)
    log.info("Final configuration: %s", json.dumps(chosen.as_text(), sort_keys=True))
    _demand_torch()
    # Only here, as nothing of this works without torch, and a wrong setting need not wait for it.
    from training.resnet.course import train

    train(container, chosen, stop)


def _demand_torch() -> None:
    if importlib.util.find_spec("torch") is None:
        raise AlgorithmError("torch is not installed here: pip install torch==2.13.0")
