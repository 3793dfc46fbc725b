"""What channels are told of drift stands there once, whatever was lost on the way."""

from dataclasses import replace

import pytest

from bot.adapters.slack.drift_notes import SlackDriftTeller
from bot.domain.drift import DriftNote, Sign
from bot.errors import NoPlaceError
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.unit.adapters_slack.conftest import client_of, leaves, messages
from tests.unit.views.home_examples import a_drift


@pytest.fixture
def teller(slack: LocalSlack) -> SlackDriftTeller:
    return SlackDriftTeller(client_of(slack))


def note(tries: int = 1) -> DriftNote:
    return a_drift(Sign.LESS_RIGHT, channel_id=Workspace.EMOJI, owner=Workspace.ADA, tries=tries)


def test_the_channel_reads_the_figures_and_the_owner_is_mentioned(slack: LocalSlack, teller: SlackDriftTeller) -> None:
    teller.tell(note())

    (message,) = messages(slack)
    assert "71 % (61–80 %, 80 rated) against 89.2 %" in message["text"]
    assert f"<@{Workspace.ADA}>" in str(message["blocks"])


def test_what_stands_there_already_is_not_posted_again(slack: LocalSlack, teller: SlackDriftTeller) -> None:
    teller.tell(note())
    teller.tell(note(tries=2))

    assert len(messages(slack)) == 1


def test_what_was_lost_is_posted_at_the_second_try(slack: LocalSlack, teller: SlackDriftTeller) -> None:
    teller.tell(note(tries=2))

    assert len(messages(slack)) == 1


def test_another_sign_is_another_message(slack: LocalSlack, teller: SlackDriftTeller) -> None:
    teller.tell(note())
    teller.tell(replace(note(tries=2), id="another", sign=Sign.UNSURE))

    assert len(messages(slack)) == 2


def test_a_channel_that_is_not_there_is_said_to_be_none(teller: SlackDriftTeller) -> None:
    with pytest.raises(NoPlaceError):
        teller.tell(replace(note(), channel_id="C0NOWHERE01"))


def test_a_bot_that_was_removed_from_the_channel_does_not_come_back_to_tell(
    slack: LocalSlack, teller: SlackDriftTeller
) -> None:
    leaves(slack, Workspace.EMOJI)

    with pytest.raises(NoPlaceError):
        teller.tell(note())
    assert Workspace.BOT_USER not in slack.workspace.channels[Workspace.EMOJI].members
