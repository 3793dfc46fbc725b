"""Threads: how a first message counts its replies, and what stays of it when it is deleted before them."""

from sandbox.slack.answers import Json
from sandbox.slack.workspace import Channel

SLACKBOT = "USLACKBOT"
_COUNTS = ("thread_ts", "reply_count", "reply_users", "reply_users_count", "latest_reply")
_WITHOUT_REPLIES = "0000000000.000000"


def join(channel: Channel, message: Json, *, broadcast: bool) -> Json:
    """Counts the reply; answers the thread's first message."""
    thread_ts = message["thread_ts"]
    parent = channel.messages[thread_ts]
    channel.threads.setdefault(thread_ts, []).append(message["ts"])
    _count(channel, parent)
    message["parent_user_id"] = parent.get("user", "")
    if broadcast:
        message |= {"subtype": "thread_broadcast", "root": dict(parent)}
    return parent


def leave(channel: Channel, message: Json) -> Json | None:
    """Takes a reply out of its thread; answers the thread's first message, None for what is no reply."""
    thread_ts = message.get("thread_ts", message["ts"])
    if thread_ts == message["ts"] or thread_ts not in channel.messages:
        return None
    channel.threads[thread_ts].remove(message["ts"])
    parent = channel.messages[thread_ts]
    _count(channel, parent)
    return parent


def buried(message: Json) -> Json:
    """What stands for a deleted message that has replies: https://github.com/slack-edge/slack-edge/pull/10."""
    remains: Json = {"type": "message", "subtype": "tombstone", "text": "This message was deleted."}
    remains |= {"user": SLACKBOT, "parent_user_id": SLACKBOT, "hidden": True, "ts": message["ts"]}
    return remains | {name: message[name] for name in _COUNTS if name in message}


def is_buried(message: Json) -> bool:
    return message.get("subtype") == "tombstone"


def _count(channel: Channel, parent: Json) -> None:
    replies = channel.thread(parent["ts"])
    repliers = sorted({reply["user"] for reply in replies})
    if not replies and not is_buried(parent):
        for name in _COUNTS:
            parent.pop(name, None)
        return
    parent |= {"thread_ts": parent["ts"], "reply_count": len(replies), "reply_users": repliers}
    parent |= {"reply_users_count": len(repliers), "latest_reply": replies[-1]["ts"] if replies else _WITHOUT_REPLIES}
