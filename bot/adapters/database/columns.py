"""What the tables are made of: the columns that many of them have, and the one list of all tables."""

from typing import Any

from sqlalchemy import Column, Integer, MetaData
from sqlalchemy.types import JSON

from bot.adapters.database.column_types import Moment, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key(name: str) -> Column[Any]:
    return Column(name, Words, primary_key=True)


def words(*names: str) -> list[Column[Any]]:
    return [Column(name, Words, nullable=False) for name in names]


def json(*names: str) -> list[Column[Any]]:
    return [Column(name, JSON, nullable=False) for name in names]


def moments(*names: str, nullable: bool = False) -> list[Column[Any]]:
    return [Column(name, Moment, nullable=nullable) for name in names]


def unique(name: str, *, nullable: bool) -> Column[Any]:
    return Column(name, Words, unique=True, nullable=nullable)


def version() -> Column[Any]:
    return Column("version", Integer, nullable=False)
