"""files.*: the external upload in three steps, and what became of a file."""

import asyncio
import secrets
import time
from collections.abc import Callable

from sandbox.slack.access import joined_channel, parent_in, visible_file
from sandbox.slack.answers import ApiError, Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.composing import checked_blocks
from sandbox.slack.files import StoredFile
from sandbox.slack.sharing import delete_file, describe_file, share
from sandbox.slack.site import Site
from sandbox.slack.workspace import Channel, Workspace


def get_upload_url(site: Site, arguments: Arguments) -> Json:
    name = arguments.needed("filename", "missing_argument")
    length = arguments.number("length", 0, 2**40)
    if not length:
        raise ApiError("missing_argument")
    alt_text = arguments.text("alt_txt")
    if len(alt_text) > 1000:
        raise ApiError("alt_txt_too_large")
    stored = site.workspace.files.new(Workspace.BOT_USER, name, length)
    stored.alt_text = alt_text
    token = secrets.token_urlsafe(18)
    site.uploads[token] = stored.id
    return {"upload_url": f"{site.url}/upload/{token}", "file_id": stored.id}


def complete_upload(site: Site, arguments: Arguments) -> Json:
    files = [_uploaded(site, entry) for entry in _entries(arguments)]
    channels = [joined_channel(site, channel_id) for channel_id in _channel_ids(arguments)]
    content = [_content(site, channel, arguments) for channel in channels]
    for stored in files:
        stored.ready_at = time.monotonic() + site.behaviour.file_ready_seconds
    # Slack shares the file once it has looked at it, after this call is answered.
    for channel, words in zip(channels, content, strict=True):
        site.dispatcher.spawn(_share_when_ready(site, channel, files, words))
    return {"files": [describe_file(site, stored) for stored in files]}


def info(site: Site, arguments: Arguments) -> Json:
    stored = visible_file(site, arguments.needed("file", "file_not_found"))
    return {"file": describe_file(site, stored), "comments": [], "response_metadata": {"next_cursor": ""}}


def listing(site: Site, arguments: Arguments) -> Json:
    channel = arguments.text("channel")
    wanted = [f for f in site.workspace.files.by_id.values() if f.is_complete and _is_listed(site, f, channel)]
    count, page = arguments.number("count", 100, 1000), arguments.number("page", 1, 1000)
    shown = wanted[(page - 1) * count : page * count]
    paging = {"count": count, "total": len(wanted), "page": page, "pages": -(-len(wanted) // count)}
    return {"files": [describe_file(site, stored) for stored in shown], "paging": paging}


def delete(site: Site, arguments: Arguments) -> Json:
    stored = visible_file(site, arguments.needed("file", "file_not_found"))
    if stored.user != Workspace.BOT_USER:
        raise ApiError("cant_delete_file")
    delete_file(site, stored)
    return {}


def _is_listed(site: Site, stored: StoredFile, channel: str) -> bool:
    try:
        visible_file(site, stored.id)
    except ApiError:
        return False
    return not channel or channel in stored.shares


def _entries(arguments: Arguments) -> list[Json]:
    entries = arguments.structure("files", "invalid_arguments")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise ApiError("invalid_arguments")
    return entries


def _uploaded(site: Site, entry: Json) -> StoredFile:
    stored = site.workspace.files.by_id.get(str(entry.get("id")))
    if stored is None or stored.user != Workspace.BOT_USER or stored.is_complete or not stored.data:
        raise ApiError("file_not_found")
    stored.title = str(entry.get("title") or stored.name)
    return stored


def _channel_ids(arguments: Arguments) -> list[str]:
    given = arguments.text("channels") or arguments.text("channel_id")
    channel_ids = [name.strip() for name in given.split(",") if name.strip()]
    if len(channel_ids) > 100:
        raise ApiError("channels_limit_exceeded")
    return channel_ids


def _content(site: Site, channel: Channel, arguments: Arguments) -> Json:
    content: Json = {"text": arguments.text("initial_comment")}
    blocks = checked_blocks(site, arguments.structure("blocks", "invalid_blocks_format"))
    # https://docs.slack.dev/reference/methods/files.completeUploadExternal: a comment makes it ignore the blocks.
    if blocks and not content["text"]:
        if any(block["type"] == "markdown" for block in blocks):
            # https://github.com/slackapi/python-slack-sdk/issues/1756
            raise ApiError("internal_error")
        content["blocks"] = blocks
    if arguments.text("thread_ts"):
        content["thread_ts"] = parent_in(channel, arguments.text("thread_ts"))
    return content


async def _share_when_ready(site: Site, channel: Channel, files: list[StoredFile], content: Json) -> None:
    while not all(stored.is_ready for stored in files):
        await asyncio.sleep(site.behaviour.file_ready_seconds / 4)
    share(site, channel, site.workspace.bot, files, content)


METHODS: dict[str, Callable[[Site, Arguments], Json]] = {
    "files.completeUploadExternal": complete_upload,
    "files.delete": delete,
    "files.getUploadURLExternal": get_upload_url,
    "files.info": info,
    "files.list": listing,
}
