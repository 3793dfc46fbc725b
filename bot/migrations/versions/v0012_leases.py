"""Leases of endpoints, how endpoints are used, and what the bot made on AWS and lost sight of."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("endpoints") as endpoints:
        endpoints.add_column(sa.Column("deleted_because", sa.Text, nullable=False, server_default=""))
    _create(
        "leases",
        "id",
        *_words("id endpoint_name endpoint_id owner status occasion settled_by"),
        sa.Column("open_key", sa.Text, nullable=True),
        *_moments("began_at ends_at"),
        *_moments("asked_at settled_at", nullable=True),
        sa.Column("tagged", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("open_key", name="uq_leases_open_key"),
    )
    _create(
        "usages",
        "name_key",
        *_words("name_key endpoint_name"),
        *_moments("since read_at"),
        *_moments("last_called_at", nullable=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("calls", "errors")),
        sa.Column("latency", sa.Float, nullable=True),
    )
    _create(
        "strays",
        "id",
        *_words("id row_id channel_id status removed_by"),
        sa.Column("things", sa.JSON, nullable=False),
        *_moments("found_at"),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_strays_status", "strays", ["status"])


def downgrade() -> None:
    for table in ("strays", "usages", "leases"):
        op.drop_table(table)
    with op.batch_alter_table("endpoints") as endpoints:
        endpoints.drop_column("deleted_because")


def _create(table: str, key: str, *columns: Any) -> None:
    op.create_table(table, *columns, sa.PrimaryKeyConstraint(key, name=f"pk_{table}"))


def _words(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names.split()]


def _moments(names: str, *, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names.split()]
