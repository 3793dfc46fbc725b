"""Images that no model reads, and that a converter reads: bombs, lies and damage in them."""

import io
import random
import struct
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import pillow_heif
from PIL import Image

from tests.hostile.bombs import deflated_zeros
from tests.hostile.broken import cut, damaged
from tests.pictures import a_picture, saved

Files = dict[str, Callable[[], bytes]]
_SHARES = (0.01, 0.5, 0.97)
_KINDS = ("gif", "webp", "bmp", "tiff", "heif", "avif")


def files() -> Files:
    return {**_liars(), **_bombs(), **_damaged()}


@cache
def a_foreign(kind: str, size: tuple[int, int] = (300, 200), **options: Any) -> bytes:
    if kind != "heif":
        return saved(a_picture(size), kind, **options)
    target = io.BytesIO()
    pillow_heif.from_pillow(a_picture(size)).save(target, quality=50)
    return target.getvalue()


def with_sizes(image: bytes, width: int, height: int) -> bytes:
    """A HEIC or AVIF whose header says another size than its pixels have."""
    parts = image.split(b"ispe\0\0\0\0")
    return b"".join((parts[0], *(b"ispe\0\0\0\0" + struct.pack(">II", width, height) + part[8:] for part in parts[1:])))


def webp_claiming(width: int, height: int) -> bytes:
    image = bytearray(a_foreign("webp", lossless=True))
    image[21:25] = struct.pack("<I", width - 1 | height - 1 << 14)
    return bytes(image)


def a_tiff(width: int, height: int, compression: int, data: bytes, **tags: int) -> bytes:
    """A TIFF of grey pixels, all of them in one strip."""
    numbers = {"rows": 278, "tile_width": 322, "tile_height": 323, "orientation": 274, "samples": 277}
    told = {256: width, 257: height, 258: 8, 259: compression, 262: 1, 273: 4096, 277: 1, 278: height, 279: len(data)}
    told |= {numbers[name]: value for name, value in tags.items()}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(told.items()))
    directory = struct.pack("<H", len(told)) + entries + bytes(4)
    return (b"II*\0\x08\0\0\0" + directory).ljust(4096, b"\0") + data


def _liars() -> Files:
    gif, heif, avif = a_foreign("gif"), a_foreign("heif"), a_foreign("avif")
    return {
        "gif-of-65535-a-side": lambda: gif[:6] + b"\xff\xff\xff\xff" + gif[10:],
        "gif-with-a-frame-beyond": lambda: _gif_with_frame(gif, 65_535, 65_535),
        "webp-of-16383-a-side": lambda: webp_claiming(16_383, 16_383),
        "webp-of-2800-a-side": lambda: webp_claiming(2800, 2800),
        "bmp-of-2-billion-a-side": lambda: _bmp(2**31 - 1, 2**31 - 1),
        "bmp-upside-down": lambda: _bmp(-300, -200),
        "bmp-packed": lambda: _bmp(4000, 4000, compression=1),
        "tiff-of-4-billion-a-side": lambda: a_tiff(2**32 - 1, 2**32 - 1, 1, b""),
        "tiff-with-a-tile-of-gigabytes": lambda: a_tiff(100, 100, 8, b"", tile_width=65_520, tile_height=65_520),
        "tiff-with-strips-of-gigabytes": lambda: a_tiff(100, 100, 8, deflated_zeros(10_000), rows=2**32 - 1),
        "tiff-of-65535-samples": lambda: a_tiff(100, 100, 1, bytes(10_000), samples=65_535),
        "tiff-with-a-jpeg-in-it": lambda: a_tiff(100, 100, 7, bytes(10_000)),
        "tiff-with-a-webp-in-it": lambda: a_tiff(100, 100, 50_001, bytes(10_000)),
        "tiff-whose-directory-is-its-next": _looping_tiff,
        "heif-of-65535-a-side": lambda: with_sizes(heif, 65_535, 65_535),
        "heif-of-25-million": lambda: with_sizes(heif, 5000, 5000),
        "heif-that-says-less": lambda: with_sizes(a_foreign("heif", (500, 400)), 64, 64),
        "heif-as-avif": lambda: heif.replace(b"ftypheic", b"ftypavif"),
        "avif-as-heif": lambda: avif.replace(b"ftypavif", b"ftypheic"),
        "avif-of-65535-a-side": lambda: with_sizes(avif, 65_535, 65_535),
        "avif-of-16-million": lambda: with_sizes(avif, 4096, 4096),
    }


def _bombs() -> Files:
    return {
        "tiff-of-25-million-pixels": lambda: a_tiff(5000, 5000, 8, deflated_zeros(25_000_000)),
        "tiff-that-unpacks-to-gigabytes": lambda: a_tiff(100, 100, 8, deflated_zeros(3_000_000_000)),
        "tiff-turned-of-25-million": lambda: a_tiff(5000, 5000, 8, deflated_zeros(25_000_000), orientation=6),
        "gif-of-25-million-pixels": lambda: saved(Image.new("P", (5000, 5000)), "GIF"),
        "gif-of-blocks-without-end": lambda: a_foreign("gif")[:13] + b"\x21\xfe" + b"\1x" * 15_000_000,
        "gif-of-many-comments": lambda: _gif_with_comments(200_000),
        "gif-animated": lambda: _animated("GIF", 200),
        "webp-animated": lambda: _animated("WEBP", 20),
        "tiff-of-many-pages": lambda: _animated("TIFF", 50),
        "webp-of-8-million-pixels": lambda: saved(
            Image.new("RGBA", (2800, 2800), (9, 9, 9, 99)), "WEBP", lossless=True
        ),
    }


def _damaged() -> Files:
    return {
        **{f"{kind}-cut-at-{at}": partial(cut, partial(a_foreign, kind), at) for kind in _KINDS for at in _SHARES},
        **{f"{kind}-damaged-{seed}": partial(_damaged_one, kind, seed) for kind in _KINDS for seed in range(2)},
        "heif-of-random-bytes": lambda: b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + random.Random(7).randbytes(400_000),
        "heif-of-boxes-without-end": lambda: b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"\0\0\0\x08free" * 4_000_000,
        "heif-with-random-pixels": lambda: _random_pixels(a_foreign("heif")),
        "avif-with-random-pixels": lambda: _random_pixels(a_foreign("avif")),
    }


def _damaged_one(kind: str, seed: int) -> bytes:
    """Damaged where sizes and tables are, and so that its kind is told still."""
    return damaged(a_foreign(kind), seed, first=16, most=600)


def _random_pixels(image: bytes) -> bytes:
    at = image.index(b"mdat") + 4
    return image[:at] + random.Random(7).randbytes(len(image) - at)


def _gif_with_frame(gif: bytes, width: int, height: int) -> bytes:
    at = gif.index(b"\x2c\0\0\0\0")
    return gif[: at + 5] + struct.pack("<HH", width, height) + gif[at + 9 :]


def _gif_with_comments(count: int) -> bytes:
    gif = a_foreign("gif")
    at = gif.index(b"\x2c\0\0\0\0")
    return gif[:at] + b"\x21\xfe\1x\0" * count + gif[at:]


def _bmp(width: int, height: int, compression: int = 0) -> bytes:
    image = bytearray(a_foreign("bmp"))
    image[18:26] = struct.pack("<ii", width, height)
    image[30:34] = struct.pack("<I", compression)
    return bytes(image)


def _looping_tiff() -> bytes:
    image = bytearray(a_tiff(100, 100, 1, bytes(10_000)))
    (entries,) = struct.unpack_from("<H", image, 8)
    struct.pack_into("<I", image, 10 + 12 * entries, 8)
    return bytes(image)


def _animated(kind: str, frames: int) -> bytes:
    pictures = [Image.new("RGB", (70, 70), (number % 256, 0, 90)) for number in range(frames)]
    return saved(pictures[0], kind, save_all=True, append_images=pictures[1:])
