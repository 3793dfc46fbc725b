"""What is kept is whole or absent, whoever writes and whatever breaks."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from training.cache import Cache


def kept_file(folder: Path) -> Path:
    (found,) = (path for path in folder.rglob("*") if path.is_file())
    return found


def test_what_was_written_is_read(tmp_path: Path) -> None:
    Cache(tmp_path).write("features", "abcdef", b"content")

    assert Cache(tmp_path).read("features", "abcdef") == b"content"


def test_what_was_never_written_is_absent(tmp_path: Path) -> None:
    assert Cache(tmp_path).read("features", "abcdef") is None


def test_without_a_folder_nothing_is_kept() -> None:
    Cache(None).write("features", "abcdef", b"content")

    assert Cache(None).read("features", "abcdef") is None


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 200])
def test_a_damaged_entry_counts_as_absent_and_can_be_written_again(tmp_path: Path, damage: bytes) -> None:
    cache = Cache(tmp_path)
    cache.write("features", "abcdef", b"content")
    kept_file(tmp_path).write_bytes(damage)

    assert cache.read("features", "abcdef") is None
    cache.write("features", "abcdef", b"content")
    assert cache.read("features", "abcdef") == b"content"


def test_many_writers_leave_one_whole_entry_and_no_scraps(tmp_path: Path) -> None:
    cache, contents = Cache(tmp_path), [bytes([number]) * 100_000 for number in range(16)]
    with ThreadPoolExecutor(8) as writers:
        list(writers.map(lambda content: cache.write("features", "abcdef", content), contents))

    assert cache.read("features", "abcdef") in contents
    assert kept_file(tmp_path).name == "abcdef"


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_keeping(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder is wanted")
    cache = Cache(tmp_path / "taken")
    cache.write("features", "abcdef", b"content")

    assert cache.read("features", "abcdef") is None
