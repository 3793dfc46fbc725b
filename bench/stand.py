"""What is measured: the embedded default with the bot in a process of its own, and an empty app in another one."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from sandbox.embedded import MANIFEST, Embedded, Plan
from sandbox.sagemaker.pace import Pace
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace

CHANNEL = Workspace.EMOJI
HELD_SECONDS = 3600.0
# Nothing else of ours reaches the processes: neither an account nor a setting.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class HoldingPace(Pace):
    """The embedded default's pace; while `held` is set, new jobs wait for their instances and take no processor."""

    held: threading.Event = field(default_factory=threading.Event)

    @property
    def starting(self) -> float:
        return HELD_SECONDS if self.held.is_set() else 90 / self.speed


@dataclass(frozen=True, slots=True)
class Stand:
    """Everything that runs; both workspaces live in this process and so cost the same."""

    slack: LocalSlack
    empty_slack: LocalSlack
    aws: LocalAws
    pace: HoldingPace
    bot: subprocess.Popen[bytes]

    @property
    def ada(self) -> Person:
        return Person(self.slack.url, Workspace.ADA)

    @property
    def grace(self) -> Person:
        return Person(self.slack.url, Workspace.GRACE)

    def client(self, service: str) -> Any:
        """A boto3 client with connections that stay open, as is its default."""
        known = self.aws.environment()
        return boto3.client(
            service,
            endpoint_url=self.aws.url,
            region_name=known["AWS_REGION"],
            aws_access_key_id=known["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=known["AWS_SECRET_ACCESS_KEY"],
            config=Config(proxies={}),
        )


@contextmanager
def standing(folder: Path) -> Iterator[Stand]:
    """Start it all in a folder that keeps the caches and the processes' logs, and stop it all."""
    pace, empty_slack = HoldingPace(), LocalSlack(MANIFEST)
    embedded = Embedded(Plan(folder=folder, aws=False, bot=False))
    embedded.aws = LocalAws(folder / "aws", pace=pace)
    with ExitStack() as stack:
        stack.callback(embedded.stop)
        embedded.start()
        stack.callback(empty_slack.stop)
        empty_slack.start()
        bot = stack.enter_context(process(["-m", "bot", "run"], folder / "bot.log", dict(embedded.environment())))
        stack.enter_context(process(["-m", "bench.empty_app"], folder / "empty_app.log", empty_slack.environment()))
        assert embedded.slack is not None
        stand = Stand(embedded.slack, empty_slack, embedded.aws, pace, bot)
        until(lambda: stand.slack.connections and stand.empty_slack.connections, 30, "both apps are connected")
        yield stand


@contextmanager
def process(arguments: list[str], log: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Python in a process of its own; not of our group, so that Ctrl-C reaches us alone, and we end it in order."""
    known = {name: os.environ[name] for name in KEPT if name in os.environ}
    with log.open("wb") as told:
        started = subprocess.Popen(
            [sys.executable, *arguments],
            env={**known, "PYTHONPATH": str(Path.cwd()), **environment},
            cwd=log.parent,  # a `.env` in our own folder is for a real workspace
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield started
        finally:
            end(started)


def end(started: subprocess.Popen[Any]) -> None:
    """By closing its input, then by SIGTERM, then by SIGKILL."""
    if started.stdin:
        with contextlib.suppress(BrokenPipeError):
            started.stdin.close()
    started.terminate()
    try:
        started.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()


def until(condition: Callable[[], object], within: float, what: str) -> None:
    """Wait for it; RuntimeError when it does not come about."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"Not within {within:g} s: {what}")
        time.sleep(0.005)
