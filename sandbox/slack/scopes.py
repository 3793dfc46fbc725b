"""Which bot scopes each Web API method needs, and how Slack refuses a call without them."""

from collections.abc import Iterable

from sandbox.slack.answers import ApiError

# https://docs.slack.dev/reference/methods; methods whose scope depends on the kind of conversation check it themselves.
METHOD_SCOPES: dict[str, str] = {
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.join": "channels:join",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "files.list": "files:read",
    "team.info": "team:read",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
    "users.list": "users:read",
}

# https://docs.slack.dev/reference/events: an event needs a scope as well as a subscription.
EVENT_SCOPES: dict[str, str] = {
    "app_mention": "app_mentions:read",
    "file_deleted": "files:read",
    "file_shared": "files:read",
    "member_joined_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}


def require(needed: str, granted: Iterable[str]) -> None:
    """Raises `missing_scope` with the words `needed` and `provided`, as Slack does."""
    provided = tuple(granted)
    if needed and needed not in provided:
        raise ApiError("missing_scope", needed=needed, provided=",".join(provided))
