"""A running local Slack, the app's client, people, and a Bolt app on Socket Mode."""

import json
import queue
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient

from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from tests.integration.sandbox_slack.waiting import hang_up, wait_until

MANIFEST = {
    "display_information": {"name": "Darkroom"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "slash_commands": [
            {"command": "/train", "description": "Train", "usage_hint": "[DATASET]"},
            {"command": "/echo", "description": "Echo", "should_escape": True},
        ],
        "shortcuts": [
            {"name": "Classify", "type": "message", "callback_id": "classify", "description": "Classify"},
            {"name": "Start", "type": "global", "callback_id": "start", "description": "Start"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write", "commands",
                "files:read", "files:write", "groups:history", "groups:read", "im:history", "im:write",
                "mpim:history", "mpim:read", "usergroups:read", "users:read",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened", "app_mention", "file_shared", "member_joined_channel", "message.channels",
                "message.groups", "message.im", "message.mpim",
            ]
        },
        "interactivity": {"is_enabled": True},
    },
}  # fmt: skip
Manifests = Callable[..., Path]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def write_manifest(tmp_path: Path) -> Manifests:
    """Writes the manifest, without some scopes or events."""

    def write(without: tuple[str, ...] = ()) -> Path:
        document = json.loads(json.dumps(MANIFEST))
        bot = document["oauth_config"]["scopes"]["bot"]
        events = document["settings"]["event_subscriptions"]
        document["oauth_config"]["scopes"]["bot"] = [scope for scope in bot if scope not in without]
        events["bot_events"] = [event for event in events["bot_events"] if event not in without]
        path = tmp_path / "manifest.yml"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return write


@pytest.fixture
def start(write_manifest: Manifests) -> Iterator[Callable[..., LocalSlack]]:
    """Starts a local Slack, and stops it after the test."""
    running: list[LocalSlack] = []

    def launch(without: tuple[str, ...] = (), **options: object) -> LocalSlack:
        slack = LocalSlack(write_manifest(without), **options)
        running.append(slack)
        slack.start()
        return slack

    yield launch
    for slack in running:
        slack.stop()


@pytest.fixture
def without() -> tuple[str, ...]:
    """Scopes and events that the app does not have; override it by parametrizing."""
    return ()


@pytest.fixture
def slack(start: Callable[..., LocalSlack], without: tuple[str, ...]) -> LocalSlack:
    return start(without=without)


@pytest.fixture
def bare_clients(slack: LocalSlack) -> Iterator[list[SocketModeClient]]:
    """Socket Mode clients without an app, closed after the test."""
    clients: list[SocketModeClient] = []
    yield clients
    hang_up(slack, clients)


@pytest.fixture
def envelopes_of(
    slack: LocalSlack, client: WebClient, bare_clients: list[SocketModeClient]
) -> Callable[..., "queue.Queue"]:
    """Connects a bare client, and returns the queue of envelopes that it gets."""

    def listen(*, acknowledge: bool = True) -> "queue.Queue":
        envelopes: queue.Queue = queue.Queue()
        socket = SocketModeClient(app_token=slack.credentials.app_token, web_client=client)
        bare_clients.append(socket)

        def take(_client: SocketModeClient, envelope: object) -> None:
            envelopes.put(envelope)
            if acknowledge:
                socket.send_message(json.dumps({"envelope_id": envelope.envelope_id}))

        socket.socket_mode_request_listeners.append(take)
        before = slack.connections
        socket.connect()
        wait_until(lambda: slack.connections > before)
        return envelopes

    return listen


@pytest.fixture
def client(slack: LocalSlack) -> WebClient:
    return client_of(slack)


@pytest.fixture
def ada(slack: LocalSlack) -> Person:
    return Person(slack.url, slack.workspace.ADA)


@pytest.fixture
def grace(slack: LocalSlack) -> Person:
    return Person(slack.url, slack.workspace.GRACE)


@pytest.fixture
def app(client: WebClient) -> App:
    return App(client=client)


@pytest.fixture
def connect(slack: LocalSlack, app: App) -> Iterator[Callable[[], SocketModeHandler]]:
    """Connects the Bolt app, and returns its handler."""
    handlers: list[SocketModeHandler] = []

    def connected() -> SocketModeHandler:
        handler = SocketModeHandler(app, slack.credentials.app_token)
        handlers.append(handler)
        handler.connect()
        return handler

    yield connected
    hang_up(slack, [handler.client for handler in handlers])


@pytest.fixture
def png() -> bytes:
    return make_png(8, 6)


def client_of(slack: LocalSlack) -> WebClient:
    return WebClient(token=slack.credentials.bot_token, base_url=slack.environment()["SLACK_API_URL"])


def make_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\x40\x80\xc0" * width for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def picture(tmp_path: Path, png: bytes) -> Path:
    path = tmp_path / "cat.png"
    path.write_bytes(png)
    return path
