"""What is meant by what was typed so far."""

import pytest

from bot.domain.typeahead import ranked

NAMES = ["my-emoji", "emoji", "pets", "Emoji-Small"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", NAMES),
        ("emo", ["emoji", "Emoji-Small", "my-emoji"]),
        (" EMOJI-", ["Emoji-Small"]),
        ("s", ["pets", "Emoji-Small"]),
        ("dogs", []),
    ],
)
def test_what_begins_so_comes_before_what_holds_it(typed: str, found: list[str]) -> None:
    assert ranked(typed, NAMES, str) == found


@pytest.mark.parametrize("typed", ["g5", "ml.g5", "ML.G5"])
def test_what_all_names_begin_with_need_not_be_typed(typed: str) -> None:
    names = ["ml.g4dn.xlarge", "ml.g5.xlarge"]

    assert ranked(typed, names, str, "ml.") == ["ml.g5.xlarge"]
