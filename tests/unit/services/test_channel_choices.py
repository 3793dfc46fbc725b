"""Who may settle how a channel's pictures are treated."""

import pytest

from bot.errors import NotAllowedError
from tests.builders import APPROVER, CHANNEL, an_endpoint
from tests.unit.services.world import World

LIN = "U0LIN000001"


@pytest.fixture
def serving(world: World) -> World:
    world.has_endpoint(an_endpoint(owner="U0OWNER0001"))
    world.stores.routes.set(CHANNEL, "emoji-live")
    return world


@pytest.mark.parametrize("by", [APPROVER, "U0OWNER0001"])
def test_approvers_and_the_endpoints_owner_settle_it(serving: World, by: str) -> None:
    choices = serving.channel_choices()
    choices.convert(CHANNEL, by, converts=True)
    case = choices.keep(CHANNEL, by, 90)

    assert (case.settings.converts, case.settings.keep_days) == (True, 90)
    assert case.endpoint == an_endpoint(owner="U0OWNER0001")


def test_others_do_not(serving: World) -> None:
    with pytest.raises(NotAllowedError) as refusal:
        serving.channel_choices().keep(CHANNEL, LIN, 90)

    assert "<@U0OWNER0001>" in refusal.value.next_step
    assert not serving.channel_choices().of(CHANNEL).settings.keeps


def test_where_no_endpoint_answers_only_approvers_do(world: World) -> None:
    with pytest.raises(NotAllowedError, match="only approvers"):
        world.channel_choices().convert(CHANNEL, LIN, converts=True)

    assert world.channel_choices().convert(CHANNEL, APPROVER, converts=True).settings.converts


def test_a_direct_message_is_settled_by_its_person(world: World) -> None:
    assert world.channel_choices().keep("D0LIN000001", LIN, 7).settings.keep_days == 7
