"""Sets that somebody has packed already: which of their files are taken, and where from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.datasets import Format
from bot.domain.layouts import recognised
from bot.domain.placing import Split
from bot.domain.ready_made import ReadyMade, named_classes
from bot.domain.sources import SourceObject
from bot.errors import RefusedError

PLACE = "s3://team/pets/"


def ready_made(*keys: str) -> ReadyMade:
    found = recognised(SourceObject(key, 20_000) for key in keys).ready_made
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("train", "validation"),
    [
        ("train.rec", "validation.rec"),
        ("train.rec", "val.rec"),
        ("train.rec", "test.rec"),
        ("caltech-256-60-train.rec", "caltech-256-60-val.rec"),
        ("train/data.rec", "validation/data.rec"),
        ("pets/train/pets_train.rec", "pets/valid/pets_valid.rec"),
        ("TRAIN.REC", "Val.Rec"),
    ],
)
def test_a_pair_of_recordio_files_is_told_by_file_or_folder(train: str, validation: str) -> None:
    found = ready_made(train, validation)

    assert (found.format, found.tables) == (Format.REC, {Split.TRAIN: train, Split.VALIDATION: validation})


def test_indexes_are_found_beside_and_apart() -> None:
    beside = ready_made("train.rec", "train.idx", "val.rec")
    apart = ready_made("train/train.rec", "validation/validation.rec", "train_idx/train.idx")

    assert beside.indexes == {Split.TRAIN: "train.idx"}
    assert apart.indexes == {Split.TRAIN: "train_idx/train.idx"}


def test_what_the_bot_has_written_is_recognised_again() -> None:
    side_files = ("classes.txt", "split.csv", "report.csv", "contact-sheet.jpg", "summary.json")
    found = ready_made(
        *side_files, *(f"{split}{end}/{split}.{kind}" for split in ("train", "validation")
                       for end, kind in (("", "rec"), ("_idx", "idx"), ("_lst", "lst"))),
    )  # fmt: skip

    assert found.locations(PLACE, {}) == {
        "train": f"{PLACE}train/train.rec",
        "validation": f"{PLACE}validation/validation.rec",
    }
    assert found.names_key == "classes.txt"


def test_lists_with_images_are_taken_before_class_folders() -> None:
    found = ready_made("train/cat/1.jpg", "train/dog/1.jpg", "val/cat/2.jpg", "train.lst", "val.lst")

    assert (found.format, found.tables[Split.VALIDATION]) == (Format.LST, "val.lst")
    assert set(found.files) == {"train/cat/1.jpg", "train/dog/1.jpg", "val/cat/2.jpg"}


@pytest.mark.parametrize(
    ("keys", "path", "root"),
    [
        (("train_lst/train.lst", "validation_lst/validation.lst", "train/cat/1.jpg"), "cat/1.jpg", "train/"),
        (("train.lst", "val.lst", "cat/1.jpg"), "cat/1.jpg", ""),
        (("train.lst", "val.lst", "images/1.jpg"), "1.jpg", "images/"),
        (("lists/train.lst", "lists/val.lst", "images/1.jpg"), "1.jpg", "images/"),
        (("p/train.lst", "p/val.lst", "p/train/a/1.jpg"), "a/1.jpg", "p/train/"),
        (("p/train.lst", "p/val.lst", "p/train/a/1.jpg"), "train/a/1.jpg", "p/"),
    ],
)
def test_where_a_lists_paths_start_is_found_by_what_lies_there(keys: tuple[str, ...], path: str, root: str) -> None:
    assert ready_made(*keys).rooted(Split.TRAIN, [path, "gone.jpg"]) == root


def test_lists_are_named_themselves_and_images_by_their_folder() -> None:
    found = ready_made("train.lst", "val.lst", "images/1.jpg")

    assert found.locations(PLACE, {Split.TRAIN: "images/", Split.VALIDATION: "images/"}) == {
        "train": f"{PLACE}images/",
        "validation": f"{PLACE}images/",
        "train_lst": f"{PLACE}train.lst",
        "validation_lst": f"{PLACE}val.lst",
    }


@pytest.mark.parametrize(
    ("train", "validation"),
    [
        ("train.manifest", "validation.manifest"),
        ("train.jsonl", "val.jsonl"),
        ("train/output.manifest", "validation/output.manifest"),
    ],
)
def test_a_pair_of_manifests_is_told_by_file_or_folder(train: str, validation: str) -> None:
    found = ready_made(train, validation, "images/1.jpg")

    assert (found.format, found.locations(PLACE, {})["train"]) == (Format.MANIFEST, f"{PLACE}{train}")


def test_the_captions_of_an_image_folder_are_no_manifests() -> None:
    found = recognised(
        SourceObject(key, 9) for split in ("train", "validation") for key in
        (f"{split}/cat/1.jpg", f"{split}/dog/1.jpg", f"{split}/metadata.jsonl")
    )  # fmt: skip

    assert (found.ready_made, found.names) == (None, ("cat", "dog"))


def test_tables_that_are_not_taken_are_noted() -> None:
    found = recognised(SourceObject(key, 9) for key in ("train.rec", "val.rec", "test.rec", "extra.rec"))

    assert sorted(finding.key for finding in found.findings) == ["extra.rec", "test.rec"]


def test_a_list_alone_does_not_hide_class_folders() -> None:
    assert recognised(SourceObject(key, 9) for key in ("cat/1.jpg", "dog/1.jpg", "all.lst")).names == ("cat", "dog")


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (("train.rec",), "exactly one for each"),
        (("a.rec", "b.rec"), "`a.rec`, `b.rec`"),
        (("train.rec", "train_2.rec", "val.rec"), "exactly one for each"),
        (("out.manifest",), "`train.manifest` and `validation.manifest`"),
        (("train.rec", "val.rec", "train.manifest", "val.manifest"), "RecordIO files and manifests"),
        (("train.rec", "val.rec", "cat/1.jpg", "dog/1.jpg"), "RecordIO files and class folders"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(keys: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        ready_made(*keys)

    assert sentence in refusal.value.sentences


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("classes.txt", b"cat\ndog\n"),
        ("classes.txt", b"\xef\xbb\xbfcat\r\n dog \r\n\r\n"),
        ("classes.json", b'["cat", "dog"]'),
        ("labels.json", b'{"0": "cat", "1": "dog"}'),
        ("labels.json", b'{"dog": 1, "cat": 0}'),
    ],
)
def test_names_are_read_in_label_order(key: str, body: bytes) -> None:
    assert named_classes(key, body) == ("cat", "dog")


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("classes.json", b"{"),
        ("classes.json", b"7"),
        ("classes.json", b"[" * 100_000),
        ("classes.json", b'{"0": "cat", "2": "dog"}'),
        ("classes.json", b'{"a": "cat"}'),
        ("classes.txt", b"\xff\xfe"),
        ("classes.txt", b"cat\ncat\n"),
    ],
)
def test_names_that_cannot_be_read_are_refused(key: str, body: bytes) -> None:
    with pytest.raises(RefusedError, match=key):
        named_classes(key, body)


@given(st.sampled_from(["classes.txt", "classes.json"]), st.binary())
def test_no_bytes_break_the_reader_of_names(key: str, body: bytes) -> None:
    try:
        names = named_classes(key, body)
    except RefusedError:
        return
    assert len(set(names)) == len(names)
