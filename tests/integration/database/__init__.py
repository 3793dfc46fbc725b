"""The database adapter on SQLite and on PostgreSQL."""
