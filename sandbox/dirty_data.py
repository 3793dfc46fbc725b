"""Makes a deliberately dirty set of pictures, as people's folders are, and a clean zip to upload, from the sample data.

Every defect that the bot tells of is in it at least once, so that the report can be seen.
"""

import io
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

MARKER = "complete"
VERSION = "1"
CLASSES = ("animals", "food", "vehicles")
OF_EACH = 36
ZIP_CLASSES, ZIP_OF_EACH = ("buildings", "clothing", "flags"), 24
ZIP_NAME = "streets.zip"
_ORIENTATION = 0x0112


def build(emoji: Path, folder: Path) -> None:
    """Fills `folder` with team/dirty/ and uploads/ from the classes in `emoji`, unless it is filled already."""
    marker = folder / MARKER
    if marker.is_file() and marker.read_text(encoding="utf-8") == VERSION:
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        _write_dirty(emoji, unfinished / "team" / "dirty")
        _write_zip(emoji, unfinished / "uploads" / ZIP_NAME)
        (unfinished / MARKER).write_text(VERSION, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _pictures(emoji: Path, class_name: str, count: int) -> Sequence[Path]:
    return sorted((emoji / class_name).glob("*.png"))[:count]


def _write_dirty(emoji: Path, folder: Path) -> None:
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
        for number, path in enumerate(_pictures(emoji, name, OF_EACH)):
            _copy(path, folder / name, as_jpeg=number % 3 == 0)
    picture = Image.open(_pictures(emoji, "animals", 1)[0])
    with picture:
        for place, made in _DEFECTS.items():
            _write(folder / place, made(picture.convert("RGB")))
    _write_relations(emoji, folder)


def _copy(path: Path, folder: Path, *, as_jpeg: bool) -> None:
    if not as_jpeg:
        shutil.copyfile(path, folder / path.name)
        return
    with Image.open(path) as picture:
        _write(folder / f"{path.stem}.jpg", _jpeg(picture.convert("RGB")))


def _write_relations(emoji: Path, folder: Path) -> None:
    """What is wrong with pictures, classes and names only beside others."""
    animals, food = _pictures(emoji, "animals", 8), _pictures(emoji, "food", OF_EACH + 4)
    shutil.copyfile(animals[1], folder / "animals" / "once-more.png")
    shutil.copyfile(animals[2], folder / "food" / "not-for-dinner.png")
    for path in food[OF_EACH:]:
        _copy(path, _made(folder / "Food"), as_jpeg=False)
    _copy(_pictures(emoji, "clothing", 1)[0], _made(folder / "hats"), as_jpeg=False)
    _made(folder / "nothing-yet")
    _write(folder / "animals" / "labels.csv", b"name,label\n")
    _write(folder / "notes.txt", b"sorted by hand, mostly\n")
    _write(folder / "animals" / ".DS_Store", b"\x00\x00\x00\x01Bud1")


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def _jpeg(picture: Image.Image, **options: object) -> bytes:
    return _saved(picture, "JPEG", **{"quality": 92, **options})


def _png(picture: Image.Image, **options: object) -> bytes:
    return _saved(picture, "PNG", **options)


def _turned(picture: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    return _jpeg(picture.rotate(90), exif=exif)


def _noise(_: Image.Image) -> bytes:
    """About 5 MB, which no encoder makes smaller."""
    pixels = np.random.default_rng(7).integers(0, 256, (1300, 1300, 3), dtype=np.uint8)
    return _png(Image.fromarray(pixels), compress_level=0)


def _deep(picture: Image.Image) -> bytes:
    grey = np.asarray(picture.convert("L"), dtype=np.uint16) * 257
    return _png(Image.fromarray(grey))


def _transparent(picture: Image.Image) -> bytes:
    clear = picture.convert("RGBA")
    clear.putalpha(picture.convert("L").point(lambda light: 255 if light < 250 else 0))
    return _png(clear)


def _bomb(_: Image.Image) -> bytes:
    """A PNG of a few bytes that claims 60,000 × 60,000 pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" * 1000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def _cut(body: bytes) -> bytes:
    return body[: len(body) * 2 // 3]


_DEFECTS: Mapping[str, Callable[[Image.Image], bytes]] = {
    "animals/cut-short.jpg": lambda picture: _cut(_jpeg(picture.resize((300, 300)))),
    "animals/cut-short.png": lambda picture: _cut(_png(picture.resize((300, 300)))),
    "animals/empty.jpg": lambda _: b"",
    "animals/icon.png": lambda picture: _png(picture.resize((32, 32))),
    "animals/pixel.png": lambda picture: _png(picture.resize((1, 1))),
    "animals/banner.png": lambda picture: _png(picture.resize((5000, 300))),
    "animals/stripe.jpg": lambda picture: _jpeg(picture.resize((2000, 70))),
    "animals/moving.png": lambda picture: _png(picture, save_all=True, append_images=[picture.rotate(90)]),
    "animals/turned.jpg": _turned,
    "food/error-page.png": lambda _: b"<!DOCTYPE html><html><title>404</title></html>",
    "food/recipe.jpg": lambda _: b"%PDF-1.7\n1 0 obj\n",
    "food/really-webp.jpg": lambda picture: _saved(picture, "WEBP"),
    "food/really-png.jpg": lambda picture: _png(picture.rotate(180)),
    "food/moving.gif": lambda picture: _saved(picture, "GIF"),
    "food/printed.jpg": lambda picture: _jpeg(picture.rotate(10).convert("CMYK")),
    "food/palette.png": lambda picture: _png(picture.rotate(20).quantize(32)),
    "vehicles/transparent.png": lambda picture: _transparent(picture.rotate(30)),
    "vehicles/sixteen-bit.png": _deep,
    "vehicles/noise.png": _noise,
    "vehicles/claims-too-much.png": _bomb,
    "vehicles/text.jpg": lambda _: b"this is not a picture\n",
}


def _write_zip(emoji: Path, path: Path) -> None:
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name in ZIP_CLASSES:
            for picture in _pictures(emoji, name, ZIP_OF_EACH):
                archive.write(picture, f"streets/{name}/{picture.name}")
