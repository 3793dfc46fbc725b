"""What happened in a channel between two moments, read from all the rows that tell of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from bot.adapters.database.codecs import JOBS, Codec, read_prediction
from bot.adapters.database.engine import Database
from bot.adapters.database.feedback import OPINIONS
from bot.adapters.database.feedback_tables import opinions
from bot.adapters.database.picture_tables import uploads
from bot.adapters.database.tables import audit, jobs, tunings
from bot.adapters.database.tuning_codecs import TUNINGS
from bot.domain.editions import Run, right_and_wrong
from bot.domain.feedback import Opinion
from bot.domain.jobs import ACTIVE, JobStatus
from bot.domain.predictions import Prediction
from bot.domain.uploads import UploadStatus

_ENDED = sorted(frozenset(JobStatus) - ACTIVE)


class SqlHappenings:
    """The port Happenings. Without a channel, all of them are meant."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def runs(self, channel_id: str, since: datetime, until: datetime) -> list[Run]:
        """The jobs and tunings that ended after `since` and by `until`, in that order.

        By the audit, which says when a row came to its end: AWS's own time of it may lie in a period that was told of
        before the bot learned it.
        """
        with self._database.reading() as connection:
            ended: list[tuple[datetime, Run]] = [
                *_ended(connection, jobs, JOBS, (channel_id, since, until)),
                *_ended(connection, tunings, TUNINGS, (channel_id, since, until)),
            ]
        return [run for _, run in sorted(ended, key=lambda one: (one[0], one[1].name))]

    def answered(self, channel_id: str, since: datetime, until: datetime) -> int:
        """How many pictures were answered."""
        settled = uploads.c.settled_at
        counted = select(func.count()).where(
            uploads.c.status == UploadStatus.ANSWERED, settled > since, settled <= until
        )
        with self._database.reading() as connection:
            return int(connection.scalar(_of(counted, uploads, channel_id)) or 0)

    def rated(self, channel_id: str, since: datetime, until: datetime) -> tuple[int, int]:
        """Of the answers of which somebody said something: how many are right by what all say, and how many wrong."""
        spoken_of = select(opinions.c.upload_id).where(opinions.c.given_at > since, opinions.c.given_at <= until)
        chosen = select(uploads.c.prediction, opinions).join(opinions, opinions.c.upload_id == uploads.c.id)
        chosen = _of(chosen.where(uploads.c.id.in_(spoken_of)), uploads, channel_id)
        said: dict[str, tuple[Prediction | None, list[Opinion]]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(chosen).mappings():
                prediction = read_prediction(row["prediction"])
                said.setdefault(row["upload_id"], (prediction, []))[1].append(OPINIONS.entity(row))
        return right_and_wrong(said.values())


def _ended(
    connection: Connection, table: Table, codec: Codec[Any], where: tuple[str, datetime, datetime]
) -> Sequence[tuple[datetime, Run]]:
    channel_id, since, until = where
    moved = (audit.c.entity == table.name) & (audit.c.entity_id == table.c.id) & (audit.c.to_status == table.c.status)
    chosen = select(audit.c.at.label("ended"), table).join(audit, moved).where(table.c.status.in_(_ENDED))
    chosen = chosen.where(audit.c.at > since, audit.c.at <= until)
    rows = connection.execute(_of(chosen, table, channel_id)).mappings()
    return [(row["ended"], codec.entity(row)) for row in rows]


def _of(chosen: Select[Any], table: Table, channel_id: str) -> Select[Any]:
    return chosen.where(table.c.channel_id == channel_id) if channel_id else chosen
