"""How Slack's clients write down what a person types: escaped characters, mentions and links."""

import re

from sandbox.slack.workspace import Workspace

# https://docs.slack.dev/messaging/formatting-message-text#escaping
_PATTERN = re.compile(r"(<(?:[@#!][^<>]+|https?://[^<>]+)>)|(https?://[^\s<>]+)|([@#][a-z0-9._-]+)|([&<>])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def encoded(workspace: Workspace, typed: str) -> str:
    """Names become ids, addresses become links, and `& < >` become entities."""
    names = {f"@{user.name}": f"<@{user.id}>" for user in workspace.users.values()}
    names |= {f"@{group.handle}": f"<!subteam^{group.id}>" for group in workspace.groups.values()}
    named = (channel for channel in workspace.channels.values() if channel.name and not channel.is_direct)
    names |= {f"#{channel.name}": f"<#{channel.id}|{channel.name}>" for channel in named}

    def written(match: re.Match[str]) -> str:
        kept, link, name, character = match.groups()
        if link:
            return f"<{link.replace('&', '&amp;')}>"
        return kept or (names.get(name, name) if name else _ENTITIES[character])

    return _PATTERN.sub(written, typed)
