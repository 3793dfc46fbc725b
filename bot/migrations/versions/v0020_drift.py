"""Signs that a release no longer meets what it was trained for, of which channels are told."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_WORDS = ("release", "endpoint_name", "owner", "channel_id", "sign")


def upgrade() -> None:
    op.create_table(
        "drift_notes",
        sa.Column("id", sa.Text),
        *(sa.Column(name, sa.Text, nullable=False) for name in _WORDS),
        sa.Column("measured", sa.JSON, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drift_notes"),
    )
    op.create_index("ix_drift_notes_release", "drift_notes", ["release"])
    untold = sa.text("told_at IS NULL")
    op.create_index("ix_drift_notes_untold", "drift_notes", ["seen_at"], sqlite_where=untold, postgresql_where=untold)


def downgrade() -> None:
    op.drop_table("drift_notes")
