"""How data sets are found and prepared."""

from collections.abc import Callable

from bot.adapters.data.buckets import BucketTargets
from bot.adapters.data.image_sources import ImageSources
from bot.adapters.data.instruments import instruments
from bot.adapters.database import (
    Database,
    SqlTickLock,
)
from bot.adapters.pricing import AwsPriceList
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.slack.files import SlackFiles
from bot.adapters.storage import BucketDataSets
from bot.bootstrap.clock import utc_now
from bot.bootstrap.ground import Lanes
from bot.bootstrap.rows import Rows
from bot.ports import Wakeup
from bot.services.catalog import Catalog
from bot.services.curation import Curation
from bot.services.preparation.dataset_pass import DataSetPass
from bot.services.preparation.packing import Threads
from bot.services.preparation.preparing import Places, Preparing
from bot.settings import Settings

# S3 answers each request after some 30 ms, so that few threads would wait for it most of their time.
READING_THREADS, WRITING_THREADS = 16, 4


def curation(rows: Rows, lanes: Lanes) -> Curation:
    return Curation(
        rows.preparations, rows.data_sets, (rows.jobs, rows.tunings), (lanes.ticks, lanes.preparing), utc_now
    )


def places(settings: Settings, clients: AwsClients, files: SlackFiles) -> Places:
    return Places(
        ImageSources(clients, files, settings.artifact_bucket), BucketTargets(clients, settings.artifact_bucket)
    )


def preparation(rows: Rows, database: Database, places: Places, tells: tuple[Wakeup, Callable[[], None]]) -> Preparing:
    crafts = instruments()
    data_set_pass = DataSetPass(crafts, Threads(READING_THREADS, WRITING_THREADS))
    lock = SqlTickLock(database, "preparing")
    return Preparing((rows.preparations, rows.data_sets), places, (data_set_pass, crafts), tells, lock, utc_now)


def catalog(settings: Settings, rows: Rows, clients: AwsClients) -> Catalog:
    source = BucketDataSets(clients, settings.artifact_bucket)
    return Catalog(rows.data_sets, source, rows.prices, AwsPriceList(clients, settings.aws_region), utc_now)
