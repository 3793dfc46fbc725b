"""The composition root: the only package that names concrete adapters. `build` makes everything, and starts nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk import WebClient

from bot.adapters.database import (
    Database,
    SqlTickLock,
)
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.hosting import SageMakerHosting
from bot.adapters.slack.announcer import SlackAnnouncer
from bot.adapters.slack.client import web_client
from bot.adapters.slack.directory import SlackDirectory
from bot.adapters.slack.files import SlackFiles
from bot.adapters.wakeup import SharedWakeup
from bot.bootstrap import data, drawings, jobs
from bot.bootstrap.clock import utc_now
from bot.bootstrap.rows import Rows
from bot.imaging.images import PillowImages
from bot.ports import Wakeup
from bot.services.access import AccessControl
from bot.services.cards import CardKeeper
from bot.services.catalog import Catalog
from bot.services.classification import Classification
from bot.services.comparing import Comparing
from bot.services.correcting import Correcting
from bot.services.curation import Curation
from bot.services.deployment import Deployment
from bot.services.listening import Listening
from bot.services.monitoring import Monitoring
from bot.services.preparation.preparing import Preparing
from bot.services.starting import Starting
from bot.services.training import Training
from bot.services.tuning import Tunings
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a process needs. `ticks`, `pictures` and `preparing` wake the worker's lanes."""

    client: WebClient
    access: AccessControl
    training: Training
    starting: Starting
    tuning: Tunings
    comparing: Comparing
    correcting: Correcting
    curation: Curation
    deployment: Deployment
    classification: Classification
    cards: CardKeeper
    catalog: Catalog
    monitoring: Monitoring
    listening: Listening | None
    preparation: Preparing
    ticks: Wakeup
    pictures: Wakeup
    preparing: Wakeup
    migrate: Callable[[], None]
    close: Callable[[], None]

    def for_listeners(self) -> dict[str, object]:
        """What listeners may name in their parameters."""
        names = ("access", "training", "starting", "tuning", "comparing", "correcting", "curation", "deployment")
        return {name: getattr(self, name) for name in (*names, "classification", "cards")}


def build(settings: Settings) -> Services:
    """Wire the adapters to the services, as the settings say. Nothing is connected to before it is used."""
    database = Database(settings.database_url)
    rows, clients = Rows.of(database), AwsClients(settings.aws_region)
    client = web_client(settings.slack_bot_token, settings.slack_api_url)
    access = AccessControl(settings.access, SlackDirectory(client))
    ticks, pictures, preparing = (SharedWakeup(database, topic) for topic in ("ticks", "pictures", "preparing"))
    training, correcting = jobs.training(settings, rows, ticks)
    announcer = SlackAnnouncer(client, drawings.drawing(settings, clients), access.approvers, correcting.offered)
    hosting = SageMakerHosting(clients, settings.sagemaker_role_arn, settings.aws_region)
    deployment = Deployment(rows.deployment, rows.prices, access, ticks, utc_now, settings.approvals_channel)
    comparing = Comparing(rows.comparisons, rows.jobs, ticks, utc_now)
    cards = CardKeeper(rows.cards, rows.shown, (deployment, comparing), announcer, utc_now)
    followers = jobs.followers(settings, rows, clients, (hosting, cards))
    monitoring = Monitoring(SqlTickLock(database), rows.cards, followers)
    catalog = data.catalog(settings, rows, clients)
    files = SlackFiles(settings.slack_bot_token, settings.slack_api_url)
    return Services(
        client=client,
        access=access,
        training=training,
        starting=jobs.starting(settings, rows, training),
        tuning=jobs.tunings(settings, rows, ticks),
        comparing=comparing,
        correcting=correcting,
        curation=Curation(rows.preparations, rows.data_sets, (rows.jobs, rows.tunings), (ticks, preparing), utc_now),
        deployment=deployment,
        classification=Classification(rows.seen, (files, PillowImages(), hosting, announcer), pictures, utc_now),
        cards=cards,
        catalog=catalog,
        preparation=data.preparation(rows, database, data.places(settings, clients, files), (ticks, catalog.refresh)),
        monitoring=monitoring,
        listening=jobs.listening(settings, clients, monitoring),
        ticks=ticks,
        pictures=pictures,
        preparing=preparing,
        migrate=database.migrate,
        close=lambda: _close((ticks, pictures, preparing), clients, database),
    )


def _close(wakeups: tuple[SharedWakeup, ...], clients: AwsClients, database: Database) -> None:
    for wakeup in wakeups:
        wakeup.close()
    clients.close()
    database.close()
