"""The tables as the newest migration leaves them; those of pictures are in `picture_tables`."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, Table, text
from sqlalchemy.types import JSON

from bot.adapters.database.columns import json, key, metadata, moments, unique, version, words

jobs = Table(
    "jobs",
    metadata,
    key("id"),
    unique("name_key", nullable=False),
    *words("name", "data_set", "s3_prefix", "requested_by", "channel_id", "status", "failure_reason", "artifact"),
    *words("stopped_by", "continues", "initial_model", "recipe", "weights"),
    *json("classes", "images", "hyperparameters", "compute", "phases", "curve", "log_position", "warned"),
    *json("rules", "rule_results"),
    *moments("requested_at"),
    *moments("started_at", "ended_at", "printed_at", nullable=True),
    Column("billable_seconds", Integer),
    Column("training_seconds", Integer),
    Column("from_use", Integer, nullable=False),
    version(),
    Index(None, "status"),
    Index(None, "requested_at"),
)

tunings = Table(
    "tunings",
    metadata,
    key("id"),
    unique("name_key", nullable=False),
    *words("name", "data_set", "s3_prefix", "requested_by", "channel_id", "status", "aws_status", "best_name"),
    *words("failure_reason", "stopped_by", "recipe", "weights"),
    *json("classes", "images", "search", "hyperparameters", "compute", "trials", "counters"),
    Column("overall_best", JSON(none_as_null=True)),
    *moments("requested_at"),
    *moments("ended_at", nullable=True),
    version(),
    Index(None, "status"),
    Index(None, "requested_at"),
)

# `open_key` is the endpoint's name while the request is pending: one pending request a name. `in_step`: the registry
# needs not be told anything of it.
approvals = Table(
    "approvals",
    metadata,
    key("id"),
    unique("open_key", nullable=True),
    *words("job_id", "endpoint_name", "requested_by", "channel_id", "serves_channel_id", "status", "decided_by"),
    *words("reason", "decision_reason", "decided_in", "changed_by", "digest", "package_arn", "package_status"),
    *words("problem", "overruled_by"),
    *json("hosting", "votes"),
    *moments("requested_at", "expires_at"),
    *moments("decided_at", "reminded_at", nullable=True),
    Column("needed", Integer, nullable=False),
    Column("own_package", Boolean, nullable=False),
    Column("in_step", Boolean, nullable=False),
    version(),
    Index(None, "status"),
    Index(None, "in_step"),
    Index(None, "package_arn"),
)

# `live_name` is the name until the endpoint is deleted: one living endpoint a name.
endpoints = Table(
    "endpoints",
    metadata,
    key("id"),
    unique("live_name", nullable=True),
    *words("name", "job_id", "job_name", "owner", "approved_by", "channel_id", "status", "step", "failure_reason"),
    *words("deleted_by", "deleted_because", "recipe", "data_set", "release", "replaces", "rolled_back_by"),
    *words("package_arn"),
    *json("classes", "hosting"),
    Column("accuracy", Float),
    *moments("created_at"),
    *moments("in_service_at", "kept_until", nullable=True),
    Column("checked", JSON(none_as_null=True)),
    Column("traffic", JSON(none_as_null=True)),
    version(),
    Index(None, "status"),
    Index(None, "name"),
)

# `open_key` is the name while the worker has something to do about it: one at a time for each name.
preparations = Table(
    "preparations",
    metadata,
    key("id"),
    unique("open_key", nullable=True),
    *words("name", "name_key", "source", "requested_by", "channel_id", "status", "problem", "stopped_by", "based_on"),
    *json("file_ids", "options", "progress", "summary", "pictures"),
    *moments("requested_at"),
    *moments("ended_at", nullable=True),
    Column("tries", Integer, nullable=False),
    version(),
    Index(None, "name_key", "requested_at"),
    Index(None, "requested_at"),
)

comparisons = Table(
    "comparisons",
    metadata,
    key("id"),
    *words("requested_by", "channel_id"),
    *json("job_ids"),
    *moments("requested_at"),
)

wishes = Table(
    "wishes",
    metadata,
    key("id"),
    *words("data_set", "user_id", "channel_id", "key", "purpose"),
    *json("words"),
    *moments("asked_at"),
    Index(None, "asked_at"),
)

cards = Table(
    "cards",
    metadata,
    key("subject_id"),
    *words("kind", "channel_id", "message_ts", "digest", "announced"),
    *json("chart"),
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

routes = Table("routes", metadata, key("channel_id"), *words("endpoint_name"), Index(None, "endpoint_name"))

data_sets = Table(
    "data_sets",
    metadata,
    key("name"),
    *words("s3_prefix", "format", "label_attribute", "made_by", "based_on"),
    Column("from_use", Integer, nullable=False),
    *json("classes", "locations"),
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
    key("component"),
    key("instance_type"),
    Column("usd_per_hour", Float, nullable=False),
)

# `open_key` is the endpoint's name while the lease is open: one open lease a name.
leases = Table(
    "leases",
    metadata,
    key("id"),
    unique("open_key", nullable=True),
    *words("endpoint_name", "endpoint_id", "owner", "status", "occasion", "settled_by"),
    *moments("began_at", "ends_at"),
    *moments("asked_at", "settled_at", nullable=True),
    Column("tagged", Boolean, nullable=False),
    version(),
)

usages = Table(
    "usages",
    metadata,
    key("name_key"),
    *words("endpoint_name"),
    *moments("since", "read_at"),
    *moments("last_called_at", nullable=True),
    Column("calls", BigInteger, nullable=False),
    Column("errors", BigInteger, nullable=False),
    Column("latency", Float),
)

strays = Table(
    "strays",
    metadata,
    key("id"),
    *words("row_id", "channel_id", "status", "removed_by"),
    *json("things"),
    *moments("found_at"),
    version(),
    Index(None, "status"),
)

replays = Table(
    "replays",
    metadata,
    key("id"),
    *words("requested_by", "status", "problem"),
    *json("results"),
    *moments("requested_at"),
    version(),
    Index(None, "status"),
)

# Who moved what from where to where: rows are added, and triggers refuse to change or to delete one. `number` counts
# without a gap, which no sequence of the database does.
audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    *moments("at"),
    *words("entity", "entity_id", "from_status", "to_status", "by", "name", "previous", "digest"),
    Index(None, "entity_id"),
)
