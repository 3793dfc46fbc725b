"""The one clock of the process."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
