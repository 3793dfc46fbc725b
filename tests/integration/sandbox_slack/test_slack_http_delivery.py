"""Delivery by signed HTTP to a request URL: signatures, url_verification, answers and retries."""

import json
import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from sandbox.slack.person import Person, UsageError
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace as Lab


@dataclass
class Endpoint:
    """The app's request URL: what it got, and what it answers next (status, headers, body)."""

    url: str = ""
    got: "queue.Queue[tuple[dict, str]]" = field(default_factory=queue.Queue)
    answers: list[tuple[int, dict, str]] = field(default_factory=list)
    verifies: bool = True

    def answer(self, headers: dict, body: str) -> tuple[int, dict, str]:
        if '"url_verification"' in body and self.verifies:
            return 200, {"Content-Type": "text/plain"}, json.loads(body)["challenge"]
        self.got.put((headers, body))
        return self.answers.pop(0) if self.answers else (200, {}, "")


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    place = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, headers, answer = place.answer({k.lower(): v for k, v in self.headers.items()}, body)
            if status == 0:
                time.sleep(float(answer))
                status, answer = 200, ""
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    place.url = f"http://127.0.0.1:{server.server_port}/slack/events"
    yield place
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def slack(start: Callable[..., LocalSlack], endpoint: Endpoint) -> LocalSlack:
    slack = start(request_url=endpoint.url)
    slack.behaviour.retry_delays = (0.01, 0.01, 0.01)
    return slack


def test_an_event_comes_signed_as_json(slack: LocalSlack, endpoint: Endpoint, ada: Person) -> None:
    ada.says(Lab.GENERAL, "hello")

    headers, body = endpoint.got.get(timeout=30)
    assert SignatureVerifier(slack.credentials.signing_secret).is_valid_request(body, headers)
    assert (headers["content-type"], json.loads(body)["event"]["text"]) == ("application/json", "hello")
    assert "x-slack-retry-num" not in headers


def test_a_command_comes_signed_as_a_form_and_its_answer_is_shown(
    slack: LocalSlack, endpoint: Endpoint, ada: Person
) -> None:
    endpoint.answers = [(200, {"Content-Type": "application/json"}, '{"text": "Training"}')]
    answer = ada.types(Lab.GENERAL, "/train pets & co")

    headers, body = endpoint.got.get(timeout=30)
    form = parse_qs(body)
    assert SignatureVerifier(slack.credentials.signing_secret).is_valid_request(body, headers)
    assert (form["command"], form["text"], form["user_id"]) == (["/train"], ["pets & co"], [Lab.ADA])
    assert (answer["answered"], ada.messages(Lab.GENERAL)[0]["text"]) == (True, "Training")


def test_a_plain_answer_to_a_command_is_shown_too(endpoint: Endpoint, slack: LocalSlack, ada: Person) -> None:
    endpoint.answers = [(200, {"Content-Type": "text/plain"}, "Training")]
    ada.types(Lab.GENERAL, "/train")

    assert ada.messages(Lab.GENERAL)[0]["text"] == "Training"


def test_a_click_comes_as_a_payload_field(slack: LocalSlack, endpoint: Endpoint, ada: Person) -> None:
    message = ada.says(Lab.GENERAL, "a message")
    ada.clicks(message, "go", "1", stale=True)

    bodies = [endpoint.got.get(timeout=30)[1] for _ in range(2)]
    payload = json.loads(next(parse_qs(body)["payload"][0] for body in bodies if body.startswith("payload=")))
    assert (payload["type"], payload["actions"][0]["value"]) == ("block_actions", "1")


def test_a_list_is_asked_for_as_a_payload_field_and_a_slow_answer_comes_too_late(
    slack: LocalSlack, endpoint: Endpoint, ada: Person
) -> None:
    plain = {"type": "plain_text", "text": "Job"}
    element = {"type": "external_select", "action_id": "pick", "min_query_length": 0}
    view = {"type": "modal", "title": plain, "submit": plain}
    view |= {"blocks": [{"type": "input", "block_id": "job", "label": plain, "element": element}]}
    client = WebClient(slack.credentials.bot_token, base_url=f"{slack.url}/api/")
    ada.types(Lab.GENERAL, "/train")
    _, command = endpoint.got.get(timeout=30)
    client.views_open(trigger_id=parse_qs(command)["trigger_id"][0], view=view)
    offered = {"options": [{"text": plain, "value": "1"}]}
    endpoint.answers.append((200, {"Content-Type": "application/json"}, json.dumps(offered)))

    assert ada.options(ada.modal(), "job", "em") == offered["options"]
    _, body = endpoint.got.get(timeout=30)
    asked = json.loads(parse_qs(body)["payload"][0])
    assert (asked["type"], asked["value"], asked["view"]["state"]) == ("block_suggestion", "em", {"values": {}})

    slack.behaviour.ack_seconds = 0.05
    endpoint.answers.append((0, {}, "0.3"))
    with pytest.raises(UsageError, match="trouble connecting"):
        ada.options(ada.modal(), "job")


def test_a_failed_event_is_tried_three_more_times(slack: LocalSlack, endpoint: Endpoint, ada: Person) -> None:
    endpoint.answers = [(500, {}, "")] * 9
    ada.says(Lab.GENERAL, "hello")

    tries = [endpoint.got.get(timeout=30)[0] for _ in range(4)]
    numbers = [headers.get("x-slack-retry-num") for headers in tries]
    assert (numbers, tries[1]["x-slack-retry-reason"]) == ([None, "1", "2", "3"], "http_error")
    with pytest.raises(queue.Empty):
        endpoint.got.get(timeout=0.3)


def test_an_app_can_ask_for_no_retry(slack: LocalSlack, endpoint: Endpoint, ada: Person) -> None:
    endpoint.answers = [(500, {"X-Slack-No-Retry": "1"}, "")]
    ada.says(Lab.GENERAL, "hello")
    endpoint.got.get(timeout=30)

    with pytest.raises(queue.Empty):
        endpoint.got.get(timeout=0.3)


def test_a_slow_event_is_tried_again(slack: LocalSlack, endpoint: Endpoint, ada: Person) -> None:
    slack.behaviour.ack_seconds = 0.2
    endpoint.answers = [(0, {}, "0.4")]
    ada.says(Lab.GENERAL, "hello")
    endpoint.got.get(timeout=30)

    assert endpoint.got.get(timeout=30)[0]["x-slack-retry-reason"] == "http_timeout"


def test_a_redirect_is_not_followed(slack: LocalSlack, endpoint: Endpoint, ada: Person) -> None:
    endpoint.answers = [(302, {"Location": "http://127.0.0.1:1/"}, "")]

    answer = ada.types(Lab.GENERAL, "/train")
    assert answer["error"] == '/train failed with the error "dispatch_failed".'


def test_a_failed_command_is_not_tried_again(slack: LocalSlack, endpoint: Endpoint, ada: Person) -> None:
    endpoint.answers = [(500, {}, "")]
    answer = ada.types(Lab.GENERAL, "/train")

    assert (answer["ok"], endpoint.got.qsize()) == (False, 1)


def test_a_slow_command_times_out(slack: LocalSlack, endpoint: Endpoint, ada: Person) -> None:
    slack.behaviour.ack_seconds = 0.2
    endpoint.answers = [(0, {}, "0.4")]

    assert ada.types(Lab.GENERAL, "/train")["error"] == '/train failed with the error "operation_timeout".'


def test_an_url_that_does_not_verify_gets_nothing(slack: LocalSlack, endpoint: Endpoint, ada: Person) -> None:
    endpoint.verifies = False
    answer = ada.types(Lab.GENERAL, "/train")

    assert (answer["ok"], json.loads(endpoint.got.get(timeout=30)[1])["type"]) == (False, "url_verification")


def test_an_app_that_is_down_is_a_dispatch_failure(start: Callable[..., LocalSlack]) -> None:
    slack = start(request_url="http://127.0.0.1:1/slack/events")

    answer = Person(slack.url, Lab.ADA).types(Lab.GENERAL, "/train")
    assert answer["error"] == '/train failed with the error "dispatch_failed".'
