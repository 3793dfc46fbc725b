"""The table of the signs that a release no longer meets what it was trained for, as the newest migration leaves it."""

from sqlalchemy import Column, Index, Integer, Table, text

from bot.adapters.database.columns import json, key, metadata, moments, words

drift_notes = Table(
    "drift_notes",
    metadata,
    key("id"),
    *words("release", "endpoint_name", "owner", "channel_id", "sign"),
    *json("measured"),
    *moments("seen_at"),
    *moments("told_at", nullable=True),
    Column("tries", Integer, nullable=False),
    Index(None, "release"),
)
# Almost all have been told.
Index(
    "ix_drift_notes_untold",
    drift_notes.c.seen_at,
    sqlite_where=text("told_at IS NULL"),
    postgresql_where=text("told_at IS NULL"),
)
