"""The sample data set: complete, the same each time, and with nothing alike on both sides of the split."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sandbox import sample_data
from sandbox.sample_data import build, file_name


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sandbox") / "samples"
    build(folder)
    return folder


def about(samples: Path) -> dict[str, object]:
    return json.loads((samples / "datasets" / "emoji" / "dataset.json").read_text())


def lines(samples: Path, part: str) -> list[list[str]]:
    listing = samples / "datasets" / "emoji" / f"{part}_lst" / f"{part}.lst"
    return [line.split("\t") for line in listing.read_text().splitlines()]


@pytest.mark.parametrize("part", ["train", "validation"])
def test_every_picture_is_listed_with_the_label_of_its_folder(samples: Path, part: str) -> None:
    dataset, classes = samples / "datasets" / "emoji", about(samples)["classes"]
    stored = {str(path.relative_to(dataset / part)) for path in (dataset / part).rglob("*.png")}

    assert {name for _, _, name in lines(samples, part)} == stored
    assert all(name.startswith(f"{classes[int(label)]}/") for _, label, name in lines(samples, part))
    assert [index for index, _, _ in lines(samples, part)] == [str(number) for number in range(len(stored))]
    assert len(stored) == about(samples)["images"][part]


def test_there_are_seven_classes_in_the_order_of_their_labels(samples: Path) -> None:
    names = ["animals", "buildings", "clothing", "faces", "flags", "food", "vehicles"]

    assert about(samples)["classes"] == names
    assert sorted(path.name for path in (samples / "held_out").iterdir() if path.is_dir()) == names


def test_about_a_fifth_of_each_class_validates(samples: Path) -> None:
    shares = [counts["validation"] / sum(counts.values()) for counts in about(samples)["per_class"].values()]

    assert all(0.15 <= share <= 0.25 for share in shares)


def test_each_class_keeps_some_pictures_out(samples: Path) -> None:
    kept_out = [len(list(folder.glob("*.png"))) for folder in (samples / "held_out").iterdir() if folder.is_dir()]

    assert all(4 <= count <= 8 for count in kept_out)


def test_pictures_are_opaque_squares_of_96_pixels(samples: Path) -> None:
    kinds = set()
    for path in samples.rglob("*.png"):
        with Image.open(path) as picture:
            kinds.add((picture.size, picture.mode))

    assert kinds == {((96, 96), "RGB")}


def thumbnails(folder: Path) -> np.ndarray:
    def thumbnail(path: Path) -> np.ndarray:
        with Image.open(path) as picture:
            return np.asarray(picture.resize((12, 12), Image.Resampling.BOX), dtype=np.float32).ravel()

    return np.stack([thumbnail(path) for path in sorted(folder.glob("*.png"))])


@pytest.mark.parametrize("name", ["faces", "flags", "animals"])
def test_nothing_that_validates_or_is_kept_out_looks_like_what_trains(samples: Path, name: str) -> None:
    dataset = samples / "datasets" / "emoji"
    trained = thumbnails(dataset / "train" / name)
    for folder in (dataset / "validation" / name, samples / "held_out" / name):
        nearest = [np.abs(trained - other).mean(axis=1).min() for other in thumbnails(folder)]

        assert min(nearest) >= sample_data.ALIKE


def test_the_licence_is_beside_the_pictures(samples: Path) -> None:
    for place in (samples / "datasets" / "emoji", samples / "held_out"):
        assert "CC-BY 4.0" in (place / "ATTRIBUTION.md").read_text()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_building_twice_gives_the_same_files(samples: Path, tmp_path: Path) -> None:
    build(tmp_path / "again")

    assert contents(tmp_path / "again") == contents(samples)


def test_a_complete_folder_is_left_alone(samples: Path) -> None:
    listing = samples / "datasets" / "emoji" / "train_lst" / "train.lst"
    before = listing.stat().st_mtime_ns
    build(samples)

    assert listing.stat().st_mtime_ns == before


def test_a_folder_that_was_not_finished_is_made_anew(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "broken" / "datasets").mkdir(parents=True)
    (tmp_path / "broken" / "datasets" / "scrap.txt").write_text("left over")
    build(tmp_path / "broken")

    assert contents(tmp_path / "broken") == contents(samples)


@pytest.mark.parametrize(
    ("unified", "name"),
    [
        ("2708-FE0F", "2708.png"),
        ("0023-FE0F-20E3", "23-20e3.png"),
        ("1F3F4-200D-2620-FE0F", "1f3f4-200d-2620-fe0f.png"),
    ],
)
def test_code_points_are_spelt_as_twemoji_spells_them(unified: str, name: str) -> None:
    assert file_name(unified) == name
