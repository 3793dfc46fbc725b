"""The wishes that wait for a yes, in every store."""

from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.database import SqlWishes
from bot.adapters.database.wishes import KEPT_FOR
from bot.domain.wishes import Wish
from bot.errors import NotFoundError
from tests.integration.database.examples import NOW, later

WISH = Wish("w1", "emoji", {"epochs": "5", "from": "emoji-7f3a91"}, "U1", "C1", "1.2.abc", NOW)


def test_a_wish_comes_back_as_it_was_kept(stores: Any) -> None:
    stores.wishes.put(WISH)

    assert stores.wishes.get("w1") == WISH


def test_a_wish_is_replaced_by_a_newer_one_of_its_id(stores: Any) -> None:
    stores.wishes.put(WISH)
    newer = Wish("w1", "pets", {}, "U1", "C1", "1.2.abc", later(60))
    stores.wishes.put(newer)

    assert stores.wishes.get("w1") == newer


def test_a_dropped_wish_is_not_found_and_can_be_dropped_again(stores: Any) -> None:
    stores.wishes.put(WISH)
    stores.wishes.drop("w1")
    stores.wishes.drop("w1")

    with pytest.raises(NotFoundError, match="I don't know any more"):
        stores.wishes.get("w1")


def test_wishes_of_long_ago_go_when_a_new_one_comes(database: Any) -> None:
    wishes = SqlWishes(database)
    wishes.put(WISH)
    wishes.put(Wish("w2", "emoji", {}, "U1", "C1", "k", NOW + KEPT_FOR + timedelta(seconds=1)))

    with pytest.raises(NotFoundError):
        wishes.get("w1")
