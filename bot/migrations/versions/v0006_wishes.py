"""What people were asked about before it starts, and how long a job trained beside what of it is billed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "wishes",
        sa.Column("id", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("data_set", "user_id", "channel_id", "key")),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wishes"),
    )
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("training_seconds", sa.Integer, nullable=True))
    op.create_index("ix_wishes_asked_at", "wishes", ["asked_at"])


def downgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("training_seconds")
    op.drop_table("wishes")
