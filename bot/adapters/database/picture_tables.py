"""The tables of what people share and what becomes of it, as the newest migration leaves them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, text
from sqlalchemy.types import JSON

from bot.adapters.database.columns import key, metadata, moments, version, words

uploads = Table(
    "uploads",
    metadata,
    key("id"),
    *words("answer_id", "file_id", "file_name", "url", "user_id", "channel_id", "endpoint_name", "status"),
    *words("problem", "rule", "release"),
    Column("size", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("convert", Boolean, nullable=False),
    *moments("received_at", "due_at"),
    *moments("claimed_until", nullable=True),
    Column("prediction", JSON(none_as_null=True)),
    version(),
    Index(None, "status", "due_at"),
    Index(None, "channel_id", "received_at"),
    Index(None, "answer_id"),
)

answers = Table(
    "answers",
    metadata,
    key("id"),
    *words("channel_id", "message_ts", "thread_ts", "user_id", "asked_by", "reply_ts", "digest"),
    *moments("received_at", "due_at"),
    *moments("claimed_until", nullable=True),
    Column("tries", Integer, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
)
# Almost all have been shown as they are.
Index(
    "ix_answers_behind",
    answers.c.due_at,
    sqlite_where=text("shown <> wanted"),
    postgresql_where=text("shown <> wanted"),
)

channel_settings = Table(
    "channel_settings",
    metadata,
    key("channel_id"),
    Column("converts", Boolean, nullable=False),
    Column("keep_days", Integer, nullable=False),
)
