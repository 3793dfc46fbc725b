"""Where the bot shows itself: channels with and without it, direct messages, and the Home tab."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.sagemaker.server import LocalAws
from sandbox.slack.drawn import buttons
from sandbox.slack.person import Person
from sandbox.slack.workspace import Workspace, direct_channel
from tests.scenarios.conftest import opened_room
from tests.scenarios.room import Lab, Message, Room, job_name, plain, says


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
        assert private.asked(lab.job, "as=in-private")["channel"] == Workspace.PRIVATE_LAB
    finally:
        members = lab.room.slack.workspace.channel(Workspace.PRIVATE_LAB).members
        lab.room.slack.change(lambda workspace: workspace.channel(private.channel).messages.clear())
        lab.room.slack.change(lambda _: members.discard(Workspace.BOT_USER))


def test_a_public_channel_that_the_bot_is_not_in_is_joined_for_the_card(lab: Lab, general_without_bot: Room) -> None:
    card = general_without_bot.asked(lab.job, "as=in-general")

    assert card["channel"] == Workspace.GENERAL
    assert Workspace.BOT_USER in general_without_bot.slack.workspace.channel(Workspace.GENERAL).members


def test_in_a_direct_message_the_card_stays_there(lab: Lab) -> None:
    direct = Room(lab.room.slack, lab.room.environment, direct_channel(Workspace.LIN), lab.room.bot)
    name = job_name_in(direct.answer_to(direct.lin, "/train emoji epochs=1"))

    direct.shows(f"Trained {name}", to=direct.lin)
    assert lab.room.cards(name) == []


def job_name_in(answer: str) -> str:
    return next(word for word in answer.split() if word.startswith("emoji-"))


def home(person: Person, *, shows: str) -> Message:
    """The Home tab of this person, opened anew, once it shows that."""
    person.opens_home()
    return person.sees_home(lambda view: shows in plain(view), within=90)


def test_who_opens_it_first_reads_how_to_begin(
    shared_aws: LocalAws, samples: Path, tmp_path: Path, aws: LocalAws
) -> None:
    with opened_room(shared_aws, samples, tmp_path) as room:
        said = plain(home(room.lin, shows="How to begin"))

    for told in ("Nothing waits for you.", "Nothing runs.", "No endpoint is up.", "[Add a data set]", "Spent in"):
        assert told in said


def test_an_approver_decides_there(lab: Lab) -> None:
    card = lab.room.asked(lab.job, "as=from-home", by=lab.room.lin)
    approval_id = next(one["value"] for one in buttons(card) if one["action_id"] == "approval.reject")
    lab.room.grace.clicks(home(lab.room.grace, shows="[Reject]"), "approval.reject", approval_id)
    lab.room.grace.submits(lab.room.grace.modal(), {"why": "Lin is on leave."})

    lab.room.becomes(card, f"Rejected by <@{lab.room.grace.id}>")
    # Without being opened anew.
    lab.room.grace.sees_home(lambda view: not any(approval_id in one.get("value", "") for one in buttons(view)))


def test_the_requester_sees_that_others_decide(lab: Lab) -> None:
    card = lab.room.asked(lab.job, "as=own-request", by=lab.room.ada)
    view = home(lab.room.ada, shows="You asked for this, so another person decides.")

    rejecting = next(one["value"] for one in buttons(card) if one["action_id"] == "approval.reject")
    assert not any(rejecting in button.get("value", "") for button in buttons(view))


def test_who_is_no_approver_sees_nothing_to_decide(lab: Lab) -> None:
    lab.room.asked(lab.job, "as=not-for-lin", by=lab.room.ada)

    assert "Nothing waits for you." in plain(home(lab.room.lin, shows="Nothing waits for you."))


def test_it_shows_what_is_up(lab: Lab) -> None:
    lab.room.deployed(lab.job, "as=seen-at-home")

    assert "seen-at-home · in service" in plain(home(lab.room.lin, shows="seen-at-home"))


def test_it_shows_what_runs(lab: Lab) -> None:
    room = lab.room
    room.ada.types(room.channel, "/train emoji epochs=100000")
    card = room.shows(r"epoch \d+ of 100000")
    view = home(room.lin, shows=job_name(card))
    room.answer_to(room.ada, f"/jobs stop {job_name(card)}")
    room.becomes(card, "Stopped")

    assert "Nothing runs." not in plain(view)
