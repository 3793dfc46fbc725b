"""The rows that are the truth: SQLAlchemy on SQLite or PostgreSQL behind the store ports, with an audit of moves."""

from bot.adapters.database.answers import SqlAnswers
from bot.adapters.database.auditing import SqlAudit
from bot.adapters.database.cards import SqlCards
from bot.adapters.database.catalog import SqlDataSets, SqlPrices, SqlRoutes
from bot.adapters.database.channel_settings import SqlChannelSettings
from bot.adapters.database.comparisons import SqlComparisons
from bot.adapters.database.digests import SqlDigests, SqlQuietHours
from bot.adapters.database.drift_notes import SqlDriftNotes
from bot.adapters.database.engine import Database
from bot.adapters.database.entities import SqlApprovals, SqlEndpoints, SqlJobs
from bot.adapters.database.feedback import SqlOpinions, SqlQuestions
from bot.adapters.database.happenings import SqlHappenings
from bot.adapters.database.in_use import SqlRatedAnswers
from bot.adapters.database.kept_pictures import SqlKeptPictures
from bot.adapters.database.leases import SqlLeases, SqlUsages
from bot.adapters.database.operator_notes import SqlOperatorNotes
from bot.adapters.database.preparations import SqlPreparations
from bot.adapters.database.pruning import SqlOldPictures
from bot.adapters.database.queue import SqlUploads
from bot.adapters.database.replays import SqlReplays
from bot.adapters.database.retrainings import SqlRetrainings
from bot.adapters.database.spending import SqlBilledRows
from bot.adapters.database.strays import SqlStrays
from bot.adapters.database.ticking import SqlTickLock
from bot.adapters.database.tunings import SqlTunings
from bot.adapters.database.wishes import SqlWishes

__all__ = [
    "Database",
    "SqlAnswers",
    "SqlApprovals",
    "SqlAudit",
    "SqlBilledRows",
    "SqlCards",
    "SqlChannelSettings",
    "SqlComparisons",
    "SqlDataSets",
    "SqlDigests",
    "SqlDriftNotes",
    "SqlEndpoints",
    "SqlHappenings",
    "SqlJobs",
    "SqlKeptPictures",
    "SqlLeases",
    "SqlOldPictures",
    "SqlOperatorNotes",
    "SqlOpinions",
    "SqlPreparations",
    "SqlPrices",
    "SqlQuestions",
    "SqlQuietHours",
    "SqlRatedAnswers",
    "SqlReplays",
    "SqlRetrainings",
    "SqlRoutes",
    "SqlStrays",
    "SqlTickLock",
    "SqlTunings",
    "SqlUploads",
    "SqlUsages",
    "SqlWishes",
]
