"""Every change of status leaves a row of the audit behind, in the same transaction, chained to the row before."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from alembic import command
from sqlalchemy import DateTime, bindparam, select, text
from sqlalchemy.exc import DBAPIError

from bot.adapters.database import Database, SqlApprovals, SqlAudit, SqlEndpoints, SqlJobs, SqlUploads, migrating
from bot.adapters.database.auditing import record, take_turn
from bot.adapters.database.tables import audit
from bot.domain.approvals import ApprovalStatus, approved, changed
from bot.domain.audit import Move, verified
from bot.domain.endpoints import EndpointStatus, realtime
from bot.domain.jobs import JobStatus
from bot.domain.packages import PackageStatus
from bot.domain.registrations import settled_elsewhere
from bot.domain.traffic import Mixing, Traffic
from bot.domain.uploads import UploadStatus
from bot.errors import StaleError
from tests.integration.database.examples import NOW, a_job, an_answer, an_approval, an_endpoint, an_upload


def _events(database: Database) -> list[tuple[Any, ...]]:
    with database.reading() as connection:
        return [tuple(row)[2:7] for row in connection.execute(select(audit).order_by(audit.c.number))]


def test_a_job_that_someone_stops_says_who_asked_for_it_and_who_stopped_it(database: Database) -> None:
    jobs = SqlJobs(database)
    jobs.add(a_job())
    stopping = jobs.save(a_job(status=JobStatus.STOPPING, stopped_by="U9"))
    jobs.save(stopping)

    assert _events(database) == [
        ("jobs", "7f3a91", "", "requested", "U1"),
        ("jobs", "7f3a91", "requested", "stopping", "U9"),
    ]


def test_a_decision_says_who_decided(database: Database) -> None:
    approvals, endpoints = SqlApprovals(database), SqlEndpoints(database)
    approvals.add(an_approval())
    approvals.save(an_approval(status=ApprovalStatus.APPROVED, decided_by="U2", decided_at=NOW))
    endpoints.add(an_endpoint())
    endpoints.save(an_endpoint(status=EndpointStatus.CREATING))

    assert _events(database)[1:] == [
        ("approvals", "a1", "pending", "approved", "U2"),
        ("endpoints", "a1", "", "requested", "U2"),
        ("endpoints", "a1", "requested", "creating", ""),
    ]


def test_each_yes_and_each_change_of_a_request_says_whose_it_was(database: Database) -> None:
    approvals = SqlApprovals(database)
    approvals.add(an_approval(needed=3))
    for number in (2, 3):
        approvals.save(approved(approvals.get("a1"), f"U{number}", NOW))
    approvals.save(changed(approvals.get("a1"), realtime(), "U4", NOW))
    approvals.save(settled_elsewhere(approvals.get("a1"), PackageStatus.REJECTED, "olga", NOW))

    assert _events(database)[1:] == [
        ("approvals", "a1", "pending", "yes 1 of 3", "U2"),
        ("approvals", "a1", "pending", "yes 2 of 3", "U3"),
        ("approvals", "a1", "pending", "changed", "U4"),
        ("approvals", "a1", "pending", "rejected", "console:olga"),
    ]


def test_who_divides_an_endpoints_traffic_is_said_and_what_aws_makes_of_it_is_not(database: Database) -> None:
    endpoints, split = SqlEndpoints(database), Traffic("a0", "old-job", "old", "both", 10, by="U3")
    endpoints.add(an_endpoint(status=EndpointStatus.IN_SERVICE))
    for traffic in (
        split,
        split.at(Mixing.STARTING),
        split.at(Mixing.ON),
        replace(split, share=30, by="U4", step=Mixing.WEIGHING),
        replace(split, share=30, by="U5", step=Mixing.ENDING),
        None,
    ):
        endpoints.save(replace(endpoints.get("a1"), traffic=traffic))

    assert [(became, by) for _, _, _, became, by in _events(database)[1:]] == [
        ("90/10 with old-job", "U3"),
        ("70/30 with old-job", "U4"),
        ("undivided", "U5"),
    ]


def test_votes_at_once_make_one_chain(url: str, opened: Callable[[str], Database]) -> None:
    """A vote is no change of status, and has to wait its turn all the same."""
    pair = opened(url), opened(url)
    for number in range(10):
        SqlApprovals(pair[0]).add(an_approval(f"v{number}", endpoint_name=f"e{number}", needed=2))

    def write(number: int) -> None:
        approvals = SqlApprovals(pair[number % 2])
        approvals.save(approved(approvals.get(f"v{number}"), "U2", NOW))

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(write, range(10)))

    assert verified(SqlAudit(pair[0]).entries()).whole == 20


def test_an_answer_is_an_event_too(database: Database) -> None:
    SqlUploads(database).add(an_answer(), [an_upload()])
    SqlUploads(database).save(an_upload(status=UploadStatus.ANSWERED))

    assert _events(database) == [("uploads", an_upload().id, "received", "answered", "")]


def test_a_save_that_is_refused_leaves_no_event(database: Database) -> None:
    SqlJobs(database).add(a_job())

    with pytest.raises(StaleError):
        SqlJobs(database).save(a_job(status=JobStatus.RUNNING, version=3))

    assert len(_events(database)) == 1


def test_events_bear_the_time_of_the_clock(url: str) -> None:
    database = Database(url, clock=lambda: NOW)
    SqlJobs(database).add(a_job())

    with database.reading() as connection:
        assert connection.scalars(select(audit.c.at)).all() == [NOW]
    database.close()


def test_the_rows_are_one_chain_that_names_what_people_know(database: Database) -> None:
    SqlJobs(database).add(a_job())
    SqlApprovals(database).add(an_approval())

    entries = list(SqlAudit(database).entries())

    assert [(one.number, one.move.name) for one in entries] == [(1, "emoji-7f3a91"), (2, "Emoji-live")]
    assert entries[1].previous == entries[0].digest
    assert verified(entries).broken is None


def test_a_name_that_no_database_takes_does_not_break_the_chain(database: Database) -> None:
    with database.writing() as connection:
        take_turn(connection)
        record(connection, Move("jobs", "j1", "a\x00b\ud83dc", "", "requested", "U1", NOW))

    assert verified(SqlAudit(database).entries()).whole == 1


@pytest.mark.parametrize("statement", ["UPDATE audit SET to_status = 'approved'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_or_delete_a_row(database: Database, statement: str) -> None:
    SqlJobs(database).add(a_job())

    with pytest.raises(DBAPIError, match="append-only"), database.writing() as connection:
        connection.execute(text(statement))

    assert verified(SqlAudit(database).entries()).whole == 1


def test_the_first_row_that_someone_changed_all_the_same_is_found(database: Database) -> None:
    for number in range(4):
        SqlJobs(database).add(a_job(f"j{number}"))
    with database.writing() as connection:
        unlocked = "ALTER TABLE audit DISABLE TRIGGER audit_rows"
        connection.execute(text("DROP TRIGGER audit_update" if database.is_sqlite else unlocked))
        connection.execute(text("UPDATE audit SET by = 'U-nobody' WHERE number = 3"))
        if not database.is_sqlite:
            connection.execute(text("ALTER TABLE audit ENABLE TRIGGER audit_rows"))

    verdict = verified(SqlAudit(database).entries())

    assert (verdict.whole, verdict.broken, verdict.why) == (2, 3, "its content was changed")


def test_twenty_writers_at_once_make_one_chain(url: str, opened: Callable[[str], Database]) -> None:
    pair = opened(url), opened(url)
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(lambda number: SqlJobs(pair[number % 2]).add(a_job(f"j{number}")), range(20)))

    assert verified(SqlAudit(pair[0]).entries()) == replace(verified(SqlAudit(pair[1]).entries()), whole=20)


def test_the_events_of_an_older_version_begin_the_chain(empty_url: str, opened: Callable[[str], Database]) -> None:
    database = opened(empty_url)
    with database.writing() as connection:
        command.upgrade(migrating._config(connection), "0008")
        events = "INSERT INTO events (id, at, entity, entity_id, from_status, to_status, by) VALUES (:id, :at,"
        for number in (1, 2, 5):
            row = {"id": number, "at": NOW.replace(tzinfo=None) if database.is_sqlite else NOW, "by": f"U{number}"}
            connection.execute(
                text(f"{events} 'jobs', 'j1', '', 'requested', :by)").bindparams(bindparam("at", type_=DateTime())), row
            )
    database.migrate()
    SqlJobs(database).add(a_job())

    entries = list(SqlAudit(database).entries())

    assert [(one.number, one.move.by, one.move.at) for one in entries[:3]] == [
        (1, "U1", NOW),
        (2, "U2", NOW),
        (3, "U5", NOW),
    ]
    assert verified(entries).whole == 4
