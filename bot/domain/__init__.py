"""The rules of the bot, pure: no clock, no network, no database, no vendor package."""
