"""What was last read elsewhere and is kept for the listeners (data sets, prices), and the channels' endpoints."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, text, true

from bot.adapters.database.auditing import record, take_turn
from bot.adapters.database.codecs import DATA_SETS
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import key, upsert
from bot.adapters.database.tables import data_sets, prices, routes
from bot.domain.audit import Move
from bot.domain.datasets import DataSet


class SqlDataSets:
    """The data sets last found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Mapping[str, DataSet]:
        with self._database.reading() as connection:
            rows = connection.execute(select(data_sets).order_by(data_sets.c.name)).mappings()
            return MappingProxyType({row["name"]: DATA_SETS.entity(row) for row in rows})

    def replace(self, found: Iterable[DataSet]) -> None:
        by_name = {data_set.name: DATA_SETS.row(data_set) for data_set in found}
        with self._database.writing() as connection:
            _replace(connection, data_sets, true(), list(by_name.values()))


class SqlPrices:
    """The prices last read, in USD an hour."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hourly(self, component: str, instance_type: str) -> float | None:
        here = (prices.c.component == component) & (prices.c.instance_type == instance_type)
        with self._database.reading() as connection:
            return connection.scalar(select(prices.c.usd_per_hour).where(here))

    def all(self, component: str) -> Mapping[str, float]:
        wanted = select(prices.c.instance_type, prices.c.usd_per_hour).where(prices.c.component == component)
        with self._database.reading() as connection:
            return {row.instance_type: row.usd_per_hour for row in connection.execute(wanted)}

    def replace(self, component: str, hourly: Mapping[str, float]) -> None:
        rows = [
            {"component": component, "instance_type": name, "usd_per_hour": price} for name, price in hourly.items()
        ]
        with self._database.writing() as connection:
            _replace(connection, prices, prices.c.component == component, rows)


class SqlRoutes:
    """Which endpoint classifies the images of which channel: the one that was set last."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, channel_id: str) -> str | None:
        with self._database.reading() as connection:
            return connection.scalar(select(routes.c.endpoint_name).where(routes.c.channel_id == channel_id))

    def channels(self, endpoint_name: str) -> list[str]:
        """Those that the endpoint answers."""
        chosen = select(routes.c.channel_id).where(_leads_to(endpoint_name)).order_by(routes.c.channel_id)
        with self._database.reading() as connection:
            return list(connection.scalars(chosen))

    def set(self, channel_id: str, endpoint_name: str, by: str = "") -> None:
        with self._database.writing() as connection:
            take_turn(connection)
            was = _route(connection, channel_id)
            upsert(connection, routes, {"channel_id": channel_id, "endpoint_name": endpoint_name})
            if was != endpoint_name:
                self._record(connection, channel_id, (was, endpoint_name), by)

    def clear(self, channel_id: str, by: str = "") -> str:
        """Have the channel's images answered by nobody; returns by which endpoint they were."""
        with self._database.writing() as connection:
            take_turn(connection)
            was = _route(connection, channel_id)
            connection.execute(delete(routes).where(routes.c.channel_id == channel_id))
            if was:
                self._record(connection, channel_id, (was, ""), by)
            return was

    def drop(self, endpoint_name: str, by: str = "") -> None:
        with self._database.writing() as connection:
            take_turn(connection)
            here = _leads_to(endpoint_name)
            gone = connection.execute(select(routes).where(here).order_by(routes.c.channel_id)).all()
            connection.execute(delete(routes).where(here))
            for row in gone:
                self._record(connection, row.channel_id, (row.endpoint_name, ""), by)

    def _record(self, connection: Connection, channel_id: str, change: tuple[str, str], by: str) -> None:
        was, became = change
        record(connection, Move("routes", channel_id, became or was, was, became, by, self._database.clock()))


def _route(connection: Connection, channel_id: str) -> str:
    return connection.scalar(select(routes.c.endpoint_name).where(routes.c.channel_id == channel_id)) or ""


def _leads_to(endpoint_name: str) -> ColumnElement[bool]:
    return func.lower(routes.c.endpoint_name) == key(endpoint_name)


def _replace(connection: Connection, table: Table, scope: ColumnElement[bool], rows: list[dict[str, Any]]) -> None:
    if connection.dialect.name == "postgresql":
        # Two that replace at once would each delete the old rows and then insert the same new ones.
        connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
    connection.execute(delete(table).where(scope))
    if rows:
        connection.execute(insert(table), rows)
