"""Which rules of AWS a job asks for, and what they say of it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_COLUMNS = ("rules", "rule_results")


def upgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        for name in _COLUMNS:
            jobs.add_column(sa.Column(name, sa.JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        for name in _COLUMNS:
            jobs.drop_column(name)
