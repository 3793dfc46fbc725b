"""The replays of a channel's images, at most one for each request."""

from typing import Any

from sqlalchemy import select

from bot.adapters.database.codecs import Codec, Part, flat
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import Rows, raise_card
from bot.adapters.database.tables import replays
from bot.domain.replays import Measured, Replay, ReplayStatus, Results


def _write_results(results: Results) -> dict[str, Any]:
    return {"golden": results.golden and flat(results.golden), "from_use": results.from_use and flat(results.from_use)}


def _read_results(written: dict[str, Any]) -> Results:
    return Results(**{name: Measured(**figures) for name, figures in written.items() if figures})


REPLAYS = Codec(Replay, {"status": Part(str, ReplayStatus), "results": Part(_write_results, _read_results)})


class SqlReplays:
    """The port Replays."""

    _rows = Rows(replays, REPLAYS, "replay")

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, replay: Replay) -> bool:
        with self._database.writing() as connection:
            return self._rows.add(connection, replay, {}, replay.requested_by, self._database.clock)

    def save(self, replay: Replay) -> Replay:
        with self._database.writing() as connection:
            saved = self._rows.save(connection, replay, {}, "", self._database.clock)
            # Its request's card shows what was measured.
            raise_card(connection, replay.id)
            return saved

    def of(self, approval_id: str) -> Replay | None:
        with self._database.reading() as connection:
            return self._rows.find(connection, approval_id)

    def open(self) -> list[Replay]:
        """Those of which there may be something on AWS, oldest first."""
        unfinished = select(replays).where(replays.c.status != ReplayStatus.DONE)
        with self._database.reading() as connection:
            return self._rows.all(connection, unfinished.order_by(replays.c.requested_at, replays.c.id))
