"""Which conversations, messages and files the bot can reach, and what Slack says of the others."""

from sandbox.slack.answers import ApiError, Json
from sandbox.slack.file_types import SHOWN_IN_BLOCKS
from sandbox.slack.files import StoredFile
from sandbox.slack.scopes import require
from sandbox.slack.site import Site
from sandbox.slack.workspace import Channel, Workspace


def known_channel(site: Site, name: str) -> Channel:
    """A conversation that the bot may know of, by its id or as #name; raises `channel_not_found`."""
    named = next((c for c in site.workspace.channels.values() if c.name and f"#{c.name}" == name), None)
    channel = named or site.workspace.channel(name)
    if Workspace.BOT_USER not in channel.members and (channel.is_private or channel.is_im):
        raise ApiError("channel_not_found")
    return channel


def joined_channel(site: Site, name: str) -> Channel:
    """A conversation that the bot is in; raises `not_in_channel`."""
    channel = known_channel(site, name)
    if Workspace.BOT_USER not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def writable_channel(site: Site, name: str) -> Channel:
    """Where the bot may post; a person's id stands for the direct messages with them."""
    if name in site.workspace.users:
        return site.workspace.direct(name)
    channel = known_channel(site, name)
    public = "chat:write.public" in site.manifest.scopes
    if not public or channel.is_private:
        channel = joined_channel(site, name)
    if channel.is_archived:
        raise ApiError("is_archived")
    return channel


def readable_channel(site: Site, name: str, verb: str) -> Channel:
    """Where the scopes let the bot use this verb (`read` or `history`)."""
    channel = known_channel(site, name)
    require(f"{channel.scope_family}:{verb}", site.manifest.scopes)
    return channel


def message_in(channel: Channel, ts: str) -> Json:
    if ts not in channel.messages:
        raise ApiError("message_not_found")
    return channel.messages[ts]


def parent_in(channel: Channel, thread_ts: str) -> str:
    """The `ts` of a message that can have replies; raises `thread_not_found`."""
    parent = channel.messages.get(thread_ts)
    if parent is None or parent.get("thread_ts", thread_ts) != thread_ts:
        raise ApiError("thread_not_found")
    return thread_ts


def bot_sees(site: Site, stored: StoredFile) -> bool:
    is_its_own = stored.user == Workspace.BOT_USER or stored.is_handed_over
    return is_its_own or any(Workspace.BOT_USER in channel.members for channel in _places(site, stored))


def person_sees(site: Site, user_id: str, stored: StoredFile) -> bool:
    """The bot's own files appear wherever it shows them; a person's where they shared them, else to that person."""
    is_known = stored.user in {user_id, Workspace.BOT_USER}
    return is_known or any(channel.visible_to(user_id) for channel in _places(site, stored))


def visible_file(site: Site, file_id: str) -> StoredFile:
    """A completed file that the bot can see; raises `file_not_found` or `file_deleted`."""
    if file_id in site.workspace.files.deleted:
        raise ApiError("file_deleted")
    stored = site.workspace.files.by_id.get(file_id)
    if stored is None or not stored.is_complete or not bot_sees(site, stored):
        raise ApiError("file_not_found")
    return stored


def can_be_shown(site: Site, reference: Json) -> bool:
    """Whether a `slack_file` object names a picture that is ready and that the bot can see."""
    file_id = reference.get("id") or _id_in(str(reference.get("url")), site.url)
    stored = site.workspace.files.by_id.get(str(file_id))
    if stored is None or not stored.is_ready or stored.is_hidden or stored.external_url:
        return False
    return stored.filetype in SHOWN_IN_BLOCKS and bot_sees(site, stored)


def _places(site: Site, stored: StoredFile) -> list[Channel]:
    return [site.workspace.channels[channel_id] for channel_id in stored.shares]


def _id_in(url: str, here: str) -> str:
    """The file that a `url_private` or a permalink of this workspace names."""
    if not url.startswith((f"{here}/files/", f"{here}/permalink/")):
        return ""
    return next((part for part in url.split("/") if part.startswith("F") and len(part) >= 9), "")
