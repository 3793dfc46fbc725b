"""response_url: where the app answers, how often, and to whom it is shown."""

import json
import urllib.request
from collections.abc import Callable
from urllib.error import HTTPError

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from sandbox.slack.person import Person, text_of
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace as Lab

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Stop"}, "action_id": "stop", "value": "7"}
CARD = [{"type": "actions", "block_id": "b", "elements": [BUTTON]}]


@pytest.fixture
def typed(app: App, connect: Callable, ada: Person) -> Callable[[str], WebhookClient]:
    """Ada types a command in a channel; answers the app's way back to her."""
    urls: list[str] = []

    @app.command("/train")
    def train(ack: Callable, command: dict) -> None:
        urls.append(command["response_url"])
        ack()

    connect()

    def type_there(channel: str) -> WebhookClient:
        ada.types(channel, "/train")
        return WebhookClient(urls[-1])

    return type_there


@pytest.fixture
def clicked(app: App, connect: Callable, ada: Person, client: WebClient) -> Callable[[dict], WebhookClient]:
    urls: list[str] = []

    @app.action("stop")
    def stop(ack: Callable, body: dict) -> None:
        urls.append(body["response_url"])
        ack()

    connect()

    def click(message: dict) -> WebhookClient:
        assert ada.clicks(message, "stop")["ok"]
        return WebhookClient(urls[-1])

    return click


def test_an_answer_is_for_the_asker_only_unless_it_says_otherwise(typed: Callable, ada: Person, grace: Person) -> None:
    back = typed(Lab.GENERAL)
    back.send(text="for you")
    back.send(text="for all", response_type="in_channel")

    assert [m["text"] for m in ada.messages(Lab.GENERAL)] == ["for you", "for all"]
    assert [m["text"] for m in grace.messages(Lab.GENERAL)] == ["for all"]


def test_it_works_where_the_bot_is_no_member(typed: Callable, ada: Person) -> None:
    typed(Lab.PRIVATE_LAB).send(text="hello", response_type="in_channel")

    assert [m["text"] for m in ada.messages(Lab.PRIVATE_LAB)] == ["hello"]


def test_it_works_five_times(typed: Callable) -> None:
    back = typed(Lab.GENERAL)

    answers = [back.send(text=str(number)) for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert json.loads(answers[5].body)["error"] == "used_url"


def test_it_works_for_half_an_hour(slack: LocalSlack, typed: Callable) -> None:
    default = slack.behaviour.response_url_seconds
    slack.behaviour.response_url_seconds = -1

    assert (default, json.loads(typed(Lab.GENERAL).send(text="x").body)["error"]) == (1800, "expired_url")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{}", "no_text"),
        (b"words", "invalid_payload"),
        (b"[]", "invalid_payload"),
        (b'{"blocks": [{"type": "x"}]}', "invalid_blocks"),
    ],
)
def test_a_wrong_answer_is_refused(typed: Callable, body: bytes, error: str) -> None:
    request = urllib.request.Request(typed(Lab.GENERAL).url, data=body)

    with pytest.raises(HTTPError) as caught:
        urllib.request.urlopen(request)
    answer = json.load(caught.value)
    caught.value.close()
    assert (caught.value.code, answer["error"]) == (400, error)


def test_a_click_can_replace_its_message(clicked: Callable, client: WebClient, ada: Person) -> None:
    client.chat_postMessage(channel=Lab.GENERAL, text="running", blocks=CARD)
    clicked(ada.messages(Lab.GENERAL)[0]).send(text="stopped", replace_original=True)

    message = ada.messages(Lab.GENERAL)[0]
    assert (message["text"], message.get("blocks"), "edited" in message) == ("stopped", [], True)


def test_a_click_can_delete_its_message(clicked: Callable, client: WebClient, ada: Person) -> None:
    client.chat_postMessage(channel=Lab.GENERAL, text="running", blocks=CARD)
    clicked(ada.messages(Lab.GENERAL)[0]).send(delete_original=True)

    assert ada.messages(Lab.GENERAL) == []


def test_a_click_on_an_ephemeral_message_can_replace_and_delete_it(
    clicked: Callable, client: WebClient, ada: Person
) -> None:
    client.chat_postEphemeral(channel=Lab.GENERAL, user=Lab.ADA, text="sure?", blocks=CARD)
    back = clicked(ada.messages(Lab.GENERAL)[0])
    back.send(text="done", replace_original=True)
    replaced = text_of(ada.messages(Lab.GENERAL)[0])
    back.send(delete_original=True)

    assert (replaced, ada.messages(Lab.GENERAL)) == ("done", [])


def test_a_click_in_a_thread_is_answered_there(clicked: Callable, client: WebClient, ada: Person) -> None:
    parent = ada.says(Lab.GENERAL, "card?")
    client.chat_postMessage(channel=Lab.GENERAL, text="card", blocks=CARD, thread_ts=parent["ts"])
    clicked(ada.messages(Lab.GENERAL, parent["ts"])[1]).send(text="only for you")

    assert [m["text"] for m in ada.messages(Lab.GENERAL, parent["ts"])] == ["card?", "card", "only for you"]


def test_a_click_on_the_first_message_of_a_thread_is_answered_in_the_channel(
    clicked: Callable, client: WebClient, ada: Person
) -> None:
    card = client.chat_postMessage(channel=Lab.GENERAL, text="card", blocks=CARD)
    client.chat_postMessage(channel=Lab.GENERAL, text="a reply", thread_ts=card["ts"])
    clicked(ada.messages(Lab.GENERAL)[0]).send(text="only for you")

    assert [m["text"] for m in ada.messages(Lab.GENERAL)] == ["card", "only for you"]


def test_a_persons_message_cannot_be_replaced(app: App, connect: Callable, ada: Person) -> None:
    @app.shortcut("classify")
    def classify(ack: Callable, respond: Callable, body: dict) -> None:
        ack()
        respond(text=f"Saw {body['message']['text']}", replace_original=True)

    connect()
    ada.uses_shortcut("classify", ada.says(Lab.GENERAL, "mine"))

    answer = ada.sees(Lab.GENERAL, lambda m: m["text"] == "Saw mine")
    assert (answer["is_ephemeral"], ada.messages(Lab.GENERAL)[0]["text"]) == (True, "mine")
