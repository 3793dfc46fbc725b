"""What a person does to what is there already: edit, delete, share again, and share what lies elsewhere."""

from sandbox.slack.access import message_in, person_sees
from sandbox.slack.answers import ApiError, Json
from sandbox.slack.files import StoredFile
from sandbox.slack.interactions import RefusedError
from sandbox.slack.page_acting import Doing
from sandbox.slack.sharing import delete_file, share
from sandbox.slack.typing_rules import encoded


async def edit(doing: Doing) -> Json:
    """A message's text; its files stay with it."""
    channel, message = doing.own_channel(), _own_message(doing)
    text = doing.text("text").strip()
    if not text and not message.get("files"):
        raise RefusedError("A message cannot be empty.")
    changes: Json = {"text": encoded(doing.site.workspace, text)}
    return {"message": {**doing.site.posting.edit(channel, message, changes, doing.user.id), "channel": channel.id}}


async def delete(doing: Doing) -> Json:
    channel, message = doing.own_channel(), _own_message(doing)
    doing.site.posting.delete(channel, message)
    return {}


async def delete_own_file(doing: Doing) -> Json:
    stored = _file(doing)
    if stored.user != doing.user.id:
        raise RefusedError("This file is somebody else's.")
    delete_file(doing.site, stored)
    return {}


async def share_again(doing: Doing) -> Json:
    """A file that is in the workspace already, in another message."""
    site, channel = doing.site, doing.own_channel()
    content = {"text": encoded(site.workspace, doing.text("text"))} | doing.thread(channel)
    message = share(site, channel, doing.user, [_file(doing)], content, is_upload=False)
    return {"message": {**message, "channel": channel.id}}


async def share_external(doing: Doing) -> Json:
    """A file of another service, of which Slack has the address only."""
    site, channel = doing.site, doing.own_channel()
    url, title = doing.text("url"), doing.text("title")
    if not url.startswith("https://") or not title:
        raise RefusedError("A file that lies elsewhere needs a title and an https address.")
    stored = site.workspace.files.add_external(doing.user.id, title, url, doing.text("external_type") or "gdrive")
    content = {"text": encoded(site.workspace, doing.text("text"))} | doing.thread(channel)
    return {"message": {**share(site, channel, doing.user, [stored], content, is_upload=False), "channel": channel.id}}


def _own_message(doing: Doing) -> Json:
    message = message_in(doing.own_channel(), doing.text("message_ts"))
    if message.get("user") != doing.user.id:
        raise RefusedError("This message is somebody else's.")
    return message


def _file(doing: Doing) -> StoredFile:
    stored = doing.site.workspace.files.by_id.get(doing.text("file"))
    if stored is None or not person_sees(doing.site, doing.user.id, stored):
        raise ApiError("file_not_found")
    return stored
