"""The tables of what channels are told at set times, and of when they are told nothing."""

from sqlalchemy import Boolean, Column, Index, Table

from bot.adapters.database.columns import key, metadata, moments, version, words

digests = Table(
    "digests",
    metadata,
    key("channel_id"),
    *words("cron", "zone", "set_by"),
    *moments("since", "next_at"),
    Column("had_nothing", Boolean, nullable=False),
    version(),
    Index(None, "next_at"),
)

# One for each channel and occasion; those that stand in a channel, or are to, have a card.
editions = Table("editions", metadata, key("id"), *words("channel_id", "asked_by"), *moments("since", "until"))

quiet_hours = Table("quiet_hours", metadata, key("channel_id"), *words("begins", "ends", "zone", "set_by"))

# The cards whose thread is to hear of their milestone once the quiet hours are over.
held_cards = Table("held_cards", metadata, key("subject_id"), *moments("since"))
