"""Lists in messages: of options, of what the app offers, of channels; and what choosing sends."""

from collections.abc import Callable

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from sandbox.slack.person import Person, UnseenError
from sandbox.slack.workspace import Workspace as Lab


def option(word: str) -> dict:
    return {"text": {"type": "plain_text", "text": word}, "value": word}


@pytest.fixture
def card(app: App, connect: Callable, client: WebClient, ada: Person) -> tuple[dict, list[dict]]:
    """A message with a list of each kind, and the actions that the app hears of."""
    heard: list[dict] = []

    @app.action({"type": "block_actions", "block_id": "lists"})
    def acted(ack: Callable, body: dict) -> None:
        heard.append(body)
        ack()

    @app.options("offered")
    def offer(ack: Callable, body: dict) -> None:
        ack(options=[option(f"{body['value']}-{number}") for number in (1, 2)])

    connect()
    lists = [
        {"type": "static_select", "action_id": "static", "options": [option("cat"), option("dog")]},
        {"type": "external_select", "action_id": "offered", "min_query_length": 1},
        {"type": "conversations_select", "action_id": "channel"},
    ]
    client.chat_postMessage(
        channel=Lab.GENERAL, text="x", blocks=[{"type": "actions", "block_id": "lists", "elements": lists}]
    )
    return ada.messages(Lab.GENERAL)[0], heard


def test_each_kind_of_list_sends_what_was_chosen(card: tuple[dict, list[dict]], ada: Person) -> None:
    message, heard = card
    for action_id, value, typed in (("static", "dog", ""), ("offered", "pet-2", "pet"), ("channel", Lab.EMOJI, "")):
        assert ada.picks(message, action_id, value, typed)["ok"]
    sent = [body["actions"][0] for body in heard]

    assert [one["type"] for one in sent] == ["static_select", "external_select", "conversations_select"]
    assert [one["selected_option"]["value"] for one in sent[:2]] == ["dog", "pet-2"]
    assert sent[2]["selected_conversation"] == Lab.EMOJI
    state = heard[2]["state"]["values"]["lists"]
    assert state["channel"]["selected_conversation"] == Lab.EMOJI


def test_nobody_chooses_what_is_not_offered(card: tuple[dict, list[dict]], ada: Person) -> None:
    message, heard = card

    with pytest.raises(UnseenError, match="No 'bird'"):
        ada.picks(message, "offered", "bird", "pet")
    with pytest.raises(UnseenError, match="No 'bird'"):
        ada.picks(message, "static", "bird")
    with pytest.raises(UnseenError, match="No 'gone'"):
        ada.picks(message, "gone", "x")
    assert heard == []
