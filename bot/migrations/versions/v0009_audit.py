"""The events become the audit: the same rows in their order, each chained by its hash, which nobody can change."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.domain.audit import BEGINNING, Move, sealed

revision = "0009"
down_revision = "0008"

_WORDS = ("entity", "entity_id", "from_status", "to_status", "by")
_KEYS = {"audit": "number", "events": "id"}
_BATCH = 1000
_POSTGRESQL = (
    """CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$""",
    "CREATE TRIGGER audit_rows BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
    "CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
)
_SQLITE = tuple(
    f"CREATE TRIGGER audit_{verb.lower()} BEFORE {verb} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
    for verb in ("UPDATE", "DELETE")
)


def upgrade() -> None:
    _create()
    _carry_over()
    op.drop_index("ix_events_entity_id", "events")
    op.drop_table("events")
    for statement in _POSTGRESQL if _on_postgresql() else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _WORDS),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_entity_id", "events", ["entity_id"])
    names = ("at", *_WORDS)
    audit, events = (sa.table(name, *(sa.column(one) for one in (key, *names))) for name, key in _KEYS.items())
    op.execute(events.insert().from_select(["id", *names], sa.select(audit.c.number, *(audit.c[one] for one in names))))
    op.drop_table("audit")
    if _on_postgresql():
        op.execute("DROP FUNCTION audit_is_append_only()")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _create() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in (*_WORDS, "name", "previous", "digest")),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_index("ix_audit_entity_id", "audit", ["entity_id"])


def _carry_over() -> None:
    audit = sa.table("audit", *(sa.column(name) for name in ("number", "name", "previous", "digest", *_WORDS)))
    # Times as they come and go; without their type, SQLite's would have to be read from text here.
    audit.append_column(sa.column("at", sa.DateTime(timezone=True)))
    number, digest = 0, BEGINNING
    for batch in _events():
        rows: list[dict[str, Any]] = []
        for event in batch:
            entry = sealed(_move(event), number + 1, digest)
            told = {name: event[name] for name in ("at", *_WORDS)}
            rows.append(told | {"number": entry.number, "name": "", "previous": digest, "digest": entry.digest})
            number, digest = entry.number, entry.digest
        op.get_bind().execute(sa.insert(audit), rows)


def _events() -> Iterator[list[dict[str, Any]]]:
    events = sa.table("events", *(sa.column(name) for name in ("id", *_WORDS)))
    events.append_column(sa.column("at", sa.DateTime(timezone=True)))
    last = 0
    while True:
        chosen = sa.select(events).where(events.c.id > last).order_by(events.c.id).limit(_BATCH)
        batch = [dict(row) for row in op.get_bind().execute(chosen).mappings()]
        if not batch:
            return
        yield batch
        last = batch[-1]["id"]


def _move(event: dict[str, Any]) -> Move:
    at: datetime = event["at"]
    return Move(
        entity=event["entity"],
        entity_id=event["entity_id"],
        name="",
        was=event["from_status"],
        became=event["to_status"],
        by=event["by"],
        # SQLite keeps UTC without saying so.
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
    )
