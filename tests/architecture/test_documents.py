"""What people read beside the code says what the code does: README, settings, make targets, processes, lock files."""

import re
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS
from bot.settings import Settings
from bot.views import help as help_views
from tests.architecture.source import ROOT, commands

LOCKS = sorted(ROOT.glob("requirements*.txt"))
SETTINGS = [name.upper() for name in Settings.model_fields]


def text(name: str) -> str:
    path = ROOT / name
    assert path.exists(), f"{name} is missing"
    return path.read_text(encoding="utf-8")


def targets() -> list[str]:
    """The make targets that `make` lists."""
    return re.findall(r"^([a-z-]+):.*##", text("Makefile"), re.MULTILINE)


def variables() -> list[str]:
    """The variables that the example file sets, or shows in a comment."""
    return re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", text(".env.example"), re.MULTILINE)


def lacking(document: str, words: list[str]) -> list[str]:
    return [word for word in words if not re.search(rf"(?<![\w/-]){re.escape(word)}(?![\w-])", text(document))]


def test_the_readme_names_every_command() -> None:
    assert lacking("README.md", commands()) == []


def test_the_readme_names_every_setting() -> None:
    assert lacking("README.md", SETTINGS) == []


def test_the_readme_names_every_make_target() -> None:
    # `help` is what `make` alone does.
    assert lacking("README.md", [f"make {target}" for target in targets() if target != "help"]) == []


def test_the_readme_names_every_process() -> None:
    assert lacking("README.md", [f"python -m bot {name}" for name in COMMANDS]) == []


def test_the_readme_names_no_make_target_that_there_is_not() -> None:
    named = set(re.findall(r"`make ([a-z-]+)`", text("README.md")))

    assert named <= set(targets())


def test_the_example_file_has_every_setting() -> None:
    assert sorted(set(SETTINGS) - set(variables())) == []


def test_the_example_file_has_nothing_that_nobody_reads() -> None:
    assert [name for name in variables() if name not in SETTINGS and not name.startswith("AWS_")] == []


def test_every_command_has_its_help() -> None:
    assert [f"/{name}" for name in help_views.COMMANDS] == commands()


def test_the_procfile_starts_what_there_is() -> None:
    started = re.findall(r"^\w+: python -m bot (\w+)$", text("Procfile"), re.MULTILINE)

    assert len(started) == len(text("Procfile").strip().splitlines())
    assert set(started) <= set(COMMANDS)


def test_every_target_is_phony_or_a_file() -> None:
    phony = re.findall(r"^\.PHONY: (.+)$", text("Makefile"), re.MULTILINE)

    assert sorted(" ".join(phony).split()) == sorted(targets())


def test_there_are_lock_files() -> None:
    assert [path.name for path in LOCKS] == ["requirements-dev.txt", "requirements.txt"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_holds_no_address(lock: Path) -> None:
    assert re.findall(r"\w+://\S+|^--(?:extra-)?index-url.*|^--find-links.*", lock.read_text(), re.MULTILINE) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_pins_every_package_by_version_and_hash(lock: Path) -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", lock.read_text(), flags=re.MULTILINE)[1:]

    assert entries
    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_what_is_locked_to_run_is_locked_alike_to_develop() -> None:
    pins = [set(re.findall(r"^[A-Za-z0-9][\w.\[\],-]*==\S+", lock.read_text(), re.MULTILINE)) for lock in LOCKS]

    assert sorted(pins[1] - pins[0]) == []
