"""The queue of uploaded images: each is claimed by one thread of one process, until it is saved or the claim ends."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select, update

from bot.adapters.database.answers import IS_OPEN, due_if_settled, raise_answer
from bot.adapters.database.codecs import ANSWERS, UPLOADS
from bot.adapters.database.column_types import Moment
from bot.adapters.database.engine import Database
from bot.adapters.database.picture_tables import answers, uploads
from bot.adapters.database.rows import Rows, insert_new
from bot.domain.answers import Answer
from bot.domain.uploads import Upload


class SqlUploads:
    """The uploaded images. What becomes of one is a change of its message's answer."""

    _rows = Rows(uploads, UPLOADS, "image")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, answer: Answer, received: Iterable[Upload]) -> int:
        """Store the images that are new, by id, and their answer where it has none yet; returns how many were."""
        with self._database.writing() as connection:
            insert_new(connection, answers, [ANSWERS.row(answer)])
            # In one order everywhere, or two that store the same message might wait for each other for ever.
            in_order = sorted(received, key=lambda upload: upload.id)
            new = insert_new(connection, uploads, [UPLOADS.row(upload) for upload in in_order])
            if new:
                raise_answer(connection, answer.id)
            return new

    def get(self, upload_id: str) -> Upload:
        with self._database.reading() as connection:
            return self._rows.get(connection, upload_id)

    def of(self, answer_id: str) -> list[Upload]:
        """The images of one message, in the order of their ids."""
        with self._database.reading() as connection:
            mine = select(uploads).where(uploads.c.answer_id == answer_id)
            return self._rows.all(connection, mine.order_by(uploads.c.received_at, uploads.c.id))

    def claim(self, now: datetime, seconds: float, without: Collection[str] = ()) -> Upload | None:
        """The oldest open one that is due, nobody else's for `seconds`; none of the endpoints in `without`.

        A claim counts as a try, and as a version: who is so late that another has claimed the image since cannot save
        it any more.
        """
        free = or_(uploads.c.claimed_until.is_(None), uploads.c.claimed_until <= now)
        oldest = select(uploads.c.id).where(IS_OPEN, uploads.c.due_at <= now, free)
        if without:
            oldest = oldest.where(uploads.c.endpoint_name.not_in(sorted(without)))
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

    def in_hand(self, now: datetime) -> Mapping[str, int]:
        """How many images are being worked on, by their endpoints."""
        claimed = (IS_OPEN, uploads.c.claimed_until > now)
        counted = select(uploads.c.endpoint_name, func.count()).where(*claimed).group_by(uploads.c.endpoint_name)
        with self._database.reading() as connection:
            return {str(name): int(number) for name, number in connection.execute(counted)}

    def save(self, upload: Upload) -> Upload:
        """Compare-and-set on `version`; ends the claim."""
        with self._database.writing() as connection:
            saved = self._rows.save(connection, upload, {"claimed_until": None}, "", self._database.clock)
            raise_answer(connection, upload.answer_id)
            due_if_settled(connection, upload.answer_id, self._database.clock())
            return saved

    def renew(self, ids: Iterable[str], until: datetime) -> None:
        """Hold on to claims for longer; one that has been saved meanwhile is none any more."""
        held = uploads.c.id.in_(list(ids)) & uploads.c.claimed_until.is_not(None)
        with self._database.writing() as connection:
            connection.execute(update(uploads).where(held).values(claimed_until=until))

    def latest(self, channel_id: str, limit: int) -> list[Upload]:
        """The channel's newest, newest first."""
        mine = select(uploads).where(uploads.c.channel_id == channel_id)
        newest = mine.order_by(uploads.c.received_at.desc(), uploads.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return self._rows.all(connection, newest)

    def arrived(self, channel_id: str, since: datetime) -> tuple[int, datetime | None]:
        """How many images the channel has had since then, and when the first of those came."""
        here = (uploads.c.channel_id == channel_id) & (uploads.c.received_at >= since)
        with self._database.reading() as connection:
            counted = connection.execute(select(func.count(), func.min(uploads.c.received_at)).where(here)).one()
            return int(counted[0]), counted[1]

    def next_due(self, without: Collection[str] = ()) -> datetime | None:
        """When the next open image can be claimed, not counting those of some endpoints; None: none is open."""
        claimed, due = uploads.c.claimed_until, uploads.c.due_at
        claimable = case((or_(claimed.is_(None), claimed < due), due), else_=claimed)
        first = select(func.min(claimable, type_=Moment())).where(IS_OPEN)
        if without:
            first = first.where(uploads.c.endpoint_name.not_in(sorted(without)))
        with self._database.reading() as connection:
            return connection.execute(first).scalar()
