"""Measures a whole training job on the sample set against extracting its features once with onnxruntime on every core.

Both are run in turn and the best of each counts, so that a busy machine slows both alike.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from bench.table import Measured, Row
from training.backbone import features_model, graph_body
from training.cache import Cache
from training.features import worker_count
from training.inference import open_session
from training.pictures import Pixels
from training.views import View, render

ROUNDS = 3
BATCH = 8
AIM_RATIO, AIM_MEGABYTES = 1.5, 350
TRAIN = Path(__file__).resolve().parent.parent / "training" / "train.py"
# A forked child counts its parent's memory as its own peak, so the job is started by something small.
LAUNCHER = """
import resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run([sys.executable, sys.argv[1]], stdout=subprocess.DEVNULL, check=True)
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
CHANNELS = ("train", "validation", "train_lst", "validation_lst")


def measure(samples: Path) -> Measured:
    """`samples` is the folder of the prepared sample data."""
    dataset = samples / "datasets" / "emoji"
    extracting, jobs = [], []
    with tempfile.TemporaryDirectory(prefix="bench-engine-") as folder:
        for number in range(ROUNDS):
            extracting.append(extraction_seconds(dataset))
            jobs.append(job_seconds_and_megabytes(dataset, Path(folder) / f"job-{number}"))
    return Measured(rows(min(extracting), min(seconds for seconds, _ in jobs), max(megabytes for _, megabytes in jobs)))


def rows(extracting: float, job: float, megabytes: float) -> list[Row]:
    return [
        Row(
            "a training job on the sample set, no cache",
            f"{job:.2f} s",
            f"features once, all cores: {extracting:.2f} s",
            job / extracting,
            "times",
            AIM_RATIO,
        ),
        Row("its peak memory", f"{megabytes:.0f} MB resident", "", megabytes, "MB", AIM_MEGABYTES),
    ]


def extraction_seconds(dataset: Path) -> float:
    """Only the network's own time: the pictures are decoded and the session is loaded before the clock starts.

    Of onnxruntime's ways to use all cores the fastest counts: one run on all of them, or a run on each.
    """
    body, pixels = features_model(graph_body(Cache(None))), decoded_batches(dataset)
    cores = worker_count()
    return min(timed(body, pixels, threads=cores, at_once=1), timed(body, pixels, threads=1, at_once=cores))


def timed(body: bytes, batches: list[Pixels], *, threads: int, at_once: int) -> float:
    session = open_session(body, threads)
    session.run(None, {"images": batches[0]})
    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as runs:
        for _ in runs.map(lambda batch: session.run(None, {"images": batch}), batches):
            pass
    return time.perf_counter() - began


def decoded_batches(dataset: Path) -> list[Pixels]:
    paths = sorted((dataset / "train").rglob("*.png")) + sorted((dataset / "validation").rglob("*.png"))
    pixels = [render(path.read_bytes(), View(224)) for path in paths]
    return [np.stack(pixels[start : start + BATCH]) for start in range(0, len(pixels), BATCH)]


def job_seconds_and_megabytes(dataset: Path, base: Path) -> tuple[float, float]:
    """The wall time and peak resident memory of one job in a process of its own, with nothing cached."""
    lay_out(dataset, base)
    environ = {name: value for name, value in os.environ.items() if name != "DARKROOM_CACHE"}
    measured = subprocess.run(
        [sys.executable, "-c", LAUNCHER, str(TRAIN)],
        env=environ | {"SAGEMAKER_BASE_DIR": str(base)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds, peak = measured.stdout.split()
    if not (base / "model" / "model.onnx").exists():
        raise RuntimeError("the job left no artifact")
    # Linux counts ru_maxrss in KB, macOS in bytes.
    return float(seconds), int(peak) / (1024 if sys.platform == "linux" else 1024**2)


def lay_out(dataset: Path, base: Path) -> None:
    about = json.loads((dataset / "dataset.json").read_text(encoding="utf-8"))
    (base / "input" / "config").mkdir(parents=True)
    (base / "input" / "data").mkdir()
    for channel in CHANNELS:
        (base / "input" / "data" / channel).symlink_to(dataset / channel)
    hyperparameters = {
        "num_classes": str(len(about["classes"])),
        "num_training_samples": str(about["images"]["train"]),
        "use_pretrained_model": "1",
        "resize": str(about["resize"]),
    }
    (base / "input" / "config" / "hyperparameters.json").write_text(json.dumps(hyperparameters), encoding="utf-8")
