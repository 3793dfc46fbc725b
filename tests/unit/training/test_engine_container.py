"""The container's folders, hyperparameters and failure file, in both ways of being started."""

import json
import logging
from pathlib import Path

import pytest

from training.container import FAILURE_LENGTH, Container, named_arguments
from training.errors import CustomerError
from training.outcome import log_like_the_algorithm


def test_hyperparameters_come_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "input" / "config").mkdir(parents=True)
    (tmp_path / "input" / "config" / "hyperparameters.json").write_text(json.dumps({"epochs": "3", "top_k": 2}))
    container = Container.of(["train"], {"SAGEMAKER_BASE_DIR": str(tmp_path)})

    assert container.given_hyperparameters() == {"epochs": "3", "top_k": "2"}


def test_hyperparameters_come_from_arguments_in_script_mode(tmp_path: Path) -> None:
    container = Container.of(["--epochs", "3", "--image_shape=3,224,224"], {"SAGEMAKER_BASE_DIR": str(tmp_path)})

    assert container.given_hyperparameters() == {"epochs": "3", "image_shape": "3,224,224"}


@pytest.mark.parametrize("arguments", [["epochs", "3"], ["--epochs"]])
def test_arguments_of_another_form_are_refused(arguments: list[str]) -> None:
    with pytest.raises(CustomerError, match="the argument"):
        named_arguments(arguments)


@pytest.mark.parametrize("content", ["{", "[]"])
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "input" / "config").mkdir(parents=True)
    (tmp_path / "input" / "config" / "hyperparameters.json").write_text(content)
    with pytest.raises(CustomerError, match=r"hyperparameters\.json is not"):
        Container.of([], {"SAGEMAKER_BASE_DIR": str(tmp_path)}).given_hyperparameters()


def test_script_modes_variables_place_the_folders(tmp_path: Path) -> None:
    environ = {"SM_CHANNEL_TRAIN": str(tmp_path), "SM_MODEL_DIR": str(tmp_path / "m")}
    container = Container.of([], environ)

    assert (container.channel_folder("train"), container.model_folder) == (tmp_path, tmp_path / "m")


def test_without_variables_the_base_is_amazons() -> None:
    assert Container.of([], {}).model_folder == Path("/opt/ml/model")


def test_a_reason_of_failure_is_cut_to_what_is_shown(tmp_path: Path) -> None:
    Container.of([], {"SAGEMAKER_BASE_DIR": str(tmp_path)}).fail("x" * 5000)

    assert (tmp_path / "output" / "failure").read_text() == "x" * FAILURE_LENGTH


def test_errors_go_to_stderr_which_the_toolkit_repeats_in_a_jobs_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    logger = logging.Logger("job", logging.INFO)  # noqa: LOG001 - one that nothing else hears
    monkeypatch.setattr(logging, "basicConfig", lambda **given: logger.handlers.extend(given["handlers"]))
    log_like_the_algorithm()
    logger.info("an epoch")
    logger.error("Customer Error: too few")
    told = capsys.readouterr()

    assert ("an epoch" in told.out, "an epoch" in told.err) == (True, False)
    assert ("too few" in told.out, "too few" in told.err) == (False, True)
