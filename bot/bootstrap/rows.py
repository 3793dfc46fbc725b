"""The stores, all over one database."""

from dataclasses import dataclass

from bot.adapters.database import (
    Database,
    SqlAnswers,
    SqlApprovals,
    SqlBilledRows,
    SqlCards,
    SqlChannelSettings,
    SqlComparisons,
    SqlDataSets,
    SqlDigests,
    SqlDriftNotes,
    SqlEndpoints,
    SqlHappenings,
    SqlJobs,
    SqlKeptPictures,
    SqlLeases,
    SqlOpinions,
    SqlPreparations,
    SqlPrices,
    SqlQuestions,
    SqlQuietHours,
    SqlRatedAnswers,
    SqlReplays,
    SqlRetrainings,
    SqlRoutes,
    SqlStrays,
    SqlTunings,
    SqlUploads,
    SqlUsages,
    SqlWishes,
)


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
    leases: SqlLeases
    usages: SqlUsages
    strays: SqlStrays
    replays: SqlReplays
    digests: SqlDigests
    quiet_hours: SqlQuietHours
    happenings: SqlHappenings
    answers: SqlAnswers
    channel_settings: SqlChannelSettings
    opinions: SqlOpinions
    questions: SqlQuestions
    kept_pictures: SqlKeptPictures
    rated: SqlRatedAnswers
    billed: SqlBilledRows
    drift_notes: SqlDriftNotes
    retrainings: SqlRetrainings

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
            SqlLeases(database),
            SqlUsages(database),
            SqlStrays(database),
            SqlReplays(database),
            SqlDigests(database),
            SqlQuietHours(database),
            SqlHappenings(database),
            SqlAnswers(database),
            SqlChannelSettings(database),
            SqlOpinions(database),
            SqlQuestions(database),
            SqlKeptPictures(database),
            SqlRatedAnswers(database),
            SqlBilledRows(database),
            SqlDriftNotes(database),
            SqlRetrainings(database),
        )
