"""The tables of what people say of answers and of the pictures that are kept, as the newest migration leaves them."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table, text

from bot.adapters.database.columns import json, key, metadata, moments, version, words

opinions = Table(
    "opinions",
    metadata,
    key("upload_id"),
    key("user_id"),
    *words("say", "label"),
    *moments("given_at"),
    Column("decides", Boolean, nullable=False),
    Column("weighed", Boolean, nullable=False),
)
# Almost all have been.
Index(
    "ix_opinions_unweighed",
    opinions.c.given_at,
    sqlite_where=text("NOT weighed"),
    postgresql_where=text("NOT weighed"),
)

# Who was given which hint: each person each channel's once.
hints = Table("hints", metadata, key("id"))

questions = Table("questions", metadata, key("upload_id"), *words("message_ts"))

# The images of which their threads are told later: once quiet hours are over, or Slack is not busy any more.
held_questions = Table("held_questions", metadata, key("upload_id"), *moments("since"))

kept_pictures = Table(
    "kept_pictures",
    metadata,
    key("id"),
    *words("channel_id", "data_set", "label", "endpoint_name", "release", "model", "predicted", "key"),
    *words("considered_for", "removed_by", "problem", "status"),
    *json("labelled_by"),
    *moments("labelled_at", "kept_until", "due_at"),
    *(Column(name, Integer, nullable=False) for name in ("class_index", "keep_days", "tries")),
    *(Column(name, Float, nullable=False) for name in ("confidence", "share")),
    *(Column(name, Boolean, nullable=False) for name in ("held_out", "disputed")),
    version(),
    Index(None, "status", "due_at"),
    Index(None, "data_set"),
)

# Data set versions are never taken apart, so this is known for ever.
trained_pictures = Table("trained_pictures", metadata, key("upload_id"), key("version_name"))

feedback_manifests = Table(
    "feedback_manifests",
    metadata,
    key("data_set"),
    *(Column(name, Integer, nullable=False) for name in ("wanted", "written")),
)
