"""The bar picture of a split: its bytes, what is folded, and its words."""

import io
import subprocess
import sys

import pytest
from PIL import Image

from bot.domain.preparations import ClassCount
from bot.drawing.figures import WIDTH
from bot.drawing.split_chart import MOST_CLASSES, headline, split_alt_text, split_chart

PETS = (ClassCount("cat", 254, 64, 5), ClassCount("dog", 255, 63))


def many(classes: int) -> list[ClassCount]:
    return [ClassCount(f"class-{place:03}", 4 * place + 4, place + 1) for place in range(classes)]


def drawn(classes: "list[ClassCount] | tuple[ClassCount, ...]") -> Image.Image:
    with Image.open(io.BytesIO(split_chart(classes))) as picture:
        return picture.convert("RGB")


def coloured(picture: Image.Image, colour: tuple[int, int, int]) -> int:
    """How many pixels have that colour, below the title and the key."""
    counted = picture.crop((210, 90, picture.width, picture.height)).getcolors(1 << 20) or []
    return sum(number for number, found in counted if found == colour)


TRAIN, VALIDATION = (194, 87, 12), (0, 114, 178)


@pytest.mark.parametrize("classes", [1, 2, 7, 24, 25, 40, 257])
def test_a_chart_is_800_wide_and_as_high_as_its_classes_need(classes: int) -> None:
    picture = drawn(many(classes))

    assert picture.width == WIDTH
    assert picture.height == 106 + 32 * min(classes, MOST_CLASSES + 1)


def test_the_same_counts_give_the_same_bytes() -> None:
    assert split_chart(PETS) == split_chart(PETS)


def test_train_and_validation_have_their_colours_in_proportion() -> None:
    picture = drawn([ClassCount("cat", 200, 200)])

    # The hatching takes about half of the validation part.
    assert 0.3 < coloured(picture, VALIDATION) / coloured(picture, TRAIN) < 0.9


def test_one_class_that_dominates_does_not_hide_the_others() -> None:
    picture = drawn([ClassCount("cat", 80, 20), ClassCount("dog", 80, 20), ClassCount("background", 900_000, 100_000)])
    cats = picture.crop((0, 0, WIDTH, 120))

    assert coloured(cats, TRAIN) > 60 * 20


@pytest.mark.parametrize("name", ["$x^2$", "猫", "\U0001f98a", "قطة", "a\nb\0c", "", "w" * 300, "\ud800"])
def test_a_class_of_any_name_can_be_drawn(name: str) -> None:
    assert drawn([ClassCount(name, 3, 1)]).width == WIDTH


@pytest.mark.parametrize("classes", [(), (ClassCount("cat", 0, 0, 12),)])
def test_where_nothing_was_taken_that_is_said(classes: tuple[ClassCount, ...]) -> None:
    assert headline(classes) == "No image could be taken"
    assert drawn(classes).width == WIDTH


def test_the_title_states_the_result() -> None:
    assert headline(PETS) == "636 images in 2 classes: 509 + 127"


def test_the_alt_text_gives_the_counts_of_each_class() -> None:
    assert split_alt_text(PETS) == (
        "636 images in 2 classes: 509 + 127 (train + validation). cat 254 + 64, 5 left out, dog 255 + 63."
    )


def test_of_many_classes_the_largest_and_the_smallest_are_told_and_the_rest_folded() -> None:
    text = split_alt_text(many(133))

    assert "class-132 532 + 133" in text
    assert "and 109 more classes: 65–605 images each" in text
    assert text.endswith("class-000 4 + 1.")


def test_an_alt_text_fits_slacks_limit() -> None:
    assert len(split_alt_text([ClassCount("n" * 250, 1, 1)] * 30)) < 2000


def test_matplotlib_is_loaded_only_to_draw() -> None:
    loaded = "bot.drawing.split_chart, bot.drawing.contact_sheet, bot.imaging.inspection"
    code = f"import sys, {loaded}; sys.exit('matplotlib' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
