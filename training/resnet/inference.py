"""Serves a trained ResNet in AWS's PyTorch container: model_fn, input_fn, predict_fn, output_fn.

This file travels inside the artifact as code/inference.py, with code/network.py and code/pictures.py beside it, and
runs from there only.
"""

import importlib.util
import json
import os
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image


def _beside(name: str) -> ModuleType:
    """The module in the file next to this one, by its place, as one process may serve several artifacts."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if TYPE_CHECKING:
    from training import pictures
    from training.resnet import network
else:
    network, pictures = _beside("network"), _beside("pictures")


@dataclass(frozen=True, slots=True)
class Classifier:
    """A loaded artifact; one may be used by many threads at once."""

    network: Any
    side: int
    device: str


def model_fn(model_dir: str | os.PathLike[str], context: object = None) -> Classifier:  # noqa: ARG001 - the container's
    """Loads model.pth and model.json from the artifact's folder."""
    folder = Path(model_dir)
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    # TorchServe runs as many workers as there are cores.
    torch.set_num_threads(1)
    loaded = network.resnet(about["model"], about["num-classes"])
    loaded.load_state_dict(torch.load(folder / "model.pth", map_location=device, weights_only=True))
    return Classifier(loaded.to(device).eval(), about["image-size"], device)


def input_fn(body: bytes, content_type: str, context: object = None) -> Image.Image:  # noqa: ARG001 - the container's
    return pictures.requested(body, content_type)


def predict_fn(picture: Image.Image, model: Classifier, context: object = None) -> Any:  # noqa: ARG001
    # A picture of any size is scaled to the network's, whatever that does to its aspect ratio.
    pixels = torch.from_numpy(np.array(pictures.squashed(picture, model.side, model.side))[None])
    with torch.inference_mode():
        scores = model.network(network.normalised(pixels.to(model.device)))
        return torch.softmax(scores[0], dim=0).cpu()


def output_fn(prediction: Any, accept: str, context: object = None) -> tuple[bytes, str]:  # noqa: ARG001
    return pictures.answer(prediction.tolist(), accept)
