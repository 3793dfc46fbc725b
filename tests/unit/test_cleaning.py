"""What leaves for a model: an image without its metadata, upright, and otherwise as it was."""

import io
from functools import cache

import pytest
from PIL import Image, ImageChops, ImageStat
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

from bot.domain.image_rules import Rule
from bot.errors import RefusedError
from bot.imaging.images import PillowImages
from bot.imaging.jpeg_headers import END_MARKER
from tests.pictures import a_deep_png, a_jpeg, a_picture, a_png, png_chunk, saved, turned

SECRETS = (b"Exif", b"Canon", b"GPS", b"52.520008", b"adobe.com/xap", b"ICC_PROFILE", b"iCCP", b"a word", b"ftypmp42")


def cleaned(image: bytes) -> bytes:
    return PillowImages().cleaned(image)


def opened(image: bytes) -> Image.Image:
    return Image.open(io.BytesIO(image))


def same(one: Image.Image, other: Image.Image) -> bool:
    return (one.mode, one.size, one.tobytes()) == (other.mode, other.size, other.tobytes())


@cache
def the_metadata() -> Image.Exif:
    """A camera, a place and a remark, as a phone writes them."""
    exif = Image.Exif()
    exif[0x010F] = "Canon"
    exif[0x010E] = "GPS 52.520008, 13.404954"
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (IFDRational(52), IFDRational(31), IFDRational(12)), 3: "E", 29: "2026:11:21"}
    )
    return exif


def described(kind: str, **options: object) -> bytes:
    """An image with all of what cameras and programs add to one."""
    xmp = b"<x:xmpmeta>http://ns.adobe.com/xap/1.0/ a word</x:xmpmeta>"
    known = {
        "exif": the_metadata(),
        "icc_profile": b"ICC_PROFILE of a word",
        "comment": b"a word",
        "xmp": xmp,
        **options,
    }
    if kind == "JPEG":
        return saved(a_picture(), kind, **known)
    texts = PngInfo()
    for add in (texts.add_text, texts.add_itxt):
        add("a word", "GPS 52.520008")
    return saved(a_picture(), kind, pnginfo=texts, **known)


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_nothing_of_the_metadata_is_left(kind: str, options: dict[str, bool]) -> None:
    image = described(kind, **options)
    left = cleaned(image)

    assert sum(secret in image for secret in SECRETS) >= 4
    assert not any(secret in left for secret in SECRETS)
    assert not opened(left).info.keys() - {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_nothing_of_the_metadata_is_left_where_the_image_is_turned(kind: str) -> None:
    exif = Image.Exif()
    exif.update({**the_metadata(), 0x0112: 6})

    assert not any(secret in cleaned(described(kind, exif=exif)) for secret in SECRETS)


@pytest.mark.parametrize(
    "image",
    [
        a_jpeg((200, 160)),
        a_jpeg((200, 160), progressive=True),
        a_jpeg((200, 160), mode="L"),
        a_jpeg((200, 160), mode="CMYK"),
        a_jpeg((200, 160), subsampling=0),
        a_jpeg((201, 163), restart_marker_blocks=3),
        described("JPEG"),
        *(a_png(mode=mode) for mode in ("RGB", "RGBA", "L", "LA", "P", "1")),
        saved(a_picture(mode="P"), "PNG", transparency=3),
        a_deep_png(),
        described("PNG"),
    ],
)
def test_an_upright_image_keeps_its_very_pixels(image: bytes) -> None:
    assert same(opened(cleaned(image)), opened(image))


def test_the_compressed_pixels_of_an_image_without_metadata_are_left_as_they_are() -> None:
    assert [cleaned(image) for image in (a_jpeg(), a_png())] == [a_jpeg(), a_png()]


@pytest.mark.parametrize("image", [a_jpeg(), a_jpeg(progressive=True), a_png()])
def test_what_follows_the_end_of_an_image_stays_behind(image: bytes) -> None:
    assert cleaned(image + b"\0\0\0\x18ftypmp42" + a_jpeg()) == image


def test_what_describes_is_found_between_the_scans_too() -> None:
    image = a_jpeg(progressive=True)
    second = image.index(b"\xff\xda", image.index(b"\xff\xda") + 2)

    assert cleaned(image[:second] + b"\xff\xe1\0\x08a word" + image[second:]) == image


def test_the_thumbnail_of_a_jfif_header_is_taken_out() -> None:
    image = a_jpeg()
    with_one = image[:4] + (16 + 12).to_bytes(2, "big") + image[6:18] + b"\2\2" + b"a word twice" + image[20:]

    assert cleaned(with_one) == image


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("image", ["JPEG", "PNG", "CMYK", "grey", "palette", "deep"])
def test_every_orientation_comes_out_upright(image: str, orientation: int) -> None:
    """Turned back, a picture is what it was before a camera stored it turned, but for what is lost by compressing."""
    modes = {"CMYK": "CMYK", "grey": "L", "palette": "P"}
    plain = a_picture((160, 96), modes.get(image, "RGB"))
    stored = saved(plain, "JPEG" if image in {"JPEG", "CMYK", "grey"} else "PNG", exif=turned(orientation))
    if image == "deep":
        stored = a_deep_png((160, 96))
        stored = stored[:33] + png_chunk(b"eXIf", turned(orientation).tobytes().removeprefix(b"Exif\0\0")) + stored[33:]
    with opened(stored) as found:
        from PIL import ImageOps

        expected = ImageOps.exif_transpose(found).convert("RGB")
    left = opened(cleaned(stored))

    assert left.size == ((160, 96) if orientation < 5 else (96, 160))
    assert max(ImageStat.Stat(ImageChops.difference(left.convert("RGB"), expected)).mean) < 3
    assert left.getexif().get(0x0112, 1) == 1


def test_a_turned_photograph_is_compressed_as_it_was_before() -> None:
    """Of sides that its blocks fill, hardly a pixel changes, and it does not grow."""
    image = a_jpeg((320, 240), quality=70, exif=turned(6))
    left = cleaned(image)
    upright = opened(image).transpose(Image.Transpose.ROTATE_270)

    assert abs(len(left) - len(image)) < len(image) / 20
    assert max(ImageStat.Stat(ImageChops.difference(opened(left).convert("RGB"), upright)).mean) < 0.6


def test_a_turned_png_keeps_what_is_transparent_in_it() -> None:
    picture = a_picture(mode="RGBA")
    picture.putalpha(90)

    assert same(opened(cleaned(saved(picture, "PNG", exif=turned(3)))), picture.transpose(Image.Transpose.ROTATE_180))


@pytest.mark.parametrize("image", [b"", b"text", a_jpeg()[:40], a_png()[:40], saved(a_picture(), "GIF")])
def test_what_is_no_whole_image_of_a_kind_that_is_read_is_refused(image: bytes) -> None:
    with pytest.raises(RefusedError) as found:
        cleaned(image)

    assert found.value.code == Rule.DAMAGED


def test_an_end_marker_that_is_missing_is_added() -> None:
    assert cleaned(a_jpeg().removesuffix(END_MARKER)) == a_jpeg()
