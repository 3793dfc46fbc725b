"""Reading .lst files."""

from pathlib import Path

import pytest

from training.container import Container
from training.errors import CustomerError
from training.listing import read_listing
from training.samples import Sample


def container(base: Path, lines: str) -> Container:
    data = base / "input" / "data"
    (data / "train").mkdir(parents=True)
    (data / "train_lst").mkdir()
    (data / "train_lst" / "train.lst").write_text(lines, encoding="utf-8")
    return Container.of([], {"SAGEMAKER_BASE_DIR": str(base)})


def read(base: Path, lines: str, classes: int = 3) -> tuple[Sample, ...]:
    return read_listing(container(base, lines), "train", classes)


@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_listing_names_pictures_and_labels(tmp_path: Path, start: str) -> None:
    samples = read(tmp_path, f"{start}5\t0\tcats/a b.png\n9\t1.000000\tdogs/b.jpg\r\n\n")

    assert [(sample.name, sample.label) for sample in samples] == [("cats/a b.png", 0), ("dogs/b.jpg", 1)]


def test_a_sample_gives_the_bytes_of_its_file(tmp_path: Path) -> None:
    (sample,) = read(tmp_path, "5\t0\tcats/a.png\n")
    (tmp_path / "input" / "data" / "train" / "cats").mkdir()
    (tmp_path / "input" / "data" / "train" / "cats" / "a.png").write_bytes(b"picture")

    assert sample.read() == b"picture"


def test_a_column_for_each_class_may_stand_in_place_of_one_label(tmp_path: Path) -> None:
    samples = read(tmp_path, "0\t0\t0\t1\ta.png\n1\t1.000000\t0\t0\tb.png\n")

    assert [sample.label for sample in samples] == [2, 0]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 0 a.png", "separated by tabs"),
        ("0\ta.png", "2 fields"),
        ("0\t1\t0\ta.png", "2 labels do not match num_classes=3"),
        ("0\t1\t0\t1\ta.png", "2 classes, but with multi_label=0 a picture has one"),
        ("0\t0\t0\t0\ta.png", "0 classes"),
        ("0\t0\t2\t0\ta.png", "must be 0 or 1"),
        ("0\tcat\ta.png", "'cat' is not a number"),
        ("0\tnan\ta.png", "counted from 0"),
        ("0\tinf\ta.png", "counted from 0"),
        ("0\t-1\ta.png", "counted from 0"),
        ("0\t0.5\ta.png", "counted from 0"),
        ("0\t0\t../../secret.png", "inside the channel"),
        ("0\t0\t/etc/hostname", "inside the channel"),
        ("0\t0\t", "inside the channel"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(CustomerError, match=r"train\.lst, line 2: .*") as refused:
        read(tmp_path, f"0\t0\tok.png\n{line}\n")

    assert said in str(refused.value)


def test_an_empty_listing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CustomerError, match="lists no pictures"):
        read(tmp_path, "\n")


def test_a_missing_channel_is_named(tmp_path: Path) -> None:
    with pytest.raises(CustomerError, match="'validation' is missing"):
        read_listing(container(tmp_path, "0\t0\ta.png"), "validation", 3)


def test_two_listings_are_one_too_many(tmp_path: Path) -> None:
    given = container(tmp_path, "0\t0\ta.png")
    (tmp_path / "input" / "data" / "train_lst" / "more.lst").write_text("")
    with pytest.raises(CustomerError, match=r"must hold one \.lst file and holds 2"):
        read_listing(given, "train", 3)
