"""The retrainings: at most one that is open for each endpoint, and which kept pictures which version contains."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from bot.adapters.database.codecs import Codec, Part, read_used, write_used
from bot.adapters.database.engine import Database
from bot.adapters.database.feedback_tables import trained_pictures
from bot.adapters.database.retraining_tables import retrainings
from bot.adapters.database.rows import Rows, key
from bot.domain.retrainings import OPEN, Retraining, RetrainingStatus
from bot.domain.versions import Lot


def _write_lot(lot: Lot) -> dict[str, Any]:
    return {"pictures": write_used(lot.pictures), "fresh": lot.fresh, "wrong": lot.wrong}


def _read_lot(written: dict[str, Any]) -> Lot:
    return Lot(read_used(written["pictures"]), written["fresh"], written["wrong"])


RETRAININGS = Codec(Retraining, {"status": Part(str, RetrainingStatus), "lot": Part(_write_lot, _read_lot)})


class SqlRetrainings:
    """The port Retrainings."""

    _rows = Rows(retrainings, RETRAININGS, "retraining")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, retraining: Retraining) -> bool:
        with self._database.writing() as connection:
            by = retraining.decided_by
            return self._rows.add(connection, retraining, _keys(retraining), by, self._database.clock)

    def get(self, retraining_id: str) -> Retraining:
        with self._database.reading() as connection:
            return self._rows.get(connection, retraining_id)

    def save(self, retraining: Retraining) -> Retraining:
        with self._database.writing() as connection:
            by = retraining.decided_by
            return self._rows.save(connection, retraining, _keys(retraining), by, self._database.clock)

    def of_endpoint(self, name: str) -> list[Retraining]:
        mine = select(retrainings).where(func.lower(retrainings.c.endpoint_name) == key(name))
        with self._database.reading() as connection:
            return self._rows.all(connection, mine.order_by(retrainings.c.offered_at.desc(), retrainings.c.id))

    def wanted(self) -> list[Retraining]:
        return self._of_status(RetrainingStatus.WANTED)

    def untold(self) -> list[Retraining]:
        behind = retrainings.c.shown != retrainings.c.status
        with self._database.reading() as connection:
            return self._rows.all(connection, select(retrainings).where(behind).order_by(retrainings.c.offered_at))

    def contained(self, versions: Collection[str]) -> set[str]:
        chosen = select(trained_pictures.c.upload_id).where(trained_pictures.c.version_name.in_(sorted(versions)))
        with self._database.reading() as connection:
            return set(connection.scalars(chosen))

    def _of_status(self, status: RetrainingStatus) -> list[Retraining]:
        mine = select(retrainings).where(retrainings.c.status == status)
        with self._database.reading() as connection:
            return self._rows.all(connection, mine.order_by(retrainings.c.offered_at, retrainings.c.id))


def _keys(retraining: Retraining) -> dict[str, Any]:
    return {"open_key": key(retraining.endpoint_name) if retraining.status in OPEN else None}
