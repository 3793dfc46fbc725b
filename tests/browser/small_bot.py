"""A Bolt app just large enough to answer what a person does on the page."""

import queue
import re
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace

Json = dict[str, Any]
_ANY = re.compile(".*")


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str) -> Json:
    return {"text": plain(text), "value": text.lower()}


def section(text: str, **more: object) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def actions(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(text: str, action_id: str, **more: object) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": "job-1", **more}


def question(title: str, confirm: str, deny: str) -> Json:
    text = {"type": "mrkdwn", "text": "It has cost *$0.11* so far."}
    return {"title": plain(title), "text": text, "confirm": plain(confirm), "deny": plain(deny), "style": "danger"}


def entry(block_id: str, label: str, element: Json, **more: object) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": block_id} | element,
        **more,
    }


def form() -> Json:
    data = {"type": "static_select", "placeholder": plain("Choose"), "options": [option("Emoji"), option("Pets")]}
    return {
        "type": "modal",
        "callback_id": "train",
        "title": plain("Train a classifier"),
        "submit": plain("Train"),
        "close": plain("Cancel"),
        "blocks": [
            entry("data", "Data set", data),
            entry("rate", "Learning rate", {"type": "plain_text_input", "initial_value": "7"}),
            entry("note", "Note", {"type": "plain_text_input", "multiline": True}, optional=True),
            actions(button("Advanced", "advanced"), block_id="further"),
        ],
    }


def file_form(**element: object) -> Json:
    """A modal that takes files."""
    return {
        "type": "modal",
        "callback_id": "files",
        "title": plain("Add a data set"),
        "submit": plain("Add"),
        "blocks": [
            entry("name", "Name", {"type": "plain_text_input", "initial_value": "pets"}),
            entry("zips", "Zip files", {"type": "file_input", **element}),
        ],
    }


def second_form() -> Json:
    return {"type": "modal", "title": plain("Advanced"), "close": plain("Back"), "blocks": [section("Nothing here")]}


class SmallBot:
    """`heard` gets the body of every interaction and command, in order."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        environment = slack.environment()
        self.client = WebClient(environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])
        self.heard: queue.Queue[Json] = queue.Queue()
        app = App(client=self.client, signing_secret=environment["SLACK_SIGNING_SECRET"])
        self._listen(app)
        self._handler = SocketModeHandler(app, environment["SLACK_APP_TOKEN"])

    def start(self) -> None:
        self._handler.connect()

    def stop(self) -> None:
        # The client's close waits for its read to time out, which a cut line spares.
        client = self._handler.client
        client.auto_reconnect_enabled, client.closed = False, True
        self._slack.drop_sockets()
        try:
            self._handler.close()
        except AttributeError:
            # slack_sdk's reader thread was closing the same socket just then; what is left is closed now.
            self._handler.close()

    def next(self) -> Json:
        return self.heard.get(timeout=60)

    def posts(self, *blocks: Json, text: str = "A card", channel: str = Workspace.EMOJI, **more: object) -> str:
        sent: Any = self.client.chat_postMessage(channel=channel, text=text, blocks=list(blocks) or None, **more)
        return str(sent["ts"])

    def edits(self, ts: str, *blocks: Json, text: str = "A card") -> None:
        self.client.chat_update(channel=Workspace.EMOJI, ts=ts, text=text, blocks=list(blocks))

    def shows_home(self, user: str, *blocks: Json) -> None:
        self.client.views_publish(user_id=user, view={"type": "home", "blocks": list(blocks)})

    def _listen(self, app: App) -> None:
        app.command("/train")(self._train)
        app.command("/jobs")(self._jobs)
        app.action({"action_id": "advanced"})(self._advanced)
        app.action(_ANY)(self._acted)
        app.options(_ANY)(self._options)
        app.view("train")(self._submitted)
        app.view("files")(self._taken)
        app.shortcut(_ANY)(self._acted)
        app.event("app_home_opened")(self._home)
        app.event("message")(lambda ack: ack())

    def _train(self, ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form())
        self.heard.put(body)

    def _jobs(self, ack: Any, body: Json) -> None:
        ack(text=f"No job called *{body['text'] or 'that'}*.")
        self.heard.put(body)

    def _advanced(self, ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_push(trigger_id=body["trigger_id"], view=second_form())

    def _acted(self, ack: Any, body: Json) -> None:
        ack()
        self.heard.put(body)

    def _options(self, ack: Any, body: Json) -> None:
        ack(options=[option(f"{body['value']}-{number}") for number in (1, 2, 3)])

    def _submitted(self, ack: Any, body: Json) -> None:
        values = body["view"]["state"]["values"]
        if float(values["rate"]["rate"]["value"]) > 1:
            ack(response_action="errors", errors={"rate": "The learning rate is at most 1."})
            return
        ack()
        self.heard.put(body)

    def _taken(self, ack: Any, body: Json) -> None:
        ack()
        self.heard.put(body)

    def _home(self, ack: Any, event: Json) -> None:
        ack()
        self.shows_home(event["user"], section("*Nothing waits for you*"), actions(button("Train", "begin")))
