"""The pictures that are kept to learn from, the data sets whose manifests are behind them, and what is forgotten."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from bot.adapters.database import auditing
from bot.adapters.database.answers import due_if_settled, raise_answer
from bot.adapters.database.codecs import UPLOADS, Codec, Part
from bot.adapters.database.engine import Database
from bot.adapters.database.feedback_tables import feedback_manifests, kept_pictures, trained_pictures
from bot.adapters.database.picture_tables import channel_settings, uploads
from bot.adapters.database.rows import Rows, count, in_order, insert_new
from bot.domain import kept_pictures as domain
from bot.domain.audit import Move
from bot.domain.forgetting import forgotten
from bot.domain.kept_pictures import KeptPicture, KeptStatus
from bot.domain.uploads import Upload
from bot.errors import StaleError

KEPT_PICTURES = Codec(KeptPicture, {"status": Part(str, KeptStatus), "labelled_by": Part(list, tuple)})
_IS_LEARNED = and_(kept_pictures.c.status == KeptStatus.KEPT, ~kept_pictures.c.disputed)
_STAYS = kept_pictures.c.status != KeptStatus.REMOVING
_LEAVES_BY_TIME = kept_pictures.c.status.in_((KeptStatus.KEPT, KeptStatus.UNKEEPABLE))


class SqlKeptPictures:
    """The port KeptPictures."""

    _rows = Rows(kept_pictures, KEPT_PICTURES, "picture")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, picture: KeptPicture) -> bool:
        with self._database.writing() as connection:
            return self._rows.add(connection, picture, {}, "", self._database.clock)

    def get(self, upload_id: str) -> KeptPicture:
        with self._database.reading() as connection:
            return self._rows.get(connection, upload_id)

    def find(self, upload_id: str) -> KeptPicture | None:
        with self._database.reading() as connection:
            return self._rows.find(connection, upload_id)

    def save(self, picture: KeptPicture) -> KeptPicture:
        with self._database.writing() as connection:
            return self._saved(connection, picture)

    def drop(self, picture: KeptPicture) -> None:
        gone = delete(kept_pictures).where(kept_pictures.c.id == picture.id)
        with self._database.writing() as connection:
            auditing.take_turn(connection)
            if not count(connection.execute(gone.where(kept_pictures.c.version == picture.version))):
                raise StaleError("This has just changed.", next_step="Try again.")
            self._record(connection, picture.id, picture.endpoint_name, picture.status, picture.removed_by)

    def due(self, now: datetime, limit: int = 20) -> list[KeptPicture]:
        to_do = kept_pictures.c.status.in_((KeptStatus.WANTED, KeptStatus.REMOVING)) & (kept_pictures.c.due_at <= now)
        over = _LEAVES_BY_TIME & (kept_pictures.c.kept_until <= now)
        first = select(kept_pictures).where(or_(to_do, over)).order_by(kept_pictures.c.due_at, kept_pictures.c.id)
        with self._database.reading() as connection:
            return self._rows.all(connection, first.limit(limit))

    def out_of_step(self, limit: int = 100) -> list[tuple[KeptPicture, int]]:
        said = func.coalesce(channel_settings.c.keep_days, 0)
        here = kept_pictures.outerjoin(channel_settings, channel_settings.c.channel_id == kept_pictures.c.channel_id)
        other = (said != kept_pictures.c.keep_days) & _STAYS
        chosen = select(kept_pictures, said.label("said")).select_from(here).where(other).order_by(kept_pictures.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(chosen.limit(limit)).mappings()
            return [(KEPT_PICTURES.entity(row), int(row["said"])) for row in rows]

    def learned(self, data_set: str) -> list[KeptPicture]:
        mine = select(kept_pictures).where(kept_pictures.c.data_set == data_set, _IS_LEARNED)
        with self._database.reading() as connection:
            return self._rows.all(connection, mine.order_by(kept_pictures.c.labelled_at, kept_pictures.c.id))

    def trained(self, upload_ids: Collection[str], version_name: str) -> None:
        rows = [{"upload_id": one, "version_name": version_name} for one in sorted(upload_ids)]
        with self._database.writing() as connection:
            insert_new(connection, trained_pictures, rows)

    def considered(self, upload_ids: Collection[str], version_name: str) -> None:
        mine = in_order(kept_pictures, kept_pictures.c.id.in_(sorted(upload_ids)))
        values = {"considered_for": version_name, "version": kept_pictures.c.version + 1}
        with self._database.writing() as connection:
            connection.execute(update(kept_pictures).where(mine).values(values))

    def versions_with(self, upload_ids: Collection[str]) -> list[str]:
        table = trained_pictures
        chosen = select(table.c.version_name).where(table.c.upload_id.in_(sorted(upload_ids))).distinct()
        with self._database.reading() as connection:
            return list(connection.scalars(chosen.order_by(table.c.version_name)))

    def data_sets(self) -> list[str]:
        chosen = select(kept_pictures.c.data_set).where(_STAYS).distinct().order_by(kept_pictures.c.data_set)
        with self._database.reading() as connection:
            return list(connection.scalars(chosen))

    def all_of(self, data_set: str) -> list[KeptPicture]:
        mine = select(kept_pictures).where(kept_pictures.c.data_set == data_set, _STAYS)
        with self._database.reading() as connection:
            return self._rows.all(connection, mine.order_by(kept_pictures.c.id))

    def fresh(self, data_sets: Collection[str]) -> int:
        new = _IS_LEARNED & ~kept_pictures.c.held_out & (kept_pictures.c.considered_for == "")
        counted = select(func.count()).where(kept_pictures.c.data_set.in_(sorted(data_sets)), new)
        with self._database.reading() as connection:
            return int(connection.scalar(counted) or 0)

    def behind(self) -> list[tuple[str, int]]:
        table = feedback_manifests
        chosen = select(table.c.data_set, table.c.wanted).where(table.c.wanted != table.c.written)
        with self._database.reading() as connection:
            return [(str(name), int(number)) for name, number in connection.execute(chosen.order_by(table.c.data_set))]

    def written(self, data_set: str, number: int) -> None:
        mine = feedback_manifests.c.data_set == data_set
        with self._database.writing() as connection:
            connection.execute(update(feedback_manifests).where(mine).values(written=number))

    def of_files(self, file_ids: Collection[str]) -> list[Upload]:
        known = sorted(set(file_ids) - {""})
        with self._database.reading() as connection:
            found = connection.execute(select(uploads).where(uploads.c.file_id.in_(known)).order_by(uploads.c.id))
            return [UPLOADS.entity(row) for row in found.mappings()]

    def forget(self, images: Collection[Upload], by: str) -> list[KeptPicture]:
        ids = sorted(image.id for image in images)
        with self._database.writing() as connection:
            auditing.take_turn(connection)
            for one in self._uploads(connection, ids):
                self._forget_file(connection, one, by)
            mine = select(kept_pictures).where(kept_pictures.c.id.in_(ids)).order_by(kept_pictures.c.id)
            kept = self._rows.all(connection, mine.with_for_update())
            now = self._database.clock()
            return [self._saved(connection, domain.leaving(one, now, by)) for one in kept]

    def _uploads(self, connection: Connection, ids: Sequence[str]) -> list[Upload]:
        """Held until the end: nobody claims one meanwhile, and as everywhere they are locked before their answers."""
        mine = select(uploads).where(uploads.c.id.in_(ids)).order_by(uploads.c.id).with_for_update()
        return [UPLOADS.entity(row) for row in connection.execute(mine).mappings()]

    def _forget_file(self, connection: Connection, upload: Upload, by: str) -> None:
        after = forgotten(upload)
        if after == upload:
            return
        # With a version more, so that whoever is looking at the image now cannot save what it was.
        row = UPLOADS.row(after) | {"version": upload.version + 1, "claimed_until": None}
        connection.execute(update(uploads).where(uploads.c.id == upload.id).values(row))
        raise_answer(connection, upload.answer_id)
        due_if_settled(connection, upload.answer_id, self._database.clock())
        moved = Move("uploads", upload.id, upload.endpoint_name, str(upload.status), "forgotten", by, self._now())
        auditing.record(connection, moved)

    def _saved(self, connection: Connection, picture: KeptPicture) -> KeptPicture:
        saved = self._rows.save(connection, picture, {}, picture.removed_by, self._database.clock)
        _raise_manifest(connection, saved)
        return saved

    def _record(self, connection: Connection, entity_id: str, name: str, was: str, by: str) -> None:
        became = str(KeptStatus.REMOVED)
        auditing.record(connection, Move(kept_pictures.name, entity_id, name, str(was), became, by, self._now()))

    def _now(self) -> datetime:
        return self._database.clock()


def _raise_manifest(connection: Connection, picture: KeptPicture) -> None:
    """Say that the manifest of its data set is to be written anew, if it may name the picture."""
    if not picture.key:
        return
    first: dict[str, Any] = {"data_set": picture.data_set, "wanted": 0, "written": 0}
    insert_new(connection, feedback_manifests, [first])
    mine = feedback_manifests.c.data_set == picture.data_set
    connection.execute(update(feedback_manifests).where(mine).values(wanted=feedback_manifests.c.wanted + 1))
