"""Jobs, approvals and endpoints: each save moves the row, its card's `wanted` and the audit in one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.adapters.database import auditing
from bot.adapters.database.codecs import APPROVALS, CARDS, ENDPOINTS, JOBS
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import Rows, insert_new, key, raise_card
from bot.adapters.database.tables import approvals, cards, endpoints, jobs
from bot.domain.approvals import Approval, ApprovalStatus, steps_between
from bot.domain.audit import Move
from bot.domain.cards import Card, CardKind
from bot.domain.endpoints import UNSETTLED, Endpoint, EndpointStatus
from bot.domain.jobs import ACTIVE, Job, JobStatus
from bot.domain.traffic import asked_between
from bot.errors import WrongStateError


class SqlJobs:
    """The training jobs."""

    _rows = Rows(jobs, JOBS, "job", "`/jobs` lists them.")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, job: Job) -> None:
        """Store the job and its card. Under the same id: nothing; under another job's name: WrongStateError."""
        with self._database.writing() as connection:
            if self._rows.add(connection, job, _job_keys(job), job.requested_by, self._database.clock):
                _add_card(connection, job.id, CardKind.JOB, job.channel_id)
            elif not self._rows.find(connection, job.id):
                raise WrongStateError(f"There is a job *{job.name}* already.", next_step="Try again.")

    def get(self, job_id: str) -> Job:
        with self._database.reading() as connection:
            return self._rows.get(connection, job_id)

    def save(self, job: Job) -> Job:
        by = job.stopped_by if job.status == JobStatus.STOPPING else ""
        with self._database.writing() as connection:
            saved = self._rows.save(connection, job, _job_keys(job), by, self._database.clock)
            raise_card(connection, job.id)
            return saved

    def named(self, name: str) -> Job | None:
        """The job of this name, however it is capitalized."""
        with self._database.reading() as connection:
            found = self._rows.all(connection, select(jobs).where(jobs.c.name_key == key(name)))
            return found[0] if found else None

    def active(self) -> list[Job]:
        """Those that AWS may still move, oldest first."""
        chosen = select(jobs).where(jobs.c.status.in_(ACTIVE)).order_by(jobs.c.requested_at, jobs.c.id)
        with self._database.reading() as connection:
            return self._rows.all(connection, chosen)

    def active_ids(self) -> list[str]:
        """The ids alone, which cost little however many there are."""
        chosen = select(jobs.c.id).where(jobs.c.status.in_(ACTIVE)).order_by(jobs.c.requested_at, jobs.c.id)
        with self._database.reading() as connection:
            return list(connection.scalars(chosen))

    def recent(self, limit: int = 10) -> list[Job]:
        """Newest first."""
        chosen = select(jobs).order_by(jobs.c.requested_at.desc(), jobs.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return self._rows.all(connection, chosen)


class SqlApprovals:
    """The requests to deploy."""

    _rows = Rows(approvals, APPROVALS, "request")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, approval: Approval) -> None:
        """Store the request and its card. Under the same id: nothing; one pending for the name: WrongStateError."""
        keys, by = _approval_keys(approval), approval.requested_by
        with self._database.writing() as connection:
            if self._rows.add(connection, approval, keys, by, self._database.clock):
                _add_card(connection, approval.id, CardKind.APPROVAL, approval.channel_id)
            elif not self._rows.find(connection, approval.id):
                raise WrongStateError(
                    f"A request for *{approval.endpoint_name}* is waiting for a decision already.",
                    next_step="Choose another name with `as=NAME`, or ask again when it is decided or withdrawn.",
                )

    def get(self, approval_id: str) -> Approval:
        with self._database.reading() as connection:
            return self._rows.get(connection, approval_id)

    def save(self, approval: Approval) -> Approval:
        keys, by = _approval_keys(approval), _decided_by(approval)
        with self._database.writing() as connection:
            # A step without a change of status is recorded, too.
            auditing.take_turn(connection)
            before = self._rows.get(connection, approval.id)
            saved = self._rows.save(connection, approval, keys, by, self._database.clock)
            self._record_steps(connection, before, saved)
            raise_card(connection, approval.id)
            return saved

    def _record_steps(self, connection: Connection, before: Approval, after: Approval) -> None:
        for step, by in steps_between(before, after):
            at, status = self._database.clock(), str(after.status)
            auditing.record(connection, Move("approvals", after.id, after.endpoint_name, status, step, by, at))

    def pending(self) -> list[Approval]:
        """Oldest first."""
        waiting = select(approvals).where(approvals.c.status == ApprovalStatus.PENDING)
        with self._database.reading() as connection:
            return self._rows.all(connection, waiting.order_by(approvals.c.requested_at, approvals.c.id))

    def out_of_step(self) -> list[Approval]:
        """Those of which the registry does not know yet what it should, oldest first."""
        untold = select(approvals).where(~approvals.c.in_step)
        with self._database.reading() as connection:
            return self._rows.all(connection, untold.order_by(approvals.c.requested_at, approvals.c.id))

    def registering(self, version_name: str) -> Approval | None:
        """The request for which this version of the registry (`emoji/4`) was registered."""
        # AWS writes the names in its ARNs small, whatever the group is called.
        told = func.lower(approvals.c.package_arn)
        of_it = told.endswith(f":model-package/{version_name.lower()}", autoescape=True)
        with self._database.reading() as connection:
            found = self._rows.all(connection, select(approvals).where(of_it & approvals.c.own_package))
            return found[0] if found else None

    def without_endpoint(self) -> list[Approval]:
        """Approved ones, in the registry too, whose endpoint has no row yet, oldest first."""
        approved = select(approvals).where((approvals.c.status == ApprovalStatus.APPROVED) & approvals.c.in_step)
        orphaned = approved.where(~select(endpoints.c.id).where(endpoints.c.id == approvals.c.id).exists())
        with self._database.reading() as connection:
            return self._rows.all(connection, orphaned.order_by(approvals.c.decided_at, approvals.c.id))


class SqlEndpoints:
    """The endpoints; the card that shows one is its approval's, which has the same id."""

    _rows = Rows(endpoints, ENDPOINTS, "endpoint", "`/endpoints` lists them.")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, endpoint: Endpoint) -> None:
        """Store the endpoint. Under the same id: nothing; under a living one's name: WrongStateError."""
        keys, by = _endpoint_keys(endpoint), endpoint.approved_by
        with self._database.writing() as connection:
            if self._rows.add(connection, endpoint, keys, by, self._database.clock):
                raise_card(connection, endpoint.id)
            elif not self._rows.find(connection, endpoint.id):
                raise WrongStateError(
                    f"There is an endpoint *{endpoint.name}* already.",
                    next_step=f"Choose another name with `as=NAME`, or delete *{endpoint.name}* first.",
                )

    def get(self, endpoint_id: str) -> Endpoint:
        with self._database.reading() as connection:
            return self._rows.get(connection, endpoint_id)

    def find(self, endpoint_id: str) -> Endpoint | None:
        with self._database.reading() as connection:
            return self._rows.find(connection, endpoint_id)

    def save(self, endpoint: Endpoint) -> Endpoint:
        with self._database.writing() as connection:
            return self.saved(connection, endpoint)

    def swap(self, leaving: Endpoint, coming: Endpoint) -> Endpoint:
        """Save both at once: the name goes from the one to the other."""
        with self._database.writing() as connection:
            self.saved(connection, leaving)
            return self.saved(connection, coming)

    def named(self, name: str) -> Endpoint | None:
        """The living endpoint of this name, however it is capitalized."""
        with self._database.reading() as connection:
            found = self._rows.all(connection, select(endpoints).where(endpoints.c.live_name == key(name)))
            return found[0] if found else None

    def live(self) -> list[Endpoint]:
        """Those whose name is taken, oldest first."""
        return self._where(endpoints.c.live_name.is_not(None))

    def unsettled(self) -> list[Endpoint]:
        """Those that AWS is making or deleting, oldest first."""
        return self._where(endpoints.c.status.in_(UNSETTLED))

    def releases(self, name: str) -> list[Endpoint]:
        """All that there were of this endpoint, newest first."""
        chosen = select(endpoints).where(endpoints.c.name == name)
        with self._database.reading() as connection:
            return self._rows.all(connection, chosen.order_by(endpoints.c.created_at.desc(), endpoints.c.id.desc()))

    def outlived(self, now: datetime) -> list[Endpoint]:
        """Releases that are over and kept no longer."""
        over = endpoints.c.live_name.is_(None) & endpoints.c.status.not_in(UNSETTLED)
        return self._where(over & (endpoints.c.kept_until <= now))

    def saved(self, connection: Connection, endpoint: Endpoint) -> Endpoint:
        """Save it within a transaction that may do more."""
        asked = asked_between(self._rows.get(connection, endpoint.id).traffic, endpoint.traffic)
        if asked:
            auditing.take_turn(connection)
        saved = self._rows.save(
            connection, endpoint, _endpoint_keys(endpoint), _moved_by(endpoint), self._database.clock
        )
        if asked:
            self._record_traffic(connection, saved, asked)
        raise_card(connection, endpoint.id)
        return saved

    def _record_traffic(self, connection: Connection, endpoint: Endpoint, asked: str) -> None:
        by = endpoint.traffic.by if endpoint.traffic else ""
        at, status = self._database.clock(), str(endpoint.status)
        auditing.record(connection, Move("endpoints", endpoint.id, endpoint.name, status, asked, by, at))

    def _where(self, condition: Any) -> list[Endpoint]:
        chosen = select(endpoints).where(condition).order_by(endpoints.c.created_at, endpoints.c.id)
        with self._database.reading() as connection:
            return self._rows.all(connection, chosen)


def _job_keys(job: Job) -> dict[str, Any]:
    return {"name_key": key(job.name)}


def _approval_keys(approval: Approval) -> dict[str, Any]:
    return {"open_key": key(approval.endpoint_name) if approval.pending else None, "in_step": approval.in_step}


def _decided_by(approval: Approval) -> str:
    """For the audit: a person of Slack by the id, one of AWS by where and how AWS names them."""
    return f"{approval.decided_in}:{approval.decided_by}" if approval.decided_in else approval.decided_by


def _endpoint_keys(endpoint: Endpoint) -> dict[str, Any]:
    # To AWS two names are the same when only their case differs:
    # docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html
    return {"live_name": key(endpoint.name) if endpoint.live else None}


def _moved_by(endpoint: Endpoint) -> str:
    match endpoint.status:
        case EndpointStatus.DELETING:
            return endpoint.deleted_by
        case EndpointStatus.ROLLING_BACK | EndpointStatus.ROLLED_BACK:
            return endpoint.rolled_back_by
        case _:
            return ""


def _add_card(connection: Connection, subject_id: str, kind: CardKind, channel_id: str) -> None:
    insert_new(connection, cards, [CARDS.row(Card(subject_id, kind, channel_id))])
