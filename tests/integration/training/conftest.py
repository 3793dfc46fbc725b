"""The small job that the tests of the engine run."""

from pathlib import Path

import pytest
from engine_job import Job, write_channel


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job on a small generated set: three classes, 18 pictures to train on and 9 to validate with."""
    base = tmp_path / "ml"
    write_channel(base / "input" / "data", "train", 6, seed=1)
    write_channel(base / "input" / "data", "validation", 3, seed=2)
    hyperparameters = {
        "num_classes": "3",
        "num_training_samples": "18",
        "num_layers": "18",
        "resize": "224",
        "use_pretrained_model": "1",
        "epochs": "2",
        "mini_batch_size": "4",
    }
    return Job(base, hyperparameters)
