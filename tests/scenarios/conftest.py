"""The real app, services and database against the sandbox over HTTP, and people who talk to it."""

import functools
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.__main__ import PING_SECONDS
from bot.adapters.database import Database
from bot.adapters.slack.sockets import send_at_once
from bot.bootstrap import Services, build
from bot.settings import Process, load
from bot.worker import Worker
from handlers.app import build_app
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests import few_samples
from tests.scenarios.room import Lab, Message, Room, job_name, says, until

__all__ = ["Lab", "Message", "Room", "job_name", "says", "until"]

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
SPEED = 2000.0


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    few_samples.build(folder)
    return folder


@pytest.fixture(scope="session")
def shared_aws(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Iterator[LocalAws]:
    """One for all scenarios: names never clash, and the features of the samples are extracted once."""
    folder = tmp_path_factory.mktemp("aws")
    (folder / "cache").symlink_to(run_folder(tmp_path_factory, "cache"))
    aws = LocalAws(folder, speed=SPEED)
    aws.start()
    aws.load_samples(samples)
    yield aws
    aws.stop()


def run_folder(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder that the workers of this test run share, and no other run."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def aws(shared_aws: LocalAws) -> Iterator[LocalAws]:
    yield shared_aws
    shared_aws.observers.clear()
    shared_aws.faults.clear()


@pytest.fixture
def slack(samples: Path) -> Iterator[LocalSlack]:
    slack = patient_slack(samples)
    slack.start()
    yield slack
    slack.stop()


def patient_slack(samples: Path, manifest: Path = MANIFEST, request_url: str | None = None) -> LocalSlack:
    """Slack's three seconds are for the bench to measure; here a busy machine must not make a test fail."""
    slack = LocalSlack(manifest, samples=samples / "held_out", request_url=request_url)
    slack.behaviour.ack_seconds = slack.behaviour.trigger_seconds = 20.0
    return slack


def environment_of(slack: LocalSlack, aws: LocalAws, folder: Path) -> dict[str, str]:
    return {
        **slack.environment(),
        **aws.environment(),
        "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
        "APPROVERS": f"{Workspace.APPROVERS},{Workspace.ADA}",
        # What people ask for is done at once; a tick costs more than what waits for it, where there are as many rooms.
        "POLL_SECONDS": "0.5",
    }


@functools.cache
def migrated() -> bytes:
    """A database with its tables and no rows: a room that starts with it need not take every step of their history."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bot.db"
        database = Database(f"sqlite:///{path}")
        database.migrate()
        database.close()
        return path.read_bytes()


_CLIENTS = ("sagemaker", "runtime", "s3", "logs", "cloudwatch", "sts", "iam", "pricing")


@contextmanager
def bot_in_this_process(environment: dict[str, str]) -> Iterator[Services]:
    """What `python -m bot run` does, in threads of this process."""
    before = dict(os.environ)
    os.environ.update(environment)
    settings = load(Process.RUN, Path("no.env"))
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    if not file.exists():
        file.write_bytes(migrated())
    services = build(settings)
    services.migrate()
    # Between the tests that share it the environment is another one, in which a client would look for the real AWS.
    _ = [getattr(services.ground.aws, name) for name in _CLIENTS]
    worker = Worker(services, settings.poll_seconds)
    app = build_app(services.client, services.for_listeners())
    handler = SocketModeHandler(app, settings.slack_app_token, ping_interval=PING_SECONDS)
    send_at_once(handler.client)
    try:
        worker.start()
        handler.connect()  # type: ignore[no-untyped-call]
        yield services
    finally:
        _hang_up(handler)
        worker.stop()
        services.close()
        os.environ.clear()
        os.environ.update(before)


def _hang_up(handler: SocketModeHandler) -> None:
    """Close it, without the three seconds that its client would wait for a last word."""
    client = handler.client
    client.auto_reconnect_enabled = False
    client.current_session_state.terminated = True
    session = client.current_session
    if session is not None and session.sock is not None:
        with suppress(OSError):
            session.sock.shutdown(socket.SHUT_RDWR)
    with suppress(AttributeError):
        # slack_sdk's reader thread may be closing the same socket just then.
        handler.close()  # type: ignore[no-untyped-call]


@contextmanager
def opened_room(aws: LocalAws, samples: Path, folder: Path, **settings: str) -> Iterator[Room]:
    """A workspace of its own with the bot in it, whose settings are as usual but for these."""
    slack = patient_slack(samples)
    slack.start()
    try:
        environment = environment_of(slack, aws, folder) | settings
        with bot_in_this_process(environment) as services:
            until(lambda: slack.connections > 0)
            yield Room(slack, environment, bot=services.use_cases, catalog=services.catalog)
    finally:
        slack.stop()


@contextmanager
def bot_process(environment: dict[str, str], command: str = "run") -> Iterator[subprocess.Popen[bytes]]:
    """The bot as anyone starts it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", command], env={**os.environ, **environment}, cwd=MANIFEST.parent
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def room(slack: LocalSlack, aws: LocalAws, tmp_path: Path) -> Iterator[Room]:
    """A room with the bot in it."""
    environment = environment_of(slack, aws, tmp_path)
    with bot_in_this_process(environment) as services:
        until(lambda: slack.connections > 0)
        yield Room(slack, environment, bot=services.use_cases, catalog=services.catalog)


@pytest.fixture(scope="module")
def shared_lab(shared_aws: LocalAws, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with opened_room(shared_aws, samples, tmp_path_factory.mktemp("lab")) as room:
        card = room.trained("emoji epochs=2")
        yield Lab(room, card, job_name(card))


@pytest.fixture
def lab(shared_lab: Lab, aws: LocalAws, clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A shared room with a trained job; what a test makes in it bears a name of its own."""
    shared_lab.room.settles()
    # The bot makes a client of AWS when it first needs one, and finds the way there in the environment.
    for name, value in shared_lab.room.environment.items():
        monkeypatch.setenv(name, value)
    yield shared_lab
    shared_lab.room.slack.faults.clear()
