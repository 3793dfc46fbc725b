"""Images have a turn in their endpoint's line and a place in their message, and tell when they waited and were done."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_NUMBERS, _MOMENTS = ("turn", "place"), ("waiting_since", "settled_at")


def upgrade() -> None:
    with op.batch_alter_table("uploads") as uploads:
        for name in _NUMBERS:
            uploads.add_column(sa.Column(name, sa.Integer, nullable=False, server_default="0"))
        for name in _MOMENTS:
            uploads.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        uploads.add_column(sa.Column("made", sa.Text, nullable=False, server_default=""))
    op.create_index("ix_uploads_release_settled_at", "uploads", ["release", "settled_at"])


def downgrade() -> None:
    op.drop_index("ix_uploads_release_settled_at", "uploads")
    with op.batch_alter_table("uploads") as uploads:
        for name in (*_NUMBERS, *_MOMENTS, "made"):
            uploads.drop_column(name)
