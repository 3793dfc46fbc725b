"""A local Slack of its own for each test, the bot's client, and the bot's adapters on it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient

from bot.adapters.slack.announcer import SlackAnnouncer
from bot.adapters.slack.client import web_client
from bot.adapters.slack.pictures import Drawing
from bot.adapters.slack.tuning_pictures import TuningDrawing
from bot.domain.jobs import Job
from bot.domain.metrics import Curve
from bot.domain.preparations import Preparation
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.builders import a_finished_job, a_job, a_preparation, a_ready_preparation, a_running_job

MANIFEST = Path(__file__).parents[3] / "manifest.yml"
# Before the workspace's first message, whatever the machine's clock says.
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
CSV = b"image,class,split,rule,effect,what\n"
Starts = Callable[..., LocalSlack]
Kept = Callable[[Preparation, str], bytes | None]


def kept_file(preparation: Preparation, name: str) -> bytes | None:
    """What every preparation has left in the bucket."""
    return CSV if name.endswith(".csv") else b"\xff\xd8\xff" + name.encode()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starts]:
    """Starts a local Slack, without some of the manifest's scopes."""
    running: list[LocalSlack] = []

    def launch(*without: str) -> LocalSlack:
        document = yaml.safe_load(MANIFEST.read_text())
        scopes = document["oauth_config"]["scopes"]
        scopes["bot"] = [scope for scope in scopes["bot"] if scope not in without]
        manifest = tmp_path / "manifest.yml"
        manifest.write_text(yaml.safe_dump(document))
        slack = LocalSlack(manifest)
        slack.behaviour.file_ready_seconds = 0.0
        running.append(slack)
        slack.start()
        return slack

    yield launch
    for slack in running:
        slack.stop()


@pytest.fixture
def slack(start: Starts) -> LocalSlack:
    return start()


@pytest.fixture
def client(slack: LocalSlack) -> WebClient:
    return client_of(slack)


@pytest.fixture
def announcer(slack: LocalSlack) -> SlackAnnouncer:
    return announcer_of(slack)


def client_of(slack: LocalSlack) -> WebClient:
    return web_client(slack.credentials.bot_token, slack.environment()["SLACK_API_URL"])


def announcer_of(slack: LocalSlack, kept: Kept = kept_file) -> SlackAnnouncer:
    client = client_of(slack)
    return SlackAnnouncer(client, drawing(kept), (Workspace.APPROVERS, Workspace.ADA), lambda job: None)


def drawing(kept: Kept) -> Drawing:
    return Drawing(
        accuracy=draw,
        accuracy_alt=describe,
        bars=lambda classes: PNG + f"{classes}".encode(),
        bars_alt=lambda classes: f"{len(classes)} classes",
        kept=kept,
        compared=lambda named: PNG + f"{[name for name, _ in named]}".encode(),
        compared_alt=lambda named: f"{len(named)} jobs",
        best=lambda best: PNG + f"{best}".encode(),
        best_alt=lambda best: f"{len(best)} accuracies",
        tuning=TuningDrawing(
            progress=lambda tuning: PNG + f"progress {len(tuning.trials)}".encode(),
            progress_alt=lambda tuning: f"{len(tuning.trials)} jobs",
            scatters=lambda tuning: PNG + f"scatters {len(tuning.trials)}".encode(),
            scatters_alt=lambda tuning: f"{len(tuning.search.names)} hyperparameters",
        ),
    )


def draw(curve: Curve, name: str) -> bytes:
    return PNG + f"{name} {curve.last_number}".encode()


def describe(curve: Curve) -> str:
    return f"Accuracy after epoch {curve.last_number}"


def in_emoji(**changes: Any) -> dict[str, Any]:
    return {"channel_id": Workspace.EMOJI, "requested_by": Workspace.ADA, "requested_at": LONG_AGO, **changes}


def asked(**changes: Any) -> Job:
    return a_job(**in_emoji(**changes))


def running(**changes: Any) -> Job:
    return a_running_job(**in_emoji(**changes))


def finished(**changes: Any) -> Job:
    return a_finished_job(**in_emoji(**changes))


def preparing(**changes: Any) -> Preparation:
    return a_preparation(**in_emoji(**changes))


def prepared(**changes: Any) -> Preparation:
    return a_ready_preparation(**in_emoji(**changes))


def calls_of(slack: LocalSlack) -> list[str]:
    """From now on, the methods that are called, in order."""
    called: list[str] = []

    def observe(method: str, moment: str, arguments: dict[str, Any]) -> None:
        if moment == "before":
            called.append(method)

    slack.observers.append(observe)
    return called


def leaves(slack: LocalSlack, channel_id: str) -> None:
    """The bot is no longer in the channel."""
    slack.change(lambda workspace: workspace.channels[channel_id].members.discard(Workspace.BOT_USER))


def messages(slack: LocalSlack, channel_id: str = Workspace.EMOJI) -> list[dict[str, Any]]:
    """What stands in the channel itself, threads left out but for what was broadcast."""
    listed = slack.workspace.channels[channel_id].messages.values()
    return [one for one in listed if one.get("thread_ts") in (None, one["ts"]) or "root" in one]


def thread(slack: LocalSlack, thread_ts: str, channel_id: str = Workspace.EMOJI) -> list[dict[str, Any]]:
    listed = slack.workspace.channels[channel_id].messages.values()
    return [one for one in listed if one.get("thread_ts") == thread_ts and one["ts"] != thread_ts]


def pictures(message: dict[str, Any]) -> list[str]:
    """The files on a card, in their order."""
    return [str(block["slack_file"]["id"]) for block in message["blocks"] if block["type"] == "image"]


def picture(message: dict[str, Any]) -> str:
    """The file on a card, or an empty string."""
    return next(iter(pictures(message)), "")
