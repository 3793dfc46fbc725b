"""The words of `/datasets add`."""

import pytest

from bot.domain.datasets import Format
from bot.domain.options import requested
from bot.domain.preparations import Options
from bot.errors import FieldError


def test_without_words_a_fifth_validates_and_recordio_is_written() -> None:
    assert requested({}) == Options(0.2, 1, Format.REC, None, 95, ())


@pytest.mark.parametrize("written", ["15%", "15 %", "0.15", "15"])
def test_a_share_is_written_as_percent_or_as_a_part_of_one(written: str) -> None:
    assert requested({"share": written}).validation_share == pytest.approx(0.15)


@pytest.mark.parametrize("written", ["120%", "0", "-3", "95%", "nan", "many", ""])
def test_a_share_that_leaves_one_split_nothing_is_refused(written: str) -> None:
    with pytest.raises(FieldError, match="share"):
        requested({"share": written})


def test_every_word_is_read() -> None:
    words = {"seed": "7", "format": "LST", "resize": "256", "quality": "80", "classes": "cat, dog,,"}

    assert requested(words | {"min_accuracy": "85%"}) == Options(0.2, 7, Format.LST, 256, 80, ("cat", "dog"), 0.85)


def test_no_resize_can_be_said() -> None:
    assert requested({"resize": "none"}).resize is None


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("resize", "32"),
        ("resize", "5000"),
        ("quality", "0"),
        ("quality", "101"),
        ("seed", "x"),
        ("format", "tfrecord"),
        ("min_accuracy", "120%"),
        ("min_accuracy", "high"),
    ],
)
def test_a_value_out_of_bounds_names_its_field(word: str, value: str) -> None:
    with pytest.raises(FieldError) as refused:
        requested({word: value})

    assert refused.value.field == word


def test_an_unknown_word_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(FieldError) as refused:
        requested({"qualty": "90"})

    assert "`quality`" in refused.value.sentences
