"""Where cards go: private channels without the bot, public ones that it has not joined, and direct messages."""

from collections.abc import Iterator

import pytest

from sandbox.slack.workspace import Workspace, direct_channel
from tests.scenarios.room import Lab, Room, job_name, says


@pytest.fixture
def general_without_bot(lab: Lab) -> Iterator[Room]:
    """#general, which the bot has left."""
    members = lab.room.slack.workspace.channel(Workspace.GENERAL).members
    lab.room.slack.change(lambda _: members.discard(Workspace.BOT_USER))
    yield Room(lab.room.slack, lab.room.environment, Workspace.GENERAL, lab.room.bot)
    lab.room.slack.change(lambda _: members.add(Workspace.BOT_USER))


def test_in_a_private_channel_without_the_bot_the_requester_gets_the_card_directly(lab: Lab) -> None:
    private = Room(lab.room.slack, lab.room.environment, Workspace.PRIVATE_LAB, lab.room.bot)
    name = job_name_in(private.answer_to(private.ada, "/train emoji epochs=1"))

    card = private.ada.sees(direct_channel(Workspace.ADA), says(f"Trained {name}"), within=90)
    private.ada.sees(direct_channel(Workspace.ADA), says("is trained"), thread_ts=card["ts"], within=90)
    assert [one for one in private.ada.messages(private.channel) if not one.get("is_ephemeral")] == []


def test_a_private_channel_that_the_bot_was_invited_to_gets_the_card(lab: Lab) -> None:
    private = Room(lab.room.slack, lab.room.environment, Workspace.PRIVATE_LAB, lab.room.bot)
    private.ada.invites_bot(private.channel)
    try:
        card = private.trained("emoji epochs=1")
        assert job_name(card)
    finally:
        members = lab.room.slack.workspace.channel(Workspace.PRIVATE_LAB).members
        lab.room.slack.change(lambda workspace: workspace.channel(private.channel).messages.clear())
        lab.room.slack.change(lambda _: members.discard(Workspace.BOT_USER))


def test_a_public_channel_that_the_bot_is_not_in_is_joined_for_the_card(general_without_bot: Room) -> None:
    card = general_without_bot.trained("emoji epochs=1")

    assert card["channel"] == Workspace.GENERAL
    assert Workspace.BOT_USER in general_without_bot.slack.workspace.channel(Workspace.GENERAL).members


def test_in_a_direct_message_the_card_stays_there(lab: Lab) -> None:
    direct = Room(lab.room.slack, lab.room.environment, direct_channel(Workspace.LIN), lab.room.bot)
    name = job_name_in(direct.answer_to(direct.lin, "/train emoji epochs=1"))

    direct.shows(f"Trained {name}", to=direct.lin)
    assert lab.room.cards(name) == []


def job_name_in(answer: str) -> str:
    return next(word for word in answer.split() if word.startswith("emoji-"))
