"""What each channel has decided about its pictures."""

from sqlalchemy import select

from bot.adapters.database.auditing import record, take_turn
from bot.adapters.database.codecs import Codec
from bot.adapters.database.engine import Database
from bot.adapters.database.picture_tables import channel_settings
from bot.adapters.database.rows import upsert
from bot.domain.audit import Move
from bot.domain.channel_settings import ChannelSettings

SETTINGS = Codec(ChannelSettings)


class SqlChannelSettings:
    """The port ChannelRows; a channel that decided nothing has the defaults."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, channel_id: str) -> ChannelSettings:
        mine = select(channel_settings).where(channel_settings.c.channel_id == channel_id)
        with self._database.reading() as connection:
            row = connection.execute(mine).mappings().one_or_none()
        return ChannelSettings(channel_id) if row is None else SETTINGS.entity(row)

    def save(self, settings: ChannelSettings, by: str = "") -> None:
        with self._database.writing() as connection:
            take_turn(connection)
            mine = select(channel_settings).where(channel_settings.c.channel_id == settings.channel_id)
            row = connection.execute(mine).mappings().one_or_none()
            was = ChannelSettings(settings.channel_id) if row is None else SETTINGS.entity(row)
            upsert(connection, channel_settings, SETTINGS.row(settings))
            if was != settings:
                words = (settings.channel_id, "", was.words, settings.words)
                record(connection, Move(channel_settings.name, *words, by, self._database.clock()))
