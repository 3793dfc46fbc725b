"""Making the local Slack misbehave, and watching its calls."""

import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from http.client import IncompleteRead
from pathlib import Path
from urllib.error import HTTPError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.faults import ConnectionDroppedError, Faults
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace as Lab
from tests.integration.sandbox_slack.waiting import wait_until


@pytest.fixture
def client(slack: LocalSlack) -> WebClient:
    """Without the SDK's own retry after a broken connection."""
    return WebClient(token=slack.credentials.bot_token, base_url=f"{slack.url}/api/", retry_handlers=[])


def post(client: WebClient) -> object:
    return client.chat_postMessage(channel=Lab.GENERAL, text="hello")


def texts(ada: Person) -> list[str]:
    return [message["text"] for message in ada.messages(Lab.GENERAL)]


def test_a_rate_limit_tells_how_long_to_wait_and_passes(slack: LocalSlack, client: WebClient, ada: Person) -> None:
    slack.faults.add("chat.postMessage", "ratelimited", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        post(client)

    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    assert (post(client)["ok"], texts(ada)) == (True, ["hello"])


def test_a_fault_hits_its_own_method_only(slack: LocalSlack, client: WebClient) -> None:
    slack.faults.add("chat.update", "http", status=503)

    assert post(client)["ok"]
    assert slack.faults.waiting("chat.update") == 1


def test_a_fault_happens_as_often_as_said(slack: LocalSlack, client: WebClient) -> None:
    slack.faults.add("*", "error", times=2, error="fatal_error")
    outcomes = []
    for _ in range(3):
        try:
            outcomes.append(post(client)["ok"])
        except SlackApiError as error:
            outcomes.append(error.response["error"])

    assert outcomes == ["fatal_error", "fatal_error", True]


def test_a_server_error_leaves_no_trace(slack: LocalSlack, client: WebClient, ada: Person) -> None:
    slack.faults.add("chat.postMessage", "http", status=503)
    with pytest.raises(SlackApiError) as caught:
        post(client)

    assert (caught.value.response.status_code, texts(ada)) == (503, [])


@pytest.mark.parametrize(("applied", "expected"), [(False, []), (True, ["hello"])])
def test_a_dropped_call_may_have_taken_effect(
    slack: LocalSlack, client: WebClient, ada: Person, applied: bool, expected: list[str]
) -> None:
    slack.faults.add("chat.postMessage", "drop", applied=applied)
    with pytest.raises((OSError, SlackApiError)):
        post(client)

    assert texts(ada) == expected


def test_a_slow_call_is_answered_in_the_end(slack: LocalSlack, client: WebClient) -> None:
    slack.faults.add("chat.postMessage", "slow", seconds=0.3)
    started = time.monotonic()

    assert post(client)["ok"]
    assert time.monotonic() - started >= 0.3


def test_a_slow_call_holds_up_nobody_else(slack: LocalSlack, client: WebClient) -> None:
    slack.faults.add("chat.postMessage", "slow", seconds=3.0)
    slow = threading.Thread(target=post, args=(client,))
    slow.start()
    wait_until(lambda: slack.faults.waiting("chat.postMessage") == 0)
    client.auth_test()

    assert slow.is_alive()
    slow.join()


def test_a_download_can_be_a_login_page(slack: LocalSlack, ada: Person, picture: Path, png: bytes) -> None:
    slack.faults.add("download", "html")
    url = ada.uploads(Lab.GENERAL, picture)["files"][0]["url_private"]

    kinds = []
    for _ in range(2):
        with urllib.request.urlopen(authorized(slack, url)) as response:
            kinds.append(response.headers.get_content_type())
    assert kinds == ["text/html", "image/png"]


def test_a_download_can_break_off(slack: LocalSlack, ada: Person, picture: Path) -> None:
    slack.faults.add("download", "truncate")
    url = ada.uploads(Lab.GENERAL, picture)["files"][0]["url_private"]

    with urllib.request.urlopen(authorized(slack, url)) as response, pytest.raises(IncompleteRead):
        response.read()


def test_an_upload_can_fail(slack: LocalSlack, client: WebClient, png: bytes) -> None:
    slack.faults.add("upload", "http", status=500)

    with pytest.raises(HTTPError) as caught:
        client.files_upload_v2(content=png, filename="chart.png")
    caught.value.close()
    assert caught.value.code == 500


def test_an_unknown_kind_of_fault_is_the_tests_own_mistake() -> None:
    with pytest.raises(ValueError, match="earthquake"):
        Faults().add("chat.postMessage", "earthquake")


def test_faults_can_be_cleared() -> None:
    faults = Faults()
    faults.add("chat.postMessage", "drop", times=3)
    faults.clear()

    assert faults.take("chat.postMessage") is None


def test_faults_are_handed_out_once_to_racing_threads() -> None:
    faults = Faults()
    faults.add("x", "drop", times=100)
    taken: list[object] = []

    def take_some() -> None:
        taken.extend(faults.take("x") for _ in range(50))

    threads = [threading.Thread(target=take_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(fault is not None for fault in taken) == 100


def test_observers_see_each_call_before_and_after(slack: LocalSlack, client: WebClient, ada: Person) -> None:
    seen: list[tuple[str, str, int]] = []

    def watch(method: str, moment: str, arguments: dict) -> None:
        seen.append((method, moment, len(texts(ada)), arguments["text"]))

    slack.observers.append(watch)
    post(client)

    assert seen == [("chat.postMessage", "before", 0, "hello"), ("chat.postMessage", "after", 1, "hello")]


@pytest.mark.parametrize(("moment", "expected"), [("before", []), ("after", ["hello"])])
def test_an_observer_can_drop_a_call(
    slack: LocalSlack, client: WebClient, ada: Person, moment: str, expected: list[str]
) -> None:
    def drop(method: str, when: str, _arguments: dict) -> None:
        if when == moment:
            raise ConnectionDroppedError

    slack.observers.append(drop)
    with pytest.raises((OSError, SlackApiError)):
        post(client)

    assert texts(ada) == expected


def test_a_caller_killed_before_its_call_leaves_no_trace(
    slack: LocalSlack, ada: Person, raw_post: Callable[[], object]
) -> None:
    sockets: list = []

    def kill(method: str, when: str, _arguments: dict) -> None:
        if when == "before":
            sockets[0].close()

    slack.observers.append(kill)
    sockets.append(raw_post())
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        assert texts(ada) == []


@pytest.fixture
def raw_post(slack: LocalSlack) -> Callable[[], object]:
    def send() -> socket.socket:
        host, port = slack.url.removeprefix("http://").split(":")
        caller = socket.create_connection((host, int(port)))
        body = f"token={slack.credentials.bot_token}&channel={Lab.GENERAL}&text=hello"
        head = f"POST /api/chat.postMessage HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {len(body)}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        sending.append(caller)
        threading.Timer(0.05, caller.sendall, [f"{head}{kind}{body}".encode()]).start()
        return caller

    sending: list[socket.socket] = []
    return send


def authorized(slack: LocalSlack, url: str) -> urllib.request.Request:
    return urllib.request.Request(url, headers={"Authorization": f"Bearer {slack.credentials.bot_token}"})
