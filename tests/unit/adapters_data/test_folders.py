"""A folder as a source of images, and as the place that a data set is written to."""

import os
from pathlib import Path

import pytest

from bot.adapters.data.folders import FolderSource, FolderTarget
from bot.errors import GoneError, RefusedError


@pytest.fixture
def target(tmp_path: Path) -> FolderTarget:
    return FolderTarget(tmp_path / "out")


def test_all_files_are_found_in_the_order_of_their_keys(tmp_path: Path) -> None:
    for name in ("b/2.jpg", "a/1.jpg", "a.txt", "b/deeper/3.jpg"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * len(name))

    found = [(one.key, one.size) for one in FolderSource(tmp_path).objects()]
    assert found == [("a.txt", 5), ("a/1.jpg", 7), ("b/2.jpg", 7), ("b/deeper/3.jpg", 14)]


def test_a_link_that_leads_in_a_circle_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "again").symlink_to(tmp_path)

    assert list(FolderSource(tmp_path).objects()) == []


def test_what_is_no_file_is_not_found(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert list(FolderSource(tmp_path).objects()) == []


def test_a_folder_that_is_not_there_is_gone(tmp_path: Path) -> None:
    with pytest.raises(GoneError, match="There is no folder"):
        FolderSource(tmp_path / "none").objects()


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(GoneError):
        FolderSource(tmp_path).read("cat/1.jpg", 10)


def test_a_file_that_is_larger_than_asked_for_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")

    assert FolderSource(tmp_path).read("a", 5) == b"12345"
    with pytest.raises(RefusedError):
        FolderSource(tmp_path).read("a", 4)


def test_an_object_is_read_as_it_was_put(target: FolderTarget) -> None:
    target.put("train_lst/train.lst", b"one")
    target.put("train_lst/train.lst", b"two")

    assert target.read("train_lst/train.lst") == b"two"
    assert target.read("train_lst/other.lst") is None


def test_parts_make_one_object_that_appears_when_it_is_complete(target: FolderTarget) -> None:
    upload = target.begin("train/train.rec")
    etags = [target.part("train/train.rec", upload, number, body) for number, body in enumerate((b"ab", b"c", b""), 1)]
    before = target.read("train/train.rec")
    target.complete("train/train.rec", upload, etags)

    assert (before, target.read("train/train.rec")) == (None, b"abc")


def test_a_part_that_is_written_again_takes_the_place_of_itself_and_of_what_followed(tmp_path: Path) -> None:
    first = FolderTarget(tmp_path)
    upload = first.begin("train/train.rec")
    first.part("train/train.rec", upload, 1, b"abc")
    first.part("train/train.rec", upload, 2, b"lost with the process")
    again = FolderTarget(tmp_path)
    etags = [again.part("train/train.rec", upload, 1, b"abc"), again.part("train/train.rec", upload, 2, b"de")]
    again.complete("train/train.rec", upload, etags)

    assert again.read("train/train.rec") == b"abcde"


def test_completing_leaves_out_what_no_etag_speaks_of(target: FolderTarget) -> None:
    upload = target.begin("train/train.rec")
    etag = target.part("train/train.rec", upload, 1, b"abc")
    target.part("train/train.rec", upload, 2, b"never noted")
    target.complete("train/train.rec", upload, [etag])

    assert target.read("train/train.rec") == b"abc"


def test_completing_twice_is_no_fault(target: FolderTarget) -> None:
    upload = target.begin("train/train.rec")
    etag = target.part("train/train.rec", upload, 1, b"abc")
    target.complete("train/train.rec", upload, [etag])
    target.complete("train/train.rec", upload, [etag])

    assert target.read("train/train.rec") == b"abc"


def test_what_was_given_up_cannot_be_gone_on_with(target: FolderTarget) -> None:
    upload = target.begin("train/train.rec")
    target.remove("train/")

    with pytest.raises(GoneError):
        target.part("train/train.rec", upload, 1, b"abc")


def test_removing_everything_leaves_what_we_did_not_write(target: FolderTarget, tmp_path: Path) -> None:
    target.put("train/train.rec", b"ours")
    target.put("classes.txt", b"ours")
    (tmp_path / "out" / "thesis.txt").write_text("theirs")
    target.remove()

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.txt"]
