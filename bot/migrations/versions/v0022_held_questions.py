"""Questions that threads are asked later; and of a kept picture, which version it was considered for, taken or not."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "held_questions",
        sa.Column("upload_id", sa.Text),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", name="pk_held_questions"),
    )
    op.execute("ALTER TABLE kept_pictures RENAME COLUMN trained_in TO considered_for")


def downgrade() -> None:
    op.execute("ALTER TABLE kept_pictures RENAME COLUMN considered_for TO trained_in")
    op.drop_table("held_questions")
