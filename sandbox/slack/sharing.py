"""Sharing files in a conversation: one message with all of them, which the app hears as `file_share`."""

from sandbox.slack.answers import Json
from sandbox.slack.files import StoredFile, describe
from sandbox.slack.posting import authored
from sandbox.slack.site import Site
from sandbox.slack.workspace import Channel, User, Workspace


def describe_file(site: Site, stored: StoredFile) -> Json:
    return describe(stored, site.url, Workspace.TEAM)


def share(site: Site, channel: Channel, user: User, files: list[StoredFile], content: Json) -> Json:
    """Post the files; `content` is the rest of the message, its thread included."""
    message = authored(user) | content
    message |= {"subtype": "file_share", "upload": True, "display_as_bot": False}
    message["files"] = [describe_file(site, stored) for stored in files]
    posted = site.posting.post(channel, message)
    place = {"ts": posted["ts"], "channel_name": channel.name, "is_private": channel.kind != "channel"}
    place |= {"thread_ts": posted["thread_ts"]} if "thread_ts" in posted else {}
    for stored in files:
        stored.shares.setdefault(channel.id, []).append(place)
        if Workspace.BOT_USER in channel.members:
            site.events.emit("file_shared", _file_shared(channel, user, stored, posted["ts"]))
    return posted


def _file_shared(channel: Channel, user: User, stored: StoredFile, ts: str) -> Json:
    event: Json = {"type": "file_shared", "channel_id": channel.id, "file_id": stored.id, "user_id": user.id}
    return event | {"file": {"id": stored.id}, "event_ts": ts}
