"""With which recipe a job, a tuning and an endpoint's model are made, and from whose weights."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# All that was trained before there were recipes was trained by the built-in algorithm.
_COLUMNS = {
    "jobs": {"recipe": "image-classification", "weights": ""},
    "tunings": {"recipe": "image-classification", "weights": ""},
    "endpoints": {"recipe": "image-classification"},
}


def upgrade() -> None:
    for table, columns in _COLUMNS.items():
        with op.batch_alter_table(table) as changed:
            for name, usual in columns.items():
                changed.add_column(sa.Column(name, sa.Text, nullable=False, server_default=usual))


def downgrade() -> None:
    for table, columns in _COLUMNS.items():
        with op.batch_alter_table(table) as changed:
            for name in columns:
                changed.drop_column(name)
