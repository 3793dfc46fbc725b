"""Files that are damaged, in their pixels, their headers or in what describes them."""

import random
import struct
import zlib
from collections.abc import Callable
from functools import partial

from tests.pictures import a_deep_png, a_jpeg, a_png, png_claiming, segment_removed

_SHARES = (0.001, 0.05, 0.3, 0.7, 0.98)
Files = dict[str, Callable[[], bytes]]


def files() -> Files:
    return {**_cut(), **_garbage(), **_described(), **_odd()}


def _cut() -> Files:
    whole = {
        "jpeg": lambda: a_jpeg((400, 300)),
        "progressive": lambda: a_jpeg((400, 300), progressive=True),
        "png": lambda: a_png((400, 300)),
        "palette": lambda: a_png((400, 300), mode="P"),
    }
    return {f"{name}-cut-at-{share}": partial(cut, make, share) for name, make in whole.items() for share in _SHARES}


def cut(make: Callable[[], bytes], share: float) -> bytes:
    image = make()
    return image[: int(len(image) * share)]


def damaged(image: bytes, seed: int, first: int = 0, most: int | None = None) -> bytes:
    """The image with twenty of its bytes changed, the same each time."""
    chance, bytes_of = random.Random(seed), bytearray(image)
    for _ in range(20):
        bytes_of[chance.randrange(first, min(len(image), most or len(image)))] = chance.randrange(256)
    return bytes(bytes_of)


def _garbage() -> Files:
    chance = random.Random(7)
    return {
        "empty": lambda: b"",
        "one-byte": lambda: b"\xff",
        "random-bytes": lambda: chance.randbytes(300_000),
        "zeros": lambda: bytes(4_000_000),
        "jpeg-of-random-bytes": lambda: b"\xff\xd8\xff\xe0" + chance.randbytes(4_000_000),
        "png-of-random-bytes": lambda: b"\x89PNG\r\n\x1a\n" + chance.randbytes(4_000_000),
        "jpeg-that-only-begins": lambda: b"\xff\xd8\xff",
        "png-that-only-begins": lambda: b"\x89PNG\r\n\x1a\n",
        "png-without-pixels": lambda: png_claiming(256, 256),
        **{f"jpeg-damaged-{seed}": partial(damaged, a_jpeg((300, 200)), seed) for seed in range(6)},
        **{f"png-damaged-{seed}": partial(damaged, a_png((300, 200)), seed) for seed in range(4)},
    }


def _described() -> Files:
    """In EXIF, a directory's entry is its tag, its kind, how many there are, and where they are."""
    looping = struct.pack(">HHHIIHHII", 2, 0x8769, 4, 1, 8, 0x8825, 4, 1, 8)
    nested = b"".join(struct.pack(">HHHIII", 1, 0x8769, 4, 1, 8 + 18 * n, 8 + 18 * n) for n in range(1, 3000))
    beyond = struct.pack(">HHHIII", 1, 0x8298, 2, 0xFFFF_FFF0, 0xFFFF_FFF0, 0)
    claims = struct.pack(">H", 0xFFFF) + struct.pack(">HHII", 0x0112, 3, 1, 9 << 16) * 5000
    return {
        "exif-that-loops": lambda: a_jpeg(exif=_EXIF + looping),
        "exif-nested-3000-deep": lambda: a_jpeg(exif=_EXIF + nested[:60_000]),
        "exif-that-points-beyond": lambda: a_jpeg(exif=_EXIF + beyond),
        "exif-of-65535-entries": lambda: a_jpeg(exif=_EXIF + claims),
        "exif-that-is-no-exif": lambda: a_jpeg(exif=b"Exif\0\0no tiff header here"),
        "exif-without-end": lambda: a_jpeg(exif=_EXIF[:-4] + b"\xff\xff\xff\xf0\0\1"),
        "profile-of-many-megabytes": lambda: _with_segments(b"\xe2", b"ICC_PROFILE\0\1\xff", 60),
        "xmp-of-many-megabytes": lambda: _with_segments(b"\xe1", b"http://ns.adobe.com/xap/1.0/\0", 60),
        "comments-of-30-megabytes": lambda: _with_segments(b"\xfe", b"", 480),
        "jfif-with-thumbnail": lambda: (
            b"\xff\xd8\xff\xe0\x12\xd0JFIF\0\1\2\0\0\1\0\1\x28\x28" + bytes(4800) + a_jpeg()[20:]
        ),
    }


_EXIF = b"Exif\0\0MM\0*\0\0\0\x08"


def _with_segments(marker: bytes, start: bytes, count: int) -> bytes:
    image = a_jpeg()
    content = start + b"x" * (65_533 - len(start))
    return image[:2] + (b"\xff" + marker + struct.pack(">H", len(content) + 2) + content) * count + image[2:]


def _odd() -> Files:
    """Unusual ones, of which most are good."""
    jpeg = a_jpeg((256, 256))
    frame = jpeg.find(b"\xff\xc0")
    return {
        "cmyk": lambda: a_jpeg(mode="CMYK"),
        "deep": lambda: a_deep_png((300, 200)),
        "deep-grey-with-alpha": lambda: a_deep_png((300, 200), 4),
        "one-bit": lambda: a_png(mode="1"),
        "grey-with-alpha": lambda: a_png(mode="LA"),
        "jpeg-of-12-bits": lambda: jpeg[: frame + 4] + b"\x0c" + jpeg[frame + 5 :],
        "jpeg-lossless": lambda: jpeg[:frame] + b"\xff\xc3" + jpeg[frame + 2 :],
        "jpeg-arithmetic": lambda: jpeg[:frame] + b"\xff\xc9" + jpeg[frame + 2 :],
        "jpeg-of-no-rows": lambda: jpeg[: frame + 5] + b"\0\0" + jpeg[frame + 7 :],
        "jpeg-without-tables": lambda: segment_removed(segment_removed(jpeg, 0xDB), 0xC4),
        "jpeg-with-two-frames": lambda: jpeg[:frame] + jpeg[frame : frame + 19] + jpeg[frame:],
        "png-that-says-it-is-interlaced": _interlaced,
    }


def _interlaced() -> bytes:
    """A PNG whose header says that it is interlaced, and whose pixels are not: too few of them are there."""
    plain = bytearray(a_png((300, 200)))
    plain[28] = 1
    plain[29:33] = struct.pack(">I", zlib.crc32(plain[12:29]))
    return bytes(plain)
