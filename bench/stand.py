"""What is measured: the bot in the embedded default, and beside it an empty app in a workspace of its own.

The bot, the empty app and the local AWS have a process each. Both workspaces live in this one, and so cost the same.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from bench.processes import Process, ask, companion, heard, program, until
from sandbox.embedded import MANIFEST, Embedded, Plan
from sandbox.slack.person import Person
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace

CHANNEL = Workspace.EMOJI
CONNECTED_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Stand:
    """Everything that runs, and hands to use it with."""

    slack: LocalSlack
    empty_slack: LocalSlack
    aws: Process
    aws_environment: Mapping[str, str]
    bot: Process

    @property
    def ada(self) -> Person:
        return Person(self.slack.url, Workspace.ADA)

    @property
    def grace(self) -> Person:
        return Person(self.slack.url, Workspace.GRACE)

    def hold_jobs(self) -> None:
        """From now on new jobs wait for instances, and take no processor from what is measured."""
        ask(self.aws, "hold")

    def client(self, service: str) -> Any:
        """A boto3 client with connections that stay open, as is its default."""
        known = self.aws_environment
        return boto3.client(
            service,
            endpoint_url=known["AWS_ENDPOINT_URL"],
            region_name=known["AWS_REGION"],
            aws_access_key_id=known["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=known["AWS_SECRET_ACCESS_KEY"],
            config=Config(proxies={}),
        )


@contextmanager
def standing(folder: Path) -> Iterator[Stand]:
    """Start it all in a folder that keeps the caches and the processes' logs, and stop it all."""
    embedded, empty_slack = Embedded(Plan(folder=folder, aws=False, bot=False)), LocalSlack(MANIFEST)
    assert embedded.slack is not None
    with ExitStack() as stack:
        stack.callback(embedded.stop)
        embedded.start()
        stack.callback(empty_slack.stop)
        empty_slack.start()
        aws = stack.enter_context(companion(["bench.local_aws", str(folder)], folder / "aws.log"))
        aws_environment = json.loads(heard(aws))
        environment = {**embedded.environment(), **aws_environment}
        bot = stack.enter_context(program(["bot", "run"], folder / "bot.log", environment))
        stack.enter_context(companion(["bench.empty_app"], folder / "empty_app.log", empty_slack.environment()))
        stand = Stand(embedded.slack, empty_slack, aws, aws_environment, bot)
        until(lambda: _connected(stand), CONNECTED_SECONDS, "both apps are connected")
        yield stand


def _connected(stand: Stand) -> bool:
    return stand.slack.connections > 0 and stand.empty_slack.connections > 0
