"""How people and the worker live with endpoints that are up."""

from datetime import timedelta

from bot.adapters.sagemaker.clients import AwsClients
from bot.adapters.sagemaker.endpoint_metrics import CloudWatchFigures
from bot.adapters.sagemaker.lease_tags import SageMakerLeaseTags
from bot.adapters.sagemaker.tagged_things import SageMakerThings
from bot.bootstrap.clock import utc_now
from bot.bootstrap.figuring import figures
from bot.bootstrap.rows import Rows
from bot.domain.leases import Terms
from bot.ports import Wakeup
from bot.services.access import AccessControl
from bot.services.answering import Answering
from bot.services.holdings import Holdings
from bot.services.hush import Hush
from bot.services.leasing import Leasing
from bot.services.measuring import TICKS_A_READING, Measuring
from bot.services.provenance import Provenance
from bot.services.sweeping import Sweeping
from bot.services.upkeep import Upkeep
from bot.settings import Settings


def terms(settings: Settings) -> Terms:
    return Terms(settings.lease_length, timedelta(hours=settings.idle_hours))


def measuring(settings: Settings, rows: Rows, clients: AwsClients) -> Measuring:
    # Half the time between two readings of one worker.
    pause = timedelta(seconds=settings.poll_seconds * TICKS_A_READING / 2)
    return Measuring(rows.endpoints, rows.usages, CloudWatchFigures(clients), utc_now, pause)


def upkeep(
    settings: Settings, rows: Rows, clients: AwsClients, access: AccessControl, hush: Hush, wakeup: Wakeup
) -> Upkeep:
    endpoints, process = rows.endpoints, (wakeup, utc_now)
    leased = (endpoints, rows.leases, rows.usages, rows.routes)
    things, told = SageMakerThings(clients), figures(settings, rows)
    return Upkeep(
        leasing=Leasing((*leased, rows.cards), SageMakerLeaseTags(clients), access, process, terms(settings), hush),
        measuring=measuring(settings, rows, clients),
        holdings=Holdings(leased, rows.prices, told),
        figures=told,
        answering=Answering(endpoints, rows.routes, access),
        sweeping=Sweeping((endpoints, rows.strays), things, access, process, settings.approvals_channel, hush),
        provenance=Provenance(
            (rows.jobs, rows.approvals, endpoints), (rows.tunings, rows.data_sets, rows.preparations)
        ),
    )
