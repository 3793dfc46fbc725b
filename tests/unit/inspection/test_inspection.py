"""What is found of one image of a data set, and what is packed of it."""

import hashlib
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from bot.domain.checks import Effect, Rule
from bot.imaging.inspection import Examined, Wish, examined, refused_by_size, thumbnail
from bot.imaging.jpeg_headers import END_MARKER
from tests.pictures import (
    a_deep_png,
    a_jpeg,
    a_picture,
    a_png,
    an_animated_png,
    hostile,
    jpeg_claiming,
    png_claiming,
    saved,
    segment_removed,
    turned,
)

AS_IS = Wish(image_side=64)
JPEG, PNG, PROGRESSIVE = a_jpeg((256, 256)), a_png((256, 256)), a_jpeg((256, 256), progressive=True)


def found(image: bytes, name: str = "", wish: Wish = AS_IS) -> Examined:
    return examined(image, name, wish)


def said(of: Examined) -> dict[Rule, str]:
    return {finding.rule: finding.said for finding in of.findings}


def left_out(of: Examined) -> bool:
    return any(finding.effect == Effect.LEFT_OUT for finding in of.findings)


def opened(image: bytes | None) -> Image.Image:
    assert image is not None
    return Image.open(io.BytesIO(image))


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of a channel."""
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


@pytest.mark.parametrize("image", [JPEG, PNG, PROGRESSIVE, a_jpeg(mode="L"), a_png(mode="L")])
def test_a_good_image_is_taken_byte_for_byte(image: bytes) -> None:
    of = found(image)

    assert (of.payload, of.findings, (of.width, of.height)) == (image, (), opened(image).size)


def test_what_is_examined_is_known_by_its_bytes() -> None:
    assert found(JPEG).digest == hashlib.sha256(JPEG).digest()[:16]


def test_what_follows_the_end_of_an_image_is_no_matter() -> None:
    assert [found(image + b"trailing\xff").findings for image in (JPEG, PNG)] == [(), ()]


@pytest.mark.parametrize(
    ("image", "rule", "words"),
    [
        (b"", Rule.EMPTY_FILE, "has no bytes"),
        ("Nur Text, grün".encode(), Rule.NO_IMAGE, "is text, and no image"),
        (bytes(range(128, 256)), Rule.NO_IMAGE, "is of no kind that is known, and no image"),
        (saved(a_picture(), "WEBP"), Rule.FORMAT, "is WebP; only PNG and JPEG can be read"),
        (b"\0\0\0\x18ftypheic\0\0", Rule.FORMAT, "is HEIC; only PNG and JPEG can be read"),
        (b"<!DOCTYPE html>", Rule.FORMAT, "is a web page; only PNG and JPEG can be read"),
        (JPEG + b"\0" * 2**22, Rule.TOO_MANY_BYTES, "is 4.0 MB; an image may have 4 MB, so save it smaller"),
        (a_png((63, 64)), Rule.TOO_SMALL, "is 63 × 64 pixels; an image needs 64 a side"),
        (
            png_claiming(4097, 300),
            Rule.TOO_LARGE,
            "is 4097 × 300 pixels; an image may have 4096 a side, so scale it down",
        ),
        (a_png((64, 1281)), Rule.TOO_LONG, "is 64 × 1281 pixels; one side may be 20 times the other, so crop it"),
        (
            png_claiming(30_000, 30_000),
            Rule.BOMB,
            "says that it is 30000 × 30000 pixels; an image may have 4096 a side",
        ),
        (an_animated_png(), Rule.ANIMATED, "is an animated PNG; save one of its frames"),
        (JPEG.replace(b"\xff\xc0", b"\xff\xc9"), Rule.DAMAGED, "is an arithmetic-coded JPEG;"),
        (JPEG.replace(b"\xff\xc0", b"\xff\xc3"), Rule.DAMAGED, "is a lossless JPEG;"),
        (
            JPEG.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c"),
            Rule.DAMAGED,
            "is a JPEG of 12 bits a channel",
        ),
        (jpeg_claiming(256, 0), Rule.DAMAGED, "has a broken header: 256 × 0 pixels"),
        (PNG[:-20] + b"???" + PNG[-17:], Rule.DAMAGED, "is damaged: the checksum of its IDAT chunk is wrong"),
    ],
)
def test_an_image_that_breaks_a_rule_is_left_out_with_its_figure(image: bytes, rule: Rule, words: str) -> None:
    of = found(image)

    assert of.payload is None
    assert [(finding.rule, finding.effect) for finding in of.findings] == [(rule, Effect.LEFT_OUT)]
    assert of.findings[0].said.startswith(words)


def test_the_smallest_and_the_longest_images_are_taken() -> None:
    assert [found(a_png(size)).findings for size in ((64, 64), (64, 1280), (1280, 64))] == [(), (), ()]


def test_sides_are_judged_as_they_are_looked_at() -> None:
    assert "50 × 100" in said(found(a_jpeg((100, 50), exif=turned(6))))[Rule.TOO_SMALL]


@pytest.mark.parametrize(
    ("image", "share", "words"),
    [
        (JPEG, 0.01, "is cut short: it ends within its header"),
        (JPEG, 0.5, "is cut short: the last 1"),
        (a_jpeg(mode="L"), 0.6, "is cut short: the last "),
        (PROGRESSIVE, 0.9, "is cut short: the last "),
        (PNG, 0.5, "is cut short: the last 1"),
        (PNG, 0.9999, "is cut short: its end is missing"),
    ],
)
def test_a_file_that_is_cut_short_is_left_out_with_the_rows_that_lack(image: bytes, share: float, words: str) -> None:
    assert said(found(image[: int(len(image) * share)]))[Rule.DAMAGED].startswith(words)


@pytest.mark.parametrize("image", [JPEG, a_jpeg((250, 251), subsampling=0), a_jpeg((100, 80), mode="L")])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.9])
def test_a_jpeg_that_is_cut_short_is_found_though_it_has_been_given_an_end(image: bytes, share: float) -> None:
    place = int(len(image) * share)
    of = found(image[:place].rstrip(b"\xff") + END_MARKER)

    assert "is cut short" in said(of).get(Rule.DAMAGED, "")


def test_a_picture_that_ends_in_grey_is_whole() -> None:
    image = saved(Image.new("RGB", (200, 200), (128, 128, 128)))

    assert found(image).payload == image


@pytest.mark.parametrize("lacking", [1, 2])
@pytest.mark.parametrize("image", [JPEG, PROGRESSIVE, a_jpeg((250, 251), subsampling=0), a_jpeg(mode="L")])
def test_a_jpeg_that_lacks_nothing_but_its_end_marker_is_given_one(image: bytes, lacking: int) -> None:
    of = found(image[:-lacking])

    assert (of.payload, said(of)) == (image, {Rule.END: "lacked its end marker; it was added"})


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_an_image_is_turned_as_it_is_looked_at(kind: str, orientation: int) -> None:
    from PIL import ImageOps

    image = saved(a_picture(), kind, exif=turned(orientation))
    of = found(image)
    packed = opened(of.payload)

    assert list(said(of)) == [Rule.TURNED]
    assert packed.size == (of.width, of.height)
    assert difference(packed, ImageOps.exif_transpose(opened(image))) < 3


def test_what_was_turned_says_no_more_that_it_is() -> None:
    assert not opened(found(a_jpeg(exif=turned(6))).payload).getexif()


@pytest.mark.parametrize(
    ("image", "rules"),
    [
        (a_jpeg(mode="CMYK"), {Rule.CMYK}),
        (a_png(mode="P"), {Rule.PALETTE}),
        (a_png(mode="1"), {Rule.GREY}),
        (a_png(mode="LA"), {Rule.ALPHA}),
        (a_png(mode="RGBA"), {Rule.ALPHA}),
        (a_png(transparency=(1, 2, 3)), {Rule.ALPHA}),
        (a_png(mode="P", transparency=0), {Rule.PALETTE, Rule.ALPHA}),
        (a_deep_png(colour=0), {Rule.DEPTH}),
        (a_deep_png(colour=2), {Rule.DEPTH}),
        (a_deep_png(colour=6), {Rule.DEPTH, Rule.ALPHA}),
    ],
)
def test_what_the_algorithm_cannot_take_is_converted_and_said(image: bytes, rules: set[Rule]) -> None:
    of = found(image)

    assert set(said(of)) == rules
    assert opened(of.payload).mode in ("RGB", "L")
    assert {finding.effect for finding in of.findings} == {Effect.CONVERTED}


@pytest.mark.parametrize("colour", [0, 2])
def test_16_bits_become_the_more_significant_8(colour: int) -> None:
    pixel = opened(found(a_deep_png(colour=colour, value=0xC0FF)).payload).convert("RGB").getpixel((5, 5))

    assert pixel == (0xC0, 0xC0, 0xC0)


def test_what_is_transparent_is_put_on_white() -> None:
    image = Image.new("RGBA", (80, 80), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 40, 80))
    packed = opened(found(saved(image, "PNG")).payload)

    assert (packed.getpixel((10, 10)), packed.getpixel((70, 10))) == ((255, 0, 0), (255, 255, 255))


@pytest.mark.parametrize("adobe", [True, False])
def test_cmyk_has_its_colours_with_adobes_inversion_and_without(adobe: bool) -> None:
    ink = Image.new("CMYK", (80, 80), (0, 255, 255, 0))
    image = saved(ink) if adobe else segment_removed(saved(ImageChops.invert(ink)), 0xEE)
    pixel = opened(found(image).payload).getpixel((5, 5))

    assert isinstance(pixel, tuple)
    assert all(abs(one - other) < 12 for one, other in zip(pixel, (255, 0, 0), strict=True))


@pytest.mark.parametrize(
    ("size", "resize", "packed"),
    [
        ((256, 256), 224, (224, 224)),
        ((800, 300), 100, (267, 100)),
        ((100, 80), 224, (280, 224)),
        ((1280, 64), 1000, (4096, 205)),
        ((1000, 800), 64, (80, 64)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_shorter_side_becomes_what_was_wished(
    kind: str, size: tuple[int, int], resize: int, packed: tuple[int, int]
) -> None:
    picture = a_picture(size)
    of = found(saved(picture, kind), wish=Wish(resize, image_side=64))

    assert (of.format, of.width, of.height) == ("JPEG", *packed)
    assert opened(of.payload).size == packed
    assert difference(opened(of.payload), picture.resize(packed, Image.Resampling.BILINEAR)) < 6


def test_an_image_that_has_the_wished_side_stays_as_it_is() -> None:
    assert found(JPEG, wish=Wish(resize=256)).payload == JPEG


def test_quality_is_what_was_wished() -> None:
    sizes = [len(found(JPEG, wish=Wish(224, quality)).payload or b"") for quality in (50, 95)]

    assert sizes[0] * 1.5 < sizes[1]


def test_an_image_is_turned_and_resized_at_once() -> None:
    of = found(a_jpeg((300, 200), exif=turned(6)), wish=Wish(100, image_side=64))

    assert (of.width, of.height, list(said(of))) == (100, 150, [Rule.TURNED])


def test_an_image_below_the_models_input_is_warned_of_unless_it_is_resized() -> None:
    assert list(said(found(a_jpeg(), wish=Wish()))) == [Rule.UNDER_SHAPE]
    assert said(found(a_jpeg(), wish=Wish(224))) == {}


@pytest.mark.parametrize(
    ("name", "noted"),
    [("a/b.JPG", False), ("b.jpeg", False), ("b", False), ("b.v2", False), ("b.png", True), ("b.webp", True)],
)
def test_a_name_that_contradicts_the_content_is_noted(name: str, noted: bool) -> None:
    assert (Rule.EXTENSION in said(found(JPEG, name))) is noted


def test_findings_carry_the_images_name() -> None:
    assert [finding.key for finding in found(b"", "cat/1.jpg").findings] == ["cat/1.jpg"]


def test_a_size_is_refused_before_anything_is_read() -> None:
    refused = [refused_by_size(size) for size in (0, 1, 2**22, 2**22 + 1)]

    assert [found and found[0] for found in refused] == [Rule.EMPTY_FILE, None, None, Rule.TOO_MANY_BYTES]


@pytest.mark.parametrize("image", [pytest.param(image, id=name) for name, image in hostile().items()])
@pytest.mark.parametrize("wish", [AS_IS, Wish(224)])
def test_nothing_hostile_is_more_than_a_finding(image: bytes, wish: Wish) -> None:
    of = found(image, wish=wish)

    assert (of.payload is None) is left_out(of)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(
        [a_jpeg(), a_png(), a_jpeg(mode="CMYK"), a_jpeg(progressive=True, exif=turned(6)), a_png(mode="P")]
    ),
    st.integers(0, 2**32),
    st.integers(1, 8),
    st.sampled_from([None, 100]),
)
def test_no_damage_is_more_than_a_finding(image: bytes, seed: int, places: int, resize: int | None) -> None:
    chance, damaged = random.Random(seed), bytearray(image)
    for _ in range(places):
        # Headers are where damage does most.
        damaged[chance.randrange(chance.choice((200, 700, len(image))))] = chance.randrange(256)
    of = found(bytes(damaged), wish=Wish(resize, image_side=64))

    assert (of.payload is None) is left_out(of)
    assert of.payload is None or thumbnail(of.payload)


@pytest.mark.parametrize("image", [JPEG, PNG, a_jpeg((64, 1280), mode="L"), a_png((64, 64))])
def test_a_thumbnail_is_a_small_square(image: bytes) -> None:
    small = opened(thumbnail(image, 96))

    assert (small.format, small.size) == ("JPEG", (96, 96))
