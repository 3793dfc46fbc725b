"""Every test that asks for a `database` runs on SQLite and on PostgreSQL; those that ask for `stores`, on fakes too."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.adapters.database import (
    Database,
    SqlApprovals,
    SqlCards,
    SqlDataSets,
    SqlEndpoints,
    SqlJobs,
    SqlPrices,
    SqlRoutes,
    SqlTickLock,
    SqlUploads,
)
from bot.adapters.wakeup import SharedWakeup
from tests.fakes.stores import FakeStores
from tests.integration.database import postgres

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)
MISSING = "POSTGRESQL TESTS SKIPPED: no initdb and postgres on the path or in /usr/lib/postgresql (apt: postgresql)"


class SqlStores:
    """All stores of one database."""

    def __init__(self, database: Database) -> None:
        self.jobs = SqlJobs(database)
        self.approvals = SqlApprovals(database)
        self.endpoints = SqlEndpoints(database)
        self.uploads = SqlUploads(database)
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


@pytest.fixture(scope="session")
def new_postgresql(server_url: str) -> Callable[[str], str]:
    """Makes a database from a template and gives its URL."""
    numbers = itertools.count()

    def make(template: str) -> str:
        name = f"test_{next(numbers)}"
        with psycopg.connect(f"{server_url}postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return server_url + name

    return make


@pytest.fixture(scope="session")
def migrated_postgresql(new_postgresql: Callable[[str], str]) -> str:
    """The name of a database with the tables in it, for copying."""
    url = new_postgresql("template0")
    _migrate(url)
    return url.rpartition("/")[2]


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
    new_postgresql: Callable[[str], str] = request.getfixturevalue("new_postgresql")
    return new_postgresql("template0")


@pytest.fixture(params=["sqlite", POSTGRESQL])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with tables and no rows."""
    return _copied(request, tmp_path)


def _copied(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "bot.db")
        return f"sqlite:///{tmp_path}/bot.db"
    return str(request.getfixturevalue("new_postgresql")(request.getfixturevalue("migrated_postgresql")))


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
        database.migrate()
    sql = SqlStores(database)
    yield sql
    sql.wakeup.close()
