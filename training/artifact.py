"""Writes what a job leaves behind: one ONNX file from pixels to probabilities, its description, its serving code."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from training.backbone import classifier_model
from training.fitting import Fitted
from training.head import Weights
from training.hyperparameters import Hyperparameters

ENGINE = "EfficientNet-Lite0 features, frozen, with a softmax head; the built-in algorithm fine-tunes the whole network"
HERE = Path(__file__).resolve().parent
SERVING_CODE = ("inference.py", "pictures.py")
SERVING_REQUIREMENTS = ("numpy", "onnxruntime", "pillow")


def write_artifact(folder: Path, body: bytes, serving: Weights, fitted: Fitted, chosen: Hyperparameters) -> None:
    """Fills the model folder; `serving` is the head on raw features. The graph comes last: where it is, all is."""
    code = folder / "code"
    code.mkdir(parents=True, exist_ok=True)
    for name in SERVING_CODE:
        shutil.copyfile(HERE / name, code / name)
    (code / "requirements.txt").write_text("".join(f"{name}\n" for name in SERVING_REQUIREMENTS), encoding="utf-8")
    text = json.dumps(description(fitted, chosen), indent=2)
    (folder / "model.json").write_text(f"{text}\n", encoding="utf-8")
    unfinished = folder / "model.onnx.unfinished"
    unfinished.write_bytes(classifier_model(body, serving.weights, serving.bias))
    unfinished.replace(folder / "model.onnx")


def compared_settings(chosen: Hyperparameters) -> dict[str, object]:
    """What has to be the same for a later job to start from this one's weights."""
    return {
        "num_classes": chosen.num_classes,
        "num_layers": chosen.num_layers,
        "image_shape": chosen.as_text()["image_shape"],
    }


def description(fitted: Fitted, chosen: Hyperparameters) -> Mapping[str, object]:
    given = chosen.as_text()
    return {
        "engine": ENGINE,
        **compared_settings(chosen),
        "resize": chosen.resize,
        "best_epoch": fitted.epoch,
        "epochs_run": fitted.epochs_run,
        "train_accuracy": fitted.train_accuracy,
        "validation_accuracy": fitted.validation_accuracy,
        "hyperparameters": given,
    }
