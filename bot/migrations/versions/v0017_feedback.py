"""People say what they think of answers, and pictures are kept to learn from."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_KEPT_WORDS = ("channel_id", "data_set", "label", "endpoint_name", "release", "model", "predicted", "key")
_KEPT_STATES = ("trained_in", "removed_by", "problem", "status")


def upgrade() -> None:
    op.create_table(
        "opinions",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("upload_id", "user_id")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("say", "label")),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("decides", "weighed")),
        sa.PrimaryKeyConstraint("upload_id", "user_id", name="pk_opinions"),
    )
    unweighed = sa.text("NOT weighed")
    op.create_index(
        "ix_opinions_unweighed", "opinions", ["given_at"], sqlite_where=unweighed, postgresql_where=unweighed
    )
    op.create_table("hints", sa.Column("id", sa.Text), sa.PrimaryKeyConstraint("id", name="pk_hints"))
    op.create_table(
        "questions",
        sa.Column("upload_id", sa.Text),
        sa.Column("message_ts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("upload_id", name="pk_questions"),
    )
    op.create_table(
        "feedback_manifests",
        sa.Column("data_set", sa.Text),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("wanted", "written")),
        sa.PrimaryKeyConstraint("data_set", name="pk_feedback_manifests"),
    )
    op.create_table(
        "trained_pictures",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("upload_id", "version_name")),
        sa.PrimaryKeyConstraint("upload_id", "version_name", name="pk_trained_pictures"),
    )
    op.create_index("ix_uploads_file_id", "uploads", ["file_id"])
    _kept_pictures()


def _kept_pictures() -> None:
    moments = ("labelled_at", "kept_until", "due_at")
    op.create_table(
        "kept_pictures",
        sa.Column("id", sa.Text),
        *(sa.Column(name, sa.Text, nullable=False) for name in (*_KEPT_WORDS, *_KEPT_STATES)),
        sa.Column("labelled_by", sa.JSON, nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in moments),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("class_index", "keep_days", "tries", "version")),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("confidence", "share")),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("held_out", "disputed")),
        sa.PrimaryKeyConstraint("id", name="pk_kept_pictures"),
    )
    op.create_index("ix_kept_pictures_status_due_at", "kept_pictures", ["status", "due_at"])
    op.create_index("ix_kept_pictures_data_set", "kept_pictures", ["data_set"])


def downgrade() -> None:
    op.drop_index("ix_uploads_file_id", "uploads")
    for table in ("kept_pictures", "trained_pictures", "feedback_manifests", "questions", "hints", "opinions"):
        op.drop_table(table)
