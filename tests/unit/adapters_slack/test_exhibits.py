"""What came of a replay, in the thread of its card: once, with a picture where the models disagree."""

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.adapters.slack.exhibits import SlackExhibits
from bot.domain.cards import Card, CardKind
from bot.domain.predictions import Label
from bot.domain.replays import Pair, Replay
from bot.drawing.contact_sheet import contact_sheet
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.builders import NOW
from tests.pictures import a_jpeg
from tests.scenarios.room import until
from tests.unit.adapters_slack.conftest import thread

REPLAY = Replay("a41c77d09b3e4f25", Workspace.ADA, NOW)
SAME = Pair(a_jpeg(), Label("cat", 0.9), Label("cat", 0.8))
OTHER = Pair(a_jpeg(), Label("dog", 0.9), Label("cat", 0.8))


@pytest.fixture
def card(client: WebClient) -> Card:
    posted = client.chat_postMessage(channel=Workspace.EMOJI, text="Deploy pets to serverless?")
    return Card(REPLAY.id, CardKind.APPROVAL, Workspace.EMOJI, message_ts=str(posted["ts"]))


@pytest.fixture
def exhibits(client: WebClient) -> SlackExhibits:
    return SlackExhibits(client, contact_sheet)


def replies(slack: LocalSlack, card: Card) -> list[dict[str, Any]]:
    return [one for one in thread(slack, card.message_ts) if one["ts"] != card.message_ts]


def test_agreement_is_a_line_and_no_picture(slack: LocalSlack, exhibits: SlackExhibits, card: Card) -> None:
    for _ in range(2):
        exhibits.show_replay(card, REPLAY, [SAME, SAME], Workspace.EMOJI)

    (line,) = replies(slack, card)
    assert "the last 2 images: both models see the same" in line["text"]
    assert not line.get("files")


def test_disagreements_are_a_picture(slack: LocalSlack, exhibits: SlackExhibits, card: Card) -> None:
    exhibits.show_replay(card, REPLAY, [SAME, OTHER], Workspace.EMOJI)
    until(lambda: replies(slack, card))
    exhibits.show_replay(card, REPLAY, [SAME, OTHER], Workspace.EMOJI)

    (line,) = replies(slack, card)
    assert "disagree about 1" in line["text"]
    assert [file["name"] for file in line["files"]] == ["replay.jpg"]


def test_what_went_wrong_is_said(slack: LocalSlack, exhibits: SlackExhibits, card: Card) -> None:
    exhibits.show_replay(card, Replay(REPLAY.id, Workspace.ADA, NOW, problem="AWS refuses it."), [], "")

    assert "came to nothing. AWS refuses it." in replies(slack, card)[0]["text"]


def test_without_a_card_there_is_no_thread(slack: LocalSlack, exhibits: SlackExhibits, card: Card) -> None:
    exhibits.show_replay(Card(REPLAY.id, CardKind.APPROVAL, Workspace.EMOJI), REPLAY, [SAME], Workspace.EMOJI)

    assert replies(slack, card) == []


@pytest.mark.parametrize(("shared_in", "pictures"), [(Workspace.GENERAL, 1), (Workspace.PRIVATE_LAB, 0)])
def test_a_private_channels_pictures_are_not_shown_elsewhere(
    slack: LocalSlack, exhibits: SlackExhibits, card: Card, shared_in: str, pictures: int
) -> None:
    Person(slack.url, Workspace.ADA).invites_bot(Workspace.PRIVATE_LAB)
    exhibits.show_replay(card, REPLAY, [SAME, OTHER], shared_in)
    until(lambda: replies(slack, card))

    (line,) = replies(slack, card)
    assert "disagree about 1" in line["text"]
    assert len(line.get("files", ())) == pictures
