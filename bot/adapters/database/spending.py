"""What may have cost something since a moment: jobs, tunings, and releases with their moves as the audit has them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select

from bot.adapters.database.codecs import ENDPOINTS, JOBS
from bot.adapters.database.engine import Database
from bot.adapters.database.tables import audit, endpoints, jobs, tunings
from bot.adapters.database.tuning_codecs import TUNINGS
from bot.domain.jobs import ACTIVE, Job
from bot.domain.spending import Service
from bot.domain.tunings import Tuning


class SqlBilledRows:
    """The port BilledRows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def jobs(self, since: datetime) -> list[Job]:
        chosen = select(jobs).where(or_(jobs.c.status.in_(sorted(ACTIVE)), jobs.c.ended_at >= since))
        with self._database.reading() as connection:
            rows = connection.execute(chosen.order_by(jobs.c.requested_at, jobs.c.id)).mappings()
            return [JOBS.entity(row) for row in rows]

    def tunings(self, since: datetime) -> list[Tuning]:
        chosen = select(tunings).where(or_(tunings.c.status.in_(sorted(ACTIVE)), tunings.c.ended_at >= since))
        with self._database.reading() as connection:
            rows = connection.execute(chosen.order_by(tunings.c.requested_at, tunings.c.id)).mappings()
            return [TUNINGS.entity(row) for row in rows]

    def services(self, since: datetime) -> Sequence[Service]:
        lately = audit.alias()
        mine = (lately.c.entity == endpoints.name) & (lately.c.entity_id == endpoints.c.id)
        moved = exists().where(mine, lately.c.at >= since)
        served = endpoints.c.in_service_at.is_not(None) & or_(endpoints.c.live_name.is_not(None), moved)
        chosen = select(endpoints).where(served).order_by(endpoints.c.created_at, endpoints.c.id)
        told = select(audit.c.entity_id, audit.c.to_status, audit.c.at).join(
            endpoints, (audit.c.entity_id == endpoints.c.id) & (audit.c.entity == endpoints.name)
        )
        moves: defaultdict[str, list[tuple[str, datetime]]] = defaultdict(list)
        with self._database.reading() as connection:
            found = [ENDPOINTS.entity(row) for row in connection.execute(chosen).mappings()]
            for release, became, at in connection.execute(told.where(served).order_by(audit.c.number)):
                moves[release].append((str(became), at))
        return [Service(one, tuple(moves[one.id])) for one in found]
