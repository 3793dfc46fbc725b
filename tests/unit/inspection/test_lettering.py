"""Names in pictures."""

import pytest

from bot.drawing.lettering import drawable, shortened


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Affenpinscher", "Affenpinscher"),
        ("жук", "жук"),
        ("\U0001f98a", "fox face"),
        ("red \U0001f98a", "red fox face"),
        ("猫", "class 3"),
        ("猫 cat", "cat"),
        ("a\tb\n", "a b"),
        ("", "class 3"),
        (" \0 ", "class 3"),
    ],
)
def test_what_the_font_lacks_is_put_in_other_words(name: str, shown: str) -> None:
    assert drawable(name, "class 3") == shown


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [("cat", 3, "cat"), ("collie-2019-small", 12, "collie-2…all"), ("abc", 2, "…"), ("", 5, "")],
)
def test_a_name_that_is_too_long_keeps_its_ends(text: str, room: int, shown: str) -> None:
    assert shortened(text, lambda one: len(one) <= room) == shown
