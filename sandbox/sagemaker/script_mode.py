"""How a training container is started: the image's own program, the request's entry point, or the toolkit's script.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-dockerfile.html
https://github.com/aws/sagemaker-training-toolkit (sagemaker_program, sagemaker_submit_directory)
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from sandbox.sagemaker.container_image import ContainerImage, Kind
from sandbox.sagemaker.errors import ContainerFailureError

_BASE = "/opt/ml"
_PYTHON = ("python", "python3")
# What the toolkit keeps to itself; all else becomes `--name value` of the script.
_KEPT = ("sagemaker_", "_tuning_")
_TOOLKIT = Path(__file__).with_name("script_toolkit.py")
PROGRAM, SUBMIT_DIRECTORY = "sagemaker_program", "sagemaker_submit_directory"


def command(request: dict[str, Any], kind: Kind, folder: Path, image: ContainerImage) -> tuple[str, ...]:
    """What to run; raises ContainerFailureError where there is nothing. The folder is the job's /opt/ml."""
    algorithm = request["AlgorithmSpecification"]
    if entrypoint := algorithm.get("ContainerEntrypoint"):
        return _placed([*entrypoint, *algorithm.get("ContainerArguments", [])], folder)
    if kind is Kind.IMAGE_CLASSIFICATION:
        return (sys.executable, str(image.train_script))
    return _toolkits_script(request.get("HyperParameters", {}), folder)


def isolation(request: dict[str, Any]) -> dict[str, str]:
    """Variables that leave an isolated container no way out; nobody answers at the discard port of loopback.

    https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
    """
    if not request.get("EnableNetworkIsolation", False):
        return {}
    nowhere = "http://127.0.0.1:9"
    return {"PIP_NO_INDEX": "1", "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere}


def _placed(words: list[str], folder: Path) -> tuple[str, ...]:
    program, *arguments = words
    if Path(program).name not in _PYTHON:
        raise ContainerFailureError(f"ClientError: the sandbox starts Python only, not the entry point {program!r}.")
    return sys.executable, *(_below(word, folder) for word in arguments)


def _below(word: str, folder: Path) -> str:
    return f"{folder}{word.removeprefix(_BASE)}" if f"{word}/".startswith(f"{_BASE}/") else word


def _toolkits_script(given: dict[str, str], folder: Path) -> tuple[str, ...]:
    told = {name: _decoded(value) for name, value in given.items()}
    program, directory = told.get(PROGRAM), told.get(SUBMIT_DIRECTORY, f"{_BASE}/code")
    if not program:
        raise ContainerFailureError(f"AlgorithmError: ExecuteUserScriptError: no {PROGRAM} to run, exit code: 1")
    source, code = Path(_below(directory, folder)), folder / "code"
    if not source.is_dir():
        raise ContainerFailureError(
            f"ClientError: the sandbox takes {SUBMIT_DIRECTORY} from an input channel only, not from {directory!r}."
        )
    if source != code:
        shutil.copytree(source, code, dirs_exist_ok=True)
    passed = {name: value for name, value in sorted(told.items()) if not name.startswith(_KEPT)}
    script = (str(code / program), *(word for pair in passed.items() for word in (f"--{pair[0]}", pair[1])))
    # -P keeps the folder of the toolkit's file, which is ours, from standing before Python's own modules.
    return sys.executable, "-P", str(_TOOLKIT), *script


def _decoded(text: str) -> str:
    """The SDK sends strings JSON-encoded, in quotes of their own."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str) else text
