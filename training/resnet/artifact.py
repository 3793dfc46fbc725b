"""Writes what a job leaves behind: the best epoch's state dict, its description, and the code that serves it."""

import json
import pickle
import shutil
import struct
from pathlib import Path
from typing import Any

import torch

from training.resnet.best import Best
from training.resnet.settings import Settings

ENGINE = "ResNet in PyTorch, trained as a whole"
MODEL = "model.pth"
HERE = Path(__file__).resolve().parent
SERVING_CODE = (HERE / "inference.py", HERE / "network.py", HERE.parent / "pictures.py")
# The serving container has them, and then nothing is fetched.
SERVING_REQUIREMENTS = ("numpy", "pillow")
# What torch.load raises over files that it did not write, or that are damaged; nowhere is it said.
UNREADABLE = (
    *(RuntimeError, pickle.UnpicklingError, EOFError, OSError, ValueError, TypeError, LookupError, AttributeError),
    *(AssertionError, struct.error),
)


def write_artifact(folder: Path, best: Best, epochs_run: int, chosen: Settings) -> None:
    """Fills the model folder. The weights come last: where they are, all is."""
    code = folder / "code"
    code.mkdir(parents=True, exist_ok=True)
    for path in SERVING_CODE:
        shutil.copyfile(path, code / path.name)
    (code / "requirements.txt").write_text("".join(f"{name}\n" for name in SERVING_REQUIREMENTS), encoding="utf-8")
    text = json.dumps(description(best, epochs_run, chosen), indent=2)
    unfinished = folder / "model.json.unfinished"
    unfinished.write_text(f"{text}\n", encoding="utf-8")
    unfinished.replace(folder / "model.json")
    write_whole(folder / MODEL, best.weights)


def write_whole(path: Path, content: Any) -> None:
    """By renaming, so that nobody sees half of it."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    torch.save(content, unfinished)
    unfinished.replace(path)


def compared_settings(chosen: Settings) -> dict[str, object]:
    """What has to be the same for a later job to start from this one's weights."""
    return {"model": chosen.model, "num-classes": chosen.num_classes}


def description(best: Best, epochs_run: int, chosen: Settings) -> dict[str, object]:
    return {
        "engine": ENGINE,
        **compared_settings(chosen),
        "image-size": chosen.image_size,
        "best_epoch": best.epoch,
        "epochs_run": epochs_run,
        "train_accuracy": best.train_accuracy,
        "validation_accuracy": best.validation_accuracy,
        "hyperparameters": chosen.as_text(),
    }
