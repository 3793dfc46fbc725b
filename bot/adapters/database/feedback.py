"""What people say of answers, the hints that they were given, and the questions that threads were asked."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from bot.adapters.database.answers import due_if_settled, raise_answer
from bot.adapters.database.codecs import Codec, Part
from bot.adapters.database.engine import Database
from bot.adapters.database.feedback_tables import held_questions, hints, opinions, questions
from bot.adapters.database.picture_tables import uploads
from bot.adapters.database.rows import insert_new, raise_card, upsert
from bot.domain.feedback import Opinion, Say

OPINIONS = Codec(Opinion, {"say": Part(str, Say)})


class SqlOpinions:
    """The port Opinions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(self, opinion: Opinion) -> bool:
        row = OPINIONS.row(opinion)
        mine = (opinions.c.upload_id == opinion.upload_id) & (opinions.c.user_id == opinion.user_id)
        chosen = select(opinions.c.say, opinions.c.label, opinions.c.decides).where(mine)
        with self._database.writing() as connection:
            before = connection.execute(chosen).one_or_none()
            if before is not None and tuple(before) == (row["say"], row["label"], row["decides"]):
                return False
            upsert(connection, opinions, row | {"weighed": False})
            self._raise(connection, opinion.upload_id)
            return before is None or tuple(before)[:2] != (row["say"], row["label"])

    def of(self, upload_ids: Collection[str]) -> Mapping[str, list[Opinion]]:
        found: dict[str, list[Opinion]] = {}
        chosen = select(opinions).where(opinions.c.upload_id.in_(sorted(upload_ids)))
        with self._database.reading() as connection:
            rows = connection.execute(chosen.order_by(opinions.c.given_at, opinions.c.user_id)).mappings()
            for row in rows:
                found.setdefault(row["upload_id"], []).append(OPINIONS.entity(row))
        return found

    def unweighed(self, limit: int = 100) -> list[str]:
        waiting = select(opinions.c.upload_id).where(~opinions.c.weighed).group_by(opinions.c.upload_id)
        oldest = waiting.order_by(func.min(opinions.c.given_at), opinions.c.upload_id).limit(limit)
        with self._database.reading() as connection:
            return list(connection.scalars(oldest))

    def weighed(self, given: Sequence[Opinion]) -> None:
        with self._database.writing() as connection:
            for one in given:
                same = (opinions.c.upload_id == one.upload_id) & (opinions.c.user_id == one.user_id)
                same &= (opinions.c.given_at == one.given_at) & (opinions.c.label == one.label)
                same &= opinions.c.say == str(one.say)
                connection.execute(update(opinions).where(same).values(weighed=True))

    def first_hint(self, user_id: str, channel_id: str) -> bool:
        with self._database.writing() as connection:
            return bool(insert_new(connection, hints, [{"id": f"{channel_id}.{user_id}"}]))

    def _raise(self, connection: Connection, upload_id: str) -> None:
        """The answer shows what was said; none of its images waits for that. The endpoint's card counts it."""
        mine = select(uploads.c.answer_id, uploads.c.release).where(uploads.c.id == upload_id)
        found = connection.execute(mine).one_or_none()
        if found is not None:
            raise_answer(connection, found.answer_id)
            due_if_settled(connection, found.answer_id, self._database.clock())
            raise_card(connection, found.release)


class SqlQuestions:
    """The port Questions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def asked(self, upload_id: str) -> str | None:
        with self._database.reading() as connection:
            return connection.scalar(select(questions.c.message_ts).where(questions.c.upload_id == upload_id))

    def ask(self, upload_id: str, message_ts: str = "") -> None:
        with self._database.writing() as connection:
            upsert(connection, questions, {"upload_id": upload_id, "message_ts": message_ts})

    def hold(self, upload_id: str, now: datetime) -> None:
        with self._database.writing() as connection:
            insert_new(connection, held_questions, [{"upload_id": upload_id, "since": now}])

    def held(self) -> list[str]:
        chosen = select(held_questions.c.upload_id).order_by(held_questions.c.since, held_questions.c.upload_id)
        with self._database.reading() as connection:
            return list(connection.scalars(chosen))

    def release(self, upload_id: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(held_questions).where(held_questions.c.upload_id == upload_id))
