"""Starts a recipe in AWS's PyTorch container: brings the packages that the container lacks, then runs its program.

A training job names it as its entry point, `python3 /opt/ml/input/data/code/start.py resnet`. A tuning job cannot name
one; there the container's own toolkit runs this file, with the recipe in DARKROOM_RECIPE. Hyperparameters come from
SageMaker's file both times.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AlgorithmSpecification.html (ContainerEntrypoint)
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterAlgorithmSpecification.html (has none)
"""

import importlib
import importlib.metadata
import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

HERE = Path(__file__).resolve().parent
# The module whose `main` is the recipe's program.
RECIPES = {"resnet": "training.resnet.job", "frozen-backbone": "training.job"}
OLDEST_PYTHON = (3, 11)
POLL_SECONDS = 0.2
# A container without a network would otherwise try for minutes.
PIP = ("-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--timeout=15", "--retries=2")
CUSTOMER_ERROR_EXIT = 2


class UnstartableError(Exception):
    """The recipe cannot run in this container; the text is the job's failure."""


def start() -> int:
    # Before the imports, which take longer than a stop request may wait for.
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        recipe = named_recipe()
        check_container()
        if not install_lacking(recipe, stop):
            print("Stopped before training began: there is no model to store")
            return 0
        return program(recipe)([], os.environ, stop)
    except UnstartableError as error:
        print(f"Customer Error: {error}", file=sys.stderr)
        write_failure(f"ClientError: {error}")
        return CUSTOMER_ERROR_EXIT


def named_recipe() -> str:
    """The first argument, unless it is the toolkit's, which begins with dashes."""
    told = [word for word in sys.argv[1:2] if not word.startswith("-")]
    recipe = told[0] if told else os.environ.get("DARKROOM_RECIPE", "")
    if recipe not in RECIPES:
        raise UnstartableError(f"there is no recipe {recipe!r}: the argument must be one of {', '.join(RECIPES)}")
    return recipe


def check_container() -> None:
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(str(part) for part in OLDEST_PYTHON)
        raise UnstartableError(f"the container has Python {sys.version.split()[0]}; the recipes need {wanted} or newer")
    hosts = read_config("resourceconfig.json").get("hosts", [])
    if len(hosts) > 1:
        raise UnstartableError(f"the job has {len(hosts)} instances; this recipe trains on one (instance count 1)")


def install_lacking(recipe: str, stop: Event) -> bool:
    """Installs what the recipe's requirements name and the container has not; false where a stop came meanwhile."""
    lacking = [line for line in requirements(recipe) if not is_installed(line.split("==")[0])]
    if not lacking:
        return True
    print(f"Installing {', '.join(lacking)}")
    with subprocess.Popen([sys.executable, *PIP, *lacking]) as pip:  # noqa: S603 - lines of our own file
        while pip.poll() is None:
            if stop.wait(POLL_SECONDS):
                pip.terminate()
                return False
    if pip.returncode:
        raise UnstartableError(
            f"the container lacks {', '.join(lacking)}, and pip could not install them: the recipe needs a way to a "
            "package index, which a job with network isolation or in a VPC without one does not have"
        )
    importlib.invalidate_caches()
    return True


def requirements(recipe: str) -> list[str]:
    lines = (HERE / f"requirements-{recipe}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def program(recipe: str) -> Callable[[list[str], Any, Event], int]:
    # torch's threads otherwise spin while they wait, and take the cores from those that decode pictures.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # This folder is not called `training` in a container, and so cannot be imported before it is named.
    runpy.run_path(str(HERE / "train.py"))["name_this_folder"]()
    main: Callable[[list[str], Any, Event], int] = importlib.import_module(RECIPES[recipe]).main
    return main


def job_folder() -> Path:
    return Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))


def read_config(name: str) -> dict[str, Any]:
    try:
        content = json.loads((job_folder() / "input" / "config" / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_failure(reason: str) -> None:
    failure = job_folder() / "output" / "failure"
    failure.parent.mkdir(parents=True, exist_ok=True)
    failure.write_text(reason, encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(start())
