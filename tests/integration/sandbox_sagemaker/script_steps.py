"""Requests for jobs that run a recipe's script in the PyTorch container, and the data that they train on."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from sandbox.sagemaker.server import BUCKET

from .steps import channel, job_request

TRAINING = Path(__file__).resolve().parents[3] / "training"
REGISTRY = "763104351884.dkr.ecr.us-east-1.amazonaws.com"
TRAINING_IMAGE = f"{REGISTRY}/pytorch-training:2.6-cpu-py312"
SERVING_IMAGE = f"{REGISTRY}/pytorch-inference:2.6-cpu-py312"
CODE = "code/0123"
COLOURS = ((200, 40, 40), (40, 60, 200))
METRICS = [
    {"Name": "validation:accuracy", "Regex": r"Validation-accuracy=([0-9\.]+)"},
    {"Name": "test:accuracy", "Regex": r"Test set: Average accuracy: ([0-9\.]+)"},
]


def put_code(s3: Any) -> None:
    """The folder `training` as the bot uploads it."""
    for path in sorted(TRAINING.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            key = f"{CODE}/{path.relative_to(TRAINING).as_posix()}"
            s3.put_object(Bucket=BUCKET, Key=key, Body=path.read_bytes())


def photo(label: int, seed: int, kind: str = "JPEG", side: int = 40) -> bytes:
    """Noise in its class's colour."""
    noise = np.random.default_rng(seed).normal(0, 40, (side, side, 3)) + COLOURS[label]
    out = io.BytesIO()
    Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8)).save(out, kind)
    return out.getvalue()


def put_photos(s3: Any) -> None:
    """Two classes, 8 pictures to train on and 4 to validate with, and their listings."""
    for name, count in (("train", 8), ("validation", 4)):
        lines = []
        for number in range(count):
            label, key = number % 2, f"{number % 2}/{number}.jpg"
            s3.put_object(Bucket=BUCKET, Key=f"photos/{name}/{key}", Body=photo(label, number))
            lines.append(f"{number}\t{label}\t{key}")
        s3.put_object(Bucket=BUCKET, Key=f"photos/{name}_lst/{name}.lst", Body="\n".join(lines).encode())


def photo_channels() -> list[dict[str, Any]]:
    names = ("train", "validation", "train_lst", "validation_lst")
    code = channel("code", f"s3://{BUCKET}/{CODE}/", ContentType="text/x-python")
    return [code, *(channel(name, f"s3://{BUCKET}/photos/{name}/") for name in names)]


def script_request(name: str, recipe: str, hyperparameters: dict[str, str], **members: Any) -> dict[str, Any]:
    algorithm = {
        "TrainingImage": TRAINING_IMAGE,
        "TrainingInputMode": "File",
        "ContainerEntrypoint": ["python3", "/opt/ml/input/data/code/start.py"],
        "ContainerArguments": [recipe],
        "MetricDefinitions": METRICS,
    } | members.pop("algorithm", {})
    given = {"AlgorithmSpecification": algorithm, "InputDataConfig": photo_channels()}
    return job_request(name, hyperparameters, **(given | members))


FROZEN = {"num_classes": "2", "num_training_samples": "8", "resize": "224", "use_pretrained_model": "1", "epochs": "2"}
FROZEN |= {"mini_batch_size": "4"}
RESNET = {"num-classes": "2", "num-training-samples": "8", "epochs": "2", "batch-size": "4", "image-size": "32"}
RESNET |= {"pretrained": "0"}
WITHOUT_TORCH = "torch is not installed here: pip install torch==2.13.0"
