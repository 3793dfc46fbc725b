"""A local stand-in for a Slack workspace: Web API, Socket Mode, signed HTTP delivery and a page for people."""
