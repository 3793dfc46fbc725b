"""Whether what people were asked about is a training or a tuning."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("wishes") as wishes:
        wishes.add_column(sa.Column("purpose", sa.Text, nullable=False, server_default="train"))


def downgrade() -> None:
    with op.batch_alter_table("wishes") as wishes:
        wishes.drop_column("purpose")
