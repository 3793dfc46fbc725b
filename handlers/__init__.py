"""Slack's listeners, one file a capability: each acknowledges, records through a service, and replies."""
