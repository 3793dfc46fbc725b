"""The images of one message have one answer; a channel may have its images converted, and kept to learn from."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_ANSWER_WORDS = ("channel_id", "message_ts", "thread_ts", "user_id", "asked_by", "reply_ts", "digest")
# What was answered before stays as it was shown; what was still open is shown in one answer.
_ANSWERS_OF_BEFORE = """
INSERT INTO answers (id, channel_id, message_ts, thread_ts, user_id, asked_by, reply_ts, digest, received_at, due_at,
                     tries, wanted, shown)
SELECT answer_id, MIN(channel_id), SUBSTR(answer_id, LENGTH(MIN(channel_id)) + 2), MIN(thread_ts), MIN(user_id), '',
       MAX(reply_ts), '', MIN(received_at), MIN(received_at), 1, 1,
       MIN(CASE WHEN status IN ('received', 'waiting') THEN 0 ELSE 1 END)
FROM uploads GROUP BY answer_id
"""


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in _ANSWER_WORDS),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("received_at", "due_at")),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("tries", "wanted", "shown")),
    )
    op.create_index(
        "ix_answers_behind",
        "answers",
        ["due_at"],
        sqlite_where=sa.text("shown <> wanted"),
        postgresql_where=sa.text("shown <> wanted"),
    )
    op.create_table(
        "channel_settings",
        sa.Column("channel_id", sa.Text, primary_key=True),
        sa.Column("converts", sa.Boolean, nullable=False),
        sa.Column("keep_days", sa.Integer, nullable=False),
    )
    with op.batch_alter_table("uploads") as uploads:
        for name in ("answer_id", "rule", "release"):
            uploads.add_column(sa.Column(name, sa.Text, nullable=False, server_default=""))
        uploads.add_column(sa.Column("convert", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE uploads SET answer_id = SUBSTR(id, 1, LENGTH(id) - LENGTH(file_id) - 1)"))
    op.execute(sa.text(_ANSWERS_OF_BEFORE))
    with op.batch_alter_table("uploads") as uploads:
        for name in ("thread_ts", "reply_ts"):
            uploads.drop_column(name)
    op.create_index("ix_uploads_answer_id", "uploads", ["answer_id"])


def downgrade() -> None:
    op.drop_index("ix_uploads_answer_id", "uploads")
    with op.batch_alter_table("uploads") as uploads:
        for name in ("thread_ts", "reply_ts"):
            uploads.add_column(sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name in ("thread_ts", "reply_ts"):
        op.execute(
            sa.text(f"UPDATE uploads SET {name} = (SELECT {name} FROM answers WHERE answers.id = uploads.answer_id)")  # noqa: S608 - two names
        )
    with op.batch_alter_table("uploads") as uploads:
        for name in ("answer_id", "rule", "release", "convert"):
            uploads.drop_column(name)
    op.drop_table("channel_settings")
    op.drop_index("ix_answers_behind", "answers")
    op.drop_table("answers")
