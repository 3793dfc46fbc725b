"""Message shortcuts: what the manifest may declare, what the app hears, and where it answers."""

import json
import queue
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.slack.manifest import ManifestError, read_manifest
from sandbox.slack.person import Person, text_of
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace as Lab
from tests.integration.sandbox_slack.conftest import MANIFEST

Envelopes = Callable[..., "queue.Queue"]
ENTRY = {"name": "Classify images", "type": "message", "callback_id": "classify", "description": "What they are"}


def respond(url: str, **answer: Any) -> None:
    body = json.dumps(answer).encode()
    urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": "application/json"})).close()


def test_a_message_shortcut_carries_the_whole_message(envelopes_of: Envelopes, ada: Person, picture: Path) -> None:
    heard = envelopes_of()
    parent = ada.says(Lab.GENERAL, "look")
    message = ada.uploads(Lab.GENERAL, picture, text="a cat", thread_ts=parent["ts"])
    assert ada.shortcut(Lab.GENERAL, message, "classify")["ok"]
    payload = next_of_kind(heard, "interactive")

    assert (payload["type"], payload["callback_id"], payload["message_ts"]) == (
        "message_action", "classify", message["ts"]
    )  # fmt: skip
    assert payload["message"]["files"][0]["id"] == message["files"][0]["id"]
    assert (payload["message"]["thread_ts"], payload["channel"]) == (
        parent["ts"], {"id": Lab.GENERAL, "name": "general"}
    )  # fmt: skip
    assert {"trigger_id", "response_url", "action_ts", "team", "user", "token"} <= payload.keys()
    assert "container" not in payload


def test_a_shortcut_is_answered_for_one_and_replaces_nothing(
    envelopes_of: Envelopes, ada: Person, grace: Person, client: Any
) -> None:
    heard = envelopes_of()
    client.chat_postMessage(channel=Lab.GENERAL, text="the bot's own")
    own = ada.sees(Lab.GENERAL, lambda m: m["text"] == "the bot's own")
    ada.shortcut(Lab.GENERAL, own, "classify")
    respond(next_of_kind(heard, "interactive")["response_url"], text="nothing to see", replace_original=True)

    assert ada.sees(Lab.GENERAL, lambda m: m["text"] == "nothing to see")["is_ephemeral"]
    assert [text_of(m) for m in grace.messages(Lab.GENERAL)] == ["the bot's own"]


def test_an_unknown_shortcut_is_refused(slack: LocalSlack, ada: Person) -> None:
    answer = ada.shortcut(Lab.GENERAL, ada.says(Lab.GENERAL, "x"), "no_such")

    assert (answer["ok"], answer["error"]) == (False, "There is no shortcut no_such.")


@pytest.mark.parametrize(
    ("shortcuts", "words"),
    [
        ([{**ENTRY, "name": "n" * 25}], "less than 25 characters"),
        ([{**ENTRY, "callback_id": f"c{number}"} for number in range(11)], "no more than 10 items"),
        ([ENTRY, ENTRY], "already exists"),
        ([{**ENTRY, "type": "file"}], "must be one of"),
        ([{"name": "Classify", "type": "message"}], "missing required field: callback_id"),
    ],
)
def test_a_wrong_shortcut_is_no_manifest(tmp_path: Path, shortcuts: list, words: str) -> None:
    document = {**MANIFEST, "features": {**MANIFEST["features"], "shortcuts": shortcuts}}
    (tmp_path / "manifest.yml").write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(ManifestError, match=words):
        read_manifest(tmp_path / "manifest.yml")


def test_shortcuts_need_the_scope_of_commands(start: Callable[..., LocalSlack]) -> None:
    with pytest.raises(ManifestError, match="scope commands"):
        start(without=("commands",))


def next_of_kind(envelopes: "queue.Queue", kind: str) -> dict:
    while True:
        envelope = envelopes.get(timeout=30)
        if envelope.type == kind:
            return envelope.payload
