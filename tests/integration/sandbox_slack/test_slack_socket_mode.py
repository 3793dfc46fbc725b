"""Socket Mode against the real Bolt handler: events, commands, acknowledgements and broken links."""

import asyncio
import http.client
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import aiohttp
import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient

from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace as Lab
from tests.integration.sandbox_slack.waiting import hang_up, wait_until


@pytest.fixture
def heard(app: App) -> "queue.Queue[tuple[dict, dict]]":
    """Message events that reach the app, with their headers' retry number."""
    events: queue.Queue[tuple[dict, dict]] = queue.Queue()

    @app.event("message")
    def message(event: dict, body: dict, request: object) -> None:
        events.put((event, {"id": body["event_id"], "retry": request.headers.get("x-slack-retry-num")}))

    return events


def none_follows(events: "queue.Queue") -> bool:
    try:
        events.get(timeout=0.3)
    except queue.Empty:
        return True
    return False


def test_a_message_reaches_the_app_as_slack_writes_it(connect: Callable, heard: queue.Queue, ada: Person) -> None:
    connect()
    said = ada.says(Lab.GENERAL, "tom & <b> @grace in #emoji: https://x.y/?a&b")

    event, _ = heard.get(timeout=30)
    assert event["text"] == f"tom &amp; &lt;b&gt; <@{Lab.GRACE}> in <#{Lab.EMOJI}|emoji>: <https://x.y/?a&amp;b>"
    assert (event["channel"], event["channel_type"], event["user"]) == (Lab.GENERAL, "channel", Lab.ADA)
    assert (event["ts"], event["event_ts"]) == (said["ts"], said["ts"])


def test_a_direct_message_is_of_type_im(connect: Callable, heard: queue.Queue, ada: Person) -> None:
    connect()
    ada.says("D0ADA00001", "hello")

    assert heard.get(timeout=30)[0]["channel_type"] == "im"


def test_a_message_among_several_is_of_type_mpim(connect: Callable, heard: queue.Queue, ada: Person) -> None:
    connect()
    ada.says(Lab.TRIO, "hello")

    assert heard.get(timeout=30)[0]["channel_type"] == "mpim"


@pytest.mark.parametrize("with_mentions", [True, False])
def test_a_mention_among_several_may_come_as_a_message_alone(
    slack: LocalSlack, envelopes_of: Callable, ada: Person, *, with_mentions: bool
) -> None:
    slack.behaviour.mentions_in_groups = with_mentions
    envelopes = envelopes_of()
    ada.says(Lab.TRIO, "@darkroom help")

    assert envelopes.get(timeout=30).payload["event"]["type"] == "message"
    assert none_follows(envelopes) is not with_mentions


def test_the_bot_hears_nothing_of_channels_it_is_not_in(connect: Callable, heard: queue.Queue, ada: Person) -> None:
    connect()
    ada.says(Lab.PRIVATE_LAB, "secret")

    assert none_follows(heard)


def test_an_invited_bot_hears_the_channel(connect: Callable, heard: queue.Queue, ada: Person) -> None:
    connect()
    ada.invites_bot(Lab.PRIVATE_LAB)
    ada.says(Lab.PRIVATE_LAB, "welcome")

    assert heard.get(timeout=30)[0]["channel_type"] == "group"


@pytest.mark.parametrize("without", [("channels:history",), ("message.channels",)])
def test_an_event_needs_its_scope_and_its_subscription(envelopes_of: Callable, ada: Person) -> None:
    envelopes = envelopes_of()
    ada.says(Lab.GENERAL, "hello")

    assert none_follows(envelopes)


def test_an_upload_is_one_event_with_whole_files(
    connect: Callable, heard: queue.Queue, ada: Person, picture: object
) -> None:
    connect()
    parent = ada.says(Lab.EMOJI, "what are these?")
    ada.uploads(Lab.EMOJI, picture, picture, thread_ts=parent["ts"])
    heard.get(timeout=30)

    event, _ = heard.get(timeout=30)
    assert (event["subtype"], event["thread_ts"], event["text"]) == ("file_share", parent["ts"], "")
    assert [file["mimetype"] for file in event["files"]] == ["image/png", "image/png"]
    assert none_follows(heard)


def test_an_edit_reaches_the_app_as_message_changed(
    envelopes_of: Callable, slack: LocalSlack, client: WebClient
) -> None:
    envelopes = envelopes_of()
    ts = client.chat_postMessage(channel=Lab.GENERAL, text="one")["ts"]
    client.chat_update(channel=Lab.GENERAL, ts=ts, text="two")

    own, edit = (envelopes.get(timeout=30).payload["event"] for _ in range(2))
    assert (own["bot_id"], own["text"]) == (Lab.BOT, "one")
    assert (edit["subtype"], edit["message"]["text"], edit["previous_message"]["text"]) == (
        "message_changed", "two", "one")  # fmt: skip


def test_a_mention_is_an_event_of_its_own(
    envelopes_of: Callable, slack: LocalSlack, client: WebClient, ada: Person
) -> None:
    envelopes = envelopes_of()
    ada.says(Lab.GENERAL, "@darkroom help")

    kinds = {envelopes.get(timeout=30).payload["event"]["type"] for _ in range(2)}
    assert kinds == {"message", "app_mention"}


def test_hello_tells_of_the_connection(slack: LocalSlack, client: WebClient) -> None:
    hellos: queue.Queue[dict] = queue.Queue()
    socket = SocketModeClient(app_token=slack.credentials.app_token, web_client=client)
    socket.message_listeners.append(lambda _client, message, _raw: hellos.put(message))
    socket.connect()

    hello = hellos.get(timeout=30)
    hang_up(slack, [socket])
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["debug_info"]["approximate_connection_time"] == 3600


def test_a_command_is_answered_within_its_acknowledgement(app: App, connect: Callable, ada: Person) -> None:
    app.command("/train")(lambda ack, command: ack(f"Heard {command['text']}"))
    connect()

    assert ada.types(Lab.GENERAL, "/train pets epochs=5") == {"ok": True, "answered": True}
    assert ada.messages(Lab.GENERAL)[0]["text"] == "Heard pets epochs=5"
    assert ada.messages(Lab.GENERAL)[0]["is_ephemeral"]


def test_names_in_a_command_are_escaped_only_where_the_manifest_says_so(
    app: App, connect: Callable, ada: Person
) -> None:
    app.command("/train")(lambda ack, command: ack(command["text"]))
    app.command("/echo")(lambda ack, command: ack(command["text"]))
    connect()
    ada.types(Lab.GENERAL, "/train @grace")
    ada.types(Lab.GENERAL, "/echo @grace")

    assert [m["text"] for m in ada.messages(Lab.GENERAL)] == ["@grace", f"<@{Lab.GRACE}>"]


def test_a_command_nobody_acknowledges_times_out(slack: LocalSlack, app: App, connect: Callable, ada: Person) -> None:
    slack.behaviour.ack_seconds = 0.2
    connect()

    answer = ada.types(Lab.GENERAL, "/train pets")
    assert answer == {"ok": False, "answered": False, "error": '/train failed with the error "operation_timeout".'}


def test_a_command_without_a_connection_fails_at_once(slack: LocalSlack, ada: Person) -> None:
    slack.behaviour.ack_seconds = 25.0
    started = time.monotonic()
    answer = ada.types(Lab.GENERAL, "/train pets")

    assert answer["error"] == '/train failed with the error "dispatch_failed".'
    assert time.monotonic() - started < 20


def test_slack_waits_three_seconds_for_an_acknowledgement(slack: LocalSlack) -> None:
    assert slack.behaviour.ack_seconds == 3.0


def test_an_event_is_tried_again_until_it_is_acknowledged(
    envelopes_of: Callable, slack: LocalSlack, client: WebClient, ada: Person
) -> None:
    slack.behaviour.ack_seconds, slack.behaviour.retry_delays = 0.1, (0.01, 0.01, 0.01)
    envelopes = envelopes_of(acknowledge=False)
    ada.says(Lab.GENERAL, "hello")

    tries = [envelopes.get(timeout=30) for _ in range(4)]
    assert [(one.retry_attempt, one.retry_reason) for one in tries] == [
        (0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]  # fmt: skip
    assert len({one.payload["event_id"] for one in tries}) == 1
    assert none_follows(envelopes)


def test_an_event_waits_for_the_app_to_come_back(connect: Callable, heard: queue.Queue, ada: Person) -> None:
    ada.says(Lab.GENERAL, "anybody there?")
    connect()

    event, meta = heard.get(timeout=30)
    assert (event["text"], meta["retry"]) == ("anybody there?", ["1"])


def test_an_event_can_come_twice_with_the_same_id(
    slack: LocalSlack, connect: Callable, heard: queue.Queue, ada: Person
) -> None:
    slack.deliver_twice = True
    connect()
    ada.says(Lab.GENERAL, "hello")

    assert heard.get(timeout=30)[1]["id"] == heard.get(timeout=30)[1]["id"]


def test_an_app_connects_anew_after_its_socket_is_dropped(
    slack: LocalSlack, app: App, client: WebClient, heard: queue.Queue, ada: Person
) -> None:
    handler = SocketModeHandler(app, slack.credentials.app_token, ping_interval=0.2)
    handler.connect()
    wait_until(lambda: slack.connections == 1)
    slack.drop_sockets()
    wait_until(lambda: slack.connections == 0)
    ada.says(Lab.GENERAL, "still there?")

    event, _ = heard.get(timeout=30)
    hang_up(slack, [handler.client])
    assert event["text"] == "still there?"


def test_an_app_connects_anew_when_asked_to(slack: LocalSlack, client: WebClient) -> None:
    hellos: queue.Queue[dict] = queue.Queue()
    socket = SocketModeClient(app_token=slack.credentials.app_token, web_client=client)
    socket.message_listeners.append(
        lambda _client, message, _raw: hellos.put(message) if message["type"] == "hello" else None
    )
    socket.connect()
    hellos.get(timeout=30)
    slack.refresh_sockets()

    assert hellos.get(timeout=30)["type"] == "hello"
    hang_up(slack, [socket])


def test_an_event_in_flight_on_a_dropped_socket_comes_again(
    envelopes_of: Callable, slack: LocalSlack, client: WebClient, ada: Person
) -> None:
    dying, living = [], []

    def first(_client: object, envelope: object) -> None:
        dying.append(envelope)
        slack.drop_sockets()

    socket = SocketModeClient(app_token=slack.credentials.app_token, web_client=client, auto_reconnect_enabled=False)
    socket.socket_mode_request_listeners.append(first)
    socket.connect()
    ada.says(Lab.GENERAL, "hello")
    wait_until(lambda: bool(dying) and slack.connections == 0)
    socket.close()
    envelopes = envelopes_of()
    living.append(envelopes.get(timeout=30))

    assert (living[0].payload["event_id"], living[0].retry_attempt) == (dying[0].payload["event_id"], 1)


def test_each_payload_goes_to_one_of_the_connections(
    envelopes_of: Callable, slack: LocalSlack, client: WebClient, ada: Person
) -> None:
    first, second = envelopes_of(), envelopes_of()
    for number in range(6):
        ada.says(Lab.GENERAL, str(number))
    wait_until(lambda: first.qsize() + second.qsize() == 6)

    assert (first.qsize(), second.qsize()) == (3, 3)


def test_the_eleventh_connection_is_turned_away(envelopes_of: Callable, slack: LocalSlack, client: WebClient) -> None:
    for _ in range(10):
        envelopes_of()
    url = client.apps_connections_open(app_token=slack.credentials.app_token)["url"]

    # In a thread: this one may have a loop that runs, where browser tests came before.
    with ThreadPoolExecutor(1) as threads:
        refused = threads.submit(asyncio.run, first_frame(url)).result()
    assert refused["reason"] == "too_many_websockets"
    assert slack.connections == 10


def test_a_ticket_opens_one_connection(slack: LocalSlack, client: WebClient) -> None:
    url = client.apps_connections_open(app_token=slack.credentials.app_token)["url"]

    assert (handshake(url), handshake(url)) == (101, 401)


def test_nonsense_on_a_socket_does_no_harm(
    envelopes_of: Callable, bare_clients: list, slack: LocalSlack, client: WebClient, ada: Person
) -> None:
    envelopes = envelopes_of()
    socket = bare_clients[0]
    for frame in ("not json", "[]", '{"envelope_id": "nobody"}', '{"envelope_id": null, "payload": 5}'):
        socket.send_message(frame)
    ada.says(Lab.GENERAL, "hello")

    assert envelopes.get(timeout=30).payload["event"]["text"] == "hello"


def test_a_hundred_commands_at_once_are_all_answered(app: App, connect: Callable, slack: LocalSlack) -> None:
    app.command("/train")(lambda ack: ack())
    connect()
    answers: list[dict] = []
    people = [Person(slack.url, Lab.ADA) for _ in range(10)]

    def type_ten(person: Person) -> None:
        answers.extend(person.types(Lab.GENERAL, "/train") for _ in range(10))

    threads = [threading.Thread(target=type_ten, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [{"ok": True, "answered": True}] * 100


def test_a_stopped_slack_can_be_started_again_where_it_was(
    slack: LocalSlack, client: WebClient, heard: queue.Queue, app: App, ada: Person
) -> None:
    ada.says(Lab.GENERAL, "before")
    handler = SocketModeHandler(app, slack.credentials.app_token, ping_interval=0.2)
    handler.connect()
    heard.get(timeout=30)
    url = slack.url
    slack.stop()
    slack.stop()
    slack.start()
    wait_until(lambda: slack.connections > 0)
    ada.says(Lab.GENERAL, "after")

    assert (slack.url, heard.get(timeout=30)[0]["text"]) == (url, "after")
    hang_up(slack, [handler.client])
    assert [m["text"] for m in ada.messages(Lab.GENERAL)] == ["before", "after"]


def test_a_taken_port_is_reported(slack: LocalSlack, write_manifest: Callable) -> None:
    second = LocalSlack(write_manifest(), port=int(slack.url.rpartition(":")[2]))

    with pytest.raises(OSError, match="address"):
        second.start()


async def first_frame(url: str) -> dict:
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        return await socket.receive_json(timeout=30)


def handshake(url: str) -> int:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}  # fmt: skip
    connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
    response = connection.getresponse()
    status = response.status
    response.close()
    connection.close()
    return status
