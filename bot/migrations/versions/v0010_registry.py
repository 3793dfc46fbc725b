"""Requests know their version in the Model Registry, who agreed, and why; data sets may ask for an accuracy."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_WORDS = ("reason", "decision_reason", "decided_in", "changed_by", "digest", "package_arn", "problem", "overruled_by")


def upgrade() -> None:
    with op.batch_alter_table("approvals") as approvals:
        for name in _WORDS:
            approvals.add_column(sa.Column(name, sa.Text, nullable=False, server_default=""))
        approvals.add_column(sa.Column("needed", sa.Integer, nullable=False, server_default="1"))
        approvals.add_column(sa.Column("own_package", sa.Boolean, nullable=False, server_default=sa.true()))
        approvals.add_column(sa.Column("votes", sa.JSON, nullable=False, server_default="[]"))
        approvals.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        approvals.add_column(sa.Column("package_status", sa.Text, nullable=False, server_default="unregistered"))
        approvals.add_column(sa.Column("in_step", sa.Boolean, nullable=False, server_default=sa.false()))
    # What was decided before there was a registry has nothing to be said there, unless its endpoint is still to come.
    op.execute(
        sa.text(
            "UPDATE approvals SET in_step = true WHERE NOT "
            "(status = 'pending' OR (status = 'approved' AND id NOT IN (SELECT id FROM endpoints)))"
        )
    )
    op.create_index("ix_approvals_in_step", "approvals", ["in_step"])
    op.create_index("ix_approvals_package_arn", "approvals", ["package_arn"])
    op.create_index("ix_uploads_channel_id_received_at", "uploads", ["channel_id", "received_at"])
    with op.batch_alter_table("data_sets") as data_sets:
        data_sets.add_column(sa.Column("min_accuracy", sa.Float, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("data_sets") as data_sets:
        data_sets.drop_column("min_accuracy")
    op.drop_index("ix_uploads_channel_id_received_at", "uploads")
    op.drop_index("ix_approvals_package_arn", "approvals")
    op.drop_index("ix_approvals_in_step", "approvals")
    with op.batch_alter_table("approvals") as approvals:
        for name in (*_WORDS, "needed", "own_package", "votes", "reminded_at", "package_status", "in_step"):
            approvals.drop_column(name)
