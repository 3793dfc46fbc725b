"""What is said of image bytes, honest, broken and hostile ones."""

import contextlib
import io
import struct
import zlib
from functools import cache
from typing import Any

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.domain.image_rules import ImageFacts, Rule, check_image, convertible
from bot.errors import RefusedError
from bot.imaging.images import PillowImages
from bot.imaging.signatures import format_of

# Pillow warns of broken EXIF data; a warning is not an error outside of tests, and the picture is fine without them.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


def saved(kind: str, size: tuple[int, int] = (100, 80), **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(buffer, kind, **options)
    return buffer.getvalue()


@cache
def foreign(kind: str) -> bytes:
    if kind != "HEIF":
        return saved(kind)
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.effect_noise((100, 80), 50).convert("RGB")).save(buffer)
    return buffer.getvalue()


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims any size and has no pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def look(image: bytes) -> ImageFacts:
    return PillowImages().look(image)


def checked(image: bytes, name: str = "x") -> None:
    check_image(name, look(image))


JPEG, PNG = saved("JPEG"), saved("PNG")


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_an_image_is_what_its_bytes_say(kind: str) -> None:
    image = saved(kind)

    assert look(image) == ImageFacts(kind, 100, 80, len(image))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(("orientation", "size"), [(1, (100, 80)), (3, (100, 80)), (6, (80, 100)), (8, (80, 100))])
def test_sides_are_those_that_a_viewer_shows(kind: str, orientation: int, size: tuple[int, int]) -> None:
    facts = look(saved(kind, exif=turned(orientation)))

    assert (facts.width, facts.height) == size


def test_broken_exif_data_do_not_spoil_a_good_picture() -> None:
    facts = look(saved("JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x05broken"))

    assert (facts.width, facts.height) == (100, 80)


def test_exif_data_that_cannot_be_read_at_all_are_left_alone() -> None:
    facts = look(saved("JPEG", exif=b"Exif\x00\x00no tiff header here"))

    assert (facts.width, facts.height) == (100, 80)


@pytest.mark.parametrize("image", [JPEG, PNG], ids=["JPEG", "PNG"])
@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.9, 0.99])
def test_a_file_that_is_cut_short_is_refused_by_what_it_lacks(image: bytes, share: float) -> None:
    with pytest.raises(
        RefusedError, match=r"`x` is cut short: (it ends within|the last \d+ of 80 rows|all of its)"
    ) as found:
        checked(image[: int(len(image) * share)])

    assert found.value.code == Rule.DAMAGED


def test_a_photograph_that_lacks_just_its_end_marker_is_taken_and_leaves_with_one() -> None:
    checked(JPEG[:-2])

    assert PillowImages().cleaned(JPEG[:-2]) == PillowImages().cleaned(JPEG)


@pytest.mark.parametrize("sides", [(30_000, 30_000), (4097, 4096), (2**31 - 1, 2**31 - 1)])
def test_an_enormous_image_is_measured_without_being_decoded(sides: tuple[int, int]) -> None:
    facts = look(png_header(*sides))

    assert (facts.width, facts.height) == sides


def test_a_decompression_bomb_is_refused_by_the_rule_that_names_its_pixels() -> None:
    with pytest.raises(RefusedError, match=r"30000 × 30000 pixels, which are 900\.0 million"):
        checked(png_header(30_000, 30_000))


def test_a_bomb_in_a_comment_is_left_alone() -> None:
    checked(PNG[:33] + chunk(b"zTXt", b"a\x00\x00" + zlib.compress(b"0" * 20_000_000)) + PNG[33:])


def test_the_largest_image_that_the_rules_allow_is_decoded() -> None:
    image = io.BytesIO()
    Image.new("L", (4096, 4096)).save(image, "PNG")

    assert look(image.getvalue()).width == 4096


def test_what_pillow_allows_elsewhere_in_the_process_stays_as_it_was() -> None:
    before = Image.MAX_IMAGE_PIXELS
    look(png_header(30_000, 30_000))

    assert before == Image.MAX_IMAGE_PIXELS


def test_an_animated_png_is_named_as_such() -> None:
    frames = [Image.new("RGB", (70, 70), colour) for colour in ("red", "blue")]
    image = io.BytesIO()
    frames[0].save(image, "PNG", save_all=True, append_images=frames[1:])

    with pytest.raises(RefusedError, match="is an animated PNG, and this model reads single images"):
        checked(image.getvalue())


@pytest.mark.parametrize("kind", ["GIF", "WebP", "BMP", "TIFF", "HEIF", "AVIF"])
def test_what_can_be_converted_is_refused_by_its_format_alone(kind: str) -> None:
    with pytest.raises(RefusedError, match=r"`x` is \w+, and this model reads JPEG and PNG") as found:
        checked(foreign(kind))

    assert (found.value.next_step, convertible(found.value.code)) == ("", True)


@pytest.mark.parametrize(
    ("image", "name"),
    [
        (saved("ICO"), "ICO"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00", "a video"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "a video"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04 ...", "a ZIP archive"),
        (b"7z\xbc\xaf\x27\x1c...", "an archive"),
        (b'<?xml version="1.0"?><svg xmlns="...">', "SVG"),
        (b"\xef\xbb\xbf<svg>", "SVG"),
    ],
)
def test_what_cannot_be_converted_is_named_with_what_helps(image: bytes, name: str) -> None:
    with pytest.raises(RefusedError, match=f"`x` is {name}, and this model reads JPEG and PNG") as found:
        checked(image)

    assert (bool(found.value.next_step), found.value.code, convertible(Rule.FOREIGN)) == (True, Rule.FOREIGN, False)


def test_a_name_that_promises_something_else_is_told_of() -> None:
    with pytest.raises(RefusedError, match=r"`page\.png` is a PDF in spite of its name"):
        checked(b"%PDF-1.7 ...", "page.png")


@pytest.mark.parametrize(
    ("image", "rule", "words"),
    [
        (b"", Rule.EMPTY, "is empty: it has no bytes"),
        (b"just words", Rule.NO_IMAGE, "is text, and no image"),
        (b"\x00" * 99, Rule.NO_IMAGE, "is of no kind that I know"),
        (b"\n <!DOCTYPE html><title>Sign in</title>", Rule.WEB_PAGE, "came as a web page"),
    ],
)
def test_what_is_no_image_is_refused(image: bytes, rule: Rule, words: str) -> None:
    with pytest.raises(RefusedError, match=words) as found:
        checked(image)

    assert (found.value.code, convertible(rule)) == (rule, False)


@given(st.binary(max_size=2000))
def test_no_bytes_make_it_fail_otherwise(image: bytes) -> None:
    assert_looked_at_or_refused(image)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([JPEG, PNG]), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=30))
def test_no_damage_makes_it_fail_otherwise(image: bytes, damage: list[tuple[int, int]]) -> None:
    damaged = bytearray(image)
    for place, value in damage:
        damaged[place] = value
    assert_looked_at_or_refused(bytes(damaged))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([JPEG[:2], JPEG[:200], PNG[:8], PNG[:33]]), st.binary(max_size=500))
def test_no_bytes_behind_a_good_beginning_make_it_fail_otherwise(start: bytes, rest: bytes) -> None:
    assert_looked_at_or_refused(start + rest)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["GIF", "WebP", "BMP", "TIFF", "HEIF", "AVIF"]), st.integers(0, 400), st.binary(max_size=40))
def test_no_damage_to_what_is_foreign_makes_it_fail_otherwise(kind: str, at: int, instead: bytes) -> None:
    image = foreign(kind)
    assert_looked_at_or_refused(image[:at] + instead + image[at + len(instead) :])
    assert_looked_at_or_refused(image[:at])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_exif_data_make_it_fail_otherwise(data: bytes) -> None:
    facts = look(saved("JPEG", (70, 70), exif=b"Exif\x00\x00MM\x00*" + data))

    assert (facts.width, facts.height) == (70, 70)


def assert_looked_at_or_refused(image: bytes) -> None:
    """Any other error than a refusal gets through and fails the test."""
    facts = look(image)
    assert facts.size == len(image)
    with contextlib.suppress(RefusedError):
        check_image("x", facts)


def test_the_beginning_of_a_file_is_enough_to_name_it() -> None:
    assert [format_of(JPEG[:3]), format_of(PNG[:8]), format_of(b"\0I")] == ["JPEG", "PNG", ""]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_a_png_of_any_kind_becomes_an_upright_jpeg(mode: str) -> None:
    buffer = io.BytesIO()
    plain = Image.frombytes(mode, (100, 80), b"\x00\xc8" * 8000) if mode == "I;16" else None
    picture = plain or Image.new("RGBA", (100, 80), (200, 200, 200, 255)).convert(mode)
    picture.save(buffer, "PNG", exif=turned(6))

    remade = PillowImages().as_jpeg(buffer.getvalue())

    assert look(remade) == ImageFacts("JPEG", 80, 100, len(remade))
    with Image.open(io.BytesIO(remade)) as jpeg:
        grey = jpeg.convert("L").getpixel((40, 50))
    assert isinstance(grey, int)
    assert grey > 190


def test_what_is_transparent_becomes_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (100, 80), (0, 0, 0, 0)).save(buffer, "PNG")

    with Image.open(io.BytesIO(PillowImages().as_jpeg(buffer.getvalue()))) as jpeg:
        assert jpeg.getpixel((50, 40)) == (255, 255, 255)


@settings(max_examples=30)
@given(st.integers(8, len(PNG) - 1), st.binary(max_size=20))
def test_a_png_that_cannot_be_decoded_is_refused(at: int, instead: bytes) -> None:
    with contextlib.suppress(RefusedError):
        assert PillowImages().as_jpeg(PNG[:at] + instead)[:2] == b"\xff\xd8"
