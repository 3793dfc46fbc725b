"""Runs training/train.py as SageMaker's containers do: a process of its own, with folders laid out under a base."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

TRAIN = Path(__file__).resolve().parents[3] / "training" / "train.py"
COLOURS = ((200, 40, 40), (40, 180, 60), (40, 60, 200))


@dataclass
class Job:
    """One job's folder and settings; `run` waits for its end, `start` does not."""

    base: Path
    hyperparameters: dict[str, str]
    environ: dict[str, str] = field(default_factory=dict)
    program: Path = TRAIN

    def lay_out(self) -> None:
        config = self.base / "input" / "config"
        config.mkdir(parents=True, exist_ok=True)
        (config / "hyperparameters.json").write_text(json.dumps(self.hyperparameters))
        channels = ("train", "validation", "train_lst", "validation_lst")
        described = {channel: {"ContentType": "application/x-image"} for channel in channels}
        (config / "inputdataconfig.json").write_text(json.dumps(described))

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        self.lay_out()
        return subprocess.Popen(
            [sys.executable, str(self.program), *arguments],
            env={"PATH": os.environ["PATH"], "SAGEMAKER_BASE_DIR": str(self.base)} | self.environ,
            cwd=self.base,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        with self.start(*arguments) as process:
            output, _ = process.communicate(timeout=120)
            return process.returncode, output

    @property
    def model(self) -> Path:
        return self.base / "model"

    @property
    def failure(self) -> str:
        return (self.base / "output" / "failure").read_text()

    def about(self) -> dict[str, object]:
        content: dict[str, object] = json.loads((self.model / "model.json").read_text())
        return content


def picture(label: int, draw: np.random.Generator) -> Image.Image:
    """A noisy square of its class's colour: easy to tell apart, no two alike."""
    noise = draw.normal(0, 50, (72, 72, 3))
    return Image.fromarray(np.clip(noise + COLOURS[label], 0, 255).astype(np.uint8))


def write_channel(data: Path, channel: str, per_class: int, seed: int) -> None:
    draw, lines = np.random.default_rng(seed), []
    for label in range(len(COLOURS)):
        (data / channel / f"class{label}").mkdir(parents=True)
        for number in range(per_class):
            name = f"class{label}/{number}.{'jpg' if number % 2 else 'png'}"
            picture(label, draw).save(data / channel / name)
            lines.append(f"{len(lines)}\t{label}\t{name}")
    (data / f"{channel}_lst").mkdir()
    (data / f"{channel}_lst" / f"{channel}.lst").write_text("\n".join(lines))
