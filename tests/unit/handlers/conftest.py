"""The real Bolt app on fake services, with Slack's Web API cut off at the client's one way out."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from handlers.app import build_app
from tests.builders import CHANNEL, REQUESTER
from tests.unit.services.world import World

BOT_USER, BOT, TEAM = "U0DARKROOM", "B0DARKROOM", "T0DARKROOM"
TRIGGER, RESPONSE_URL = "12345.98765.abcd", "https://hooks.slack.com/actions/T0/1/2"
Answer = dict[str, Any] | Exception


@dataclass(slots=True)
class SlackCalls:
    """What the app asked of Slack: Web API calls and replies by `response_url`; `answers` are by method."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    replies: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)

    def of(self, method: str) -> list[dict[str, Any]]:
        return [arguments for called, arguments in self.calls if called == method]

    def answer(self, client: WebClient, method: str, **sent: Any) -> SlackResponse:
        given = {**(sent.get("params") or {}), **(sent.get("data") or {}), **(sent.get("json") or {})}
        self.calls.append((method, given))
        answer = self.answers.get(method, {"ok": True})
        if isinstance(answer, Exception):
            raise answer
        response = SlackResponse(
            client=client, http_verb="POST", api_url=method, req_args={}, data=answer, headers={}, status_code=200
        )
        return response.validate()


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> SlackCalls:
    slack = SlackCalls()
    slack.answers["auth.test"] = {"ok": True, "bot_id": BOT, "user_id": BOT_USER, "team_id": TEAM}

    def api_call(client: WebClient, api_method: str, **sent: Any) -> SlackResponse:
        return slack.answer(client, api_method, **sent)

    def send_dict(client: WebhookClient, body: dict[str, Any], headers: object = None) -> None:
        slack.replies.append({"url": client.url, **body})

    monkeypatch.setattr(WebClient, "api_call", api_call)
    monkeypatch.setattr(WebhookClient, "send_dict", send_dict)
    return slack


@pytest.fixture
def world() -> World:
    return World()


@dataclass(frozen=True, slots=True)
class Bot:
    """The app, as Slack drives it."""

    app: App

    def is_sent(self, body: dict[str, Any]) -> BoltResponse:
        return self.app.dispatch(BoltRequest(body=body, mode="socket_mode"))

    def hears(self, typed: str, user_id: str = REQUESTER) -> BoltResponse:
        """A slash command."""
        command, _, text = typed.partition(" ")
        return self.is_sent(
            {
                "command": command,
                "text": text,
                "user_id": user_id,
                "channel_id": CHANNEL,
                "team_id": TEAM,
                "trigger_id": TRIGGER,
                "response_url": RESPONSE_URL,
            }
        )

    def feels(self, action_id: str, value: str, user_id: str = REQUESTER, **changes: Any) -> BoltResponse:
        """A click on a message's button."""
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
        body = {"type": "block_actions", "actions": [action], "channel": {"id": CHANNEL}, "response_url": RESPONSE_URL}
        return self.is_sent({**_interaction(user_id), **body, **changes})

    def gets(self, view: dict[str, Any], user_id: str = REQUESTER, **values: str) -> BoltResponse:
        """A modal that was filled in."""
        filled = {**view, "id": "V1", "hash": "h1", "state": {"values": state(view, values)}}
        return self.is_sent({**_interaction(user_id), "type": "view_submission", "view": filled})

    def learns(self, **event: Any) -> BoltResponse:
        """An event."""
        return self.is_sent({"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event})


@pytest.fixture
def bot(slack: SlackCalls, world: World) -> Bot:
    return bot_of(world)


def bot_of(world: World) -> Bot:
    services = {
        "access": world.control(),
        "training": world.training(),
        "starting": world.starting(),
        "choosing": world.choosing(),
        "tuning": world.tuning(),
        "comparing": world.comparing(),
        "correcting": world.correcting(),
        "curation": world.curation(),
        "deployment": world.deployment(),
        "roll_back": world.roll_back(),
        "splitting": world.splitting(),
        "replaying": world.replaying(),
        "upkeep": world.upkeep(),
        "homes": world.homes(),
        "cases": world.cases(),
        "deciding": world.deciding(),
        "classification": world.classification(),
        "digesting": world.digesting(),
        "hush": world.hush(),
        "asking": world.asking(),
        "channel_choices": world.channel_choices(),
        "cards": world.cards(),
    }
    return Bot(build_app(WebClient(token="xoxb-test", base_url="http://127.0.0.1:9/api/"), services))


def state(view: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    """`state.values` as Slack sends it: what is prefilled, and over it what was filled in."""
    blocks = [block for block in view["blocks"] if block["type"] == "input"]
    return {block["block_id"]: _filled(block["element"], values.get(block["block_id"])) for block in blocks}


def _filled(element: dict[str, Any], value: str | None) -> dict[str, Any]:
    chosen = {"value": value} if value is not None else element.get("initial_option")
    if element["type"] == "file_input":
        # Names with spaces between them stand for files that were chosen.
        files = [{"id": f"F-{name}", "name": name, "mode": "hosted"} for name in (value or "").split()]
        return {element["action_id"]: {"type": element["type"], "files": files}}
    if element["type"] == "multi_static_select":
        several = [{"value": one} for one in value.split(",")] if value is not None else element.get("initial_options")
        return {element["action_id"]: {"type": element["type"], "selected_options": several or []}}
    if element["type"] in ("static_select", "external_select", "radio_buttons"):
        return {element["action_id"]: {"type": element["type"], "selected_option": chosen}}
    typed = value if value is not None else element.get("initial_value")
    return {element["action_id"]: {"type": element["type"], "value": typed}}


def _interaction(user_id: str) -> dict[str, Any]:
    return {"user": {"id": user_id}, "team": {"id": TEAM}, "trigger_id": TRIGGER}
