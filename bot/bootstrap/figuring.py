"""How accuracy in use and spend are counted, and how channels are told of drift."""

from bot.adapters.database import SqlTickLock
from bot.adapters.slack.drift_notes import SlackDriftTeller
from bot.bootstrap.clock import utc_now
from bot.bootstrap.ground import Ground
from bot.bootstrap.rows import Rows
from bot.services.drifting import DriftWatch
from bot.services.figures import Figures
from bot.services.hush import Hush
from bot.settings import Settings


def figures(settings: Settings, rows: Rows) -> Figures:
    return Figures(rows.rated, rows.billed, (rows.usages, rows.prices), utc_now, settings.monthly_budget_usd)


def drifting(ground: Ground, hush: Hush) -> DriftWatch:
    rows = ground.rows
    watched = (rows.endpoints, rows.routes, rows.rated, rows.drift_notes, rows.data_sets)
    lock = SqlTickLock(ground.database, "drifting")
    return DriftWatch(watched, SlackDriftTeller(ground.slack), hush, lock, utc_now)
