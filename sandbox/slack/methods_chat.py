"""chat.*: posting, updating and deleting the bot's messages."""

from collections.abc import Callable

from sandbox.slack.access import known_channel, message_in, parent_in, writable_channel
from sandbox.slack.answers import ApiError, Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.composing import MOST_TEXT_POSTED, MOST_TEXT_UPDATED, compose
from sandbox.slack.permalinks import permalink
from sandbox.slack.posting import authored
from sandbox.slack.site import Site
from sandbox.slack.workspace import Channel, Workspace


def post_message(site: Site, arguments: Arguments) -> Json:
    channel = writable_channel(site, arguments.needed("channel", "channel_not_found"))
    message = authored(site.workspace.bot) | _threaded(channel, arguments)
    message |= compose(site, arguments, MOST_TEXT_POSTED)
    broadcast = arguments.flag("reply_broadcast") and "thread_ts" in message
    posted = site.posting.post(channel, message, broadcast=broadcast)
    return {"channel": channel.id, "ts": posted["ts"], "message": posted}


def update(site: Site, arguments: Arguments) -> Json:
    channel = known_channel(site, arguments.needed("channel", "channel_not_found"))
    message = message_in(channel, arguments.needed("ts", "message_not_found"))
    if message.get("bot_id") != Workspace.BOT:
        raise ApiError("cant_update_message")
    content = compose(site, arguments, MOST_TEXT_UPDATED)
    # Text without blocks removes the blocks; attachments and metadata that are not given stay.
    changes: Json = {"blocks": None, **content}
    edited = site.posting.edit(channel, message, changes, Workspace.BOT_USER)
    return {"channel": channel.id, "ts": edited["ts"], "text": edited["text"], "message": edited}


def delete(site: Site, arguments: Arguments) -> Json:
    channel = known_channel(site, arguments.needed("channel", "channel_not_found"))
    message = message_in(channel, arguments.needed("ts", "message_not_found"))
    if message.get("bot_id") != Workspace.BOT:
        raise ApiError("cant_delete_message")
    site.posting.delete(channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


def post_ephemeral(site: Site, arguments: Arguments) -> Json:
    channel = writable_channel(site, arguments.needed("channel", "channel_not_found"))
    viewer = arguments.needed("user", "user_not_in_channel")
    if viewer not in channel.members:
        raise ApiError("user_not_in_channel")
    message = authored(site.workspace.bot) | _threaded(channel, arguments)
    message |= compose(site, arguments, MOST_TEXT_POSTED)
    return {"message_ts": site.posting.whisper(channel, viewer, message)["ts"]}


def get_permalink(site: Site, arguments: Arguments) -> Json:
    channel = known_channel(site, arguments.needed("channel", "channel_not_found"))
    message = message_in(channel, arguments.needed("message_ts", "message_not_found"))
    return {"channel": channel.id, "permalink": permalink(channel.id, message)}


def _threaded(channel: Channel, arguments: Arguments) -> Json:
    thread_ts = arguments.text("thread_ts")
    return {"thread_ts": parent_in(channel, thread_ts)} if thread_ts else {}


METHODS: dict[str, Callable[[Site, Arguments], Json]] = {
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.update": update,
}
