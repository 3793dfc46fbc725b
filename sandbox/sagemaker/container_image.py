"""Which container images the local AWS can run, and the code that stands for them."""

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

_BUILT_IN = re.compile(r"^[^/]+/image-classification:(1|latest)$")
_TRAINING_FOLDER = Path(__file__).parents[2] / "training"


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


def is_image_classification(image: str) -> bool:
    return _BUILT_IN.fullmatch(image) is not None
