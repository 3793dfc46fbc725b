"""From which job's model a job starts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_COLUMNS = ("continues", "initial_model")


def upgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        for name in _COLUMNS:
            jobs.add_column(sa.Column(name, sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        for name in reversed(_COLUMNS):
            jobs.drop_column(name)
