"""Sharing files in a conversation: one message with all of them, which the app hears as `file_share`."""

from sandbox.slack.answers import Json
from sandbox.slack.file_objects import describe, hidden, tombstone
from sandbox.slack.files import StoredFile
from sandbox.slack.posting import authored
from sandbox.slack.site import Site
from sandbox.slack.workspace import Channel, User, Workspace


def describe_file(site: Site, stored: StoredFile) -> Json:
    return describe(stored, site.url, site.workspace.users[stored.user].team)


def share(
    site: Site, channel: Channel, user: User, files: list[StoredFile], content: Json, *, is_upload: bool = True
) -> Json:
    """Post the files; `content` is the rest of the message, its thread included."""
    message = authored(user, channel) | content
    # https://github.com/slackapi/slack-api-specs/issues/62: with files a message does not tell its author's team.
    message.pop("team")
    message |= {"subtype": "file_share", "upload": is_upload, "display_as_bot": False}
    for stored in files:
        stored.is_connect = stored.is_connect or channel.is_ext_shared
    message["files"] = [describe_file(site, stored) for stored in files]
    posted = site.posting.post(channel, message)
    place = {"ts": posted["ts"], "channel_name": channel.name, "is_private": channel.kind != "channel"}
    place |= {"team_id": Workspace.TEAM, "share_user_id": user.id}
    place |= {"thread_ts": posted["thread_ts"]} if "thread_ts" in posted else {}
    for stored in files:
        stored.shares.setdefault(channel.id, []).append(place)
        if Workspace.BOT_USER in channel.members:
            site.events.emit("file_shared", _file_shared(channel, user, stored, posted["ts"]), channel.is_ext_shared)
    return posted


def delete_file(site: Site, stored: StoredFile) -> None:
    """The file is gone; its messages stay, with a tombstone in its place."""
    heard = _is_seen_by_bot(site, stored)
    site.workspace.files.bury(stored)
    _replace_in_messages(site, stored, tombstone(stored.id))
    if heard:
        event = {"type": "file_deleted", "file_id": stored.id, "event_ts": site.workspace.timestamps.next()}
        site.events.emit("file_deleted", event)


def hide_file(site: Site, stored: StoredFile) -> None:
    """A free plan's limit has caught up with the file: nobody is told."""
    stored.is_hidden = True
    for channel_id in stored.shares:
        for message in _with_file(site.workspace.channels[channel_id], stored.id):
            message["files"] = _with(message["files"], hidden(stored.id))


def _replace_in_messages(site: Site, stored: StoredFile, remains: Json) -> None:
    for channel_id in stored.shares:
        channel = site.workspace.channels[channel_id]
        for message in _with_file(channel, stored.id):
            site.posting.redo_files(channel, message, _with(message["files"], remains))


def _with_file(channel: Channel, file_id: str) -> list[Json]:
    return [m for m in channel.messages.values() if any(file["id"] == file_id for file in m.get("files", ()))]


def _with(files: list[Json], remains: Json) -> list[Json]:
    return [remains if file["id"] == remains["id"] else file for file in files]


def _is_seen_by_bot(site: Site, stored: StoredFile) -> bool:
    places = (site.workspace.channels[channel_id] for channel_id in stored.shares)
    return any(Workspace.BOT_USER in channel.members for channel in places)


def _file_shared(channel: Channel, user: User, stored: StoredFile, ts: str) -> Json:
    event: Json = {"type": "file_shared", "channel_id": channel.id, "file_id": stored.id, "user_id": user.id}
    return event | {"file": {"id": stored.id}, "event_ts": ts}
