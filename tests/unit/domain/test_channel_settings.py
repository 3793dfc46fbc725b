"""What a channel's settings say, and the words by which they are changed."""

from datetime import timedelta

import pytest

from bot.domain.channel_settings import ChannelSettings, days_kept, switched_on
from bot.errors import UsageError


@pytest.mark.parametrize(
    ("word", "days"), [("90d", 90), ("90", 90), ("2w", 14), ("1day", 1), ("off", 0), ("No", 0), ("730d", 730)]
)
def test_a_time_to_keep_pictures_is_told_in_days_or_weeks(word: str, days: int) -> None:
    assert days_kept(word) == days


@pytest.mark.parametrize("word", ["", "0d", "731d", "105w", "-3d", "1.5d", "for ever", "9" * 9])
def test_any_other_time_is_refused(word: str) -> None:
    with pytest.raises(UsageError):
        days_kept(word)


@pytest.mark.parametrize(("word", "on"), [("on", True), ("ON", True), ("yes", True), ("off", False), ("no", False)])
def test_on_is_on(word: str, on: bool) -> None:
    assert switched_on(word) is on


def test_neither_on_nor_off_is_refused() -> None:
    with pytest.raises(UsageError, match="On or off"):
        switched_on("maybe")


def test_a_channel_that_decided_nothing_keeps_and_converts_nothing() -> None:
    settings = ChannelSettings("C1")

    assert (settings.keeps, settings.converts, settings.words) == (False, False, "convert=off keep=off")


def test_pictures_are_kept_for_as_many_days_as_was_said() -> None:
    settings = ChannelSettings("C1", converts=True, keep_days=90)

    assert (settings.kept_for, settings.words) == (timedelta(days=90), "convert=on keep=90d")
