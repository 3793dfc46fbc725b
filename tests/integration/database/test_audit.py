"""Every change of status leaves an event behind, in the same transaction."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.adapters.database import Database, SqlApprovals, SqlEndpoints, SqlJobs, SqlUploads
from bot.adapters.database.tables import events
from bot.domain.approvals import ApprovalStatus
from bot.domain.endpoints import EndpointStatus
from bot.domain.jobs import JobStatus
from bot.domain.predictions import UploadStatus
from bot.errors import StaleError
from tests.integration.database.examples import NOW, a_job, an_approval, an_endpoint, an_upload


def _events(database: Database) -> list[tuple[Any, ...]]:
    with database.reading() as connection:
        return [tuple(row)[2:] for row in connection.execute(select(events).order_by(events.c.id))]


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


def test_an_answer_is_an_event_too(database: Database) -> None:
    SqlUploads(database).add([an_upload()])
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
        assert connection.scalars(select(events.c.at)).all() == [NOW]
    database.close()
