"""Serves a classifier in ONNX as SageMaker's framework containers expect it: model_fn, input_fn, predict_fn, output_fn.

This file travels inside the artifact as code/inference.py, with code/pictures.py beside it, and needs nothing else of
this project.
"""

import importlib
import importlib.util
import json
import os
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

SERVING_THREADS = 2


def _beside(name: str) -> ModuleType:
    """The module in the file next to this one: in an artifact by its place, as one process may serve several."""
    if __package__:
        return importlib.import_module(f"{__package__}.{name}")
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if TYPE_CHECKING:
    from training import pictures
else:
    pictures = _beside("pictures")


@dataclass(frozen=True, slots=True)
class Classifier:
    """A loaded artifact; one may be used by many threads at once."""

    session: onnxruntime.InferenceSession
    height: int
    width: int


Probabilities = NDArray[np.float32]  # (classes,)


def model_fn(model_dir: str | os.PathLike[str], context: object = None) -> Classifier:  # noqa: ARG001 - the container's
    """Loads model.onnx and model.json from the artifact's folder."""
    folder = Path(model_dir)
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    _, height, width = (int(part) for part in about["image_shape"].split(","))
    return Classifier(open_session(str(folder / "model.onnx"), SERVING_THREADS), height, width)


def input_fn(body: bytes, content_type: str, context: object = None) -> Image.Image:  # noqa: ARG001 - the container's
    return pictures.requested(body, content_type)


def predict_fn(picture: Image.Image, model: Classifier, context: object = None) -> Probabilities:  # noqa: ARG001
    # As the built-in algorithm at inference, the aspect ratio is not kept.
    pixels = np.asarray(pictures.squashed(picture, model.width, model.height))
    (probabilities,) = model.session.run(None, {"images": pixels[None]})
    return cast("Probabilities", probabilities[0])


def output_fn(prediction: Probabilities, accept: str, context: object = None) -> tuple[bytes, str]:  # noqa: ARG001
    return pictures.answer(prediction.tolist(), accept)


def open_session(model: str | bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that spin between two pictures would take the processor from everything else on the machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
