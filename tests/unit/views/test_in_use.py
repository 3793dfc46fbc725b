"""How accuracy in use and the month's spend read."""

import pytest

from bot.domain.home_page import Running
from bot.domain.in_use import InUse
from bot.domain.metrics import Curve
from bot.domain.provenance import Line
from bot.views import endpoints, in_use, provenance, spending, under_way
from tests.builders import NOW, a_preparation, a_running_job, a_running_tuning, an_endpoint
from tests.unit.views.endpoint_examples import a_holding
from tests.unit.views.home_examples import LATER, RATED, a_spend
from tests.unit.views.screens import said


@pytest.mark.parametrize(
    ("rated", "right", "words"),
    [
        (0, 0, ""),
        (1, 1, "1 rated, too few to say"),
        (12, 3, "12 rated, too few to say"),
        (62, 56, "90 % in use (80–95 %, 62 rated)"),
        (1000, 999, "99 % in use (99–99 %, 1,000 rated)"),
        (20, 20, "100 % in use (84–100 %, 20 rated)"),
        (20, 0, "0 % in use (0–16 %, 20 rated)"),
    ],
)
def test_few_ratings_are_no_figure_and_nearly_all_is_not_all(rated: int, right: int, words: str) -> None:
    assert in_use.in_words(InUse(rated, right)) == words


def test_it_stands_beside_the_validation_accuracy() -> None:
    held, words = a_holding(in_use=RATED), "90 % in use (80–95 %, 62 rated)"

    assert words in said(endpoints.endpoint_list([held], NOW))
    assert f"(89.2 % validation)\\n{words}" in said(endpoints.endpoint_page(held, NOW))
    assert f"{words}, against 89.2 % in validation" in said(provenance.why_page(Line(an_endpoint()), RATED))


def test_an_endpoint_that_nobody_rated_says_so_on_its_page() -> None:
    assert "not rated in use yet" in said(endpoints.endpoint_page(a_holding(), NOW))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "$12.40 of $50.00 (25 %)"),
        ({"budget": None}, "$12.40"),
        ({"unknown": ("emoji-a",)}, "at least $12.40 of $50.00 (25 %)"),
        ({"training": 0.0, "tuning": 0.0, "endpoints": 0.0, "budget": None}, "$0.00"),
    ],
)
def test_what_is_not_known_makes_the_spend_a_least(changes: dict[str, object], words: str) -> None:
    assert spending.in_words(a_spend(**changes)) == words


def test_more_than_the_budget_is_said_as_such() -> None:
    over = spending.month(a_spend(training=60.0))

    assert "$14.10 over the budget" in over
    assert "░" not in over
    assert ":warning:" in over


def test_what_has_an_unknown_cost_is_named() -> None:
    told = spending.month(a_spend(unknown=("a", "b", "c", "d", "e")))

    assert "what a, b, c and 2 more cost" in told


@pytest.mark.parametrize(
    ("one", "share"),
    [
        (a_running_job(), 0.4),
        (a_running_tuning(), 2 / 6),
        (a_preparation(), None),
        (a_running_job(curve=Curve()), None),
    ],
)
def test_how_far_it_is_is_a_share_once_something_is_done(one: Running, share: float | None) -> None:
    assert under_way.share_done(one) == (share if share is None else pytest.approx(share))
    assert ("█" in str(under_way.row(one, LATER).to_dict())) == (share is not None)
