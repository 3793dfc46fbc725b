"""Endpoints have releases: what each replaces, for how long it can be gone back to, and what came of its check."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_WORDS = ("data_set", "release", "replaces", "rolled_back_by", "package_arn")


def upgrade() -> None:
    with op.batch_alter_table("endpoints") as endpoints:
        for name in _WORDS:
            endpoints.add_column(sa.Column(name, sa.Text, nullable=False, server_default=""))
        endpoints.add_column(sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True))
        endpoints.add_column(sa.Column("checked", sa.JSON, nullable=True))
        endpoints.add_column(sa.Column("traffic", sa.JSON, nullable=True))
    op.create_index("ix_endpoints_name", "endpoints", ["name"])


def downgrade() -> None:
    op.drop_index("ix_endpoints_name", "endpoints")
    with op.batch_alter_table("endpoints") as endpoints:
        for name in (*_WORDS, "kept_until", "checked", "traffic"):
            endpoints.drop_column(name)
