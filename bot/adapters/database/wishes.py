"""The requests that wait for their people's yes; what is long past its time goes when a new one comes."""

from datetime import timedelta

from sqlalchemy import delete, select

from bot.adapters.database.codecs import MAPPING, Codec, Part
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import upsert
from bot.adapters.database.tables import wishes
from bot.domain.wishes import Purpose, Wish
from bot.errors import NotFoundError

WISHES = Codec(Wish, {"words": MAPPING, "purpose": Part(str, Purpose)})
KEPT_FOR = timedelta(days=1)


class SqlWishes:
    """The port Wishes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, wish: Wish) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(wishes).where(wishes.c.asked_at < wish.asked_at - KEPT_FOR))
            upsert(connection, wishes, WISHES.row(wish))

    def get(self, wish_id: str) -> Wish:
        with self._database.reading() as connection:
            row = connection.execute(select(wishes).where(wishes.c.id == wish_id)).mappings().one_or_none()
        if row is None:
            raise NotFoundError("I don't know any more what was asked here.", next_step="Ask once more.")
        return WISHES.entity(row)

    def drop(self, wish_id: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(wishes).where(wishes.c.id == wish_id))
