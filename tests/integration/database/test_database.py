"""Opening, migrating and checking a database."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from bot.adapters.database import Database, SqlJobs, SqlUploads, migrating
from bot.adapters.database.tables import metadata, routes
from bot.domain.jobs import Phase
from bot.errors import SettingsError
from tests.integration.database.examples import NOW, a_job, an_answer, an_upload

Open = Callable[[str], Database]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_means_the_driver_that_is_there(scheme: str) -> None:
    database = Database(f"{scheme}://someone:secret@db.example/darkroom?sslmode=require")

    assert database.url.drivername == "postgresql+psycopg"
    assert database.url.query["sslmode"] == "require"


@pytest.mark.parametrize(
    "url", ["", "bot.db", "mysql://u:secret@h/d", "sqlite:///file:bot.db?uri=true", "postgresql://h:secret/x"]
)
def test_a_url_that_is_none_of_ours_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL") as refusal:
        Database(url)

    assert "secret" not in refusal.value.sentences


def test_nothing_is_opened_before_it_is_used(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path}/new/bot.db")
    Database("postgresql://nobody@127.0.0.1:1/nothing")

    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_says_how_to_make_the_tables(empty_url: str, opened: Open) -> None:
    assert "`python -m bot migrate`" in str(opened(empty_url).check())


def test_checking_makes_no_file(tmp_path: Path, opened: Open) -> None:
    assert "There is no database yet" in str(opened(f"sqlite:///{tmp_path}/bot.db").check())
    assert list(tmp_path.iterdir()) == []


def test_a_migrated_database_has_nothing_wrong_with_it(empty_url: str, opened: Open) -> None:
    opened(empty_url).migrate()

    assert opened(empty_url).check() is None


def test_migrating_again_keeps_the_rows(empty_url: str, opened: Open) -> None:
    database = opened(empty_url)
    database.migrate()
    SqlJobs(database).add(a_job())

    database.migrate()

    assert SqlJobs(database).get("7f3a91") == a_job()


def test_a_database_of_a_newer_program_is_told_apart_from_an_old_one(empty_url: str, opened: Open) -> None:
    database = opened(empty_url)
    database.migrate()

    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-next-year'"))

    assert "newer Darkroom" in str(database.check())


def test_a_server_that_is_away_is_a_sentence_and_not_a_traceback(opened: Open) -> None:
    problem = str(opened("postgresql://someone:secret@127.0.0.1:1/darkroom").check())

    assert problem.startswith("The database does not answer: ")
    assert "secret" not in problem
    assert "\n" not in problem


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "bot.db").write_text("these are not the bytes of a database, whatever its name says" * 100)

    assert "not a database" in str(opened(f"sqlite:///{tmp_path}/bot.db").check())


def test_the_migrations_make_the_tables_that_the_stores_use(database: Database) -> None:
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_processes_that_migrate_at_once_wait_for_each_other(empty_url: str, opened: Open) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(6)

    def migrate(database: Database) -> None:
        start.wait()
        try:
            database.migrate()
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)

    threads = [threading.Thread(target=migrate, args=(opened(empty_url),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert opened(empty_url).check() is None


def test_a_migration_that_fails_half_way_leaves_no_table(
    empty_url: str, opened: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scripts = tmp_path / "migrations"
    (scripts / "versions").mkdir(parents=True)
    (scripts / "env.py").write_text((migrating.SCRIPTS / "env.py").read_text())
    broken = "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer))\n    raise KeyError('half')\n"
    head = "import sqlalchemy as sa\nfrom alembic import op\nrevision = '1'\ndown_revision = None\n\n"
    (scripts / "versions" / "one.py").write_text(head + broken)
    monkeypatch.setattr(migrating, "SCRIPTS", scripts)

    with pytest.raises(KeyError):
        opened(empty_url).migrate()

    with opened(empty_url).reading() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == ()
        assert not connection.dialect.has_table(connection, "half")


def test_the_tables_can_be_taken_away_again(empty_url: str, opened: Open) -> None:
    database = opened(empty_url)
    database.migrate()

    with database.writing() as connection:
        command.downgrade(migrating._config(connection), "base")

    with database.reading() as connection:
        assert not connection.dialect.has_table(connection, "jobs")


def test_sqlite_writes_ahead_and_waits_for_other_writers(tmp_path: Path, opened: Open) -> None:
    database = opened(f"sqlite:///{tmp_path}/bot.db")
    database.migrate()

    with database.reading() as connection:
        settings = [
            _pragma(connection, name) for name in ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        ]

    assert settings == ["wal", 10000, 1, 1]


def _pragma(connection: Connection, name: str) -> object:
    return connection.execute(text(f"PRAGMA {name}")).scalar()


def test_a_transaction_that_fails_leaves_nothing_behind(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            connection.execute(insert(routes).values(channel_id="C1", endpoint_name="one"))
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    with database.reading() as connection:
        assert connection.execute(select(routes)).all() == []


def test_an_error_does_not_repeat_what_people_wrote(database: Database) -> None:
    with pytest.raises(DBAPIError) as failure, database.writing() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "my secret plans"})

    assert "secret plans" not in str(failure.value)


def test_times_come_back_in_utc_whatever_zone_they_had(database: Database) -> None:
    there = timezone(timedelta(hours=5, minutes=30))
    SqlJobs(database).add(a_job(requested_at=NOW.astimezone(there)))

    requested_at = SqlJobs(database).get("7f3a91").requested_at

    assert requested_at == NOW
    assert requested_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without its zone"):
        SqlJobs(database).add(a_job(requested_at=datetime(2026, 11, 3)))  # noqa: DTZ001 - that is the point


def test_text_that_no_database_takes_is_stored_with_replacements(database: Database) -> None:
    SqlUploads(database).add(an_answer(), [an_upload(file_name="a\x00b\ud83dc😀.png")])

    claimed = SqlUploads(database).claim(NOW, 60)

    assert claimed is not None
    assert claimed.file_name == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c😀.png"


def test_nested_text_is_stored_as_it_is_whatever_it_holds(database: Database) -> None:
    odd = a_job(phases=(Phase("Training", NOW, message="a\x00b\ud83dc😀"),), hyperparameters={"'; --": '"'})
    SqlJobs(database).add(odd)

    assert SqlJobs(database).get("7f3a91") == odd


@pytest.mark.postgres
def test_a_connection_that_the_server_closed_is_replaced(postgresql: str, opened: Open) -> None:
    database, other = opened(postgresql), opened(postgresql)
    SqlJobs(database).add(a_job())
    with other.writing() as connection:
        mine = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{mine} AND pid <> pg_backend_pid()"))

    assert SqlJobs(database).get("7f3a91") == a_job()


def test_the_search_for_cards_that_are_behind_uses_its_index(tmp_path: Path, opened: Open) -> None:
    database = opened(f"sqlite:///{tmp_path}/bot.db")
    database.migrate()

    with database.reading() as connection:
        query = "EXPLAIN QUERY PLAN SELECT * FROM cards WHERE shown <> wanted ORDER BY subject_id"
        plan = str(connection.execute(text(query)).all())

    assert "ix_cards_behind" in plan
