"""Whole jobs, from the container's folders to the artifact, and how they end badly."""

import json
import re
import shutil
import signal
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from engine_job import TRAIN, Job

from training.inference import input_fn, model_fn, output_fn, predict_fn

PREFIX = r"^\[\d\d/\d\d/\d{4} \d\d:\d\d:\d\d INFO \d+\] "


def printed(pattern: str, output: str) -> list[tuple[str, ...]]:
    return re.findall(PREFIX + pattern + "$", output, re.MULTILINE)


def listed(job: Job, channel: str) -> list[tuple[int, Path]]:
    data = job.base / "input" / "data"
    lines = (data / f"{channel}_lst" / f"{channel}.lst").read_text().splitlines()
    return [(int(label), data / channel / name) for _, label, name in (line.split("\t") for line in lines)]


def classify(model: object, path: Path) -> list[float]:
    body, _ = output_fn(predict_fn(input_fn(path.read_bytes(), "application/x-image"), model), "application/json")
    return json.loads(body)


def wait_for(process: "subprocess.Popen[str]", text: str) -> str:
    seen = ""
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    raise AssertionError(f"{text} was never printed:\n{seen}")


def test_a_job_prints_the_built_in_algorithms_lines(done: tuple[Job, str]) -> None:
    _, output = done

    for epoch in ("0", "1"):
        assert epoch in [found[0] for found in printed(r"Epoch\[(\d+)\] Train-accuracy=(\d+(?:\.\d+)?)", output)]
        assert epoch in [found[0] for found in printed(r"Epoch\[(\d+)\] Validation-accuracy=(\d+(?:\.\d+)?)", output)]
        assert epoch in [found[0] for found in printed(r"Epoch\[(\d+)\] Time cost=(\d+(?:\.\d+)?)", output)]
        assert (epoch, "2") in [
            found[:2] for found in printed(r"Epoch\[(\d+)\] Train-top_k_accuracy_(\d+)=(\d+(?:\.\d+)?)", output)
        ]
    assert printed(r"Storing the best model with validation accuracy: (\d\.\d+)", output)
    assert printed(r"---- Parameters ----", output)


def test_a_job_says_what_it_does_not_do(done: tuple[Job, str]) -> None:
    _, output = done

    assert "the built-in algorithm on AWS fine-tunes the whole network" in output
    for name in ("num_layers", "precision_dtype", "kv_store"):
        assert printed(f"{name} is ignored by the local engine", output)


def test_an_endpoint_is_as_good_as_the_logged_validation_accuracy(done: tuple[Job, str]) -> None:
    job, output = done
    best = max(float(value) for _, value in printed(r"Epoch\[(\d+)\] Validation-accuracy=(\d+(?:\.\d+)?)", output))
    model = model_fn(job.model)
    right = [np.argmax(classify(model, path)) == label for label, path in listed(job, "validation")]

    assert sum(right) / len(right) == pytest.approx(best, abs=1e-6)
    assert job.about()["validation_accuracy"] == pytest.approx(best, abs=1e-6)


def test_probabilities_of_one_picture_add_up_to_one(done: tuple[Job, str]) -> None:
    job, _ = done
    probabilities = classify(model_fn(job.model), listed(job, "validation")[0][1])

    assert len(probabilities) == 3
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)


def test_the_artifact_holds_all_that_serving_needs(done: tuple[Job, str]) -> None:
    job, _ = done
    session = onnxruntime.InferenceSession(job.model / "model.onnx", providers=["CPUExecutionProvider"])

    files = {str(path.relative_to(job.model)) for path in job.model.rglob("*") if path.is_file()}
    assert files == {"model.onnx", "model.json", "code/inference.py", "code/pictures.py", "code/requirements.txt"}
    assert [output.name for output in session.get_outputs()] == ["probabilities"]
    assert (job.about()["num_classes"], job.about()["image_shape"]) == (3, "3,224,224")


def test_the_same_input_gives_the_same_artifact_with_and_without_what_was_kept(done: tuple[Job, str], job: Job) -> None:
    artifacts = [(done[0].model / "model.onnx").read_bytes()]
    for environ in (job.environ, {}):
        job.environ = environ
        assert job.run()[0] == 0
        artifacts.append((job.model / "model.onnx").read_bytes())

    assert artifacts[0] == artifacts[1] == artifacts[2]


def test_damaged_features_are_computed_anew(done: tuple[Job, str], job: Job, cache: Path, tmp_path: Path) -> None:
    job.environ = {"DARKROOM_CACHE": str(shutil.copytree(cache, tmp_path / "cache"))}
    for path in (tmp_path / "cache").rglob("*"):
        if path.is_file():
            path.write_bytes(b"\xff" * 5136)
    code, output = job.run()

    assert code == 0, output
    assert "Computing the features of 18 pictures" in output
    assert (job.model / "model.onnx").read_bytes() == (done[0].model / "model.onnx").read_bytes()


def test_jobs_that_share_a_cache_may_run_at_once(job: Job, tmp_path: Path) -> None:
    job.environ = {"DARKROOM_CACHE": str(tmp_path / "cache")}
    other = Job(tmp_path / "other", job.hyperparameters, job.environ)
    shutil.copytree(job.base, other.base)
    with job.start() as first, other.start() as second:
        outputs = [process.communicate(timeout=120)[0] for process in (first, second)]

    assert (first.returncode, second.returncode) == (0, 0), outputs
    assert (job.model / "model.onnx").read_bytes() == (other.model / "model.onnx").read_bytes()


def test_varied_views_train_too(job: Job) -> None:
    job.hyperparameters |= {"augmentation_type": "crop_color_transform", "resize": "256"}
    code, output = job.run()

    assert code == 0, output
    assert printed(r"Computing the features of 18 pictures, 4 view\(s\) each", output)


def test_a_stop_stores_the_best_model_so_far_and_ends_well(job: Job) -> None:
    job.hyperparameters["epochs"] = "1000000"
    with job.start() as process:
        wait_for(process, "Epoch[3] Validation-accuracy")
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=20)

    assert process.returncode == 0, output
    assert classify(model_fn(job.model), listed(job, "train")[0][1])
    assert not (job.base / "output" / "failure").exists()


def test_a_stop_before_the_first_epoch_ends_well_without_a_model(job: Job) -> None:
    job.hyperparameters["epochs"] = "1000000"
    data = job.base / "input" / "data"
    many = "\n".join(f"{number}\t{number % 3}\tclass{number % 3}/0.png" for number in range(5000))
    (data / "train_lst" / "train.lst").write_text(many)
    with job.start() as process:
        wait_for(process, "Computing the features of 5000 pictures")
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=20)

    assert process.returncode == 0, output
    assert "there is no model to store" in output
    assert not (job.model / "model.onnx").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"foo": "1"}, "Additional hyperparameters are not allowed ('foo' was unexpected)"),
        ({"learning_rate": "2"}, "the value '2' of the hyperparameter 'learning_rate' is not a number between 0 and 1"),
        ({"num_classes": "4"}, "num_classes=4 does not match the training data, which has 3 labels from 0 to 2"),
        ({"mini_batch_size": "19"}, "mini_batch_size=19 is more than the 18 training samples"),
    ],
)
def test_a_request_that_cannot_be_met_fails_with_a_sentence(job: Job, changed: dict[str, str], said: str) -> None:
    job.hyperparameters |= changed
    code, output = job.run()

    assert (code, job.failure) == (2, f"ClientError: {said}")
    assert f"Customer Error: {said}" in output
    assert "Traceback" not in output


def test_a_picture_that_cannot_be_read_is_left_out_and_named(job: Job) -> None:
    (job.base / "input" / "data" / "train" / "class1" / "0.png").write_bytes(b"not a picture")
    code, output = job.run()

    assert code == 0, output
    assert "Left out, because it cannot be read as a picture: class1/0.png" in output


def test_a_set_in_which_no_picture_can_be_read_fails(job: Job) -> None:
    for _, path in listed(job, "train"):
        path.unlink()
    code, _ = job.run()

    assert (code, job.failure) == (2, "ClientError: none of the 18 pictures can be read, class0/0.png for one")


def test_a_fault_of_the_engine_is_an_algorithm_error(job: Job) -> None:
    job.environ |= {"SM_MODEL_DIR": str(job.base / "input" / "config" / "hyperparameters.json")}
    code, output = job.run()

    assert code == 1
    assert "Algorithm Error: " in output
    assert not job.failure.startswith("ClientError")


def test_script_mode_runs_from_any_folder_with_arguments(job: Job, tmp_path: Path) -> None:
    # The toolkit unpacks the source to /opt/ml/code: the folder's name is the same as a module of Python's.
    shutil.copytree(TRAIN.parent, tmp_path / "code", ignore=shutil.ignore_patterns("__pycache__"))
    job.program = tmp_path / "code" / "train.py"
    arguments = [part for name, value in job.hyperparameters.items() for part in (f"--{name}", value)]
    job.hyperparameters = {}
    job.environ |= {"SM_MODEL_DIR": str(tmp_path / "model"), "SM_CHANNEL_TRAIN": str(job.base / "input/data/train")}
    code, output = job.run(*arguments)

    assert code == 0, output
    assert (tmp_path / "model" / "model.onnx").exists()


def test_script_mode_goes_on_from_the_model_in_its_channel(done: tuple[Job, str], job: Job, tmp_path: Path) -> None:
    (tmp_path / "earlier").mkdir()
    with tarfile.open(tmp_path / "earlier" / "model.tar.gz", "w:gz", compresslevel=1) as archive:
        for path in done[0].model.iterdir():
            archive.add(path, path.name)
    arguments = [part for name, value in job.hyperparameters.items() for part in (f"--{name}", value)]
    job.environ |= {"SM_CHANNEL_MODEL": str(tmp_path / "earlier")}
    code, output = job.run(*arguments, "--learning_rate", "0")

    assert code == 0, output
    assert printed(r"Starting from the weights of the earlier model in model.tar.gz", output)
