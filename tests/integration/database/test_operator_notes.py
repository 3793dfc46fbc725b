"""What the operators have been told, by the fake and by the database; and the audit of a channel's choices."""

from datetime import timedelta
from typing import Any

from bot.adapters.database import SqlAudit, SqlChannelSettings
from bot.adapters.database.engine import Database
from bot.domain.channel_settings import ChannelSettings
from tests.integration.database.examples import NOW, later

DAY = timedelta(days=1)


def test_what_was_told_is_told_again_after_a_day(stores: Any) -> None:
    told = [stores.told.first("scope.files:read", later(hours * 3600), DAY) for hours in (0, 1, 24, 25)]

    assert told == [True, False, True, False]


def test_each_thing_is_told_by_itself(stores: Any) -> None:
    assert stores.told.first("scope.files:read", NOW, DAY)
    assert stores.told.first("scope.groups:read", NOW, DAY)


def test_what_could_not_be_told_is_told_the_next_time(stores: Any) -> None:
    stores.told.first("scope.files:read", NOW, DAY)
    stores.told.forget("scope.files:read")

    assert stores.told.first("scope.files:read", NOW, DAY)


def test_the_audit_tells_who_changed_a_channels_choices_and_only_where_they_changed(url: str) -> None:
    database = Database(url)
    rows = SqlChannelSettings(database)
    rows.save(ChannelSettings("C1", keep_days=90), "U1")
    rows.save(ChannelSettings("C1", keep_days=90), "U2")
    (entry,) = SqlAudit(database).entries()
    database.close()

    assert (entry.move.entity, entry.move.entity_id, entry.move.by) == ("channel_settings", "C1", "U1")
    assert (entry.move.was, entry.move.became) == ("convert=off keep=off", "convert=off keep=90d")
