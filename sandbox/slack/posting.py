"""Posting, editing and deleting messages, and telling the pages and the app about it."""

from sandbox.slack.answers import Json
from sandbox.slack.behaviour import Behaviour
from sandbox.slack.delivery import AppEvents
from sandbox.slack.file_objects import as_pushed
from sandbox.slack.page_streams import PageStreams
from sandbox.slack.threads import buried, is_buried, join, leave
from sandbox.slack.workspace import Channel, User, Workspace

_SUBSCRIPTIONS = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}
_PARTS = ("message", "previous_message")


class Posting:
    """The one way in which messages change."""

    def __init__(self, workspace: Workspace, streams: PageStreams, events: AppEvents, behaviour: Behaviour) -> None:
        self._workspace = workspace
        self._streams = streams
        self._events = events
        self._behaviour = behaviour

    def post(self, channel: Channel, message: Json, *, broadcast: bool = False) -> Json:
        """Gives the message its `ts`, and counts it in its thread where it has one."""
        message["ts"] = self._workspace.timestamps.next()
        channel.messages[message["ts"]] = message
        if "thread_ts" in message:
            parent = join(channel, message, broadcast=broadcast)
            self._tell_pages(channel, {"type": "message_changed", "message": parent})
        self._tell_pages(channel, {"type": "message", "message": message})
        self._tell_app(channel, {"type": "message", **message})
        self._tell_mention(channel, message)
        return message

    def whisper(self, channel: Channel, viewer: str, message: Json) -> Json:
        """Post a message that one person sees."""
        message |= {"ts": self._workspace.timestamps.next(), "is_ephemeral": True}
        channel.whispers.append((viewer, message))
        self._tell_whisper(channel, viewer, message)
        return message

    def edit(self, channel: Channel, message: Json, changes: Json, editor: str) -> Json:
        """Replace what `changes` names; None removes a key. A mention that is edited is a mention again."""
        previous = dict(message)
        message.update(changes)
        for key in [key for key, value in message.items() if value is None]:
            del message[key]
        message["edited"] = {"user": editor, "ts": self._workspace.timestamps.next()}
        self._tell_pages(channel, {"type": "message_changed", "message": message})
        self._tell_change(channel, "message_changed", {"message": dict(message), "previous_message": previous})
        # https://github.com/slackapi/bolt-python/issues/925
        self._tell_mention(channel, message)
        return message

    def redo_files(self, channel: Channel, message: Json, files: list[Json]) -> None:
        """A message's files are not what they were; nobody edited it."""
        previous = dict(message)
        message["files"] = files
        self._tell_pages(channel, {"type": "message_changed", "message": message})
        self._tell_change(channel, "message_changed", {"message": dict(message), "previous_message": previous})

    def edit_whisper(self, channel: Channel, viewer: str, message: Json, changes: Json) -> None:
        message.update(changes)
        self._tell_whisper(channel, viewer, message)

    def delete(self, channel: Channel, message: Json) -> None:
        """A thread's first message stays as a tombstone for as long as there are replies."""
        if channel.thread(message["ts"]):
            self._bury(channel, message)
            return
        parent = leave(channel, message)
        if parent:
            self._tell_pages(channel, {"type": "message_changed", "message": parent})
        self._remove(channel, message)
        if parent and is_buried(parent) and not channel.thread(parent["ts"]):
            self._remove(channel, parent)

    def delete_whisper(self, channel: Channel, viewer: str, message: Json) -> None:
        channel.whispers.remove((viewer, message))
        note = {"type": "message_deleted", "channel": channel.id, "message": message}
        self._streams.tell_person(viewer, note)

    def _remove(self, channel: Channel, message: Json) -> None:
        ts = message["ts"]
        del channel.messages[ts]
        self._unshare(channel, message)
        self._tell_pages(channel, {"type": "message_deleted", "message": message})
        self._tell_change(channel, "message_deleted", {"deleted_ts": ts, "previous_message": message})

    def _bury(self, channel: Channel, message: Json) -> None:
        previous = dict(message)
        self._unshare(channel, message)
        remains = buried(message)
        channel.messages[message["ts"]] = remains
        self._tell_pages(channel, {"type": "message_changed", "message": remains})
        self._tell_change(channel, "message_changed", {"message": dict(remains), "previous_message": previous})

    def _unshare(self, channel: Channel, message: Json) -> None:
        for file in message.get("files", ()):
            stored = self._workspace.files.by_id.get(file["id"])
            if stored:
                stored.unshare(channel.id, message["ts"])

    def _tell_pages(self, channel: Channel, note: Json) -> None:
        self._streams.tell(channel.visible_to, {"channel": channel.id, **note})

    def _tell_whisper(self, channel: Channel, viewer: str, message: Json) -> None:
        self._streams.tell_person(viewer, {"type": "ephemeral", "channel": channel.id, "message": message})

    def _tell_change(self, channel: Channel, subtype: str, parts: Json) -> None:
        ts = self._workspace.timestamps.next()
        pushed = {name: as_pushed(self._workspace.files, parts[name]) for name in _PARTS if name in parts}
        self._tell_app(channel, {"type": "message", "subtype": subtype, "hidden": True, "ts": ts, **parts, **pushed})

    def _tell_app(self, channel: Channel, event: Json) -> None:
        if Workspace.BOT_USER in channel.members:
            place = {"channel": channel.id, "channel_type": channel.kind, "event_ts": event["ts"]}
            pushed = as_pushed(self._workspace.files, event)
            self._events.emit(_SUBSCRIPTIONS[channel.kind], {**pushed, **place}, channel.is_ext_shared)

    def _tell_mention(self, channel: Channel, message: Json) -> None:
        bot = Workspace.BOT_USER
        mentioned = f"<@{bot}>" in message.get("text", "") and message.get("user") != bot
        if mentioned and bot in channel.members and self._brings_mentions(channel):
            told = {**as_pushed(self._workspace.files, message), "type": "app_mention", "channel": channel.id}
            # https://github.com/seratch/seratch-slack-types/issues/8: it carries files, and does not say `file_share`.
            if told.get("subtype") == "file_share":
                del told["subtype"]
            self._events.emit("app_mention", {**told, "event_ts": message["ts"]}, channel.is_ext_shared)

    def _brings_mentions(self, channel: Channel) -> bool:
        return self._behaviour.mentions_in_groups if channel.is_mpim else not channel.is_im


def authored(user: User, channel: Channel | None = None) -> Json:
    """Who a message is from, as Slack writes it; a bot's message names the bot too.

    In a channel that is shared with another organisation it tells whose person that is.
    """
    author: Json = {"type": "message", "user": user.id, "team": user.team}
    if channel and channel.is_ext_shared:
        author |= {"user_team": user.team, "source_team": user.team}
    if user.is_bot:
        profile = {"id": user.bot_id, "app_id": user.app_id, "name": user.name, "team_id": Workspace.TEAM}
        author |= {"bot_id": user.bot_id, "app_id": user.app_id, "bot_profile": {**profile, "deleted": False}}
    return author
