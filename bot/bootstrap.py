"""The composition root: the only file that names concrete adapters. `build` makes everything, and starts nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from slack_sdk import WebClient

from bot.adapters.data.buckets import BucketTargets
from bot.adapters.data.image_sources import ImageSources
from bot.adapters.data.instruments import instruments
from bot.adapters.database import (
    Database,
    SqlApprovals,
    SqlCards,
    SqlComparisons,
    SqlDataSets,
    SqlEndpoints,
    SqlJobs,
    SqlPreparations,
    SqlPrices,
    SqlRoutes,
    SqlTickLock,
    SqlTunings,
    SqlUploads,
    SqlWishes,
)
from bot.adapters.pricing import AwsPriceList
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.dry_runs import SageMakerDryRuns
from bot.adapters.sagemaker.events import SageMakerEvents
from bot.adapters.sagemaker.hosting import SageMakerHosting
from bot.adapters.sagemaker.training import SageMakerTraining
from bot.adapters.sagemaker.tuning import SageMakerTuning
from bot.adapters.slack.announcer import SlackAnnouncer
from bot.adapters.slack.client import web_client
from bot.adapters.slack.directory import SlackDirectory
from bot.adapters.slack.files import SlackFiles
from bot.adapters.slack.pictures import Drawing
from bot.adapters.slack.tuning_pictures import TuningDrawing
from bot.adapters.storage import BucketDataSets
from bot.adapters.wakeup import SharedWakeup
from bot.drawing import charts, comparison_chart
from bot.drawing.split_chart import split_alt_text, split_chart
from bot.drawing.tuning_charts import progress_alt_text, progress_chart
from bot.drawing.tuning_scatters import scatter_alt_text, scatter_chart
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
from bot.services.following import JobFollower
from bot.services.following_tunings import TuningFollower
from bot.services.listening import Listening
from bot.services.monitoring import Followers, Monitoring
from bot.services.preparation.dataset_pass import DataSetPass
from bot.services.preparation.packing import Threads
from bot.services.preparation.preparing import Places, Preparing
from bot.services.rollout import Rollout
from bot.services.starting import Starting
from bot.services.training import Training
from bot.services.tuning import Tunings
from bot.settings import Settings

# S3 answers each request after some 30 ms, so that few threads would wait for it most of their time.
READING_THREADS, WRITING_THREADS = 16, 4


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


@dataclass(frozen=True, slots=True)
class Rows:
    """The stores, built once over one database."""

    jobs: SqlJobs
    tunings: SqlTunings
    comparisons: SqlComparisons
    wishes: SqlWishes
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

    @property
    def seen(self) -> tuple[SqlUploads, SqlRoutes, SqlEndpoints]:
        """What is needed to answer pictures."""
        return self.uploads, self.routes, self.endpoints

    @property
    def shown(self) -> tuple[SqlJobs, SqlPreparations, SqlTunings]:
        """What has a card of its own."""
        return self.jobs, self.preparations, self.tunings

    @classmethod
    def of(cls, database: Database) -> "Rows":
        return cls(
            SqlJobs(database),
            SqlTunings(database),
            SqlComparisons(database),
            SqlWishes(database),
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
    training, correcting = _training(settings, rows, ticks)
    announcer = SlackAnnouncer(client, _drawing(settings, clients), access.approvers, correcting.offered)
    hosting = SageMakerHosting(clients, settings.sagemaker_role_arn, settings.aws_region)
    deployment = Deployment(rows.deployment, rows.prices, access, ticks, utc_now, settings.approvals_channel)
    comparing = Comparing(rows.comparisons, rows.jobs, ticks, utc_now)
    cards = CardKeeper(rows.cards, rows.shown, (deployment, comparing), announcer, utc_now)
    followers = _followers(settings, rows, clients, (hosting, cards))
    monitoring = Monitoring(SqlTickLock(database), rows.cards, followers)
    catalog = _catalog(settings, rows, clients)
    files = SlackFiles(settings.slack_bot_token, settings.slack_api_url)
    return Services(
        client=client,
        access=access,
        training=training,
        starting=_starting(settings, rows, training),
        tuning=_tunings(settings, rows, ticks),
        comparing=comparing,
        correcting=correcting,
        curation=Curation(rows.preparations, rows.data_sets, (rows.jobs, rows.tunings), (ticks, preparing), utc_now),
        deployment=deployment,
        classification=Classification(rows.seen, (files, PillowImages(), hosting, announcer), pictures, utc_now),
        cards=cards,
        catalog=catalog,
        preparation=_preparation(rows, database, _places(settings, clients, files), (ticks, catalog.refresh)),
        monitoring=monitoring,
        listening=_listening(settings, clients, monitoring),
        ticks=ticks,
        pictures=pictures,
        preparing=preparing,
        migrate=database.migrate,
        close=lambda: _close((ticks, pictures, preparing), clients, database),
    )


def _training(settings: Settings, rows: Rows, wakeup: Wakeup) -> tuple[Training, Correcting]:
    training = Training(rows.jobs, rows.data_sets, rows.prices, wakeup, utc_now, settings.max_job_cost_usd)
    return training, Correcting(training, rows.data_sets, rows.prices)


def _places(settings: Settings, clients: AwsClients, files: SlackFiles) -> Places:
    return Places(ImageSources(clients, files), BucketTargets(clients, settings.artifact_bucket))


def _starting(settings: Settings, rows: Rows, training: Training) -> Starting:
    dry_runs = SageMakerDryRuns(settings.sagemaker_role_arn, settings.artifact_bucket, settings.aws_region)
    stores = (rows.jobs, rows.data_sets, rows.wishes)
    return Starting(training, stores, dry_runs, utc_now, settings.confirm_job_cost_usd)


def _listening(settings: Settings, clients: AwsClients, monitoring: Monitoring) -> Listening | None:
    """None where no queue is set; then changes are seen at ticks only."""
    queue_url = settings.sagemaker_events_queue_url
    return Listening(SageMakerEvents(clients, queue_url), monitoring) if queue_url else None


def _drawing(settings: Settings, clients: AwsClients) -> Drawing:
    targets = BucketTargets(clients, settings.artifact_bucket)
    return Drawing(
        accuracy=charts.accuracy_chart,
        accuracy_alt=charts.alt_text,
        bars=split_chart,
        bars_alt=split_alt_text,
        tuning=TuningDrawing(progress_chart, progress_alt_text, scatter_chart, scatter_alt_text),
        compared=comparison_chart.comparison_chart,
        compared_alt=comparison_chart.comparison_alt_text,
        kept=lambda preparation, name: targets.at(preparation.folder).read(name),
    )


def _followers(
    settings: Settings, rows: Rows, clients: AwsClients, others: tuple[SageMakerHosting, CardKeeper]
) -> Followers:
    place = (clients, settings.sagemaker_role_arn, settings.artifact_bucket, settings.aws_region)
    hosting, cards = others
    return Followers(
        JobFollower(rows.jobs, rows.data_sets, SageMakerTraining(*place), utc_now),
        TuningFollower(rows.tunings, rows.data_sets, SageMakerTuning(*place), utc_now),
        Rollout(rows.deployment, hosting, utc_now),
        cards,
    )


def _tunings(settings: Settings, rows: Rows, wakeup: Wakeup) -> Tunings:
    stores = (rows.tunings, rows.jobs)
    return Tunings(stores, rows.data_sets, rows.prices, wakeup, utc_now, settings.max_job_cost_usd)


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
