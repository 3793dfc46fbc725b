"""Every test that asks for a `database` runs on SQLite and on PostgreSQL; those that ask for `stores`, on fakes too."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.adapters.database import (
    Database,
    SqlAnswers,
    SqlApprovals,
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
    SqlOperatorNotes,
    SqlOpinions,
    SqlPrices,
    SqlQuestions,
    SqlQuietHours,
    SqlRatedAnswers,
    SqlReplays,
    SqlRoutes,
    SqlStrays,
    SqlTickLock,
    SqlTunings,
    SqlUploads,
    SqlUsages,
    SqlWishes,
)
from bot.adapters.database.tables import metadata
from bot.adapters.wakeup import SharedWakeup
from tests.fakes.stores import FakeStores
from tests.integration.database import postgres

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)
MISSING = "POSTGRESQL TESTS SKIPPED: no initdb and postgres on the path or in /usr/lib/postgresql (apt: postgresql)"


class SqlStores:
    """All stores of one database."""

    def __init__(self, database: Database) -> None:  # noqa: PLR0915 - one of each
        self.jobs = SqlJobs(database)
        self.approvals = SqlApprovals(database)
        self.endpoints = SqlEndpoints(database)
        self.tunings = SqlTunings(database)
        self.comparisons = SqlComparisons(database)
        self.uploads = SqlUploads(database)
        self.answers = SqlAnswers(database)
        self.channel_settings = SqlChannelSettings(database)
        self.told = SqlOperatorNotes(database)
        self.opinions = SqlOpinions(database)
        self.questions = SqlQuestions(database)
        self.kept_pictures = SqlKeptPictures(database)
        self.rated = SqlRatedAnswers(database)
        self.drift_notes = SqlDriftNotes(database)
        self.wishes = SqlWishes(database)
        self.leases = SqlLeases(database)
        self.usages = SqlUsages(database)
        self.strays = SqlStrays(database)
        self.replays = SqlReplays(database)
        self.digests = SqlDigests(database)
        self.quiet_hours = SqlQuietHours(database)
        self.happenings = SqlHappenings(database)
        self.cards = SqlCards(database)
        self.routes = SqlRoutes(database)
        self.data_sets = SqlDataSets(database)
        self.prices = SqlPrices(database)
        self.wakeup = SharedWakeup(database)
        self.tick_lock = SqlTickLock(database)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if postgres.programs() is None:
        terminalreporter.write_line(MISSING, red=True, bold=True)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    bin_dir = postgres.programs()
    if bin_dir is None:
        pytest.skip(MISSING)
    with postgres.server(bin_dir) as url:
        yield url


@pytest.fixture
def empty_postgresql(server_url: str) -> Iterator[str]:
    """The URL of a database without any table, which is gone after the test."""
    with psycopg.connect(f"{server_url}postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty TEMPLATE template0")
        yield f"{server_url}empty"
        connection.execute("DROP DATABASE empty WITH (FORCE)")


@pytest.fixture(scope="session")
def migrated_postgresql(server_url: str) -> str:
    with psycopg.connect(f"{server_url}postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE migrated TEMPLATE template0")
    _migrate(f"{server_url}migrated")
    return f"{server_url}migrated"


@pytest.fixture
def postgresql(migrated_postgresql: str) -> str:
    """The URL of a database with tables and no rows, which nobody else is connected to any more."""
    with psycopg.connect(migrated_postgresql, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        # Emptying a table costs as much as making one, and a test fills few of them.
        asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in metadata.tables)
        filled = [str(name) for (name,) in connection.execute(asked.encode())]
        if filled:
            # As a replica, for the audit cannot be emptied otherwise.
            connection.execute("SET session_replication_role = replica")
            connection.execute(f"TRUNCATE {', '.join(filled)} RESTART IDENTITY".encode())
    return migrated_postgresql


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "bot.db"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    database = Database(url)
    database.migrate()
    database.close()


@pytest.fixture(params=["sqlite", POSTGRESQL])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/bot.db"
    return str(request.getfixturevalue("empty_postgresql"))


@pytest.fixture(params=["sqlite", POSTGRESQL])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with tables and no rows."""
    return _copied(request, tmp_path)


def _copied(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "bot.db")
        return f"sqlite:///{tmp_path}/bot.db"
    return str(request.getfixturevalue("postgresql"))


def _fill(database: Database, migrated: Path) -> None:
    """Give a database in memory the tables of the one that has been migrated."""
    held = database.engine.raw_connection()
    with closing(sqlite3.connect(migrated)) as source:
        source.backup(held.driver_connection)  # type: ignore[arg-type]
    held.close()


@pytest.fixture
def opened() -> Iterator[Callable[[str], Database]]:
    """Opens databases, and closes them after the test."""
    all_of_them: list[Database] = []

    def open_one(url: str) -> Database:
        all_of_them.append(Database(url))
        return all_of_them[-1]

    yield open_one
    for one in all_of_them:
        one.close()


@pytest.fixture
def database(url: str, opened: Callable[[str], Database]) -> Database:
    return opened(url)


@pytest.fixture(params=["fakes", "memory", "sqlite", POSTGRESQL])
def stores(request: pytest.FixtureRequest, tmp_path: Path, opened: Callable[[str], Database]) -> Iterator[Any]:
    """All stores: of the fakes, of SQLite in memory and in a file, and of PostgreSQL."""
    if request.param == "fakes":
        yield FakeStores()
        return
    database = opened("sqlite://" if request.param == "memory" else _copied(request, tmp_path))
    if request.param == "memory":
        _fill(database, request.getfixturevalue("migrated_sqlite"))
    sql = SqlStores(database)
    yield sql
    sql.wakeup.close()
