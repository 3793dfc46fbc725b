"""The tables of what people share and what becomes of it, as the newest migration leaves them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, text
from sqlalchemy.types import JSON

from bot.adapters.database.columns import key, metadata, moments, version, words

uploads = Table(
    "uploads",
    metadata,
    key("id"),
    *words("answer_id", "file_id", "file_name", "url", "user_id", "channel_id", "endpoint_name", "status"),
    *words("problem", "rule", "release", "made"),
    Column("size", BigInteger, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("tries", "turn", "place")),
    Column("convert", Boolean, nullable=False),
    *moments("received_at", "due_at"),
    *moments("claimed_until", "waiting_since", "settled_at", "begun_at", nullable=True),
    Column("prediction", JSON(none_as_null=True)),
    version(),
    Index(None, "status", "due_at"),
    Index(None, "channel_id", "received_at"),
    Index(None, "file_id"),
    Index(None, "answer_id"),
    Index(None, "release", "settled_at"),
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

# What the operators are told once a day at most.
operator_notes = Table("operator_notes", metadata, key("key"), *moments("told_at"))
