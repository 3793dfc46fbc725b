"""What every store of comparisons does, the fake included."""

from typing import Any

import pytest

from bot.domain.cards import Card, CardKind
from bot.domain.comparisons import Comparison
from bot.errors import NotFoundError
from tests.integration.database.examples import NOW

COMPARISON = Comparison("c1", ("7f3a91", "51c0aa"), "U1", "C1", NOW)


def test_a_comparison_comes_back_as_it_was_stored_and_has_a_card(stores: Any) -> None:
    stores.comparisons.add(COMPARISON)

    assert stores.comparisons.get("c1") == COMPARISON
    assert stores.cards.of("c1") == Card("c1", CardKind.COMPARISON, "C1")


def test_one_that_is_added_again_changes_nothing(stores: Any) -> None:
    stores.comparisons.add(COMPARISON)
    stores.comparisons.add(Comparison("c1", ("7f3a91",), "U2", "C2", NOW))

    assert stores.comparisons.get("c1") == COMPARISON
    assert stores.cards.of("c1").channel_id == "C1"


def test_one_that_nobody_asked_for_is_not_found(stores: Any) -> None:
    with pytest.raises(NotFoundError):
        stores.comparisons.get("nothing")
