"""Which container images the local AWS can run, and the code that stands for them."""

import importlib
import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, cast

_REGISTRY = r"[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?"
_TRAINING_FOLDER = Path(__file__).parents[2] / "training"


class Kind(StrEnum):
    """What an image is, by its repository."""

    IMAGE_CLASSIFICATION = "image-classification"
    PYTORCH_TRAINING = "pytorch-training"
    PYTORCH_INFERENCE = "pytorch-inference"


# AWS names its PyTorch images <version>-<cpu or gpu>-<python>, and most of them with more behind it as well.
_PYTORCH_TAG = r"[0-9]+\.[0-9]+(\.[0-9]+)?-(cpu|gpu)-py3[0-9]*(-[A-Za-z0-9.-]+)?"
_IMAGES = {
    Kind.IMAGE_CLASSIFICATION: re.compile(r"[^/]+/image-classification:(1|latest)"),
    Kind.PYTORCH_TRAINING: re.compile(f"{_REGISTRY}/pytorch-training:{_PYTORCH_TAG}"),
    Kind.PYTORCH_INFERENCE: re.compile(f"{_REGISTRY}/pytorch-inference:{_PYTORCH_TAG}"),
}


class Serving(Protocol):
    """The four functions of SageMaker's inference contract."""

    def model_fn(self, model_dir: str) -> Any: ...
    def input_fn(self, body: bytes, content_type: str) -> Any: ...
    def predict_fn(self, data: Any, model: Any) -> Any: ...
    def output_fn(self, prediction: Any, accept: str) -> tuple[Any, str]: ...


@dataclass(frozen=True, slots=True)
class ContainerImage:
    """Code that plays a container: a script that trains, and a module that serves (imported when first needed)."""

    train_script: Path
    serving: Callable[[], Serving]


def engine() -> ContainerImage:
    """The project's own engine, which stands for the built-in image classification algorithm."""
    return ContainerImage(_TRAINING_FOLDER / "train.py", lambda: importlib.import_module("training.inference"))


def kind_of(image: str) -> Kind | None:
    """None for an image that the local AWS does not have."""
    return next((kind for kind, pattern in _IMAGES.items() if pattern.fullmatch(image)), None)


def is_image_classification(image: str) -> bool:
    return kind_of(image) is Kind.IMAGE_CLASSIFICATION


def artifacts_own(folder: Path, program: str) -> Serving:
    """The serving code that an artifact brings along, under a name that nothing else in this process has.

    Raises FileNotFoundError, or whatever the code raises as it is loaded.
    """
    path = folder / "code" / program
    spec = importlib.util.spec_from_file_location(f"artifact_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Serving", module)
