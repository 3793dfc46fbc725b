"""How approved models come into service, are checked there, and go back."""

from dataclasses import dataclass
from datetime import timedelta

from bot.adapters.data.golden_images import KeptGoldenImages
from bot.adapters.database import Database, SqlTickLock
from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.hosting import SageMakerHosting
from bot.bootstrap.clock import utc_now
from bot.bootstrap.rows import Rows
from bot.imaging.images import PillowImages
from bot.ports import Wakeup
from bot.services.access import AccessControl
from bot.services.arriving import Arriving
from bot.services.golden import GoldenCheck
from bot.services.returning import RollBack
from bot.services.rollout import Rollout
from bot.services.splitting import Splitting
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class GoingLive:
    """The worker's part and the listeners', and AWS's hosting behind both."""

    rollout: Rollout
    golden: GoldenCheck
    roll_back: RollBack
    splitting: Splitting
    hosting: SageMakerHosting


def going_live(
    settings: Settings,
    rows: Rows,
    database: Database,
    vendors: tuple[AwsClients, SageMakerHosting, AccessControl],
    wakeups: tuple[Wakeup, Wakeup],
) -> GoingLive:
    clients, hosting, access = vendors
    ticks, checks = wakeups
    images = KeptGoldenImages(clients, settings.artifact_bucket)
    kept_for = timedelta(days=settings.rollback_days)
    arriving = Arriving(rows.endpoints, rows.routes, utc_now, kept_for)
    turn = (SqlTickLock(database, "checking"), ticks)
    return GoingLive(
        rollout=Rollout(rows.deployment, (hosting, images), checks, utc_now),
        golden=GoldenCheck(
            (rows.endpoints, rows.data_sets),
            (images, hosting, PillowImages()),
            arriving,
            turn,
            utc_now,
            settings.golden_margin,
        ),
        roll_back=RollBack(rows.endpoints, access, ticks),
        splitting=Splitting(rows.endpoints, access, ticks),
        hosting=hosting,
    )
