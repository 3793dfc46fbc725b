"""The answers to messages with images: which of them Slack has not been told as they are now."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, or_, select, text, update

from bot.adapters.database.codecs import ANSWERS
from bot.adapters.database.column_types import Moment
from bot.adapters.database.engine import Database
from bot.adapters.database.picture_tables import answers, uploads
from bot.adapters.database.rows import in_order
from bot.domain.answers import Answer
from bot.domain.uploads import OPEN
from bot.errors import NotFoundError

IS_OPEN = uploads.c.status.in_(sorted(OPEN))
# Word for word the condition of the index, which is used for nothing else.
_BEHIND = text("shown <> wanted")


class SqlAnswers:
    """The port Answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, answer_id: str) -> Answer:
        with self._database.reading() as connection:
            row = connection.execute(select(answers).where(answers.c.id == answer_id)).mappings().one_or_none()
        if row is None:
            raise NotFoundError("I don't know this answer.")
        return ANSWERS.entity(row)

    def claim(self, now: datetime, seconds: float) -> Answer | None:
        due = self.next_due()
        if due is None or due > now:
            return None
        free = or_(answers.c.claimed_until.is_(None), answers.c.claimed_until <= now)
        first = select(answers.c.id).where(_BEHIND, answers.c.due_at <= now, free).order_by(answers.c.due_at).limit(1)
        claim = update(answers).where(answers.c.id == first.with_for_update(skip_locked=True).scalar_subquery())
        values = {"claimed_until": now + timedelta(seconds=seconds), "tries": answers.c.tries + 1}
        with self._database.writing() as connection:
            row = connection.execute(claim.values(values).returning(answers)).mappings().one_or_none()
            return None if row is None else ANSWERS.entity(row)

    def save(self, answer: Answer) -> None:
        """Store all but `wanted`, which only changes of its images raise."""
        values = ANSWERS.row(answer) | {"claimed_until": None}
        del values["wanted"]
        with self._database.writing() as connection:
            connection.execute(update(answers).where(answers.c.id == answer.id).values(values))
            if answer.shown == answer.wanted:
                # Its last image may have been settled while the others were shown. What Slack did not take waits.
                due_if_settled(connection, answer.id, self._database.clock())

    def renew(self, ids: Iterable[str], until: datetime) -> None:
        """Hold on to claims for longer; one that has been saved meanwhile is none any more."""
        held = answers.c.id.in_(list(ids)) & answers.c.claimed_until.is_not(None)
        with self._database.writing() as connection:
            connection.execute(update(answers).where(in_order(answers, held)).values(claimed_until=until))

    def filling(self) -> int:
        with self._database.reading() as connection:
            counted = select(func.count(uploads.c.answer_id.distinct())).where(IS_OPEN)
            return int(connection.execute(counted).scalar_one())

    def next_due(self) -> datetime | None:
        claimed, due = answers.c.claimed_until, answers.c.due_at
        claimable = case((or_(claimed.is_(None), claimed < due), due), else_=claimed)
        behind = select(func.min(claimable, type_=Moment())).where(_BEHIND)
        with self._database.reading() as connection:
            return connection.execute(behind).scalar()


def raise_answer(connection: Connection, answer_id: str) -> None:
    """Say that one of the answer's images changed."""
    connection.execute(update(answers).where(answers.c.id == answer_id).values(wanted=answers.c.wanted + 1))


def due_if_settled(connection: Connection, answer_id: str, now: datetime) -> None:
    """Once none of its images is open any more, an answer is due at once."""
    still_open = select(uploads.c.id).where(uploads.c.answer_id == answer_id, IS_OPEN).exists()
    here = update(answers).where(answers.c.id == answer_id, answers.c.due_at > now, ~still_open)
    connection.execute(here.values(due_at=now))
