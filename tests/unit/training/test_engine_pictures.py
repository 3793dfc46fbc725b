"""Pictures of every kind, on their way to the network and through the serving functions."""

import io
import json
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from training.hyperparameters import Augmentation
from training.inference import input_fn, output_fn
from training.pictures import MAX_PIXELS, BadImageError, UnsupportedContentTypeError, squashed
from training.views import AUGMENTED_VIEWS, SmallImageError, View, render, training_views


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def halves(width: int = 300, height: int = 300) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (width // 2, 0, width, height))
    return picture


def served(content: bytes, content_type: str = "application/x-image") -> np.ndarray:
    return np.asarray(squashed(input_fn(content, content_type), 224, 224))


@pytest.mark.parametrize("content_type", ["application/x-image", "image/jpeg", "IMAGE/PNG; q=1"])
def test_pictures_are_taken_under_each_of_their_content_types(content_type: str) -> None:
    assert served(encoded(halves()), content_type).shape == (224, 224, 3)


@pytest.mark.parametrize("content_type", ["", "text/csv", "image/gif", "application/json"])
def test_another_content_type_is_refused(content_type: str) -> None:
    with pytest.raises(UnsupportedContentTypeError):
        input_fn(encoded(halves()), content_type)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n", encoded(halves(), "GIF")])
def test_bytes_that_are_no_jpeg_or_png_are_refused(content: bytes) -> None:
    with pytest.raises(BadImageError):
        input_fn(content, "image/png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_that_is_cut_short_is_refused(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8))
    content = encoded(noise, kind)
    with pytest.raises(BadImageError, match="damaged"):
        served(content[: len(content) // 2])


def exif(*entries: tuple[int, int, int, bytes]) -> bytes:
    """Tags with their type, count and value."""
    packed = b"".join(struct.pack("<HHI4s", *entry) for entry in entries)
    return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + packed + bytes(4)


@pytest.mark.parametrize("tag", [0x100, 0x11A], ids=["a whole number", "a ratio"])
def test_a_turned_picture_whose_exif_has_words_for_numbers_is_refused(tag: int) -> None:
    told = exif((tag, 2, 3, b"ab\0\0"), (0x112, 3, 1, b"\6\0\0\0"))

    with pytest.raises(BadImageError, match="damaged"):
        served(encoded(halves(), "JPEG", exif=told))


@pytest.mark.parametrize(("width", "height"), [(7000, 6000), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    assert width * height > MAX_PIXELS
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    with pytest.raises(BadImageError):
        input_fn(b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IDAT", "image/png")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_any_mode_becomes_three_colours(mode: str) -> None:
    picture = Image.new("L", (64, 80), 255).convert("I;16" if mode == "I;16" else mode)
    content = encoded(picture, "JPEG" if mode == "CMYK" else "PNG")

    assert served(content).shape == (224, 224, 3)


def test_sixteen_bit_greys_keep_their_brightness() -> None:
    grey = Image.fromarray(np.full((64, 64), 0x8000, np.uint16))

    assert served(encoded(grey)).mean() == pytest.approx(128, abs=1)


def test_transparency_is_seen_on_white() -> None:
    assert served(encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 0)))).min() == 255


def test_a_palettes_transparency_is_seen_on_white() -> None:
    picture = Image.new("P", (64, 64), 0)
    picture.putpalette([0, 0, 0, 255, 0, 0])

    assert served(encoded(picture, transparency=0)).min() == 255


def test_a_photograph_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held a quarter turn: left becomes top
    turned = served(encoded(halves(), "JPEG", exif=exif.tobytes()))

    assert turned[10, 112, 0] > 200
    assert turned[-10, 112, 2] > 200


def test_serving_does_not_keep_the_aspect_ratio() -> None:
    wide = served(encoded(halves(900, 100)))

    assert wide[0, 0, 0] > 200
    assert wide[0, -1, 2] > 200


def test_training_crops_the_middle_after_scaling_the_shorter_side() -> None:
    wide = Image.new("RGB", (900, 300), "red")
    wide.paste("blue", (300, 0, 600, 300))
    pixels = render(encoded(wide), View(224))

    assert (pixels.shape, tuple(pixels[112, 5])) == ((224, 224, 3), (0, 0, 255))


def test_without_a_resize_the_middle_is_cropped_from_the_picture_as_it_is() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 424, 3), dtype=np.uint8)
    pixels = render(encoded(Image.fromarray(noise)), View(None))

    assert np.array_equal(pixels, noise[38:262, 100:324])


def test_without_a_resize_a_varied_view_is_cropped_elsewhere() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 424, 3), dtype=np.uint8)
    first, second = (render(encoded(Image.fromarray(noise)), View(None, Augmentation.CROP, n)) for n in (0, 1))

    assert not np.array_equal(first, second)


def test_without_a_resize_a_picture_of_just_the_size_is_taken_whole() -> None:
    assert render(encoded(halves(224, 224)), View(None)).shape == (224, 224, 3)


@pytest.mark.parametrize("size", [(223, 224), (224, 223), (1, 1), (900, 100)])
def test_without_a_resize_a_smaller_picture_is_refused_with_its_size(size: tuple[int, int]) -> None:
    with pytest.raises(SmallImageError, match=f"^{size[0]}x{size[1]}$"):
        render(encoded(halves(*size)), View(None))


def test_an_extreme_aspect_ratio_takes_no_more_memory_than_another() -> None:
    assert render(encoded(Image.new("RGB", (12_000, 4))), View(224)).shape == (224, 224, 3)


def test_a_square_picture_looks_the_same_in_validation_and_in_serving() -> None:
    content = encoded(halves(96, 96))

    assert np.array_equal(render(content, View(224)), served(content))


@pytest.mark.parametrize("kind", list(Augmentation))
def test_varied_views_differ_but_are_the_same_each_time(kind: Augmentation) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (80, 120, 3), dtype=np.uint8))
    content = encoded(noise)
    views = training_views(256, kind)
    first, second = ([render(content, view).tobytes() for view in views] for _ in range(2))

    assert first == second
    assert len(set(first)) == AUGMENTED_VIEWS


def test_colours_vary_only_where_that_was_asked_for() -> None:
    grey = encoded(Image.new("RGB", (64, 64), (200, 60, 60)))

    assert len(np.unique(render(grey, View(224, Augmentation.CROP, 1)).reshape(-1, 3), axis=0)) == 1
    assert tuple(render(grey, View(224, Augmentation.CROP, 1))[0, 0]) == (200, 60, 60)
    assert tuple(render(grey, View(224, Augmentation.CROP_COLOR, 1))[0, 0]) != (200, 60, 60)


def test_the_answer_is_a_list_in_the_order_of_the_classes() -> None:
    body, content_type = output_fn(np.array([0.25, 0.75], np.float32), "application/json")

    assert (json.loads(body), content_type) == ([0.25, 0.75], "application/json")


@pytest.mark.parametrize("accept", ["", "*/*", "text/html, application/json;q=0.9", None])
def test_the_answer_is_json_unless_something_else_is_wanted(accept: str) -> None:
    assert output_fn(np.array([1.0], np.float32), accept)[1] == "application/json"


def test_the_answer_can_be_a_json_line() -> None:
    body, content_type = output_fn(np.array([0.25, 0.75], np.float32), "application/jsonlines")

    assert (body, content_type) == (b'{"prediction": [0.25, 0.75]}\n', "application/jsonlines")


def test_an_answer_in_another_form_is_refused() -> None:
    with pytest.raises(UnsupportedContentTypeError):
        output_fn(np.array([1.0], np.float32), "text/csv")
