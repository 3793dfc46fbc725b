"""The composition root: the only file that names concrete adapters. `build` makes everything, and starts nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from slack_sdk import WebClient

from bot import charts
from bot.adapters.buckets import BucketTargets
from bot.adapters.database import (
    Database,
    SqlApprovals,
    SqlCards,
    SqlDataSets,
    SqlEndpoints,
    SqlJobs,
    SqlPreparations,
    SqlPrices,
    SqlRoutes,
    SqlTickLock,
    SqlUploads,
)
from bot.adapters.image_sources import ImageSources
from bot.adapters.instruments import instruments
from bot.adapters.pricing import AwsPriceList
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.hosting import SageMakerHosting
from bot.adapters.sagemaker.training import SageMakerTraining
from bot.adapters.slack.announcer import SlackAnnouncer
from bot.adapters.slack.client import web_client
from bot.adapters.slack.directory import SlackDirectory
from bot.adapters.slack.files import SlackFiles
from bot.adapters.slack.pictures import Drawing
from bot.adapters.storage import BucketDataSets
from bot.adapters.wakeup import SharedWakeup
from bot.images import PillowImages
from bot.ports import Wakeup
from bot.services.access import AccessControl
from bot.services.cards import CardKeeper
from bot.services.catalog import Catalog
from bot.services.classification import Classification
from bot.services.curation import Curation
from bot.services.dataset_pass import DataSetPass
from bot.services.deployment import Deployment
from bot.services.following import JobFollower
from bot.services.monitoring import Followers, Monitoring
from bot.services.packing import Threads
from bot.services.preparing import Places, Preparing
from bot.services.rollout import Rollout
from bot.services.training import Training
from bot.settings import Settings
from bot.split_chart import split_alt_text, split_chart

# S3 answers each request after some 30 ms, so that few threads would wait for it most of their time.
READING_THREADS, WRITING_THREADS = 16, 4


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a process needs. `ticks`, `pictures` and `preparing` wake the worker's lanes."""

    client: WebClient
    access: AccessControl
    training: Training
    curation: Curation
    deployment: Deployment
    classification: Classification
    cards: CardKeeper
    catalog: Catalog
    monitoring: Monitoring
    preparation: Preparing
    ticks: Wakeup
    pictures: Wakeup
    preparing: Wakeup
    migrate: Callable[[], None]
    close: Callable[[], None]

    def for_listeners(self) -> dict[str, object]:
        """What listeners may name in their parameters."""
        names = ("access", "training", "curation", "deployment", "classification", "cards")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Rows:
    """The stores, built once over one database."""

    jobs: SqlJobs
    preparations: SqlPreparations
    approvals: SqlApprovals
    endpoints: SqlEndpoints
    routes: SqlRoutes
    uploads: SqlUploads
    cards: SqlCards
    data_sets: SqlDataSets
    prices: SqlPrices

    @property
    def deployment(self) -> tuple[SqlJobs, SqlApprovals, SqlEndpoints, SqlRoutes]:
        """What is needed to ask for deployments and to carry them out."""
        return self.jobs, self.approvals, self.endpoints, self.routes

    @classmethod
    def of(cls, database: Database) -> "Rows":
        return cls(
            SqlJobs(database),
            SqlPreparations(database),
            SqlApprovals(database),
            SqlEndpoints(database),
            SqlRoutes(database),
            SqlUploads(database),
            SqlCards(database),
            SqlDataSets(database),
            SqlPrices(database),
        )


def utc_now() -> datetime:
    return datetime.now(UTC)


def build(settings: Settings) -> Services:
    """Wire the adapters to the services, as the settings say. Nothing is connected to before it is used."""
    database = Database(settings.database_url)
    rows, clients = Rows.of(database), AwsClients(settings.aws_region)
    client = web_client(settings.slack_bot_token, settings.slack_api_url)
    access = AccessControl(settings.access, SlackDirectory(client))
    ticks, pictures, preparing = (SharedWakeup(database, topic) for topic in ("ticks", "pictures", "preparing"))
    announcer = SlackAnnouncer(client, _drawing(settings, clients), access.approvers)
    hosting = SageMakerHosting(clients, settings.sagemaker_role_arn, settings.aws_region)
    deployment = Deployment(rows.deployment, rows.prices, access, ticks, utc_now, settings.approvals_channel)
    cards = CardKeeper(rows.cards, (rows.jobs, rows.preparations), deployment, announcer, utc_now)
    followers = Followers(_job_follower(settings, rows, clients), Rollout(rows.deployment, hosting, utc_now), cards)
    catalog = _catalog(settings, rows, clients)
    files = SlackFiles(settings.slack_bot_token, settings.slack_api_url)
    places = Places(ImageSources(clients, files), BucketTargets(clients, settings.artifact_bucket))
    return Services(
        client=client,
        access=access,
        training=Training(rows.jobs, rows.data_sets, rows.prices, ticks, utc_now, settings.max_job_cost_usd),
        curation=Curation(rows.preparations, rows.data_sets, rows.jobs, (ticks, preparing), utc_now),
        deployment=deployment,
        classification=Classification(
            (rows.uploads, rows.routes, rows.endpoints), (files, PillowImages(), hosting, announcer), pictures, utc_now
        ),
        cards=cards,
        catalog=catalog,
        preparation=_preparation(rows, database, places, (ticks, catalog.refresh)),
        monitoring=Monitoring(SqlTickLock(database), rows.cards, followers),
        ticks=ticks,
        pictures=pictures,
        preparing=preparing,
        migrate=database.migrate,
        close=lambda: _close((ticks, pictures, preparing), clients, database),
    )


def _drawing(settings: Settings, clients: AwsClients) -> Drawing:
    targets = BucketTargets(clients, settings.artifact_bucket)
    return Drawing(
        accuracy=charts.accuracy_chart,
        accuracy_alt=charts.alt_text,
        bars=split_chart,
        bars_alt=split_alt_text,
        kept=lambda preparation, name: targets.at(preparation.folder).read(name),
    )


def _job_follower(settings: Settings, rows: Rows, clients: AwsClients) -> JobFollower:
    platform = SageMakerTraining(clients, settings.sagemaker_role_arn, settings.artifact_bucket, settings.aws_region)
    return JobFollower(rows.jobs, rows.data_sets, platform, utc_now)


def _preparation(rows: Rows, database: Database, places: Places, tells: tuple[Wakeup, Callable[[], None]]) -> Preparing:
    crafts = instruments()
    data_set_pass = DataSetPass(crafts, Threads(READING_THREADS, WRITING_THREADS))
    lock = SqlTickLock(database, "preparing")
    return Preparing((rows.preparations, rows.data_sets), places, (data_set_pass, crafts), tells, lock, utc_now)


def _catalog(settings: Settings, rows: Rows, clients: AwsClients) -> Catalog:
    source = BucketDataSets(clients, settings.artifact_bucket)
    return Catalog(rows.data_sets, source, rows.prices, AwsPriceList(clients, settings.aws_region), utc_now)


def _close(wakeups: tuple[SharedWakeup, ...], clients: AwsClients, database: Database) -> None:
    for wakeup in wakeups:
        wakeup.close()
    clients.close()
    database.close()
