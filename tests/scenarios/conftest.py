"""The real app, services and database against the sandbox over HTTP, and people who talk to it."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.bootstrap import Services, build
from bot.settings import Process, load
from bot.worker import Worker
from handlers.app import build_app
from sandbox import sample_data
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.drawn import text_of
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
SPEED = 2000.0
Message = dict[str, Any]


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    sample_data.build(folder)
    return folder


@pytest.fixture(scope="session")
def shared_aws(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Iterator[LocalAws]:
    """One for all scenarios: names never clash, and the features of the samples are extracted once."""
    aws = LocalAws(tmp_path_factory.mktemp("aws"), speed=SPEED)
    aws.start()
    aws.load_samples(samples)
    yield aws
    aws.stop()


@pytest.fixture
def aws(shared_aws: LocalAws) -> Iterator[LocalAws]:
    yield shared_aws
    shared_aws.observers.clear()
    shared_aws.faults.clear()


@pytest.fixture
def slack(samples: Path) -> Iterator[LocalSlack]:
    slack = LocalSlack(MANIFEST, samples=samples / "held_out")
    slack.start()
    yield slack
    slack.stop()


@dataclass
class Room:
    """The workspace with its people, and what the bot is told of it."""

    slack: LocalSlack
    environment: dict[str, str]
    channel: str = Workspace.EMOJI
    ada: Person = field(init=False)
    grace: Person = field(init=False)
    lin: Person = field(init=False)

    def __post_init__(self) -> None:
        self.ada, self.grace, self.lin = (
            Person(self.slack.url, one) for one in (Workspace.ADA, Workspace.GRACE, Workspace.LIN)
        )

    def shows(
        self, pattern: str, thread_ts: str | None = None, within: float = 30.0, to: Person | None = None
    ) -> Message:
        """What the channel (or a thread of it) comes to show."""
        return (to or self.ada).sees(self.channel, says(pattern), thread_ts=thread_ts, within=within)

    def whispers(self, to: Person, pattern: str, within: float = 10.0) -> Message:
        """What the bot comes to tell one person alone."""
        return to.sees(self.channel, lambda one: bool(one.get("is_ephemeral")) and says(pattern)(one), within=within)

    def current(self, message: Message) -> Message:
        """The message as it stands now."""
        return next(one for one in self.ada.messages(self.channel) if one["ts"] == message["ts"])

    def becomes(self, message: Message, pattern: str, within: float = 30.0) -> Message:
        """Wait until this very message says so."""
        return self.ada.sees(self.channel, lambda one: one["ts"] == message["ts"] and says(pattern)(one), within=within)

    def cards(self, pattern: str) -> list[Message]:
        """Public messages, top level, that say so."""
        found = self.ada.messages(self.channel)
        return [one for one in found if not one.get("is_ephemeral") and says(pattern)(one)]

    def trained(self, words: str = "emoji epochs=3") -> Message:
        """The card of a job that has been trained."""
        self.ada.types(self.channel, f"/train {words}")
        name = job_name(self.whispers(self.ada, r"Training emoji-\w+"))
        return self.shows(rf"Trained {name}", within=60)

    def in_service(self, card: Message, kind: str = "serverless") -> Message:
        """The approval's card of an endpoint that Grace approved."""
        name = job_name(card)
        self.ada.types(self.channel, f"/deploy {name} to={kind}")
        approval = self.shows(rf"Deploy {name} to ")
        self.grace.clicks(approval, "approval.approve")
        return self.becomes(approval, ":large_green_circle:")


def says(pattern: str) -> Callable[[Message], bool]:
    """Whether a message says so; bold or not makes no difference."""
    return lambda message: re.search(pattern, text_of(message).replace("*", "")) is not None


def job_name(message: Message) -> str:
    match = re.search(r"emoji-[0-9a-f]{6}", text_of(message))
    assert match, text_of(message)
    return match[0]


def environment_of(slack: LocalSlack, aws: LocalAws, folder: Path) -> dict[str, str]:
    return {
        **slack.environment(),
        **aws.environment(),
        "DATABASE_URL": f"sqlite:///{folder / 'bot.db'}",
        "APPROVERS": f"{Workspace.APPROVERS},{Workspace.ADA}",
        "POLL_SECONDS": "0.3",
    }


@contextmanager
def bot_in_this_process(environment: dict[str, str]) -> Iterator[Services]:
    """What `python -m bot run` does, in threads of this process."""
    before = dict(os.environ)
    os.environ.update(environment)
    settings = load(Process.RUN, Path("no.env"))
    services = build(settings)
    services.migrate()
    worker = Worker(services, settings.poll_seconds)
    app = build_app(services.client, services.for_listeners())
    socket = SocketModeHandler(app, settings.slack_app_token)
    try:
        worker.start()
        socket.connect()
        yield services
    finally:
        socket.close()
        worker.stop()
        services.close()
        os.environ.clear()
        os.environ.update(before)


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
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def room(slack: LocalSlack, aws: LocalAws, tmp_path: Path) -> Iterator[Room]:
    """A room with the bot in it."""
    environment = environment_of(slack, aws, tmp_path)
    with bot_in_this_process(environment):
        until(lambda: slack.connections > 0)
        yield Room(slack, environment)


def until(condition: Callable[[], object], within: float = 20.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"not within {within:g} s"
        time.sleep(0.02)
