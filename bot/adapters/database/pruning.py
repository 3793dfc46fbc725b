"""Removes the rows of old pictures, with what was said and asked of them."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, select

from bot.adapters.database.engine import Database
from bot.adapters.database.feedback_tables import (
    held_questions,
    kept_pictures,
    opinions,
    questions,
    trained_pictures,
)
from bot.adapters.database.picture_tables import answers, uploads
from bot.adapters.database.tables import endpoints
from bot.domain.uploads import OPEN


class SqlOldPictures:
    """The port OldPictures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def prune(self, before: datetime, limit: int) -> int:
        chosen = select(uploads.c.id, uploads.c.answer_id).where(uploads.c.received_at < before, _done_with())
        with self._database.reading() as connection:
            # Most often there is nothing, and then nobody has to wait while all are looked through.
            if connection.execute(chosen.limit(1)).first() is None:
                return 0
        bite = chosen.order_by(uploads.c.id).limit(limit).with_for_update(of=uploads, skip_locked=True)
        with self._database.writing() as connection:
            found = connection.execute(bite).all()
            ids, of_messages = [row.id for row in found], sorted({row.answer_id for row in found})
            for table in (opinions, questions, held_questions):
                connection.execute(delete(table).where(table.c.upload_id.in_(ids)))
            connection.execute(delete(uploads).where(uploads.c.id.in_(ids)))
            empty = ~exists().where(uploads.c.answer_id == answers.c.id)
            connection.execute(delete(answers).where(answers.c.id.in_(of_messages), empty))
            return len(ids)


def _done_with() -> ColumnElement[bool]:
    unweighed = exists().where(opinions.c.upload_id == uploads.c.id, ~opinions.c.weighed)
    is_up = exists().where(endpoints.c.id == uploads.c.release, endpoints.c.live_name.is_not(None))
    kept = exists().where(kept_pictures.c.id == uploads.c.id)
    contained = exists().where(trained_pictures.c.upload_id == uploads.c.id)
    return and_(uploads.c.status.not_in(sorted(OPEN)), ~unweighed, ~is_up, ~kept, ~contained)
