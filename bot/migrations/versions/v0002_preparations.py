"""Data sets in the making, and what a data set in the bucket says of its format."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "preparations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("open_key", sa.Text, nullable=True),
        *_words("name name_key source requested_by channel_id status problem stopped_by"),
        *(sa.Column(name, sa.JSON, nullable=False) for name in ("file_ids", "options", "progress", "summary")),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_preparations"),
        sa.UniqueConstraint("open_key", name="uq_preparations_open_key"),
    )
    op.create_index("ix_preparations_name_key_requested_at", "preparations", ["name_key", "requested_at"])
    op.create_index("ix_preparations_requested_at", "preparations", ["requested_at"])
    # What was found in the bucket is found again within the minute.
    op.drop_table("data_sets")
    _data_sets(
        *_words("s3_prefix format label_attribute made_by"),
        sa.Column("locations", sa.JSON, nullable=False),
        sa.Column("multi_label", sa.Boolean, nullable=False),
        sa.Column("class_ids", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("preparations")
    op.drop_table("data_sets")
    _data_sets(*_words("s3_prefix"))


def _data_sets(*more: sa.Column[Any]) -> None:
    op.create_table(
        "data_sets",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("classes", sa.JSON, nullable=False),
        sa.Column("train_images", sa.Integer, nullable=False),
        sa.Column("validation_images", sa.Integer, nullable=False),
        sa.Column("resize", sa.Integer),
        sa.Column("smallest_side", sa.Integer),
        *more,
        sa.PrimaryKeyConstraint("name", name="pk_data_sets"),
    )


def _words(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names.split()]
