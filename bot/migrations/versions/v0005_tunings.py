"""Tuning jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_WORDS = "name data_set s3_prefix requested_by channel_id status aws_status best_name failure_reason stopped_by"


def upgrade() -> None:
    op.create_table(
        "tunings",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _WORDS.split()),
        *(
            sa.Column(name, sa.JSON, nullable=False)
            for name in ("classes", "images", "search", "hyperparameters", "compute", "trials", "counters")
        ),
        sa.Column("overall_best", sa.JSON, nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tunings"),
        sa.UniqueConstraint("name_key", name="uq_tunings_name_key"),
    )
    op.create_index("ix_tunings_status", "tunings", ["status"])
    op.create_index("ix_tunings_requested_at", "tunings", ["requested_at"])


def downgrade() -> None:
    op.drop_table("tunings")
