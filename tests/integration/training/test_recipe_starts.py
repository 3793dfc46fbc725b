"""How training/start.py brings up a recipe: what the container lacks, and a stop while it is being fetched."""

import shutil
import signal
import socket
from pathlib import Path

import pytest
from engine_job import TRAIN, Job

HERE = TRAIN.parent


@pytest.fixture
def lacking(tmp_path: Path) -> Job:
    """A job whose recipe needs a package that no index has."""
    code = tmp_path / "code"
    code.mkdir()
    shutil.copyfile(HERE / "start.py", code / "start.py")
    (code / "requirements-resnet.txt").write_text("# a remark\nnumpy==1.0\nno-such-package-anywhere==1.0\n")
    return Job(tmp_path / "ml", {}, {}, code / "start.py")


def test_every_recipe_says_what_it_needs_with_versions() -> None:
    for recipe in ("resnet", "frozen-backbone"):
        lines = (HERE / f"requirements-{recipe}.txt").read_text().splitlines()

        assert [line for line in lines if not line.startswith("#") and "==" not in line] == []


def test_no_file_is_one_that_the_containers_toolkit_installs_by_itself() -> None:
    assert not (HERE / "requirements.txt").exists()
    assert not (HERE / "setup.py").exists()


def test_what_is_installed_is_left_alone_and_what_cannot_be_had_fails_the_job(lacking: Job) -> None:
    lacking.environ = {"PIP_NO_INDEX": "1"}
    code, output = lacking.run("resnet")

    assert code == 2, output
    assert "Installing no-such-package-anywhere==1.0\n" in output
    assert lacking.failure.startswith("ClientError: the container lacks no-such-package-anywhere==1.0, and pip could")


def test_a_stop_while_packages_are_fetched_ends_well(lacking: Job) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        lacking.environ = {"PIP_INDEX_URL": f"http://127.0.0.1:{silent.getsockname()[1]}/simple"}
        with lacking.start("resnet") as process:
            connection, _ = silent.accept()
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=30)
            connection.close()

    assert process.returncode == 0, output
    assert "Stopped before training began" in output


def test_the_recipe_comes_from_the_environment_where_the_toolkit_passes_hyperparameters(lacking: Job) -> None:
    lacking.environ = {"DARKROOM_RECIPE": "resnet34"}
    code, output = lacking.run("--epochs", "3")

    assert code == 2, output
    assert lacking.failure == (
        "ClientError: there is no recipe 'resnet34': the argument must be one of resnet, frozen-backbone"
    )
