"""The two processes of a bot behind HTTP do the main job together, on SQLite and on PostgreSQL."""

import hashlib
import hmac
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.sagemaker.server import LocalAws
from sandbox.slack.server import LocalSlack
from tests.integration.database import postgres
from tests.scenarios.conftest import environment_of, patient_slack
from tests.scenarios.processes import free_port, web_and_worker
from tests.scenarios.room import PATIENCE, Room, job_name, until

MISSING = "POSTGRESQL TESTS SKIPPED: no initdb and postgres on the path or in /usr/lib/postgresql (apt: postgresql)"
Web = tuple[LocalSlack, int]


@pytest.fixture
def web(samples: Path) -> Iterator[Web]:
    """A workspace that sends what happens to a request URL, and its port."""
    port = free_port()
    slack = patient_slack(samples, request_url=f"http://127.0.0.1:{port}/slack/events")
    slack.start()
    yield slack, port
    slack.stop()


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The URL of an empty database on a server of its own."""
    bin_dir = postgres.programs()
    if bin_dir is None:
        pytest.skip(MISSING)
    with postgres.server(bin_dir) as url:
        yield f"{url}postgres"


def main_job(room: Room) -> None:
    """Train, ask, approve, upload, read the answer."""
    # Until the worker has looked into the bucket and the price list for the first time, there is nothing to train.
    until(lambda: "Training emoji-" in room.answer_to(room.ada, "/train emoji epochs=2"))
    name = job_name(room.whispers(room.ada, r"Training emoji-\w+"))
    room.shows(rf"Trained {name}", within=2 * PATIENCE)
    approval = room.asked(name)
    room.grace.clicks(approval, "approval.approve")
    room.becomes(approval, ":large_green_circle:")
    upload = room.lin.uploads(room.channel, "pizza.png")
    room.shows(r"\d+ %", thread_ts=upload["ts"])
    assert len(room.replies(upload)) == 1
    assert len(room.cards(f"Trained {name}")) == 1


def test_web_and_worker_do_the_main_job_on_one_sqlite_file(web: Web, aws: LocalAws, tmp_path: Path) -> None:
    slack, port = web
    environment = environment_of(slack, aws, tmp_path) | {"SLACK_APP_TOKEN": ""}
    with web_and_worker(environment, port):
        main_job(Room(slack, environment))
        signed_wrongly = [
            _status(port, _signed("not the secret")),
            _status(port, _signed(environment["SLACK_SIGNING_SECRET"], age=600)),
            _status(port, {}),
        ]
        signed_well = _status(port, _signed(environment["SLACK_SIGNING_SECRET"]))

    assert signed_wrongly == [401, 401, 401]
    assert signed_well == 200


@pytest.mark.postgres
def test_web_and_worker_do_the_main_job_on_postgresql(web: Web, aws: LocalAws, tmp_path: Path, postgresql: str) -> None:
    slack, port = web
    environment = environment_of(slack, aws, tmp_path) | {"DATABASE_URL": postgresql}
    with web_and_worker(environment, port):
        main_job(Room(slack, environment))


COMMAND = {
    "token": "x",
    "command": "/jobs",
    "text": "help",
    "user_id": "U0ADA00001",
    "channel_id": "C0EMOJI001",
    "trigger_id": "1.2",
    "response_url": "http://127.0.0.1:1/",
}
BODY = urllib.parse.urlencode(COMMAND).encode()


def _signed(secret: str, age: int = 0) -> dict[str, str]:
    timestamp = str(int(time.time()) - age)
    base = b"v0:" + timestamp.encode() + b":" + BODY
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def _status(port: int, headers: dict[str, str]) -> int:
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/slack/events", BODY, sent)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return int(response.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code
