"""How a channel's last images are replayed through the model of a request."""

from bot.adapters.data.golden_images import KeptGoldenImages
from bot.adapters.data.kept_shelf import KeptShelf
from bot.adapters.database import SqlTickLock
from bot.adapters.sagemaker.hosting import SageMakerHosting
from bot.adapters.slack.exhibits import SlackExhibits
from bot.adapters.slack.files import SlackFiles
from bot.bootstrap.clock import utc_now
from bot.bootstrap.ground import Ground
from bot.drawing.contact_sheet import contact_sheet
from bot.imaging.images import PillowImages
from bot.services.known_sets import KnownSets
from bot.services.replaying import Replaying, ReplayRunner


def replaying(ground: Ground) -> Replaying:
    rows = ground.rows
    asked = (rows.replays, rows.approvals, rows.endpoints, rows.routes, rows.uploads)
    return Replaying(asked, ground.lanes.checks, utc_now)


def replay_runner(ground: Ground, hosting: SageMakerHosting, files: SlackFiles) -> ReplayRunner:
    rows = ground.rows
    needed = (rows.replays, rows.approvals, rows.jobs, rows.endpoints, rows.routes, rows.uploads, rows.cards)
    vendors = (hosting, files, PillowImages(), SlackExhibits(ground.slack, contact_sheet))
    aws, bucket = ground.aws, ground.settings.artifact_bucket
    golden, shelf = KeptGoldenImages(aws, bucket), KeptShelf(aws, bucket)
    known = KnownSets(golden, rows.kept_pictures, rows.data_sets, shelf)
    return ReplayRunner(needed, vendors, known, SqlTickLock(ground.database, "replaying"), utc_now)
