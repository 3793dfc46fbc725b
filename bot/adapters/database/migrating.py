"""Bringing the tables up to date with Alembic, one process at a time, and saying whether they are."""

from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.database.locks import file_lock

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parents[2] / "migrations"
_LOCK = 0x6461726B_6D696772  # "darkmigr"


def migrate(engine: Engine, path: Path | None) -> None:
    """Run the steps that are missing, all in one transaction."""
    from alembic import command

    with _alone(path):
        if path:
            _write_ahead(engine)
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            command.upgrade(_config(connection), "head")


def problem(engine: Engine, path: Path | None) -> str | None:
    """What is wrong with the database and what to do about it; looking makes no file."""
    if path and not path.exists():
        return "There is no database yet. `python -m bot migrate` makes it."
    try:
        with engine.begin() as connection:
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


def _alone(path: Path | None) -> AbstractContextManager[object]:
    return file_lock(path.with_name(f"{path.name}.migrate")) if path else nullcontext()


def _write_ahead(engine: Engine) -> None:
    # The file remembers it. Readers and the one writer then no longer wait for each other (sqlite.org/wal.html).
    with closing(engine.raw_connection()) as raw, closing(raw.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode = WAL")
