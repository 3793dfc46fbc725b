"""Kills the bot with SIGKILL around every call that it makes, starts it again, and counts what came of it.

What it writes to its database lies between its calls, so a kill around each call is a kill between every two steps.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.adapters.database import Database, SqlCards, SqlUploads
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.server import LocalSlack
from tests.scenarios.conftest import environment_of
from tests.scenarios.operators import aws_client
from tests.scenarios.prefork import Prefork
from tests.scenarios.room import Room, job_name, says, until

WITHIN = 240.0
# Calls of the bot's start, which every restart repeats, and of those who count at the end.
AT_EVERY_START = {"auth.test", "apps.connections.open", "ListObjectsV2", "GetObject", "GetProducts"}
COUNTING = {"ListTrainingJobs", "ListModels", "ListEndpointConfigs", "ListEndpoints"}
NOT_ON_THE_PATH = AT_EVERY_START | COUNTING


class Reaper:
    """Kills the bot the first time that each call comes by, before it or after it, and starts it again."""

    def __init__(self, environment: dict[str, str], moment: str) -> None:
        self.environment = environment
        self.moment = moment
        self.killed: list[str] = []
        self.seen: Counter[str] = Counter()
        self._lock = threading.Lock()
        # Who is killed cannot tell of its coverage, and starts faster without being asked to.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
        self._bot = Prefork({**inherited, **environment})
        self._bot.start()
        self.over = False

    def observe(self, method: str, moment: str, arguments: dict[str, Any]) -> None:
        key = _key(method, arguments)
        with self._lock:
            self.seen[method] += 1
            if self.over or moment != self.moment or method in NOT_ON_THE_PATH or key in self.killed:
                return
            self.killed.append(key)
            self._bot.kill()
            self._bot.start()

    def end(self) -> None:
        with self._lock:
            self.over = True
        # Not in the lock, for which the last calls of the bot would wait.
        self._bot.end()
        self._bot.close()


def _key(method: str, arguments: dict[str, Any]) -> str:
    """Each message is a step of its own; of the other calls the first of each kind is."""
    text = str(arguments.get("text", ""))
    return f"{method} {text.split(' ', maxsplit=1)[0]}" if method == "chat.postMessage" else method


@contextmanager
def reaping(moment: str, slack: LocalSlack, aws: LocalAws, folder: Path) -> Iterator[Reaper]:
    """Kills around every call, at `moment`: before it takes effect, or after it did and before its answer arrives."""
    reaper = Reaper(environment_of(slack, aws, folder), moment)
    # Slack comes back to an event that nobody took after a minute, and after five; a start takes seconds.
    slack.behaviour.retry_delays = (0.5, 5.0, 20.0)
    slack.observers.append(reaper.observe)
    aws.observers.append(reaper.observe)
    try:
        yield reaper
    finally:
        reaper.end()
        slack.observers.clear()
        aws.observers.clear()


def walk_the_path(moment: str, slack: LocalSlack, aws: LocalAws, folder: Path) -> None:
    """The main job with a kill around each of its calls: nothing may be lost, and nothing happen twice."""
    with reaping(moment, slack, aws, folder) as reaper:
        room = Room(slack, reaper.environment)
        _main_job(room)
        _comes_to_rest(reaper)
        _nothing_is_lost_or_doubled(room, aws)
        assert len(reaper.killed) > 15, reaper.killed


def _main_job(room: Room) -> None:
    _insist(room, lambda: room.ada.types(room.channel, "/train emoji epochs=3"))
    card = room.shows(r"Trained emoji-\w+", within=WITHIN)
    name = job_name(card)
    _insist(room, lambda: room.ada.types(room.channel, f"/deploy {name} to=serverless"))
    approval = room.shows(rf"Deploy {name} to ", within=WITHIN)
    _insist(room, lambda: room.grace.clicks(approval, "approval.approve"))
    room.becomes(approval, ":large_green_circle:", within=WITHIN)
    upload = room.lin.uploads(room.channel, "pizza.png")
    room.shows(r"\d+ %", thread_ts=upload["ts"], within=WITHIN)
    room.shows("in service", thread_ts=approval["ts"], within=WITHIN)


def _comes_to_rest(reaper: Reaper) -> None:
    """Long enough for whatever would be said a second time: nothing is left to do, and some ticks more."""
    database = Database(reaper.environment["DATABASE_URL"])
    uploads, cards = SqlUploads(database), SqlCards(database)
    until(lambda: uploads.next_due() is None and not cards.behind())
    database.close()
    # The endpoint is looked at once a tick.
    looks = reaper.seen["DescribeEndpoint"]
    until(lambda: reaper.seen["DescribeEndpoint"] > looks + 10)


def _nothing_is_lost_or_doubled(room: Room, aws: LocalAws) -> None:
    (card,), (approval,) = room.cards(":white_check_mark: Trained"), room.cards(":large_green_circle:")
    (upload,) = [one for one in room.ada.messages(room.channel) if one.get("files")]
    name = job_name(card)
    assert _said(room, card, "is trained") == 1
    assert _said(room, approval, "in service") == 1
    assert _said(room, upload, r"\d+ %") == 1
    assert _made(aws, name) == (1, 1, 1, 1)
    assert _registered(aws, name) == ["Approved"]


def _insist(room: Room, act: Any) -> None:
    """People try again when nothing answers: the bot may be starting just then."""
    deadline = time.monotonic() + WITHIN
    while not act().get("answered", True):
        assert time.monotonic() < deadline
        time.sleep(0.3)


def _said(room: Room, message: dict[str, Any], pattern: str) -> int:
    return sum(says(pattern)(one) for one in room.ada.messages(room.channel, message["ts"])[1:])


def _made(aws: LocalAws, name: str) -> tuple[int, int, int, int]:
    """Jobs, models, configurations and endpoints of that name on AWS."""
    with aws_client(aws, "sagemaker") as client:
        return (
            len(client.list_training_jobs(NameContains=name)["TrainingJobSummaries"]),
            len(client.list_models(NameContains=name)["Models"]),
            len(client.list_endpoint_configs(NameContains=name)["EndpointConfigs"]),
            len(client.list_endpoints(NameContains=name)["Endpoints"]),
        )


def _registered(aws: LocalAws, job: str) -> list[str]:
    """What the registry says of each version of the job's model."""
    with aws_client(aws, "sagemaker") as client:
        listed = client.list_model_packages(ModelPackageGroupName="emoji", MaxResults=100)["ModelPackageSummaryList"]
        told = [client.describe_model_package(ModelPackageName=one["ModelPackageArn"]) for one in listed]
    return [one["ModelApprovalStatus"] for one in told if one["CustomerMetadataProperties"]["job"] == job]
