"""Hostile files on their way through the intake of images, all of them in one process."""

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.domain.image_rules import Rule
from tests.hostile import hostile_files

# What is allowed for each file, of processor time and of memory.
SECONDS, MEGABYTES = 1.0, 200.0
Passages = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def passages(tmp_path_factory: pytest.TempPathFactory) -> Passages:
    folder = tmp_path_factory.mktemp("hostile")
    for name, make in hostile_files().items():
        (folder / name).write_bytes(make())
    intake = [sys.executable, "-m", "tests.hostile.intake", str(folder)]
    told = subprocess.run(intake, stdout=subprocess.PIPE, check=True, timeout=240).stdout
    return {one["name"]: one for one in map(json.loads, told.splitlines())}


def test_every_hostile_file_ends_in_an_answer_or_in_one_refusal(passages: Passages) -> None:
    assert {one["outcome"] for one in passages.values()} <= {"taken", "converted", *Rule}
    assert passages.keys() == hostile_files().keys()


def test_no_hostile_file_takes_more_than_a_second(passages: Passages) -> None:
    assert {name: one for name, one in passages.items() if one["seconds"] > SECONDS} == {}


def test_no_hostile_file_takes_more_than_200_megabytes(passages: Passages) -> None:
    assert max(one["grown"] for one in passages.values()) <= MEGABYTES
    assert max(one["apart"] for one in passages.values()) <= MEGABYTES


def test_what_is_merely_odd_is_answered(passages: Passages) -> None:
    """Else the others would prove nothing: refusing everything is quick and takes no memory."""
    taken = {"cmyk", "deep", "one-bit", "grey-with-alpha", "exif-that-loops", "png-with-text-bomb", "jpeg-and-zip"}
    converted = {
        "avif-of-16-million",
        "gif-of-25-million-pixels",
        "tiff-of-25-million-pixels",
        "webp-of-8-million-pixels",
    }

    assert {passages[name]["outcome"] for name in taken} == {"taken"}
    assert {passages[name]["outcome"] for name in converted} == {"converted"}
