"""The hyperparameters of pytorch-resnet, which need no torch."""

import importlib.util
from threading import Event

import pytest

from training import outcome
from training.errors import CustomerError
from training.resnet.job import main
from training.resnet.settings import Settings, read_settings


def test_what_is_not_said_has_the_documented_default() -> None:
    chosen = read_settings({"num-classes": "7"})

    assert chosen == Settings(7, None, 32, 10, 224, 0.01, "resnet18", 0.9, 1, 0, 0.0001)


def test_values_are_taken_as_sagemaker_and_its_sdk_send_them() -> None:
    chosen = read_settings({"num-classes": "7", "model": '"resnet50"', "_tuning_objective_metric": "x", "lr": "1e-3"})

    assert (chosen.model, chosen.lr) == ("resnet50", 0.001)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "the hyperparameter 'num-classes' is required"),
        ({"num-classes": "0"}, "the value '0' of the hyperparameter 'num-classes' is not an integer of at least 1"),
        ({"lr": "2"}, "the value '2' of the hyperparameter 'lr' is not a number between 0 and 1"),
        ({"lr": "nan"}, "the value 'nan' of the hyperparameter 'lr' is not a number between 0 and 1"),
        ({"model": "resnet34"}, "the value 'resnet34' of the hyperparameter 'model' is not one of resnet18, resnet50"),
        ({"image-size": "16"}, "'image-size' is not an integer between 32 and 1024"),
        ({"pretrained": "True"}, "the value 'True' of the hyperparameter 'pretrained' is not one of 0, 1"),
        ({"learning_rate": "0.1"}, r"Additional hyperparameters are not allowed \('learning_rate' was unexpected\)"),
        ({"batch-size": "1", "image-size": "32"}, "batch-size=1 needs an image-size of more than 32"),
    ],
)
def test_a_wrong_request_is_refused_by_its_word(given: dict[str, str], sentence: str) -> None:
    known = {} if not given else {"num-classes": "2"}
    with pytest.raises(CustomerError, match=sentence):
        read_settings(known | given)


def test_without_torch_a_job_fails_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(outcome, "log_like_the_algorithm", lambda: None)
    config = tmp_path / "input" / "config"
    config.mkdir(parents=True)
    (config / "hyperparameters.json").write_text('{"num-classes": "2"}')

    assert main([], {"SAGEMAKER_BASE_DIR": str(tmp_path)}, Event()) == 1
    assert (tmp_path / "output/failure").read_text() == "torch is not installed here: pip install torch==2.13.0"
