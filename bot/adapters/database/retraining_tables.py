"""The table of the retrainings, as the newest migration leaves it."""

from sqlalchemy import Column, Float, Index, Integer, Table

from bot.adapters.database.columns import json, key, metadata, moments, unique, version, words

retrainings = Table(
    "retrainings",
    metadata,
    key("id"),
    unique("open_key", nullable=True),
    *words("endpoint_name", "release", "data_set", "job_id", "owner", "channel_id", "status", "decided_by"),
    *words("version_name", "started_job", "problem", "message_ts", "shown"),
    *json("lot"),
    Column("cost", Float),
    *moments("offered_at"),
    Column("tries", Integer, nullable=False),
    version(),
    Index(None, "endpoint_name", "offered_at"),
)
