"""Both halves and the unmodified bot, started and stopped together."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings import Settings
from sandbox import dirty_data, sample_data
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace

MANIFEST = Path("manifest.yml")
FOLDER = Path(".sandbox")
STOP_SECONDS = 15.0
log = logging.getLogger(__name__)


def _neutral(environment: Mapping[str, str]) -> dict[str, str]:
    """Without what would lead the bot to somebody's real account or workspace."""
    settings = {name.upper() for name in Settings.model_fields}
    return {
        name: value
        for name, value in environment.items()
        if name not in settings and not name.startswith(("AWS_", "SLACK_"))
    }


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be started, where, and how much faster than AWS its phases pass."""

    folder: Path = FOLDER
    slack: bool = True
    aws: bool = True
    bot: bool = True
    slack_port: int = 0
    aws_port: int = 0
    speed: float = 60.0
    poll_seconds: float = 1.0
    # Settings of the bot that are not its defaults.
    settings: Mapping[str, str] = field(default_factory=dict)


class Embedded:
    """The embedded default. What it holds is gone when it stops; only caches stay in its folder."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._samples, self._pictures = plan.folder / "samples", plan.folder / "pictures"
        self.slack = self._workspace() if plan.slack else None
        self.aws = LocalAws(plan.folder / "aws", port=plan.aws_port, speed=plan.speed) if plan.aws else None
        self.bot: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once the halves listen and the bot has been started; the bot connects a moment later."""
        sample_data.build(self._samples)
        dirty_data.build(self._samples / "datasets" / "emoji" / "train", self._pictures)
        if self.aws:
            self.aws.start()
            self.aws.load_samples(self._samples)
            self.aws.load_pictures(self._pictures / "team")
        if self.slack:
            self.slack.start()
        self._forget_database()
        if self._plan.bot:
            self.start_bot()

    def start_bot(self) -> None:
        """Start the bot as anyone would, with nothing but other variables."""
        root = str(Path.cwd())
        environment = {**_neutral(os.environ), **self.environment(), "PYTHONPATH": root}
        # From a folder of its own: a `.env` in this one is for a real workspace and a real account.
        folder = self.database.parent
        folder.mkdir(parents=True, exist_ok=True)
        self.bot = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, cwd=folder)

    def stop(self) -> None:
        if self.bot and self.bot.poll() is None:
            self.bot.terminate()
            try:
                self.bot.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.bot.kill()
                self.bot.wait()
        if self.slack:
            self.slack.stop()
        if self.aws:
            self.aws.stop()

    def environment(self) -> Mapping[str, str]:
        """The variables with which a bot reaches what runs."""
        found: dict[str, str] = {"POLL_SECONDS": f"{self._plan.poll_seconds:g}"}
        found["DATABASE_URL"] = f"sqlite:///{self.database}"
        if self.aws:
            found.update(self.aws.environment())
            found["SAGEMAKER_EVENTS_QUEUE_URL"] = self.aws.events_queue()
        if self.slack:
            found.update(self.slack.environment())
            found["APPROVERS"] = f"{Workspace.APPROVERS},{Workspace.ADA},{Workspace.LIN}"
        return {**found, **self._plan.settings}

    def _workspace(self) -> LocalSlack:
        pictures, zips = self._samples / "held_out", self._pictures / "uploads"
        return LocalSlack(MANIFEST, port=self._plan.slack_port, samples=pictures, sample_uploads=zips)

    @property
    def database(self) -> Path:
        """Where the bot keeps its rows."""
        return (self._plan.folder / "bot" / "darkroom.db").resolve()

    def _forget_database(self) -> None:
        # The workspace and the AWS of this start are new, so rows about former ones would only be confusing.
        shutil.rmtree(self.database.parent, ignore_errors=True)
