"""The queue of uploaded images: each is claimed by one thread of one process, until it is saved or the claim ends."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Connection, ScalarSelect, case, func, or_, select, text, update

from bot.adapters.database.answers import IS_OPEN, due_if_settled, raise_answer
from bot.adapters.database.codecs import ANSWERS, UPLOADS
from bot.adapters.database.column_types import Moment
from bot.adapters.database.engine import Database
from bot.adapters.database.picture_tables import answers, uploads
from bot.adapters.database.rows import Rows, count, in_order, insert_new
from bot.domain.answers import Answer
from bot.domain.uploads import Upload, UploadStatus

# The key of the lock under which images are claimed.
_CLAIMS = 0x6461726B_636C616D  # "darkclam"
EVERYWHERE: Mapping[str, int] = MappingProxyType({})


class SqlUploads:
    """The uploaded images. What becomes of one is a change of its message's answer."""

    _rows = Rows(uploads, UPLOADS, "image")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, answer: Answer, received: Collection[Upload]) -> int:
        """Store the images that are new, by id, and their answer where it has none yet; returns how many were.

        They get their turns in their endpoint's line: those of one person in one channel one after the other, and
        different people's side by side, so that nobody waits for another's hundred.
        """
        with self._database.writing() as connection:
            insert_new(connection, answers, [ANSWERS.row(answer)])
            turn = _next_turn(connection, received)
            # In one order everywhere, or two that store the same message might wait for each other for ever.
            in_order = sorted(received, key=lambda upload: upload.id)
            rows = [UPLOADS.row(one) | {"turn": turn + one.place} for one in in_order]
            new = insert_new(connection, uploads, rows)
            if new:
                raise_answer(connection, answer.id)
            return new

    def get(self, upload_id: str) -> Upload:
        with self._database.reading() as connection:
            return self._rows.get(connection, upload_id)

    def of(self, answer_id: str) -> list[Upload]:
        """The images of one message, in their order there."""
        with self._database.reading() as connection:
            mine = select(uploads).where(uploads.c.answer_id == answer_id)
            return self._rows.all(connection, mine.order_by(uploads.c.place, uploads.c.received_at, uploads.c.id))

    def claim(self, now: datetime, seconds: float, rooms: Mapping[str, int] = EVERYWHERE) -> Upload | None:
        """The open one that is due whose turn comes first, nobody else's for `seconds`.

        None of an endpoint that has as many in hand as there is room for by `rooms`; of one without there may be any
        number. A claim counts as a try, and as a version: who is so late that another has claimed the image since
        cannot save it any more.
        """
        values = {
            "claimed_until": now + timedelta(seconds=seconds),
            "version": uploads.c.version + 1,
            "tries": uploads.c.tries + 1,
        }
        with self._database.reading() as connection:
            # Most often there is nothing, and then nobody has to wait for the right to write.
            if connection.execute(select(_first_in_line(now, ()))).scalar() is None:
                return None
        with self._database.writing() as connection:
            _take_turn(connection)
            in_hand = _counted(connection, now)
            full = [name for name, most in rooms.items() if in_hand.get(name, 0) >= most]
            chosen = update(uploads).where(uploads.c.id == _first_in_line(now, full)).returning(uploads)
            row = connection.execute(chosen.values(values)).mappings().one_or_none()
            return None if row is None else UPLOADS.entity(row)

    def in_hand(self, now: datetime) -> Mapping[str, int]:
        """How many images are being worked on, by the endpoints that have open ones."""
        with self._database.reading() as connection:
            return _counted(connection, now)

    def last_answered(self, releases: Collection[str]) -> Mapping[str, datetime]:
        """When each of these releases answered an image the last time."""
        here = (uploads.c.release.in_(sorted(releases)), uploads.c.status == UploadStatus.ANSWERED)
        last = select(uploads.c.release, func.max(uploads.c.settled_at, type_=Moment())).where(*here)
        with self._database.reading() as connection:
            found = connection.execute(last.group_by(uploads.c.release)).all()
        return {str(release): moment for release, moment in found if moment is not None}

    def ahead(self, upload: Upload) -> int:
        """How many open images of other messages are in line before it."""
        before = or_(
            uploads.c.turn < upload.turn,
            (uploads.c.turn == upload.turn) & (uploads.c.received_at < upload.received_at),
        )
        here = (IS_OPEN, uploads.c.endpoint_name == upload.endpoint_name, uploads.c.answer_id != upload.answer_id)
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).where(*here, before)).scalar_one())

    def hasten(self, endpoint_name: str, now: datetime) -> int:
        """Have all that wait for the endpoint tried at once; returns how many those were."""
        waiting = (uploads.c.status == UploadStatus.WAITING, uploads.c.endpoint_name == endpoint_name)
        with self._database.writing() as connection:
            due_now = update(uploads).where(in_order(uploads, *waiting, uploads.c.due_at > now)).values(due_at=now)
            return count(connection.execute(due_now))

    def save(self, upload: Upload, by: str = "") -> Upload:
        """Compare-and-set on `version`; ends the claim. `by` is who wished it, if anybody did.

        One that begins anew gets in line behind its person's others: its old turn would be before everybody's.
        """
        with self._database.writing() as connection:
            if upload.status == UploadStatus.RECEIVED and not _is_in_line(connection, upload):
                upload = replace(upload, turn=_next_turn(connection, [upload]))
            saved = self._rows.save(connection, upload, {"claimed_until": None}, by, self._database.clock)
            raise_answer(connection, upload.answer_id)
            due_if_settled(connection, upload.answer_id, self._database.clock())
            return saved

    def renew(self, ids: Iterable[str], until: datetime) -> None:
        """Hold on to claims for longer; one that has been saved meanwhile is none any more."""
        held = uploads.c.id.in_(list(ids)) & uploads.c.claimed_until.is_not(None)
        with self._database.writing() as connection:
            connection.execute(update(uploads).where(in_order(uploads, held)).values(claimed_until=until))

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


def _take_turn(connection: Connection) -> None:
    """What counts those in hand and adds one is alone with them. SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIMS})


def _counted(connection: Connection, now: datetime) -> dict[str, int]:
    claimed = func.sum(case((uploads.c.claimed_until > now, 1), else_=0))
    counted = select(uploads.c.endpoint_name, claimed).where(IS_OPEN).group_by(uploads.c.endpoint_name)
    return {str(name): int(number) for name, number in connection.execute(counted)}


def _first_in_line(now: datetime, without: Collection[str]) -> ScalarSelect[str]:
    free = or_(uploads.c.claimed_until.is_(None), uploads.c.claimed_until <= now)
    line = select(uploads.c.id).where(IS_OPEN, uploads.c.due_at <= now, free)
    if without:
        line = line.where(uploads.c.endpoint_name.not_in(sorted(without)))
    first = line.order_by(uploads.c.turn, uploads.c.received_at, uploads.c.id).limit(1)
    # SKIP LOCKED, for a row may be held by who is saving it; SQLite leaves it out.
    return first.with_for_update(skip_locked=True).scalar_subquery()


def _is_in_line(connection: Connection, upload: Upload) -> bool:
    return connection.execute(select(uploads.c.id).where(IS_OPEN, uploads.c.id == upload.id)).one_or_none() is not None


def _next_turn(connection: Connection, received: Collection[Upload]) -> int:
    """The turn of the first of a message's images in the line of their endpoint.

    It is the turn that the line has come to, or the one after the same person's last in the same channel: start-time
    fair queueing, by images instead of bytes.
    """
    for upload in received:
        line = (IS_OPEN, uploads.c.endpoint_name == upload.endpoint_name)
        own = (*line, uploads.c.channel_id == upload.channel_id, uploads.c.user_id == upload.user_id)
        come_to = connection.execute(select(func.min(uploads.c.turn)).where(*line)).scalar()
        last = connection.execute(select(func.max(uploads.c.turn)).where(*own)).scalar()
        return int(come_to or 0) if last is None else max(int(come_to or 0), int(last) + 1)
    return 0
