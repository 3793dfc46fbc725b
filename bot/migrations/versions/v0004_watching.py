"""What the watchdog said of a job and when the job printed last, and the comparisons that people asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("warned", sa.JSON, nullable=False, server_default="[]"))
        jobs.add_column(sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("channel_id", sa.Text, nullable=False),
        sa.Column("job_ids", sa.JSON, nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comparisons"),
    )


def downgrade() -> None:
    op.drop_table("comparisons")
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("printed_at")
        jobs.drop_column("warned")
