"""The first tables: jobs, approvals, endpoints, uploads, cards, routes, data sets, prices and the audit."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _jobs()
    _approvals()
    _endpoints()
    _uploads()
    _cards()
    _catalog()
    _events()


def downgrade() -> None:
    for table in ("events", "prices", "data_sets", "routes", "cards", "uploads", "endpoints", "approvals", "jobs"):
        op.drop_table(table)


def _words(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names.split()]


def _json(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.JSON, nullable=False) for name in names.split()]


def _whole(names: str, *, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=nullable) for name in names.split()]


def _moments(names: str, *, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=nullable) for name in names.split()]


def _create(table: str, keys: str, *columns: sa.Column[Any], unique: str = "") -> None:
    constraints: list[sa.Constraint] = [sa.PrimaryKeyConstraint(*keys.split(), name=f"pk_{table}")]
    if unique:
        constraints.append(sa.UniqueConstraint(unique, name=f"uq_{table}_{unique}"))
    op.create_table(table, *columns, *constraints)


def _jobs() -> None:
    _create(
        "jobs",
        "id",
        *_words("id name_key name data_set s3_prefix requested_by channel_id"),
        *_words("status failure_reason artifact stopped_by"),
        *_json("classes images hyperparameters compute phases curve log_position"),
        *_moments("requested_at"),
        *_moments("started_at ended_at", nullable=True),
        *_whole("billable_seconds", nullable=True),
        *_whole("version"),
        unique="name_key",
    )
    op.create_index("ix_jobs_status", "jobs", ["status"])
    op.create_index("ix_jobs_requested_at", "jobs", ["requested_at"])


def _approvals() -> None:
    _create(
        "approvals",
        "id",
        *_words("id job_id endpoint_name requested_by channel_id serves_channel_id status decided_by"),
        sa.Column("open_key", sa.Text, nullable=True),
        *_json("hosting"),
        *_moments("requested_at expires_at"),
        *_moments("decided_at", nullable=True),
        *_whole("version"),
        unique="open_key",
    )
    op.create_index("ix_approvals_status", "approvals", ["status"])


def _endpoints() -> None:
    _create(
        "endpoints",
        "id",
        *_words("id name job_id job_name owner approved_by channel_id status step failure_reason deleted_by"),
        sa.Column("live_name", sa.Text, nullable=True),
        *_json("classes hosting"),
        sa.Column("accuracy", sa.Float, nullable=True),
        *_moments("created_at"),
        *_moments("in_service_at", nullable=True),
        *_whole("version"),
        unique="live_name",
    )
    op.create_index("ix_endpoints_status", "endpoints", ["status"])


def _uploads() -> None:
    _create(
        "uploads",
        "id",
        *_words("id file_id file_name url user_id channel_id thread_ts endpoint_name status reply_ts problem"),
        sa.Column("size", sa.BigInteger, nullable=False),
        *_whole("tries"),
        *_moments("received_at due_at"),
        *_moments("claimed_until", nullable=True),
        sa.Column("prediction", sa.JSON, nullable=True),
        *_whole("version"),
    )
    op.create_index("ix_uploads_status_due_at", "uploads", ["status", "due_at"])


def _cards() -> None:
    _create(
        "cards",
        "subject_id",
        *_words("subject_id kind channel_id message_ts digest announced"),
        *_json("chart"),
        *_whole("wanted shown"),
    )
    behind = sa.text("shown <> wanted")
    op.create_index("ix_cards_behind", "cards", ["subject_id"], sqlite_where=behind, postgresql_where=behind)


def _catalog() -> None:
    _create("routes", "channel_id", *_words("channel_id endpoint_name"))
    op.create_index("ix_routes_endpoint_name", "routes", ["endpoint_name"])
    _create(
        "data_sets",
        "name",
        *_words("name s3_prefix"),
        *_json("classes"),
        *_whole("train_images validation_images"),
        *_whole("resize smallest_side", nullable=True),
    )
    price = sa.Column("usd_per_hour", sa.Float, nullable=False)
    _create("prices", "component instance_type", *_words("component instance_type"), price)


def _events() -> None:
    _create(
        "events",
        "id",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *_moments("at"),
        *_words("entity entity_id from_status to_status by"),
    )
    op.create_index("ix_events_entity_id", "events", ["entity_id"])
