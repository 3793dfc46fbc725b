"""Figures in words."""

from datetime import UTC, datetime

import pytest

from bot.views import figures


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.943, "94.3 %"), (0.0, "0.0 %"), (1.0, "100.0 %"), (None, "unknown"), (float("nan"), "unknown")],
)
def test_an_accuracy_has_one_decimal_and_is_never_made_up(share: float | None, said: str) -> None:
    assert figures.percent(share) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.874, "87 %"), (1.0, "100 %"), (0.997, "99 %"), (0.0, "0 %"), (0.001, "under 1 %"), (float("inf"), "unknown")],
)
def test_a_probability_that_is_not_certain_is_not_called_so(share: float, said: str) -> None:
    assert figures.probability(share) == said


@pytest.mark.parametrize(
    ("usd", "said"),
    [(0.42, "$0.42"), (1234.5, "$1,234.50"), (0.0, "$0.00"), (0.001, "under $0.01"), (None, "price unknown")],
)
def test_money_that_is_unknown_is_never_shown_as_nothing(usd: float | None, said: str) -> None:
    assert figures.money(usd) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(192, "3 min 12 s"), (0, "0 s"), (-5, "0 s"), (3600, "1 h"), (90_061, "1 d 1 h"), (59.9, "59 s")],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds: float, said: str) -> None:
    assert figures.duration(seconds) == said


def test_a_coarse_duration_changes_by_the_minute_only() -> None:
    assert {figures.duration(seconds, coarse=True) for seconds in range(60)} == {""}
    assert {figures.duration(seconds, coarse=True) for seconds in range(180, 240)} == {"3 min"}


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "under a minute left"), (60, "under a minute left"), (61, "about 2 min left")]
)
def test_what_is_left_is_rounded_up(seconds: float, said: str) -> None:
    assert figures.time_left(seconds) == said


def test_a_time_is_told_in_the_readers_zone_with_a_fallback_for_old_clients() -> None:
    said = figures.slack_date(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))

    assert said == "<!date^1772443800^{date_short_pretty} at {time}|2026-03-02 09:30 UTC>"


def test_counts_have_thousands_apart_and_their_own_plural() -> None:
    assert [figures.of_things(1, "class", "classes"), figures.of_things(1000, "image")] == ["1 class", "1,000 images"]


def test_time_does_not_run_backwards_when_clocks_differ() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)

    assert figures.between(late, early) == 0.0
