"""How channels are told at set times, and left in peace at others."""

from bot.adapters.schedule import next_after
from bot.bootstrap.clock import utc_now
from bot.bootstrap.ground import Ground
from bot.services.chronicle import Chronicle
from bot.services.digesting import Digesting
from bot.services.hush import Hush
from bot.services.upkeep import Upkeep


def hush(ground: Ground) -> Hush:
    return Hush(ground.rows.quiet_hours, ground.access, utc_now)


def digesting(ground: Ground, hush: Hush, living: Upkeep) -> Digesting:
    rows = ground.rows
    chronicle = Chronicle(
        rows.happenings, living.holdings, living.figures, rows.approvals, ground.settings.approvals_channel
    )
    process = (ground.lanes.ticks, utc_now)
    return Digesting(rows.digests, chronicle, hush, ground.access, process, next_after)
