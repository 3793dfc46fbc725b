"""Reading .lst files, and holding the data against the hyperparameters."""

import json
from pathlib import Path

import pytest

from training.container import Container
from training.errors import CustomerError
from training.hyperparameters import Hyperparameters
from training.listing import Listing, Sample, check_listing, read_channel


def container(base: Path, lines: str, content_type: str | None = None) -> Container:
    data = base / "input" / "data"
    (data / "train").mkdir(parents=True)
    (data / "train_lst").mkdir()
    (data / "train_lst" / "train.lst").write_text(lines, encoding="utf-8")
    if content_type:
        (base / "input" / "config").mkdir()
        described = {"train": {"ContentType": content_type}}
        (base / "input" / "config" / "inputdataconfig.json").write_text(json.dumps(described), encoding="utf-8")
    return Container.of([], {"SAGEMAKER_BASE_DIR": str(base)})


def test_a_listing_names_pictures_and_labels(tmp_path: Path) -> None:
    samples = read_channel(container(tmp_path, "5\t0\tcats/a b.png\n9\t1.000000\tdogs/b.jpg\r\n\n"), "train")

    pictures = tmp_path / "input" / "data" / "train"
    assert samples == (Sample(pictures / "cats/a b.png", 0), Sample(pictures / "dogs/b.jpg", 1))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 0 a.png", "separated by tabs"),
        ("0\t1\t0\ta.png", "4 fields"),
        ("0\tcat\ta.png", "'cat' is not a number"),
        ("0\tnan\ta.png", "is not a number"),
        ("0\tinf\ta.png", "is not a number"),
        ("0\t-1\ta.png", "counted from 0"),
        ("0\t0.5\ta.png", "counted from 0"),
        ("0\t0\t../../secret.png", "inside the channel"),
        ("0\t0\t/etc/hostname", "inside the channel"),
        ("0\t0\t", "inside the channel"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(CustomerError, match=r"train\.lst, line 2: .*") as refused:
        read_channel(container(tmp_path, f"0\t0\tok.png\n{line}\n"), "train")

    assert said in str(refused.value)


def test_an_empty_listing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CustomerError, match="lists no pictures"):
        read_channel(container(tmp_path, "\n"), "train")


def test_a_missing_channel_is_named(tmp_path: Path) -> None:
    with pytest.raises(CustomerError, match="'validation' is missing"):
        read_channel(container(tmp_path, "0\t0\ta.png"), "validation")


def test_two_listings_are_one_too_many(tmp_path: Path) -> None:
    given = container(tmp_path, "0\t0\ta.png")
    (tmp_path / "input" / "data" / "train_lst" / "more.lst").write_text("")
    with pytest.raises(CustomerError, match=r"must hold one \.lst file and holds 2"):
        read_channel(given, "train")


def test_a_content_type_that_is_not_available_is_named(tmp_path: Path) -> None:
    with pytest.raises(CustomerError, match="'application/x-recordio' of the input channel 'train' is not available"):
        read_channel(container(tmp_path, "0\t0\ta.png", "application/x-recordio"), "train")


def test_a_pictures_content_type_is_read_without_its_parameters(tmp_path: Path) -> None:
    assert read_channel(container(tmp_path, "0\t0\ta.png", "application/x-image; charset=utf-8"), "train")


def listing(train: list[int], validation: list[int]) -> Listing:
    return Listing(tuple(Sample(Path("t"), label) for label in train), tuple(Sample(Path("v"), n) for n in validation))


def chosen(classes: int, samples: int, batch: int = 1) -> Hyperparameters:
    return Hyperparameters(num_classes=classes, num_training_samples=samples, mini_batch_size=batch)


@pytest.mark.parametrize(("train", "validation"), [([0, 1], [0]), ([0, 1, 3], [0]), ([0, 1, 2], [3])])
def test_another_number_of_classes_is_refused(train: list[int], validation: list[int]) -> None:
    with pytest.raises(CustomerError, match="num_classes=3 does not match"):
        check_listing(listing(train, validation), chosen(3, len(train)))


def test_more_in_a_mini_batch_than_there_is_is_refused() -> None:
    with pytest.raises(CustomerError, match="mini_batch_size=3 is more than the 2"):
        check_listing(listing([0, 1], [0]), chosen(2, 2, batch=3))


def test_another_number_of_samples_deserves_a_warning() -> None:
    assert check_listing(listing([0, 1], [0]), chosen(2, 5)) == [
        "num_training_samples=5, but 2 are listed; going on with 2"
    ]


def test_data_that_fits_deserves_none() -> None:
    assert check_listing(listing([0, 1], [1]), chosen(2, 2)) == []
