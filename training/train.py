"""Starts a training job, as the container's program (`train.py`, `train.py train`) or in SageMaker's script mode."""

import importlib.util
import os
import signal
import sys
from pathlib import Path
from threading import Event


def name_this_folder() -> None:
    """Makes this folder the package `training`, whatever it is called where SageMaker unpacks it (/opt/ml/code)."""
    folder = Path(__file__).resolve().parent
    spec = importlib.util.spec_from_file_location(
        "training", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder} is not complete")
    package = importlib.util.module_from_spec(spec)
    sys.modules["training"] = package
    spec.loader.exec_module(package)


def start() -> int:
    # Before the imports, which take longer than a stop request may wait for.
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    name_this_folder()
    from training.job import main

    return main(sys.argv[1:], os.environ, stop)


if __name__ == "__main__":
    raise SystemExit(start())
