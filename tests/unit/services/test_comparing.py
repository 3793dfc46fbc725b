"""Comparisons are recorded once, get their card, and show the jobs as they are."""

import pytest

from bot.domain.cards import CardKind
from bot.domain.comparisons import Compared
from bot.errors import UsageError
from tests.builders import CHANNEL, REQUESTER, a_finished_job, a_job, a_running_job
from tests.unit.services.world import World

FIRST, SECOND = a_finished_job(), a_running_job(id="51c0aa", name="emoji-51c0aa")


@pytest.fixture
def lab(world: World) -> World:
    world.has_job(FIRST)
    world.has_job(SECOND)
    return world


def ask(world: World, key: str = "k") -> Compared:
    return world.comparing().ask([FIRST, SECOND], REQUESTER, CHANNEL, key)


def test_a_comparison_gets_its_card_in_the_channel(lab: World) -> None:
    asked = ask(lab)
    lab.cards().show_behind()

    card = lab.cards().of(asked.comparison.id)
    assert (card.kind, card.channel_id, card.shown) == (CardKind.COMPARISON, CHANNEL, card.wanted)
    assert (asked.comparison.id, asked) in lab.announcer.shown


def test_nothing_is_announced_of_a_comparison(lab: World) -> None:
    asked = ask(lab)
    lab.cards().show_all()

    assert asked.comparison.id not in {subject_id for subject_id, _ in lab.announcer.announced}


def test_the_same_request_twice_is_one_comparison(lab: World) -> None:
    assert ask(lab).comparison.id == ask(lab).comparison.id
    assert ask(lab, "other").comparison.id != ask(lab).comparison.id


def test_what_cannot_be_compared_leaves_nothing_behind(lab: World) -> None:
    with pytest.raises(UsageError):
        lab.comparing().ask([FIRST, FIRST], REQUESTER, CHANNEL, "k")
    assert lab.stores.comparisons.rows == {}


def test_a_job_is_compared_with_those_of_its_data_set_that_have_an_accuracy(lab: World) -> None:
    lab.has_job(a_job(id="new", name="emoji-new"))
    lab.has_job(a_finished_job(id="pets", name="pets-1", data_set="pets"))

    assert lab.comparing().others(FIRST) == [SECOND]
