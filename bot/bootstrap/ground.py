"""What everything else is built upon: settings, stores, clients of AWS and Slack, the worker's lanes."""

from dataclasses import dataclass

from slack_sdk import WebClient

from bot.adapters.database import Database
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.slack.client import web_client
from bot.adapters.slack.directory import ANSWER_SECONDS, SlackDirectory
from bot.adapters.wakeup import SharedWakeup
from bot.bootstrap.rows import Rows
from bot.services.access import AccessControl
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Lanes:
    """What wakes each of the worker's lanes."""

    ticks: SharedWakeup
    pictures: SharedWakeup
    answers: SharedWakeup
    preparing: SharedWakeup
    checks: SharedWakeup
    keeping: SharedWakeup

    @classmethod
    def over(cls, database: Database) -> "Lanes":
        topics = ("ticks", "pictures", "answers", "preparing", "checks", "keeping")
        return cls(*(SharedWakeup(database, topic) for topic in topics))

    @property
    def all(self) -> tuple[SharedWakeup, ...]:
        return self.ticks, self.pictures, self.answers, self.preparing, self.checks, self.keeping

    def close(self) -> None:
        for lane in self.all:
            lane.close()


@dataclass(frozen=True, slots=True)
class Ground:
    """Built once for a process; nothing in it is connected to before it is used."""

    settings: Settings
    database: Database
    rows: Rows
    aws: AwsClients
    slack: WebClient
    access: AccessControl
    lanes: Lanes

    @classmethod
    def of(cls, settings: Settings) -> "Ground":
        database = Database(settings.database_url)
        slack = web_client(settings.slack_bot_token, settings.slack_api_url)
        hasty = web_client(settings.slack_bot_token, settings.slack_api_url, ANSWER_SECONDS)
        access = AccessControl(settings.access, SlackDirectory(hasty))
        aws = AwsClients(settings.aws_region)
        return cls(settings, database, Rows.of(database), aws, slack, access, Lanes.over(database))

    def close(self) -> None:
        self.lanes.close()
        self.aws.close()
        self.database.close()
