"""Versions of data sets with pictures from use, the retrainings on them, and what a replay has measured."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_WORDS = (
    "endpoint_name",
    "release",
    "data_set",
    "job_id",
    "owner",
    "channel_id",
    "status",
    "decided_by",
    "version_name",
    "started_job",
    "problem",
    "message_ts",
    "shown",
)


def upgrade() -> None:
    op.create_table(
        "retrainings",
        sa.Column("id", sa.Text),
        sa.Column("open_key", sa.Text, nullable=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in _WORDS),
        sa.Column("lot", sa.JSON, nullable=False),
        sa.Column("cost", sa.Float, nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_retrainings"),
        sa.UniqueConstraint("open_key", name="uq_retrainings_open_key"),
    )
    op.create_index("ix_retrainings_endpoint_name_offered_at", "retrainings", ["endpoint_name", "offered_at"])
    for table in ("preparations", "data_sets"):
        _add(table, sa.Column("based_on", sa.Text, nullable=False, server_default=""))
    _add("preparations", sa.Column("pictures", sa.JSON, nullable=False, server_default="[]"))
    for table in ("data_sets", "jobs"):
        _add(table, sa.Column("from_use", sa.Integer, nullable=False, server_default="0"))
    _add("replays", sa.Column("results", sa.JSON, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_table("retrainings")
    added = {"preparations": ("based_on", "pictures"), "data_sets": ("based_on", "from_use"), "jobs": ("from_use",)}
    for table, names in {**added, "replays": ("results",)}.items():
        with op.batch_alter_table(table) as changed:
            for name in names:
                changed.drop_column(name)


def _add(table: str, column: sa.Column[Any]) -> None:
    """With a value for the rows that are there."""
    with op.batch_alter_table(table) as changed:
        changed.add_column(column)
