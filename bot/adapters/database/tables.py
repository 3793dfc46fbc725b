"""The tables as the newest migration leaves them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    text,
)
from sqlalchemy.types import JSON

from bot.adapters.database.column_types import Moment, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str) -> Column[Any]:
    return Column(name, Words, primary_key=True)


def _words(*names: str) -> list[Column[Any]]:
    return [Column(name, Words, nullable=False) for name in names]


def _json(*names: str) -> list[Column[Any]]:
    return [Column(name, JSON, nullable=False) for name in names]


def _moments(*names: str, nullable: bool = False) -> list[Column[Any]]:
    return [Column(name, Moment, nullable=nullable) for name in names]


def _unique(name: str, *, nullable: bool) -> Column[Any]:
    return Column(name, Words, unique=True, nullable=nullable)


def _version() -> Column[Any]:
    return Column("version", Integer, nullable=False)


jobs = Table(
    "jobs",
    metadata,
    _key("id"),
    _unique("name_key", nullable=False),
    *_words("name", "data_set", "s3_prefix", "requested_by", "channel_id", "status", "failure_reason", "artifact"),
    *_words("stopped_by", "continues", "initial_model", "recipe", "weights"),
    *_json("classes", "images", "hyperparameters", "compute", "phases", "curve", "log_position", "warned"),
    *_json("rules", "rule_results"),
    *_moments("requested_at"),
    *_moments("started_at", "ended_at", "printed_at", nullable=True),
    Column("billable_seconds", Integer),
    Column("training_seconds", Integer),
    _version(),
    Index(None, "status"),
    Index(None, "requested_at"),
)

tunings = Table(
    "tunings",
    metadata,
    _key("id"),
    _unique("name_key", nullable=False),
    *_words("name", "data_set", "s3_prefix", "requested_by", "channel_id", "status", "aws_status", "best_name"),
    *_words("failure_reason", "stopped_by", "recipe", "weights"),
    *_json("classes", "images", "search", "hyperparameters", "compute", "trials", "counters"),
    Column("overall_best", JSON(none_as_null=True)),
    *_moments("requested_at"),
    *_moments("ended_at", nullable=True),
    _version(),
    Index(None, "status"),
    Index(None, "requested_at"),
)

# `open_key` is the endpoint's name while the request is pending: one pending request a name. `in_step`: the registry
# needs not be told anything of it.
approvals = Table(
    "approvals",
    metadata,
    _key("id"),
    _unique("open_key", nullable=True),
    *_words("job_id", "endpoint_name", "requested_by", "channel_id", "serves_channel_id", "status", "decided_by"),
    *_words("reason", "decision_reason", "decided_in", "changed_by", "digest", "package_arn", "package_status"),
    *_words("problem", "overruled_by"),
    *_json("hosting", "votes"),
    *_moments("requested_at", "expires_at"),
    *_moments("decided_at", "reminded_at", nullable=True),
    Column("needed", Integer, nullable=False),
    Column("own_package", Boolean, nullable=False),
    Column("in_step", Boolean, nullable=False),
    _version(),
    Index(None, "status"),
    Index(None, "in_step"),
    Index(None, "package_arn"),
)

# `live_name` is the name until the endpoint is deleted: one living endpoint a name.
endpoints = Table(
    "endpoints",
    metadata,
    _key("id"),
    _unique("live_name", nullable=True),
    *_words("name", "job_id", "job_name", "owner", "approved_by", "channel_id", "status", "step", "failure_reason"),
    *_words("deleted_by", "deleted_because", "recipe", "data_set", "release", "replaces", "rolled_back_by"),
    *_words("package_arn"),
    *_json("classes", "hosting"),
    Column("accuracy", Float),
    *_moments("created_at"),
    *_moments("in_service_at", "kept_until", nullable=True),
    Column("checked", JSON(none_as_null=True)),
    Column("traffic", JSON(none_as_null=True)),
    _version(),
    Index(None, "status"),
    Index(None, "name"),
)

# `open_key` is the name while the worker has something to do about it: one at a time for each name.
preparations = Table(
    "preparations",
    metadata,
    _key("id"),
    _unique("open_key", nullable=True),
    *_words("name", "name_key", "source", "requested_by", "channel_id", "status", "problem", "stopped_by"),
    *_json("file_ids", "options", "progress", "summary"),
    *_moments("requested_at"),
    *_moments("ended_at", nullable=True),
    Column("tries", Integer, nullable=False),
    _version(),
    Index(None, "name_key", "requested_at"),
    Index(None, "requested_at"),
)

comparisons = Table(
    "comparisons",
    metadata,
    _key("id"),
    *_words("requested_by", "channel_id"),
    *_json("job_ids"),
    *_moments("requested_at"),
)

wishes = Table(
    "wishes",
    metadata,
    _key("id"),
    *_words("data_set", "user_id", "channel_id", "key", "purpose"),
    *_json("words"),
    *_moments("asked_at"),
    Index(None, "asked_at"),
)

uploads = Table(
    "uploads",
    metadata,
    _key("id"),
    *_words("file_id", "file_name", "url", "user_id", "channel_id", "thread_ts", "endpoint_name", "status"),
    *_words("reply_ts", "problem"),
    Column("size", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    *_moments("received_at", "due_at"),
    *_moments("claimed_until", nullable=True),
    Column("prediction", JSON(none_as_null=True)),
    _version(),
    Index(None, "status", "due_at"),
    Index(None, "channel_id", "received_at"),
)

cards = Table(
    "cards",
    metadata,
    _key("subject_id"),
    *_words("kind", "channel_id", "message_ts", "digest", "announced"),
    *_json("chart"),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
)
# The tick asks for these every time, and almost always there are none.
Index(
    "ix_cards_behind",
    cards.c.subject_id,
    sqlite_where=text("shown <> wanted"),
    postgresql_where=text("shown <> wanted"),
)

routes = Table("routes", metadata, _key("channel_id"), *_words("endpoint_name"), Index(None, "endpoint_name"))

data_sets = Table(
    "data_sets",
    metadata,
    _key("name"),
    *_words("s3_prefix", "format", "label_attribute", "made_by"),
    *_json("classes", "locations"),
    Column("multi_label", Boolean, nullable=False),
    Column("class_ids", Boolean, nullable=False),
    Column("train_images", Integer, nullable=False),
    Column("validation_images", Integer, nullable=False),
    Column("resize", Integer),
    Column("smallest_side", Integer),
    Column("min_accuracy", Float),
)

prices = Table(
    "prices",
    metadata,
    _key("component"),
    _key("instance_type"),
    Column("usd_per_hour", Float, nullable=False),
)

# `open_key` is the endpoint's name while the lease is open: one open lease a name.
leases = Table(
    "leases",
    metadata,
    _key("id"),
    _unique("open_key", nullable=True),
    *_words("endpoint_name", "endpoint_id", "owner", "status", "occasion", "settled_by"),
    *_moments("began_at", "ends_at"),
    *_moments("asked_at", "settled_at", nullable=True),
    Column("tagged", Boolean, nullable=False),
    _version(),
)

usages = Table(
    "usages",
    metadata,
    _key("name_key"),
    *_words("endpoint_name"),
    *_moments("since", "read_at"),
    *_moments("last_called_at", nullable=True),
    Column("calls", BigInteger, nullable=False),
    Column("errors", BigInteger, nullable=False),
    Column("latency", Float),
)

strays = Table(
    "strays",
    metadata,
    _key("id"),
    *_words("row_id", "channel_id", "status", "removed_by"),
    *_json("things"),
    *_moments("found_at"),
    _version(),
    Index(None, "status"),
)

replays = Table(
    "replays",
    metadata,
    _key("id"),
    *_words("requested_by", "status", "problem"),
    *_moments("requested_at"),
    _version(),
    Index(None, "status"),
)

# Who moved what from where to where: rows are added, and triggers refuse to change or to delete one. `number` counts
# without a gap, which no sequence of the database does.
audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    *_moments("at"),
    *_words("entity", "entity_id", "from_status", "to_status", "by", "name", "previous", "digest"),
    Index(None, "entity_id"),
)
