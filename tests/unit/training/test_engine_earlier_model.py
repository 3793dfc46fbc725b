"""Starting from an earlier job's artifact: its head comes back as it was, and what does not fit is refused."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from recorded import container

from training.artifact import description
from training.backbone import FEATURES, classifier_model
from training.container import Container
from training.earlier_model import read_earlier_model
from training.errors import CustomerError
from training.fitting import Fitted
from training.head import Standard, Weights
from training.hyperparameters import Hyperparameters

CHANNEL = {"model": {"ContentType": "application/x-sagemaker-model"}}
CHOSEN = Hyperparameters(num_classes=2, num_training_samples=8, num_layers=18)
HEAD = Weights(
    np.random.default_rng(0).normal(size=(FEATURES, 2)).astype(np.float32), np.array([0.25, -0.5], np.float32)
)


def about(**changed: object) -> bytes:
    return json.dumps(dict(description(Fitted(HEAD, 0, 1, 1.0, 1.0), CHOSEN)) | changed).encode()


def archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name.replace("_", "."))
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


MODEL = classifier_model(b"", HEAD.weights, HEAD.bias)


def given(base: Path, content: bytes) -> Container:
    return container(base, CHANNEL, {"model/model.tar.gz": content})


def refusal(base: Path, content: bytes, chosen: Hyperparameters = CHOSEN) -> str:
    with pytest.raises(CustomerError) as refused:
        read_earlier_model(given(base, content), chosen)
    return str(refused.value)


def test_a_job_without_the_channel_starts_from_nothing(tmp_path: Path) -> None:
    assert read_earlier_model(container(tmp_path, {}, {}), CHOSEN) is None


def test_the_earlier_head_comes_back_as_it_was_written(tmp_path: Path) -> None:
    found = read_earlier_model(given(tmp_path, archive(model_json=about(), model_onnx=MODEL)), CHOSEN)

    assert found is not None
    assert np.array_equal(found.weights, HEAD.weights)
    assert np.array_equal(found.bias, HEAD.bias)


def test_a_head_on_standardised_features_scores_as_on_raw_ones() -> None:
    raw = np.random.default_rng(5).normal(3, 2, (8, FEATURES)).astype(np.float32)
    standard = Standard.of(raw)

    there = HEAD.on_standardised_features(standard).scores(standard.apply(raw))
    assert np.allclose(there, HEAD.scores(raw), atol=0.02)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"num_classes": 3}, "num_classes=2 does not match the model in the input channel 'model', which was trained"),
        ({"num_layers": 50}, "num_layers=18 does not match"),
        ({"num_layers": None}, "num_layers=18 does not match"),
        ({"image_shape": "3,128,128"}, "image_shape=3,224,224 does not match"),
    ],
)
def test_a_model_of_another_shape_is_refused(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    assert said in refusal(tmp_path, archive(model_json=about(**changed), model_onnx=MODEL))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a tar.gz archive"),
        (b"not an archive", "is not a tar.gz archive"),
        (archive(model_json=about(), model_onnx=MODEL)[:-4000], "is not a tar.gz archive"),
        (archive(weights_params=b""), "it has no model.json"),
        (archive(model_json=about()), "it has no model.onnx"),
        (archive(model_json=b"{", model_onnx=MODEL), "its model.json is not JSON"),
        (archive(model_json=b"[]", model_onnx=MODEL), "its model.json names another engine"),
        (archive(model_json=about(engine="other"), model_onnx=MODEL), "its model.json names another engine"),
        (archive(model_json=about(), model_onnx=b""), "its model.onnx has no such head"),
        (archive(model_json=about(), model_onnx=b"\xff" * 99), "its model.onnx has no such head"),
        (archive(model_json=about(), model_onnx=MODEL[:-99]), "its model.onnx has no such head"),
        (
            archive(model_json=about(), model_onnx=classifier_model(b"", HEAD.weights[:9], HEAD.bias)),
            "its model.onnx has no such head",
        ),
        (
            archive(model_json=about(), model_onnx=classifier_model(b"", HEAD.weights * np.float32("nan"), HEAD.bias)),
            "its weights are not numbers",
        ),
    ],
    # The archives hold times: as names they would differ from one process to the next.
    ids=range(13),
)
def test_what_is_no_artifact_of_this_algorithm_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refusal(tmp_path, content)


def test_two_archives_are_one_too_many(tmp_path: Path) -> None:
    files = {"model/a.tar.gz": b"", "model/b.tar.gz": b""}
    with pytest.raises(CustomerError, match=r"must hold one model\.tar\.gz and holds 2"):
        read_earlier_model(container(tmp_path, CHANNEL, files), CHOSEN)


def test_another_content_type_is_refused(tmp_path: Path) -> None:
    channel = {"model": {"ContentType": "application/x-recordio"}}
    with pytest.raises(CustomerError, match="must be application/x-sagemaker-model"):
        read_earlier_model(container(tmp_path, channel, {"model/model.tar.gz": b""}), CHOSEN)


def test_the_model_cannot_come_through_a_pipe(tmp_path: Path) -> None:
    channel = {"model": CHANNEL["model"] | {"TrainingInputMode": "Pipe"}}
    with pytest.raises(CustomerError, match="'model' must be given in File mode"):
        read_earlier_model(container(tmp_path, channel, {}), CHOSEN)
