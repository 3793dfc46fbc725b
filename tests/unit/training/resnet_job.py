"""Small jobs of pytorch-resnet, in this process and with a network of a few thousand weights.

A test that imports this is left out where torch is not installed, with the sentence that says so.
"""

import io
import json
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PIL import Image
from recorded import container as laid_out
from recorded import packed

from training.container import Container
from training.resnet.settings import read_settings

torch = pytest.importorskip("torch", reason="torch is not installed here: pip install torch==2.13.0")
# Where other tests run beside these, several threads would wait for each other.
torch.set_num_threads(1)

COLOURS = ((200, 40, 40), (40, 60, 200))
GIVEN = {"num-classes": "2", "epochs": "2", "batch-size": "4", "image-size": "40", "pretrained": "0", "lr": "0.05"}


def shrink(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same network with so few channels that an epoch takes no time."""
    from training.resnet import network

    monkeypatch.setattr(network, "CHANNELS", (4, 4, 8, 8))
    monkeypatch.setattr(network, "STEM", 4)


def photo(label: int, seed: int) -> bytes:
    noise = np.random.default_rng(seed).normal(0, 30, (48, 40, 3)) + COLOURS[label]
    out = io.BytesIO()
    Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def records(count: int, seed: int = 0) -> bytes:
    return b"".join(packed(photo(number % 2, seed + number), float(number % 2)) for number in range(count))


def job(base: Path, given: dict[str, str] | None = None, files: dict[str, bytes] | None = None) -> Container:
    """Two classes as RecordIO: 9 pictures to train on, 4 to validate with."""
    described = {name: {"ContentType": "application/x-recordio"} for name in ("train", "validation")}
    data = {"train/train.rec": records(9), "validation/validation.rec": records(4, 50)}
    made = laid_out(base, described, data | (files or {}))
    told = json.dumps(GIVEN | (given or {}))
    (base / "input" / "config" / "hyperparameters.json").write_text(told)
    return made


def carry_out(container: Container, stop: Event | None = None) -> dict[str, object]:
    """Trains, and returns what model.json says."""
    from training.resnet.course import train

    train(container, read_settings(container.given_hyperparameters()), stop or Event())
    about: dict[str, object] = json.loads((container.model_folder / "model.json").read_text())
    return about
