"""JPEGs and PNGs that are small and would become large, or take long."""

import io
import random
import struct
import zlib
from collections.abc import Callable
from functools import partial

from PIL import Image

from tests.pictures import a_jpeg, a_png, jpeg_claiming, png_chunk, png_claiming, saved

MILLION = 1_000_000
_PNG_START = b"\x89PNG\r\n\x1a\n"


def files() -> dict[str, Callable[[], bytes]]:
    return {**_pngs(), **_jpegs()}


def _pngs() -> dict[str, Callable[[], bytes]]:
    return {
        "png-of-30000-a-side": lambda: png_of_zeros(30_000, 30_000, bits=8, colour=2),
        "png-of-30000-a-side-grey-bits": lambda: png_of_zeros(30_000, 30_000, bits=1, colour=0),
        "png-that-declares-300-mb": lambda: png_of_zeros(10_240, 10_240, bits=8, colour=2),
        "png-that-declares-petabytes": lambda: png_claiming(2**31 - 1, 2**31 - 1),
        "png-of-25-million-deep-pixels": lambda: png_of_zeros(5000, 5000, bits=16, colour=6),
        "png-of-4096-a-side-deep": lambda: png_of_zeros(4096, 4096, bits=16, colour=6),
        "png-of-4096-a-side-interlaced": lambda: png_of_zeros(4096, 4096, bits=8, colour=6, interlaced=True),
        "png-of-4096-a-side-deep-interlaced": lambda: png_of_zeros(4096, 4096, bits=16, colour=6, interlaced=True),
        "png-of-4096-a-side-deep-cut": _half_a_deep_png,
        "png-with-pixels-after-the-last": lambda: png_claiming(64, 64, data=deflated_zeros(2000 * MILLION)),
        "png-of-one-pixel": lambda: a_png((1, 1)),
        "png-of-65535-by-1": lambda: png_of_zeros(65_535, 1, bits=8, colour=2),
        "png-of-a-million-chunks": lambda: a_png()[:33] + png_chunk(b"teXt", b"") * MILLION,
        "png-turned-4096-a-side": lambda: _turned_png(4096),
        "png-with-text-bomb": lambda: _with_chunk(b"iTXt", b"a\0\1\0\0\0" + deflated_zeros(1000 * MILLION)),
        "png-with-compressed-text-bombs": lambda: _with_chunk(b"zTXt", b"a\0\0" + deflated_zeros(40 * MILLION), 50),
        "png-with-profile-bomb": lambda: _with_chunk(b"iCCP", b"a\0\0" + deflated_zeros(1000 * MILLION)),
        "apng-of-10000-frames": lambda: apng(10_000),
        "apng-that-claims-one-frame": lambda: apng(1),
    }


def _jpegs() -> dict[str, Callable[[], bytes]]:
    return {
        "jpeg-of-one-pixel": lambda: a_jpeg((1, 1)),
        "jpeg-of-65535-by-1": lambda: jpeg_claiming(65_535, 1),
        "jpeg-of-65500-a-side": lambda: jpeg_claiming(65_500, 65_500),
        "jpeg-of-100-million-pixels": lambda: saved(Image.new("L", (10_000, 10_000), 99), "JPEG"),
        "jpeg-of-100-million-pixels-without-pixels": lambda: jpeg_claiming(10_000, 10_000),
        "jpeg-progressive-of-25-million": lambda: jpeg_claiming(5000, 5000, a_jpeg(progressive=True)),
        "jpeg-progressive-of-100-million": lambda: jpeg_claiming(10_000, 10_000, a_jpeg(progressive=True)),
        "jpeg-progressive-of-16-million": lambda: jpeg_claiming(4096, 4096, a_jpeg(progressive=True)),
        "jpeg-cmyk-progressive-of-16-million": lambda: jpeg_claiming(4096, 4096, a_jpeg(mode="CMYK", progressive=True)),
        "jpeg-of-16-million-that-lacks-rows": lambda: jpeg_claiming(4096, 4096),
        "jpeg-turned-of-16-million": _turned_noise,
        "jpeg-of-4000-scans-of-64": partial(many_scans, 64, 4000),
        "jpeg-of-100000-scans-of-4096": partial(many_scans, 4096, 100_000),
        "jpeg-of-as-many-scans-as-are-read": partial(many_scans, 4096, 80),
        "jpeg-of-as-many-scans-of-25-million": partial(many_scans, 5000, 80),
        "jpeg-of-nothing-but-fill": lambda: b"\xff\xd8" + b"\xff" * 40 * MILLION,
        "jpeg-of-nothing-but-stuffing": lambda: b"\xff\xd8\xff\xd0" + b"\xff\0" * 20 * MILLION,
        "jpeg-of-segments-without-end": lambda: b"\xff\xd8" + b"\xff\xe0\0\2" * 10 * MILLION,
        "jpeg-with-segments-among-its-pixels": lambda: a_jpeg()[:-2] + b"\xff\xe1\0\2" * 9 * MILLION + b"\xff\xd9",
    }


def deflated_zeros(count: int) -> bytes:
    """What unpacks to that many zeros: a block that stands for a million, again and again."""
    packer = zlib.compressobj(9)
    start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MILLION)) + packer.flush(zlib.Z_FULL_FLUSH)
    whole, rest = divmod(count, MILLION)
    end = packer.compress(bytes(rest)) + packer.flush()
    # Of zeros, one of the two sums of which Adler-32 is made stays 1, and the other counts.
    return start + block * whole + end[:-4] + struct.pack(">HH", count % 65521, 1)


def png_of_zeros(width: int, height: int, bits: int, colour: int, *, interlaced: bool = False) -> bytes:
    """A black or transparent PNG. Interlaced, of sides that are a multiple of 8, it comes in seven passes."""
    bits_a_pixel = bits * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    passes = ((8, 8), (8, 8), (8, 4), (4, 4), (4, 2), (2, 2), (2, 1)) if interlaced else ((1, 1),)
    size = sum(height // down * (1 + (width // right * bits_a_pixel + 7) // 8) for down, right in passes)
    png = bytearray(png_claiming(width, height, bits, colour, deflated_zeros(size)))
    png[28] = interlaced
    png[29:33] = struct.pack(">I", zlib.crc32(png[12:29]))
    return bytes(png)


def apng(frames: int) -> bytes:
    """An animated PNG of that many frames of a few pixels; of one: it says so, and has a hundred."""
    png, body = a_png((64, 64)), bytearray()
    data = zlib.compress(bytes(4) * 3)
    for number in range(max(frames, 100)):
        body += png_chunk(b"fcTL", struct.pack(">IIIIIHHBB", 2 * number, 1, 1, 0, 0, 1, 100, 0, 0))
        body += png_chunk(b"fdAT", struct.pack(">I", 2 * number + 1) + data)
    control = png_chunk(b"acTL", struct.pack(">II", frames, 0))
    return png[:33] + control + png[33:-12] + bytes(body) + png[-12:]


def many_scans(side: int, scans: int) -> bytes:
    """A progressive JPEG of one channel, most of whose scans say in a few bytes that they change nothing at all."""
    frame = bytes.fromhex("ffc2000b08") + struct.pack(">HH", side, side) + bytes.fromhex("01011100")
    table = bytes.fromhex("ffdb004300") + b"\1" * 64
    # Tables of one code each: no difference, and the end of 16,384 blocks and as many more as 14 bits say.
    codes = (bytes.fromhex(f"ffc40014{kind}01") + bytes(15) + bytes.fromhex(value) for kind, value in _CODES)
    first = bytes.fromhex("ffda0008010100000000") + bytes(side * side // 512 + 1)
    changing_nothing = bytes.fromhex("ffda0008010100013f00") + _ends_of(side * side // 64)
    return b"\xff\xd8" + table + frame + b"".join(codes) + first + changing_nothing * scans + b"\xff\xd9"


_CODES = (("00", "00"), ("10", "e0"))


def _ends_of(blocks: int) -> bytes:
    runs = (min(32_767, blocks - done) for done in range(0, blocks, 32_767))
    bits = "".join(f"0{run - 16_384:014b}" for run in runs if run >= 16_384) or "1"
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")


def _with_chunk(kind: bytes, data: bytes, times: int = 1) -> bytes:
    png = a_png((256, 256))
    return png[:33] + png_chunk(kind, data) * times + png[33:]


def _half_a_deep_png() -> bytes:
    """A PNG of 16 million pixels of 16 bits, of which the second half is missing."""
    whole = png_of_zeros(4096, 4096, 16, 6)
    return whole[: len(whole) // 2]


def _turned_png(side: int) -> bytes:
    plain = png_of_zeros(side, side, bits=8, colour=6)
    exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    return plain[:33] + png_chunk(b"eXIf", exif) + plain[33:]


def _turned_noise() -> bytes:
    """As large as the rules allow in bytes and pixels, and turned, so that it is decoded and encoded anew."""
    tile = Image.frombytes("L", (256, 256), random.Random(7).randbytes(256 * 256)).resize((1024, 1024))
    picture = Image.new("L", (4096, 4096))
    for place in range(16):
        picture.paste(tile, (place % 4 * 1024, place // 4 * 1024))
    target, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    picture.convert("RGB").save(target, "JPEG", quality=55, exif=exif)
    return target.getvalue()
