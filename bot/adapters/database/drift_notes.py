"""The signs that channels are told of releases, each once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.adapters.database.codecs import Codec, Part, flat
from bot.adapters.database.drift_tables import drift_notes
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import insert_new
from bot.domain.drift import DriftNote, Measured, Sign


def _read_measured(written: dict[str, Any]) -> Measured:
    margins = (written["margins"][0], written["margins"][1])
    moved = tuple((str(name), then, now) for name, then, now in written["moved"])
    return Measured(**written | {"margins": margins, "moved": moved})


NOTES = Codec(DriftNote, {"sign": Part(str, Sign), "measured": Part(flat, _read_measured)})


class SqlDriftNotes:
    """The port DriftNotes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, notes: Iterable[DriftNote]) -> int:
        with self._database.writing() as connection:
            return insert_new(connection, drift_notes, [NOTES.row(one) for one in notes])

    def seen(self, release: str) -> set[Sign]:
        chosen = select(drift_notes.c.sign).where(drift_notes.c.release == release).distinct()
        with self._database.reading() as connection:
            return {Sign(sign) for sign in connection.scalars(chosen)}

    def untold(self) -> list[DriftNote]:
        chosen = select(drift_notes).where(drift_notes.c.told_at.is_(None))
        with self._database.reading() as connection:
            rows = connection.execute(chosen.order_by(drift_notes.c.seen_at, drift_notes.c.id)).mappings()
            return [NOTES.entity(row) for row in rows]

    def tried(self, note: DriftNote) -> DriftNote:
        again = replace(note, tries=note.tries + 1)
        self._set(note.id, tries=again.tries)
        return again

    def told(self, note: DriftNote, at: datetime) -> None:
        self._set(note.id, told_at=at)

    def _set(self, note_id: str, **values: object) -> None:
        with self._database.writing() as connection:
            connection.execute(update(drift_notes).where(drift_notes.c.id == note_id).values(**values))
