"""Posting, editing and deleting messages, and telling the pages and the app about it."""

from sandbox.slack.answers import Json
from sandbox.slack.delivery import AppEvents
from sandbox.slack.page_streams import PageStreams
from sandbox.slack.workspace import Channel, User, Workspace

_SUBSCRIPTIONS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class Posting:
    """The one way in which messages change."""

    def __init__(self, workspace: Workspace, streams: PageStreams, events: AppEvents) -> None:
        self._workspace = workspace
        self._streams = streams
        self._events = events

    def post(self, channel: Channel, message: Json, *, broadcast: bool = False) -> Json:
        """Gives the message its `ts`, and counts it in its thread where it has one."""
        message["ts"] = self._workspace.timestamps.next()
        channel.messages[message["ts"]] = message
        if "thread_ts" in message:
            self._join_thread(channel, message, broadcast=broadcast)
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
        """Replace what `changes` names; None removes a key."""
        previous = dict(message)
        message.update(changes)
        for key in [key for key, value in message.items() if value is None]:
            del message[key]
        message["edited"] = {"user": editor, "ts": self._workspace.timestamps.next()}
        self._tell_pages(channel, {"type": "message_changed", "message": message})
        self._tell_change(channel, "message_changed", {"message": dict(message), "previous_message": previous})
        return message

    def edit_whisper(self, channel: Channel, viewer: str, message: Json, changes: Json) -> None:
        message.update(changes)
        self._tell_whisper(channel, viewer, message)

    def delete(self, channel: Channel, message: Json) -> None:
        ts = message["ts"]
        del channel.messages[ts]
        self._tell_pages(channel, {"type": "message_deleted", "message": message})
        self._tell_change(channel, "message_deleted", {"deleted_ts": ts, "previous_message": message})

    def delete_whisper(self, channel: Channel, viewer: str, message: Json) -> None:
        channel.whispers.remove((viewer, message))
        note = {"type": "message_deleted", "channel": channel.id, "message": message}
        self._streams.tell_person(viewer, note)

    def _join_thread(self, channel: Channel, message: Json, *, broadcast: bool) -> None:
        thread_ts = message["thread_ts"]
        parent = channel.messages[thread_ts]
        replies = channel.threads.setdefault(thread_ts, [])
        replies.append(message["ts"])
        repliers = {*parent.get("reply_users", ()), message["user"]}
        parent |= {"thread_ts": thread_ts, "reply_count": len(replies), "latest_reply": message["ts"]}
        parent |= {"reply_users": sorted(repliers), "reply_users_count": len(repliers)}
        message["parent_user_id"] = parent.get("user", "")
        if broadcast:
            message |= {"subtype": "thread_broadcast", "root": dict(parent)}
        self._tell_pages(channel, {"type": "message_changed", "message": parent})

    def _tell_pages(self, channel: Channel, note: Json) -> None:
        self._streams.tell(channel.visible_to, {"channel": channel.id, **note})

    def _tell_whisper(self, channel: Channel, viewer: str, message: Json) -> None:
        self._streams.tell_person(viewer, {"type": "ephemeral", "channel": channel.id, "message": message})

    def _tell_change(self, channel: Channel, subtype: str, parts: Json) -> None:
        ts = self._workspace.timestamps.next()
        self._tell_app(channel, {"type": "message", "subtype": subtype, "hidden": True, "ts": ts, **parts})

    def _tell_app(self, channel: Channel, event: Json) -> None:
        if Workspace.BOT_USER in channel.members:
            place = {"channel": channel.id, "channel_type": channel.kind, "event_ts": event["ts"]}
            self._events.emit(_SUBSCRIPTIONS[channel.kind], {**event, **place})

    def _tell_mention(self, channel: Channel, message: Json) -> None:
        bot = Workspace.BOT_USER
        mentioned = f"<@{bot}>" in message.get("text", "") and message.get("user") != bot
        if mentioned and bot in channel.members and not channel.is_im:
            event = {**message, "type": "app_mention", "channel": channel.id, "event_ts": message["ts"]}
            self._events.emit("app_mention", event)


def authored(user: User) -> Json:
    """Who a message is from, as Slack writes it; a bot's message names the bot too."""
    author: Json = {"type": "message", "user": user.id, "team": Workspace.TEAM}
    if user.is_bot:
        profile = {"id": user.bot_id, "app_id": user.app_id, "name": user.name, "team_id": Workspace.TEAM}
        author |= {"bot_id": user.bot_id, "app_id": user.app_id, "bot_profile": {**profile, "deleted": False}}
    return author
