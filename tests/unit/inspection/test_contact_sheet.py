"""The contact sheet: its rows, and its words."""

import io

import pytest
from PIL import Image

from bot.drawing.contact_sheet import MOST_CLASSES, WIDTH, contact_sheet
from tests.pictures import saved

RED = saved(Image.new("RGB", (96, 96), (255, 0, 0)))


def drawn(thumbnails: dict[str, list[bytes]]) -> Image.Image:
    with Image.open(io.BytesIO(contact_sheet(thumbnails))) as picture:
        assert picture.format == "JPEG"
        return picture.convert("RGB")


def reds(picture: Image.Image) -> int:
    """How many thumbnails' areas are red."""
    red = sum(1 for value in picture.tobytes("raw", "RGB")[1::3] if value < 60)
    return round(red / 96**2)


@pytest.mark.parametrize(("images", "shown"), [(0, 0), (1, 1), (6, 6), (9, 6)])
def test_a_row_has_up_to_six_images(images: int, shown: int) -> None:
    assert reds(drawn({"cat": [RED] * images})) == shown


@pytest.mark.parametrize("classes", [1, 2, 16, 17, 257])
def test_each_class_has_a_row_up_to_sixteen(classes: int) -> None:
    sheet = drawn({f"class-{place}": [RED] for place in range(classes)})

    assert sheet.width == WIDTH
    assert reds(sheet) == min(classes, MOST_CLASSES)


def test_classes_that_are_not_shown_have_a_line_at_the_end() -> None:
    fitting, more = ({f"class-{place}": [RED] for place in range(count)} for count in (16, 17))

    assert drawn(more).height > drawn(fitting).height


@pytest.mark.parametrize(
    "name", ["猫", "\U0001f98a fox", "قطة", "", "a\nb\0c", "w" * 300, "many words " * 30, "\ud800"]
)
def test_a_class_of_any_name_can_be_shown(name: str) -> None:
    assert reds(drawn({name: [RED]})) == 1


@pytest.mark.parametrize("damaged", [b"", b"no picture", RED[:300]])
def test_a_thumbnail_that_came_to_harm_is_blank(damaged: bytes) -> None:
    assert reds(drawn({"cat": [damaged, RED]})) == 1


def test_the_same_thumbnails_give_the_same_bytes() -> None:
    assert contact_sheet({"cat": [RED]}) == contact_sheet({"cat": [RED]})


def test_no_classes_are_an_empty_sheet() -> None:
    assert drawn({}).width == WIDTH
