"""The queue of uploaded images: each is claimed by one thread of one process, until it is saved or the claim ends."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select, update

from bot.adapters.database.codecs import UPLOADS
from bot.adapters.database.column_types import Moment
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import Rows, insert_new
from bot.adapters.database.tables import uploads
from bot.domain.predictions import OPEN, Upload

_IS_OPEN = uploads.c.status.in_(sorted(OPEN))


class SqlUploads:
    """The uploaded images."""

    _rows = Rows(uploads, UPLOADS, "image")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, received: Iterable[Upload]) -> int:
        """Store those that are new, by id; returns how many were."""
        with self._database.writing() as connection:
            # In one order everywhere, or two that store the same message might wait for each other for ever.
            in_order = sorted(received, key=lambda upload: upload.id)
            return insert_new(connection, uploads, [UPLOADS.row(upload) for upload in in_order])

    def claim(self, now: datetime, seconds: float) -> Upload | None:
        """The oldest open one that is due, nobody else's for `seconds`.

        A claim counts as a try, and as a version: who is so late that another has claimed the image since cannot save
        it any more.
        """
        free = or_(uploads.c.claimed_until.is_(None), uploads.c.claimed_until <= now)
        oldest = select(uploads.c.id).where(_IS_OPEN, uploads.c.due_at <= now, free)
        oldest = oldest.order_by(uploads.c.due_at, uploads.c.received_at, uploads.c.id).limit(1)
        # SKIP LOCKED is PostgreSQL's way to share out a queue; SQLite has one writer at a time and leaves it out.
        chosen = oldest.with_for_update(skip_locked=True).scalar_subquery()
        claim = update(uploads).where(uploads.c.id == chosen).returning(uploads)
        values = {
            "claimed_until": now + timedelta(seconds=seconds),
            "version": uploads.c.version + 1,
            "tries": uploads.c.tries + 1,
        }
        with self._database.writing() as connection:
            row = connection.execute(claim.values(values)).mappings().one_or_none()
            return None if row is None else UPLOADS.entity(row)

    def save(self, upload: Upload) -> Upload:
        """Compare-and-set on `version`; ends the claim."""
        with self._database.writing() as connection:
            return self._rows.save(connection, upload, {"claimed_until": None}, "", self._database.clock)

    def renew(self, ids: Iterable[str], until: datetime) -> None:
        """Hold on to claims for longer; one that has been saved meanwhile is none any more."""
        held = uploads.c.id.in_(list(ids)) & uploads.c.claimed_until.is_not(None)
        with self._database.writing() as connection:
            connection.execute(update(uploads).where(held).values(claimed_until=until))

    def latest(self, channel_id: str, limit: int) -> list[Upload]:
        """The channel's newest, newest first."""
        chosen = select(uploads).where(uploads.c.channel_id == channel_id)
        newest = chosen.order_by(uploads.c.received_at.desc(), uploads.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return self._rows.all(connection, newest)

    def arrived(self, channel_id: str, since: datetime) -> tuple[int, datetime | None]:
        """How many images the channel has had since then, and when the first of those came."""
        received = uploads.c.received_at
        counted = select(func.count(), func.min(received, type_=Moment()))
        with self._database.reading() as connection:
            row = connection.execute(counted.where(uploads.c.channel_id == channel_id, received >= since)).one()
            return int(row[0]), row[1]

    def next_due(self) -> datetime | None:
        """When an open one can be claimed next: when it is due, and no earlier than its claim ends."""
        claimed = uploads.c.claimed_until
        free_at = case((claimed > uploads.c.due_at, claimed), else_=uploads.c.due_at)
        with self._database.reading() as connection:
            earliest: datetime | None = connection.scalar(select(func.min(free_at, type_=Moment())).where(_IS_OPEN))
        return earliest
