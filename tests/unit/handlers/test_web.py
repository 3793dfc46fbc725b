"""The listeners behind a web server: signed requests at one address, and a health check at another."""

import io
import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.web import Wsgi, wsgi
from handlers.app import build_app
from tests.builders import REQUESTER
from tests.unit.handlers.conftest import TEAM, SlackCalls
from tests.unit.services.world import World

SECRET = "0123456789abcdef"


@pytest.fixture
def application(slack: SlackCalls, world: World) -> Wsgi:
    services = {"training": world.training(), "cards": world.cards(), "access": world.control()}
    return wsgi(build_app(WebClient(token="xoxb-test"), services, signing_secret=SECRET))


def request(application: Wsgi, path: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[str, bytes]:
    """Status and body of the answer."""
    statuses: list[str] = []
    environ: dict[str, Any] = {
        "PATH_INFO": path,
        "REQUEST_METHOD": "POST" if body else "GET",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(body.encode()),
        **(headers or {}),
    }
    answer = application(environ, lambda status, headers, *rest: statuses.append(status))
    return statuses[0], b"".join(answer)


def signed(body: str, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body) or ""
    return {"HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp, "HTTP_X_SLACK_SIGNATURE": signature}


COMMAND = urlencode({"command": "/jobs", "text": "", "user_id": REQUESTER, "team_id": TEAM, "channel_id": "C1"})


def test_a_health_check_is_answered(application: Wsgi) -> None:
    assert request(application, "/healthz") == ("200 OK", b"ok")


def test_a_signed_command_is_answered(application: Wsgi) -> None:
    status, body = request(application, "/slack/events", COMMAND, signed(COMMAND))

    assert status.startswith("200")
    assert json.loads(body)["response_type"] == "ephemeral"


def test_a_command_with_another_signature_is_refused(application: Wsgi) -> None:
    status, _ = request(application, "/slack/events", COMMAND, signed(COMMAND, "another"))

    assert status.startswith("401")


def test_an_unsigned_command_is_refused(application: Wsgi) -> None:
    assert request(application, "/slack/events", COMMAND)[0].startswith("401")


def test_any_other_address_is_unknown(application: Wsgi) -> None:
    assert request(application, "/somewhere")[0].startswith("404")
