"""What Alembic runs around the steps: they all happen in the transaction of the connection that it is handed."""

from alembic import context

from bot.adapters.database.columns import metadata

# SQLite cannot alter most of a table, so Alembic makes a new one there and copies (its "batch mode").
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
