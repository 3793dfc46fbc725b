"""Pictures for tests: good ones, broken ones and hostile ones, as bytes."""

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image

Size = tuple[int, int]


def a_picture(size: Size = (100, 80), mode: str = "RGB") -> Image.Image:
    """Soft spots of all colours with some grain, the same each time: no part of it looks like another."""
    chance = random.Random(7)
    spots = Image.frombytes("RGB", (8, 8), chance.randbytes(3 * 64)).resize(size, Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", size, chance.randbytes(size[0] * size[1])).convert("RGB")
    return Image.blend(spots, grain, 0.1).convert(mode)


def saved(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def a_jpeg(size: Size = (100, 80), mode: str = "RGB", **options: Any) -> bytes:
    return saved(a_picture(size, mode), "JPEG", **options)


def a_png(size: Size = (100, 80), mode: str = "RGB", **options: Any) -> bytes:
    return saved(a_picture(size, mode), "PNG", **options)


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width: int, height: int, bits: int = 8, colour: int = 2, data: bytes = b"") -> bytes:
    """A PNG that claims any size, with such bytes for its pixels."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    end = png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + end


def a_deep_png(size: Size = (80, 70), colour: int = 2, value: int = 0xC0FF) -> bytes:
    """A PNG of 16 bits a channel, all of one value."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    row = b"\0" + struct.pack(">H", value) * channels * size[0]
    return png_claiming(*size, 16, colour, zlib.compress(row * size[1]))


def jpeg_claiming(width: int, height: int, image: bytes | None = None) -> bytes:
    """A JPEG whose header says another size than its pixels have."""
    image = image or a_jpeg()
    at = next(image.find(b"\xff" + marker) for marker in (b"\xc0", b"\xc2") if b"\xff" + marker in image)
    return image[: at + 5] + struct.pack(">HH", height, width) + image[at + 9 :]


def an_animated_png() -> bytes:
    frames = [Image.new("RGB", (70, 70), colour) for colour in ("red", "blue")]
    return saved(frames[0], "PNG", save_all=True, append_images=frames[1:])


def segment_removed(image: bytes, marker: int) -> bytes:
    """A JPEG without its first segment of that kind."""
    at = image.find(bytes((0xFF, marker)))
    return image[:at] + image[at + 2 + int.from_bytes(image[at + 2 : at + 4], "big") :]


def a_frame_more(image: bytes, marker: int) -> bytes:
    """A JPEG that says right before its first scan that it is 65,500 pixels a side."""
    at = image.find(b"\xff\xda")
    return image[:at] + bytes((0xFF, marker)) + bytes.fromhex("001108ffdcffdc03012200021101031101") + image[at:]


def hostile() -> dict[str, bytes]:
    """Files that no reader should fall over, by what they are."""
    jpeg, png = a_jpeg((256, 256)), a_png((256, 256))
    # Quickly, for every worker makes them before its first test.
    zeros = zlib.compress(b"\0" * 20_000_000, 1)
    text, profile = (png_chunk(kind, b"a\0\0" + zeros) for kind in (b"zTXt", b"iCCP"))
    return {
        "one pixel": a_png((1, 1)),
        "a line": jpeg_claiming(65_535, 1),
        "declares 300 MB": png_claiming(10_240, 10_240),
        "declares petabytes": png_claiming(2**31 - 1, 2**31 - 1),
        "no pixels at all": png_claiming(256, 256),
        "no rows": jpeg_claiming(256, 0),
        "text that unpacks to 20 MB": png[:33] + text + png[33:],
        "profile that unpacks to 20 MB": png[:33] + profile + png[33:],
        "pixels that unpack to 20 MB": png_claiming(64, 64, data=zeros),
        "more rows than pixels": jpeg_claiming(256, 4096, jpeg),
        "JPEG before a zip": jpeg + b"PK\x03\x04" + b"\0" * 500,
        "PNG before a web page": png + b"<html><script>",
        "JPEG's start, then a PNG": jpeg[:3] + png,
        "PNG's start, then a JPEG": png[:8] + jpeg,
        "PNG's header, then a JPEG": png[:33] + jpeg,
        "a second size, in gigabytes": jpeg[:2] + bytes.fromhex("ffc0001108ffdcffdc03012200021101031101") + jpeg[2:],
        "a size behind the size": a_frame_more(jpeg, 0xC0),
        "a hierarchy's size behind the size": a_frame_more(jpeg, 0xDE),
        "a PNG's header twice": png[:33] + png_claiming(2**16, 2**16)[8:33] + png[33:],
        "EXIF that is garbage": a_jpeg(exif=b"Exif\0\0no tiff header here"),
        "EXIF that points beyond": a_jpeg(exif=b"Exif\0\0MM\0*\xff\xff\xff\xf0\0\x01"),
        "only a signature": b"\x89PNG\r\n\x1a\n",
        "only a start marker": b"\xff\xd8\xff",
        "segments without end": b"\xff\xd8" + b"\xff\xe0\0\x02" * 200_000,
        "chunks without end": png[:33] + png_chunk(b"teXt", b"") * 100_000,
        "nothing but fill": b"\xff\xd8" + b"\xff" * 100_000,
    }
