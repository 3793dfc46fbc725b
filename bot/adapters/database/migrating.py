"""Bringing the tables up to date with Alembic, one process at a time, and saying whether they are."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.database.locks import file_lock

if TYPE_CHECKING:
    from alembic.config import Config

    from bot.adapters.database.engine import Database

SCRIPTS = Path(__file__).parents[2] / "migrations"
_LOCK = 0x6461726B_6D696772  # "darkmigr"


def migrate(database: "Database") -> None:
    from alembic import command

    with _alone(database):
        if database.path:
            _write_ahead(database)
        with database.writing() as connection:
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            command.upgrade(_config(connection), "head")


def problem(database: "Database") -> str | None:
    if database.path and not database.path.exists():
        return "There is no database yet. `python -m bot migrate` makes it."
    try:
        with database.reading() as connection:
            return _lag(connection)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return f"The database does not answer: {reason}. Look at DATABASE_URL, and whether its server runs."


def _lag(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config(connection))
    wanted, found = set(scripts.get_heads()), set(MigrationContext.configure(connection).get_current_heads())
    if found == wanted:
        return None
    if found - {script.revision for script in scripts.walk_revisions()}:
        return "The database was made by a newer Darkroom than this one. Update this one."
    return "The tables are not up to date. `python -m bot migrate` brings them there."


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _alone(database: "Database") -> AbstractContextManager[object]:
    return file_lock(database.path.with_name(f"{database.path.name}.migrate")) if database.path else nullcontext()


def _write_ahead(database: "Database") -> None:
    # The file remembers it. Readers and the one writer then no longer wait for each other (sqlite.org/wal.html).
    raw = database.engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL").close()
    finally:
        raw.close()
