"""Measures checking and packing of 2,000 JPEGs against plain loops over the same files, and the memory of a long pass.

Each is compared per core: images for a second of processor time, so that a busy machine slows both alike.
"""

import io
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from PIL import Image

from bench.table import Measured, Row
from bot.adapters.data.folders import FolderSource, FolderTarget
from bot.adapters.data.instruments import instruments
from bot.dataset.list_packing import packed_list
from bot.domain.preparations import Options
from bot.formats.listings import Entry
from bot.services.preparation.closing import Order
from bot.services.preparation.dataset_pass import DataSetPass
from bot.services.preparation.packing import Threads

IMAGES, SIDE, CLASSES = 2000, 256, 4
RESIZED, QUALITY = 224, 95
ROUNDS = 3
THREADS = 2
AIM_PER_CORE, AIM_CORES, AIM_MEGABYTES = 0.8, 1.5, 300
MANY = 100_000


@dataclass(frozen=True, slots=True)
class Pace:
    """Images for a second of processor time, and how many cores were in use."""

    per_core: float
    cores: float


def measure(folder: Path) -> Measured:
    """`folder` is for the images and for what is made of them."""
    images = _made(folder / "images")
    root, resized = folder / "images", f"packing, resized to {RESIZED}"
    # What a list says is read before; this is about the files.
    entries = [Entry(number, (0,), str(path.relative_to(root))) for number, path in enumerate(images)]
    rows = [
        *_compared("pass-through packing", "reading the files", lambda: _pack_list(entries, root), _read, images),
        *_compared(resized, "decoding, resizing, encoding", lambda: _pack(images, folder), _remake, images),
        *_compared("checking", "decoding", lambda: _check(images), _decode, images),
    ]
    return Measured([*rows, _memory()])


def _made(folder: Path) -> list[Path]:
    """JPEGs of some 20 KB, each another picture."""
    chance = random.Random(1)
    paths = []
    for number in range(IMAGES):
        path = folder / f"class{number % CLASSES}" / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        coarse = Image.frombytes("RGB", (48, 48), chance.randbytes(48 * 48 * 3))
        coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(path, "JPEG", quality=88)
        paths.append(path)
    return paths


def _compared(
    what: str, against: str, ours: Callable[[], object], plain: Callable[[Path], object], images: list[Path]
) -> list[Row]:
    rounds = [(_paced(ours), _paced(lambda: [plain(path) for path in images])) for _ in range(ROUNDS)]
    our_pace = median(one.per_core for one, _ in rounds)
    plain_pace = median(one.per_core for _, one in rounds)
    ratio = median(one.per_core / other.per_core for one, other in rounds)
    cores = median(one.cores for one, _ in rounds)
    told = f"{our_pace:,.0f} images/s a core, {our_pace * cores:,.0f} in all"
    return [
        Row(what, told, f"{against}: {plain_pace:,.0f} images/s", ratio, "×", AIM_PER_CORE, at_least=True),
        Row(f"{what}, processor time", "", "the time it took", cores, "cores", AIM_CORES, at_least=True),
    ]


def _paced(work: Callable[[], object]) -> Pace:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return Pace(IMAGES / processor, processor / wall)


def _read(path: Path) -> None:
    with path.open("rb") as file:
        file.read()


def _decode(path: Path) -> None:
    with Image.open(path) as image:
        image.load()


def _remake(path: Path) -> None:
    with Image.open(path) as image:
        image.resize((RESIZED, RESIZED), Image.Resampling.BICUBIC).save(io.BytesIO(), "JPEG", quality=QUALITY)


def _pack_list(entries: list[Entry], root: Path) -> None:
    # To a new name: to take the place of a file, and to remove one, costs as much as writing it.
    out = root.parent / f"{uuid.uuid4().hex}.rec"
    packed_list(FolderSource(root), entries, out, lambda _read, _left_out: None)


def _pack(images: list[Path], folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as out:
        _pass(images, Path(out), Options(resize=RESIZED, quality=QUALITY), checks_only=False)


def _check(images: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as out:
        _pass(images, Path(out), Options(), checks_only=True)


def _pass(images: list[Path], out: Path, options: Options, *, checks_only: bool) -> None:
    passing = DataSetPass(instruments(), Threads(THREADS), checks_only=checks_only)
    source = FolderSource(images[0].parent.parent)
    passing.run(Order("bench", options, "", datetime.now(UTC), {}), source, FolderTarget(out), lambda _: None)


def _memory() -> Row:
    megabytes = _peak_megabytes(MANY)
    return Row(f"memory of a pass over {MANY:,} images", f"{megabytes:.0f} MB", "", megabytes, "MB", AIM_MEGABYTES)


def _peak_megabytes(count: int) -> float:
    told = subprocess.run(
        [sys.executable, "-m", "bench.long_pass", str(count)], stdout=subprocess.PIPE, text=True, check=True
    )
    return float(told.stdout)
