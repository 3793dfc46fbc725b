"""The page's API, and the person who uses it."""

import json
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from sandbox.slack.person import Person, UnseenError, UsageError, text_of
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace as Lab


def plain(text: str) -> dict:
    return {"type": "plain_text", "text": text}


def button(action_id: str, value: str, text: str = "Stop") -> dict:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": value}


def read(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            return response.status, response.read()
    except HTTPError as error:
        with closing(error):
            return error.code, error.read()


def post(slack: LocalSlack, deed: str, body: bytes = b"{}", **headers: str) -> tuple[int, dict]:
    request = urllib.request.Request(f"{slack.url}/page/{deed}", data=body, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        with closing(error):
            return error.code, {}


@pytest.fixture
def clicks(app: App, connect: Callable) -> list[dict]:
    """The bodies of clicks on `stop` and `pick`."""
    bodies: list[dict] = []

    @app.action("stop")
    @app.action("pick")
    def clicked(ack: Callable, body: dict) -> None:
        bodies.append(body)
        ack()

    connect()
    return bodies


@pytest.fixture
def hear(slack: LocalSlack) -> Iterator[Callable[[str], Callable[[], dict]]]:
    """Opens somebody's live events; answers a function that waits for the next."""
    streams = []

    def listen(user: str) -> Callable[[], dict]:
        stream = urllib.request.urlopen(f"{slack.url}/page/events?user={user}", timeout=30)
        streams.append(stream)
        assert stream.readline() == b": open\n"

        def following() -> dict:
            line = stream.readline()
            while not line.startswith(b"data: "):
                line = stream.readline()
            return json.loads(line[6:])

        return following

    yield listen
    for stream in streams:
        stream.close()


def test_the_workspace_is_told_as_one_person_sees_it(slack: LocalSlack) -> None:
    space = json.loads(read(f"{slack.url}/page/workspace?user={Lab.LIN}")[1])

    channels = {channel["id"]: channel for channel in space["channels"]}
    assert (space["team"]["name"], space["me"]["name"], space["bot"]["user_id"]) == (
        "Darkroom Lab",
        "lin",
        Lab.BOT_USER,
    )
    assert set(channels) == {Lab.GENERAL, Lab.EMOJI, "D0LIN00001"}
    assert space["commands"][0] == {"command": "/train", "description": "Train", "usage_hint": "[DATASET]"}
    assert [s["callback_id"] for s in space["shortcuts"]] == ["classify", "start"]
    assert {user["id"]: user["avatar"] for user in space["users"]}[Lab.ADA] == "AL"


def test_samples_are_offered_and_can_be_uploaded(start: Callable, tmp_path: Path, png: bytes) -> None:
    folder = tmp_path / "samples" / "cats"
    folder.mkdir(parents=True)
    (folder / "tom.png").write_bytes(png)
    (folder / "notes.txt").write_text("not a picture")
    slack = start(samples=tmp_path / "samples")
    space = json.loads(read(f"{slack.url}/page/workspace?user={Lab.ADA}")[1])
    ada = Person(slack.url, Lab.ADA)

    assert [(s["name"], s["class"]) for s in space["samples"]] == [("cats/tom.png", "cats")]
    assert read(slack.url + space["samples"][0]["url"]) == (200, png)
    assert ada.uploads(Lab.EMOJI, "tom.png")["files"][0]["name"] == "tom.png"
    with pytest.raises(UsageError, match="no sample picture"):
        ada.uploads(Lab.EMOJI, "../../manifest.yml")


@pytest.mark.parametrize("path", ["/static/../server.py", "/static/%2e%2e/server.py", "/static/..%2fserver.py",
                                  "/page/samples/../x", "/static/nothing.js"])  # fmt: skip
def test_no_other_file_is_served(slack: LocalSlack, path: str) -> None:
    host, port = slack.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as caller:
        caller.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        head = caller.recv(64)

    assert head.split()[1] == b"404"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example:80"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 200),
    ],
)
def test_a_foreign_page_is_refused(slack: LocalSlack, headers: dict, status: int) -> None:
    assert read(f"{slack.url}/page/workspace?user={Lab.ADA}", **headers)[0] == status
    body = json.dumps({"user": Lab.ADA, "channel": Lab.GENERAL, "text": "x"}).encode()
    assert post(slack, "say", body, **headers)[0] == status


def test_the_pages_own_origin_is_let_in(slack: LocalSlack) -> None:
    assert read(f"{slack.url}/page/workspace?user={Lab.ADA}", Origin=slack.url)[0] == 200


@pytest.mark.parametrize("query", ["", "user=U404404404", f"user={Lab.BOT_USER}"])
def test_only_people_look_at_the_page(slack: LocalSlack, query: str) -> None:
    assert read(f"{slack.url}/page/workspace?{query}")[0] == 404


@pytest.mark.parametrize("body", [b"words", b"[1]", b"\xff"])
def test_an_unreadable_body_is_a_bad_request(slack: LocalSlack, body: bytes) -> None:
    assert post(slack, "say", body)[0] == 400


@pytest.mark.parametrize(
    ("deed", "sent", "error"),
    [
        ("say", {"channel": Lab.GENERAL, "text": "  "}, "There is nothing to send."),
        ("say", {"channel": "C404", "text": "x"}, "There is no such conversation for you."),
        ("say", {"user": Lab.LIN, "channel": Lab.PRIVATE_LAB, "text": "x"}, "There is no such conversation for you."),
        ("say", {"channel": Lab.GENERAL, "text": "x", "thread_ts": "1.0"}, "That thread is gone."),
        ("say", {"user": Lab.BOT_USER, "channel": Lab.GENERAL, "text": "x"}, "There is no such person."),
        ("say", {"channel": Lab.GENERAL, "text": "/paint it"}, "/paint is not a valid command."),
        ("say", {"channel": Lab.GENERAL, "text": "/train x", "thread_ts": "1.0"},
         "/train is not supported in threads. Sorry!"),
        ("action", {"channel": Lab.GENERAL, "message_ts": "1.0"}, "That message is gone."),
        ("action", {"view_id": "V404"}, "That view is no longer open."),
        ("view_submit", {"view_id": "V404"}, "That view is no longer open."),
        ("view_close", {}, "That view is no longer open."),
        ("invite", {"channel": Lab.TRIO},
         "Nobody can be added here. Begin a new group message with the app in it."),
        ("shortcut", {"callback_id": "fly"}, "There is no shortcut fly."),
        ("shortcut", {"callback_id": "classify", "channel": Lab.GENERAL, "message_ts": "1.0"}, "That message is gone."),
        ("options", {"channel": Lab.GENERAL, "message_ts": "1.0"}, "That message is gone."),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(slack: LocalSlack, deed: str, sent: dict, error: str) -> None:
    answer = post(slack, deed, json.dumps({"user": Lab.ADA, **sent}).encode())[1]

    assert (answer["ok"], answer["error"]) == (False, error)


def test_an_archived_channel_takes_nothing(slack: LocalSlack, ada: Person) -> None:
    slack.workspace.channels[Lab.GENERAL].is_archived = True

    assert ada.types(Lab.GENERAL, "hello")["error"] == "This channel is archived."


def test_messages_live_reach_those_who_may_see_them(hear: Callable, ada: Person) -> None:
    lin, grace = hear(Lab.LIN), hear(Lab.GRACE)
    ada.says(Lab.PRIVATE_LAB, "secret")
    ada.says(Lab.GENERAL, "public")

    assert [grace()["message"]["text"] for _ in range(2)] == ["secret", "public"]
    assert (lin()["message"]["text"]) == "public"


def test_edits_deletions_and_whispers_are_live(hear: Callable, client: WebClient) -> None:
    ada = hear(Lab.ADA)
    ts = client.chat_postMessage(channel=Lab.GENERAL, text="one")["ts"]
    client.chat_update(channel=Lab.GENERAL, ts=ts, text="two")
    client.chat_delete(channel=Lab.GENERAL, ts=ts)
    client.chat_postEphemeral(channel=Lab.GENERAL, user=Lab.GRACE, text="not you")
    client.chat_postEphemeral(channel=Lab.GENERAL, user=Lab.ADA, text="you")

    seen = [ada() for _ in range(4)]
    assert [note["type"] for note in seen] == ["message", "message_changed", "message_deleted", "ephemeral"]
    assert [note["message"]["text"] for note in seen] == ["one", "two", "two", "you"]


def test_home_and_errors_are_live(hear: Callable, client: WebClient, ada: Person) -> None:
    live = hear(Lab.ADA)
    client.views_publish(user_id=Lab.ADA, view={"type": "home", "blocks": []})
    ada.types(Lab.GENERAL, "/train")

    home, error = live(), live()
    assert (home["type"], home["view"]["type"]) == ("home", "home")
    assert error == {"type": "error", "text": '/train failed with the error "dispatch_failed".'}


def test_a_page_that_goes_away_is_forgotten(hear: Callable, slack: LocalSlack, ada: Person) -> None:
    for _ in range(3):
        urllib.request.urlopen(f"{slack.url}/page/events?user={Lab.ADA}", timeout=30).close()
    live = hear(Lab.ADA)

    ada.says(Lab.GENERAL, "hello")
    assert live()["message"]["text"] == "hello"


def test_a_click_is_a_whole_block_action(clicks: list, client: WebClient, ada: Person) -> None:
    blocks = [{"type": "actions", "block_id": "b", "elements": [button("stop", "7")]}]
    client.chat_postMessage(channel=Lab.GENERAL, text="card", blocks=blocks)
    message = ada.messages(Lab.GENERAL)[0]

    assert ada.clicks(message, "stop") == {"ok": True}
    body = clicks[0]
    action = body["actions"][0]
    assert (action["value"], action["block_id"], action["type"], action["text"]) == ("7", "b", "button", plain("Stop"))
    assert (body["user"]["id"], body["channel"]["id"], body["message"]["ts"]) == (Lab.ADA, Lab.GENERAL, message["ts"])
    assert body["container"]["message_ts"] == message["ts"]
    assert {"trigger_id", "response_url", "api_app_id", "team"} <= set(body)


def test_a_click_on_an_ephemeral_message_carries_no_message(clicks: list, client: WebClient, ada: Person) -> None:
    blocks = [{"type": "actions", "elements": [button("stop", "7")]}]
    client.chat_postEphemeral(channel=Lab.GENERAL, user=Lab.ADA, text="sure?", blocks=blocks)
    ada.clicks(ada.messages(Lab.GENERAL)[0], "stop")

    assert (clicks[0]["container"]["is_ephemeral"], "message" in clicks[0]) == (True, False)


def test_a_stale_click_is_possible_on_purpose_only(clicks: list, client: WebClient, ada: Person) -> None:
    blocks = [{"type": "actions", "block_id": "b", "elements": [button("stop", "7")]}]
    ts = client.chat_postMessage(channel=Lab.GENERAL, text="card", blocks=blocks)["ts"]
    old = ada.messages(Lab.GENERAL)[0]
    client.chat_update(channel=Lab.GENERAL, ts=ts, text="done")
    new = ada.messages(Lab.GENERAL)[0]

    with pytest.raises(UnseenError, match="No 'stop' in: done"):
        ada.clicks(new, "stop")
    assert ada.clicks(old, "stop")["ok"]
    assert ada.clicks(new, "stop", "7", stale=True)["ok"]
    assert [body["actions"][0]["value"] for body in clicks] == ["7", "7"]


def test_a_person_chooses_from_a_menu_by_value(clicks: list, client: WebClient, ada: Person) -> None:
    options = [{"text": plain(word), "value": word} for word in ("cat", "dog")]
    pick = {"type": "static_select", "action_id": "pick", "options": options}
    section = {"type": "section", "text": plain("Right?"), "accessory": pick}
    client.chat_postMessage(channel=Lab.GENERAL, text="x", blocks=[section])
    ada.clicks(ada.messages(Lab.GENERAL)[0], "pick", "dog")

    assert clicks[0]["actions"][0]["selected_option"] == options[1]


def test_a_click_that_nobody_handles_is_said(slack: LocalSlack, connect: Callable, ada: Person) -> None:
    slack.behaviour.ack_seconds = 0.2
    connect()

    assert "trouble" in ada.clicks(ada.says(Lab.GENERAL, "x"), "nothing", stale=True)["error"]


def test_shortcuts_reach_the_app(app: App, connect: Callable, ada: Person) -> None:
    bodies: list[dict] = []

    @app.shortcut("start")
    @app.shortcut("classify")
    def used(ack: Callable, body: dict) -> None:
        bodies.append(body)
        ack()

    connect()
    message = ada.says(Lab.GENERAL, "a cat")
    ada.uses_shortcut("start")
    ada.uses_shortcut("classify", message)

    assert [body["type"] for body in bodies] == ["shortcut", "message_action"]
    assert (bodies[1]["message"]["text"], bodies[1]["message_ts"]) == ("a cat", message["ts"])


def test_a_picture_is_shown_without_a_token_but_never_as_a_page(slack: LocalSlack, ada: Person, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<script>alert(1)</script>")
    file = ada.uploads(Lab.GENERAL, page)["files"][0]

    with urllib.request.urlopen(f"{slack.url}/page/files/{file['id']}/page.html") as response:
        headers = response.headers
        body = response.read()
    assert body == page.read_bytes()
    assert "sandbox" in headers["Content-Security-Policy"]


def test_an_upload_of_several_files_is_one_message(ada: Person, picture: Path) -> None:
    message = ada.uploads(Lab.EMOJI, picture, picture, text="two & two")

    assert (message["subtype"], len(message["files"]), message["text"]) == ("file_share", 2, "two &amp; two")


def test_strange_file_names_arrive_whole(ada: Person, tmp_path: Path, png: bytes) -> None:
    path = tmp_path / "tête à tête; rm -rf.png"
    path.write_bytes(png)

    assert ada.uploads(Lab.EMOJI, path)["files"][0]["name"] == path.name


def test_a_large_upload_is_taken(ada: Person, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(os.urandom(12_000_000))

    assert ada.uploads(Lab.EMOJI, path)["files"][0]["size"] == 12_000_000


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"x", 415),
        ("multipart/form-data; boundary=x", b"nothing like it", 400),
        ("multipart/form-data", b"--x--", 400),
    ],
)
def test_an_unreadable_upload_is_refused(slack: LocalSlack, kind: str, body: bytes, status: int) -> None:
    assert post(slack, "upload", body, **{"Content-Type": kind})[0] == status


@pytest.mark.parametrize("values", [{"b": 5}, {"b": {"a": 5}}, [], "x"])
def test_state_of_another_shape_is_refused(slack: LocalSlack, ada: Person, values: object) -> None:
    message = ada.says(Lab.GENERAL, "x")
    sent = {"user": Lab.ADA, "channel": Lab.GENERAL, "message_ts": message["ts"], "values": values or "x"}

    assert post(slack, "action", json.dumps(sent).encode())[1]["ok"] is False


def test_an_invited_bot_is_told_so(app: App, connect: Callable, ada: Person, client: WebClient) -> None:
    joined = threading.Event()

    @app.event("member_joined_channel")
    def hello(event: dict) -> None:
        if event["channel"] == Lab.PRIVATE_LAB:
            joined.set()

    connect()
    ada.invites_bot(Lab.PRIVATE_LAB)

    assert joined.wait(30)


def test_a_person_says_what_was_there_instead(ada: Person) -> None:
    ada.says(Lab.GENERAL, "something else")

    with pytest.raises(UnseenError, match="something else"):
        ada.sees(Lab.GENERAL, lambda message: message["text"] == "what I wait for", within=0.1)


def test_a_message_can_be_read_as_text() -> None:
    message = {
        "text": "Job done",
        "blocks": [
            {"type": "header", "text": plain("Trained")},
            {"type": "section", "text": {"type": "mrkdwn", "text": "*89 %*"}, "fields": [plain("Data"), plain("pets")],
             "accessory": button("go", "1", "Deploy")},
            {"type": "image", "image_url": "https://x/y", "alt_text": "A curve", "title": plain("Accuracy")},
            {"type": "divider"},
        ],
        "files": [{"name": "chart.png"}],
    }  # fmt: skip

    assert text_of(message).split("\n") == [
        "Job done", "Trained", "*89 %*", "Data", "pets", "[Deploy]", "(A curve)", "---", "(chart.png)"]  # fmt: skip


def test_nothing_happens_at_import() -> None:
    code = "import threading, sandbox.slack.server, sandbox.slack.person; print(threading.active_count())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_bare())

    assert done.stdout.strip() == "1"


def _bare() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": os.environ["PATH"]}
