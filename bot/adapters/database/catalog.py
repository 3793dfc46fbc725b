"""What was last read elsewhere and is kept for the listeners (data sets, prices), and the channels' endpoints."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, text, true

from bot.adapters.database.codecs import DATA_SETS
from bot.adapters.database.engine import Database
from bot.adapters.database.rows import key, upsert
from bot.adapters.database.tables import data_sets, prices, routes
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

    def set(self, channel_id: str, endpoint_name: str) -> None:
        with self._database.writing() as connection:
            upsert(connection, routes, {"channel_id": channel_id, "endpoint_name": endpoint_name})

    def drop(self, endpoint_name: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(routes).where(func.lower(routes.c.endpoint_name) == key(endpoint_name)))


def _replace(connection: Connection, table: Table, scope: ColumnElement[bool], rows: list[dict[str, Any]]) -> None:
    if connection.dialect.name == "postgresql":
        # Two that replace at once would each delete the old rows and then insert the same new ones.
        connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
    connection.execute(delete(table).where(scope))
    if rows:
        connection.execute(insert(table), rows)
