"""The real app, services and database against the sandbox over HTTP, and people who talk to it."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
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
# How long to look for what must come, on a machine that does much else; what is there is seen at once.
PATIENCE = 90.0
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
    slack = patient_slack(samples)
    slack.start()
    yield slack
    slack.stop()


def patient_slack(samples: Path, manifest: Path = MANIFEST, request_url: str | None = None) -> LocalSlack:
    """Slack's three seconds are for the bench to measure; here a busy machine must not make a test fail."""
    slack = LocalSlack(manifest, samples=samples / "held_out", request_url=request_url)
    slack.behaviour.ack_seconds = slack.behaviour.trigger_seconds = 20.0
    return slack


@dataclass
class Room:
    """The workspace with its people, and what the bot is told of it."""

    slack: LocalSlack
    environment: dict[str, str]
    channel: str = Workspace.EMOJI
    bot: Services | None = None
    ada: Person = field(init=False)
    grace: Person = field(init=False)
    lin: Person = field(init=False)

    def __post_init__(self) -> None:
        self.ada, self.grace, self.lin = (
            Person(self.slack.url, one) for one in (Workspace.ADA, Workspace.GRACE, Workspace.LIN)
        )

    def shows(
        self, pattern: str, thread_ts: str | None = None, within: float = PATIENCE, to: Person | None = None
    ) -> Message:
        """What the channel (or a thread of it) comes to show."""
        return (to or self.ada).sees(self.channel, says(pattern), thread_ts=thread_ts, within=within)

    def whispers(self, to: Person, pattern: str, within: float = PATIENCE) -> Message:
        """What the bot comes to tell one person alone."""
        return to.sees(self.channel, lambda one: bool(one.get("is_ephemeral")) and says(pattern)(one), within=within)

    def told(self, person: Person, act: Callable[[], object], within: float = PATIENCE) -> str:
        """What the bot says to one person alone after what they do."""
        known = {one["ts"] for one in person.messages(self.channel)}
        act()

        def new(one: Message) -> bool:
            return bool(one.get("is_ephemeral")) and one["ts"] not in known

        return plain(person.sees(self.channel, new, within=within))

    def answer_to(self, person: Person, typed: str) -> str:
        """What the bot answers to a command, for its sender only."""
        return self.told(person, lambda: person.types(self.channel, typed))

    def current(self, message: Message) -> Message:
        """The message as it stands now."""
        return next(one for one in self.ada.messages(self.channel) if one["ts"] == message["ts"])

    def becomes(self, message: Message, pattern: str, within: float = PATIENCE) -> Message:
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
        return self.shows(rf"Trained {name}", within=2 * PATIENCE)

    def in_service(self, card: Message, kind: str = "serverless") -> Message:
        """The approval's card of an endpoint that Grace approved."""
        name = job_name(card)
        self.ada.types(self.channel, f"/deploy {name} to={kind}")
        approval = self.shows(rf"Deploy {name} to ")
        self.grace.clicks(approval, "approval.approve")
        return self.becomes(approval, ":large_green_circle:")

    def asked(self, job: str, words: str = "", by: Person | None = None) -> Message:
        """The card of a new request to deploy the job."""
        person = by or self.ada
        known = {one["ts"] for one in person.messages(self.channel)}
        person.types(self.channel, f"/deploy {job} {words}")

        def new(one: Message) -> bool:
            return one["ts"] not in known and not one.get("is_ephemeral") and says(rf"Deploy {job} to ")(one)

        return person.sees(self.channel, new, within=PATIENCE)

    def deployed(self, job: str, words: str = "") -> Message:
        """The card of a new endpoint that Ada asked for and Grace approved."""
        card = self.asked(job, words)
        self.grace.clicks(card, "approval.approve")
        return self.becomes(card, ":large_green_circle:")

    def replies(self, message: Message) -> list[str]:
        """What the message's thread says."""
        return [plain(one) for one in self.ada.messages(message["channel"], message["ts"])[1:]]


@dataclass(frozen=True)
class Lab:
    """A room that the tests of a module share, with a job that has been trained in it."""

    room: Room
    card: Message
    job: str


def plain(message: Message) -> str:
    """What a message says, without the marks of bold."""
    return text_of(message).replace("*", "")


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
    handler = SocketModeHandler(app, settings.slack_app_token)
    try:
        worker.start()
        handler.connect()
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
    handler.close()


@contextmanager
def opened_room(aws: LocalAws, samples: Path, folder: Path, **settings: str) -> Iterator[Room]:
    """A workspace of its own with the bot in it, whose settings are as usual but for these."""
    slack = patient_slack(samples)
    slack.start()
    try:
        environment = environment_of(slack, aws, folder) | settings
        with bot_in_this_process(environment) as services:
            until(lambda: slack.connections > 0)
            yield Room(slack, environment, bot=services)
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
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def room(slack: LocalSlack, aws: LocalAws, tmp_path: Path) -> Iterator[Room]:
    """A room with the bot in it."""
    environment = environment_of(slack, aws, tmp_path)
    with bot_in_this_process(environment) as services:
        until(lambda: slack.connections > 0)
        yield Room(slack, environment, bot=services)


@pytest.fixture(scope="module")
def shared_lab(shared_aws: LocalAws, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with opened_room(shared_aws, samples, tmp_path_factory.mktemp("lab")) as room:
        card = room.trained("emoji epochs=2")
        yield Lab(room, card, job_name(card))


@pytest.fixture
def lab(shared_lab: Lab, aws: LocalAws, clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A shared room with a trained job; what a test makes in it bears a name of its own."""
    # The bot makes a client of AWS when it first needs one, and finds the way there in the environment.
    for name, value in shared_lab.room.environment.items():
        monkeypatch.setenv(name, value)
    yield shared_lab
    shared_lab.room.slack.faults.clear()


@contextmanager
def aws_client(aws: LocalAws, service: str) -> Iterator[Any]:
    """A client of the operators', beside the bot's."""
    told = aws.environment()
    client = boto3.client(
        service,
        endpoint_url=aws.url,
        region_name=told["AWS_REGION"],
        aws_access_key_id=told["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=told["AWS_SECRET_ACCESS_KEY"],
    )
    try:
        yield client
    finally:
        client.close()


def jobs_on_aws(aws: LocalAws) -> set[str]:
    with aws_client(aws, "sagemaker") as client:
        pages = client.get_paginator("list_training_jobs").paginate()
        return {job["TrainingJobName"] for page in pages for job in page["TrainingJobSummaries"]}


def endpoints_on_aws(aws: LocalAws, name: str) -> list[str]:
    with aws_client(aws, "sagemaker") as client:
        return [one["EndpointName"] for one in client.list_endpoints(NameContains=name)["Endpoints"]]


def public(messages: Iterable[Message]) -> list[Message]:
    """What everybody sees."""
    return [one for one in messages if not one.get("is_ephemeral")]


def until(condition: Callable[[], object], within: float = PATIENCE) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"not within {within:g} s"
        time.sleep(0.02)
