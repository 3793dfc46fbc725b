"""Channels get digests at set times, and have quiet hours."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    _create(
        "digests",
        *_words("channel_id cron zone set_by"),
        *_moments("since next_at"),
        sa.Column("had_nothing", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_digests_next_at", "digests", ["next_at"])
    _create("editions", *_words("id channel_id asked_by"), *_moments("since until"))
    _create("quiet_hours", *_words("channel_id begins ends zone set_by"))
    _create("held_cards", *_words("subject_id"), *_moments("since"))


def downgrade() -> None:
    for table in ("held_cards", "quiet_hours", "editions", "digests"):
        op.drop_table(table)


def _create(table: str, key: sa.Column[Any], *columns: sa.Column[Any]) -> None:
    op.create_table(table, key, *columns, sa.PrimaryKeyConstraint(key.name, name=f"pk_{table}"))


def _words(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names.split()]


def _moments(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in names.split()]
