"""The small job that the tests of the engine run."""

from pathlib import Path

import pytest
from engine_job import Job, write_channel


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What jobs have computed so far: the pictures are the same in most tests, so their features are too."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def job(tmp_path: Path, cache: Path) -> Job:
    """A job on a small generated set: three classes, 18 pictures to train on and 9 to validate with."""
    return small_job(tmp_path / "ml", cache)


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> tuple[Job, str]:
    """Such a job when it is over, with what it printed; for tests that only look."""
    job = small_job(tmp_path_factory.mktemp("done") / "ml", cache)
    job.hyperparameters |= {"top_k": "2", "precision_dtype": "float16", "kv_store": "dist_sync"}
    code, output = job.run()
    assert code == 0, output
    return job, output


def small_job(base: Path, cache: Path) -> Job:
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
    return Job(base, hyperparameters, {"DARKROOM_CACHE": str(cache)})
