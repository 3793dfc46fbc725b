"""`python -m bot audit`: what it prints, and with which exit code it ends."""

import argparse
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import audit
from bot.adapters.database import Database, SqlAudit, SqlJobs
from tests.integration.database.examples import a_job

Open = Callable[[str], Database]


def _run(url: str, *words: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    audit.add_arguments(parser)
    out = io.StringIO()
    return audit.main(url, parser.parse_args(words), out), out.getvalue()


@pytest.fixture
def three_jobs(migrated_sqlite: Path, tmp_path: Path, opened: Open) -> Database:
    (tmp_path / "bot.db").write_bytes(migrated_sqlite.read_bytes())
    database = opened(f"sqlite:///{tmp_path}/bot.db")
    for number in range(3):
        SqlJobs(database).add(a_job(f"j{number}"))
    return database


def test_a_whole_chain_is_said_with_its_last_digest(three_jobs: Database) -> None:
    last = list(SqlAudit(three_jobs).entries())[-1].digest

    assert _run(str(three_jobs.url), "verify") == (0, f"The audit is whole: 3 rows, the last with the digest {last}.\n")


def test_a_broken_chain_is_said_with_its_first_broken_row(three_jobs: Database) -> None:
    with three_jobs.writing() as connection:
        connection.execute(text("DROP TRIGGER audit_update"))
        connection.execute(text("UPDATE audit SET by = 'U-nobody' WHERE number = 2"))

    code, said = _run(str(three_jobs.url), "verify")

    assert (code, said.split(".")[0]) == (1, "The audit is broken at row 2: its content was changed")


def test_a_chain_whose_end_was_cut_off_lacks_a_digest_that_was_kept(three_jobs: Database) -> None:
    kept = list(SqlAudit(three_jobs).entries())[-1].digest
    with three_jobs.writing() as connection:
        connection.execute(text("DROP TRIGGER audit_delete"))
        connection.execute(text("DELETE FROM audit WHERE number = 3"))

    assert _run(str(three_jobs.url), "verify")[0] == 0
    assert _run(str(three_jobs.url), "verify", kept)[0] == 1


def test_the_export_has_a_line_for_each_row(three_jobs: Database) -> None:
    code, written = _run(str(three_jobs.url), "export")

    assert code == 0
    assert [json.loads(line)["id"] for line in written.splitlines()] == ["j0", "j1", "j2"]


def test_a_database_without_tables_is_said_and_not_called_whole(tmp_path: Path) -> None:
    assert _run(f"sqlite:///{tmp_path}/none.db", "verify") == (1, "")
