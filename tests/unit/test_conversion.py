"""Images that no model takes, and what they become."""

import io
from collections.abc import Callable
from functools import cache
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageStat

from bot.domain.image_rules import MAX_BYTES, MAX_SIDE, Rule, check_image, keeps_all
from bot.errors import DarkroomError, RefusedError
from bot.imaging import confinement
from bot.imaging.conversion import MOST_SIDE, converted
from bot.imaging.images import PillowImages
from tests.hostile.foreign import a_tiff
from tests.pictures import a_jpeg, a_picture, a_png, an_animated_png, png_chunk, png_claiming, saved, turned

# In this very process, so that what a failure says is seen.
HERE = converted


def opened(image: bytes) -> Image.Image:
    return Image.open(io.BytesIO(image))


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of a channel."""
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


@cache
def a_foreign(kind: str, mode: str = "RGB", size: tuple[int, int] = (150, 100), **options: Any) -> bytes:
    if kind != "HEIC":
        return saved(a_picture(size, mode), kind, **options)
    target = io.BytesIO()
    pillow_heif.from_pillow(a_picture(size, mode)).save(target, **options)
    return target.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode", "most"),
    [
        ("GIF", "P", 0),
        ("GIF", "L", 0),
        ("BMP", "RGB", 0),
        ("BMP", "1", 0),
        ("BMP", "P", 0),
        ("TIFF", "RGB", 0),
        ("TIFF", "CMYK", 0),
        ("TIFF", "L", 0),
        ("TIFF", "1", 0),
        ("WebP", "RGB", 6),
        ("HEIC", "RGB", 9),
        ("HEIC", "L", 9),
        ("AVIF", "RGB", 9),
    ],
)
def test_what_is_converted_is_the_same_picture(kind: str, mode: str, most: float) -> None:
    made = HERE(a_foreign(kind, mode), kind)

    assert opened(made).format == ("JPEG" if most else "PNG")
    assert opened(made).size == (150, 100)
    assert difference(opened(made), a_picture((150, 100), mode)) <= most


@pytest.mark.parametrize("kind", ["WebP", "AVIF", "HEIC", "TIFF"])
def test_what_is_transparent_becomes_white(kind: str) -> None:
    picture = a_picture((150, 100), "RGBA")
    picture.putalpha(0)
    target = io.BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(picture).save(target)
    else:
        picture.save(target, kind)

    assert opened(HERE(target.getvalue(), kind)).convert("L").getextrema()[0] > 250


@pytest.mark.parametrize("kind", ["WebP", "AVIF", "TIFF", "HEIC"])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_what_was_stored_turned_comes_out_upright(kind: str, orientation: int) -> None:
    upright = Image.new("RGB", (96, 160), "white")
    upright.paste("black", (0, 0, 96, 40))
    stored = upright.transpose(
        {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}[orientation]
    )
    target = io.BytesIO()
    exif = turned(orientation).tobytes()
    if kind == "HEIC":
        pillow_heif.from_pillow(stored).save(target, exif=exif)
    else:
        stored.save(target, kind, exif=turned(orientation) if kind == "TIFF" else exif)
    made = opened(HERE(target.getvalue(), kind))

    assert made.size == (96, 160)
    assert difference(made, upright) < 6


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_grey_of_16_bits_is_taken_by_its_more_significant_bytes(mode: str) -> None:
    high = bytes((200, 7)) if mode == "I;16B" else bytes((7, 200))
    image = saved(Image.frombytes(mode, (100, 80), high * 8000), "TIFF")

    assert opened(HERE(image, "TIFF")).getpixel((5, 5)) == (200, 200, 200)


@pytest.mark.parametrize(
    "make",
    [
        lambda: a_jpeg((6000, 500)),
        lambda: a_jpeg((500, 6000), exif=turned(6)),
        lambda: a_jpeg((5000, 300), mode="CMYK"),
        lambda: a_png((5000, 300), mode="RGBA"),
        lambda: a_png((4100, 300), mode="P"),
        lambda: a_jpeg((1500, 1200)) + bytes(MAX_BYTES),
        lambda: saved(Image.effect_noise((2000, 1800), 90).convert("RGB"), "PNG"),
        lambda: a_foreign("WebP", size=(4500, 300), method=0),
    ],
)
def test_what_is_too_large_or_too_big_keeps_the_rules_afterwards(make: Callable[[], bytes]) -> None:
    images = PillowImages()
    image = make()
    before, after = images.look(image), images.look(images.converted(image))

    assert (keeps_all(before), keeps_all(after)) == (False, True)
    assert abs(before.width / before.height - after.width / after.height) < before.width / before.height / 50
    assert max(after.width, after.height) <= (MOST_SIDE if max(before.width, before.height) > MAX_SIDE else MAX_SIDE)


def test_what_is_too_large_by_its_metadata_alone_keeps_its_very_pixels() -> None:
    image = a_jpeg((300, 200))
    comments = (b"\xff\xfe\xff\xff" + bytes(65_533)) * 100

    assert PillowImages().converted(image[:2] + comments + image[2:]) == image


def test_what_keeps_the_rules_already_is_merely_cleaned() -> None:
    assert PillowImages().converted(a_jpeg(comment="a word")) == a_jpeg()


@pytest.mark.parametrize(
    ("image", "rule"),
    [
        (an_animated_png(), Rule.ANIMATED),
        (
            saved(a_picture((70, 70), "P"), "GIF", save_all=True, append_images=[Image.new("P", (70, 70))]),
            Rule.ANIMATED,
        ),
        (a_foreign("WebP", size=(63, 70)), Rule.TOO_SMALL),
        (a_foreign("BMP", size=(2000, 70)), Rule.TOO_LONG),
        (png_claiming(30_000, 30_000), Rule.FAR_TOO_BIG),
        (a_tiff(100, 100, 7, bytes(10_000)), Rule.FOREIGN),
        (b"%PDF-1.7", Rule.FOREIGN),
        (b"\0", Rule.NO_IMAGE),
        (a_foreign("HEIC")[:-40], Rule.DAMAGED),
    ],
)
def test_what_breaks_another_rule_is_not_converted(image: bytes, rule: Rule) -> None:
    with pytest.raises(RefusedError, match=r"^This file ") as found:
        PillowImages().converted(image)

    assert found.value.code == rule


def test_what_only_decoding_shows_to_be_damaged_is_refused() -> None:
    image = a_foreign("HEIC")
    at = image.index(b"mdat") + 4

    with pytest.raises(RefusedError, match="is damaged: its pixels cannot be decoded") as found:
        PillowImages().converted(image[:at] + bytes(len(image) - at))

    assert found.value.code == Rule.DAMAGED


def test_what_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "_SECONDS", 0.02)
    monkeypatch.setattr(confinement, "_PIXELS_A_SECOND", 10**12)

    with pytest.raises(RefusedError, match="takes more time or memory") as found:
        PillowImages().converted(saved(Image.new("RGB", (4900, 4900)), "PNG"))

    assert found.value.code == Rule.COSTLY


def test_what_takes_too_much_memory_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "MOST_MEMORY", 60_000_000)

    with pytest.raises(RefusedError, match="takes more time or memory"):
        PillowImages().converted(saved(Image.new("RGB", (4900, 4900)), "PNG"))


def test_nothing_of_our_environment_reaches_the_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(
        confinement.subprocess,
        "run",
        lambda *_, **options: seen.update(options) or confinement.subprocess.CompletedProcess((), 1),
    )

    with pytest.raises(DarkroomError, match="I could not convert"):
        PillowImages().converted(a_foreign("BMP"))

    assert seen["env"] == {}


def test_a_decoder_that_crashes_takes_nothing_else_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    done = confinement.subprocess.CompletedProcess((), -11)
    monkeypatch.setattr(confinement.subprocess, "run", lambda *_, **__: done)

    with pytest.raises(RefusedError, match="is damaged"):
        PillowImages().converted(a_foreign("BMP"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "HEIC", "AVIF", "TIFF"])
def test_no_metadata_are_left(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Canon at 52.520008"
    image = a_foreign(kind, size=(300, 200), exif=exif.tobytes())

    assert b"Canon" in image
    assert b"Canon" not in HERE(image, kind)


def test_a_decoder_that_finds_more_pixels_than_the_header_said_is_not_followed() -> None:
    with pytest.raises(ValueError, match="16383 × 16383 pixels"):
        HERE(saved(Image.new("1", (16383, 16383)), "BMP"), "BMP")


def test_a_good_conversion_can_be_classified() -> None:
    images = PillowImages()
    made = images.converted(a_foreign("HEIC", size=(640, 480)))

    check_image("it", images.look(made))
    assert images.cleaned(made) == made


def test_chunks_of_an_animation_that_says_it_is_none_are_left_behind() -> None:
    png = a_png()
    control = png_chunk(b"acTL", bytes((0, 0, 0, 1, 0, 0, 0, 0)))

    assert PillowImages().converted(png[:33] + control + png[33:]) == png
