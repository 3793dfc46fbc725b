"""What a person does on the page: say, upload, click, choose, send, invite."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.slack import interactions, payloads
from sandbox.slack.access import message_in, parent_in
from sandbox.slack.answers import ApiError, Json
from sandbox.slack.interactions import RefusedError
from sandbox.slack.page_reading import person, seen_channel
from sandbox.slack.posting import authored
from sandbox.slack.site import SITE, Site
from sandbox.slack.typing_rules import encoded
from sandbox.slack.view_stack import owner
from sandbox.slack.workspace import Channel, User, Workspace

_SENTENCES = {
    "channel_not_found": "There is no such conversation for you.",
    "user_not_found": "There is no such person.",
    "message_not_found": "That message is gone.",
    "thread_not_found": "That thread is gone.",
    "file_not_found": "That file is gone.",
    "not_found": "That view is no longer open.",
    "is_archived": "This channel is archived.",
}


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing that a person does, with what their client sent along."""

    site: Site
    user: User
    sent: Json

    def text(self, name: str) -> str:
        return str(self.sent.get(name) or "")

    def object(self, name: str) -> Json:
        value = self.sent.get(name) or {}
        if not isinstance(value, dict):
            raise RefusedError(f"{name} must be an object.")
        return value

    def values(self) -> Json:
        """State as a client sends it: block id, then action id, then what was filled in."""
        values = self.object("values")
        blocks = list(values.values())
        if not all(isinstance(block, dict) and all(isinstance(e, dict) for e in block.values()) for block in blocks):
            raise RefusedError("values must go by block id and action id.")
        return values

    def channel(self) -> Channel:
        return seen_channel(self.site, self.user, self.text("channel"))

    def own_channel(self) -> Channel:
        """Where this person can post."""
        channel = self.channel()
        if self.user.id not in channel.members:
            raise RefusedError("You are not in this channel.")
        if channel.is_archived:
            raise ApiError("is_archived")
        return channel

    def require_insider(self) -> None:
        """Commands and shortcuts are for the organisation that has the app: docs.slack.dev/apis/slack-connect."""
        if self.user.is_stranger:
            raise RefusedError("This app is not installed in your workspace.")

    def view(self) -> Json:
        view = self.site.workspace.views.get(self.text("view_id"))
        if view is None or owner(self.site, view["id"]) != self.user.id:
            raise ApiError("not_found")
        return view

    def thread(self, channel: Channel) -> Json:
        thread_ts = self.text("thread_ts")
        return {"thread_ts": parent_in(channel, thread_ts)} if thread_ts else {}


Deed = Callable[[Doing], Awaitable[Json]]


def doing(deed: Deed) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A POST handler: reads JSON, and answers {ok: true, …} or {ok: false, error: a sentence}."""

    async def handler(request: web.Request) -> web.Response:
        return await answered(request, deed, await _json(request))

    return handler


async def answered(request: web.Request, deed: Deed, sent: Json) -> web.Response:
    site = request.app[SITE]
    try:
        user = person(site, str(sent.get("user") or Workspace.ADA))
        answer = await deed(Doing(site, user, sent))
    except ApiError as refusal:
        return web.json_response({"ok": False, "error": _SENTENCES.get(refusal.error, refusal.error)})
    except RefusedError as refusal:
        site.streams.tell_person(str(sent.get("user")), {"type": "error", "text": str(refusal)})
        return web.json_response({"ok": False, "error": str(refusal), "answered": False})
    return web.json_response({"ok": True, **answer})


async def _json(request: web.Request) -> Json:
    try:
        sent = json.loads(await request.text() or "{}")
    except ValueError:
        raise web.HTTPBadRequest from None
    if not isinstance(sent, dict):
        raise web.HTTPBadRequest
    return sent


async def say(doing: Doing) -> Json:
    text, channel = doing.text("text").strip(), doing.own_channel()
    if text.startswith("/"):
        doing.require_insider()
    if not text:
        raise RefusedError("There is nothing to send.")
    if text.startswith("/"):
        if doing.text("thread_ts"):
            word = text.split(" ", maxsplit=1)[0]
            raise RefusedError(f"{word} is not supported in threads. Sorry!")
        return await interactions.command(doing.site, doing.user, channel, text)
    message = authored(doing.user, channel) | {"text": encoded(doing.site.workspace, text)} | doing.thread(channel)
    return {"message": {**doing.site.posting.post(channel, message), "channel": channel.id}}


async def act(doing: Doing) -> Json:
    await interactions.action(doing.site, doing.user, _place(doing), doing.object("action"), doing.values())
    return {}


async def options(doing: Doing) -> Json:
    return await interactions.options(doing.site, doing.user, _place(doing), doing.sent)


async def view_submit(doing: Doing) -> Json:
    return await interactions.submit(doing.site, doing.user, doing.view(), doing.values())


async def view_close(doing: Doing) -> Json:
    await interactions.close(doing.site, doing.user, doing.view())
    return {}


async def home(doing: Doing) -> Json:
    site, user = doing.site, doing.user
    if not site.manifest.home_tab:
        raise RefusedError("This app has no Home tab.")
    view = site.workspace.homes.get(user.id)
    channel = site.workspace.direct(user.id)
    event: Json = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": "home"}
    event |= {"event_ts": site.workspace.timestamps.next()} | ({"view": view} if view else {})
    site.events.emit("app_home_opened", event)
    return {"view": view}


async def shortcut(doing: Doing) -> Json:
    doing.require_insider()
    callback_id = doing.text("callback_id")
    declared = {entry["callback_id"]: entry["type"] for entry in doing.site.manifest.shortcuts}
    if callback_id not in declared:
        raise RefusedError(f"There is no shortcut {callback_id}.")
    part: Json = {"callback_id": callback_id}
    if declared[callback_id] == "message":
        channel = doing.channel()
        part |= payloads.of_shortcut(doing.site, doing.user, channel, message_in(channel, doing.text("message_ts")))
    await interactions.shortcut(doing.site, doing.user, part)
    return {}


async def invite(doing: Doing) -> Json:
    site, channel = doing.site, doing.channel()
    if channel.is_direct:
        # https://github.com/slackapi/java-slack-sdk/issues/1511
        raise RefusedError("Nobody can be added here. Begin a new group message with the app in it.")
    channel.members.add(Workspace.BOT_USER)
    event: Json = {"type": "member_joined_channel", "user": Workspace.BOT_USER, "channel": channel.id}
    event |= {"channel_type": "G" if channel.is_private else "C", "team": Workspace.TEAM, "inviter": doing.user.id}
    site.events.emit("member_joined_channel", event | {"event_ts": site.workspace.timestamps.next()})
    return {}


def _place(doing: Doing) -> Json:
    """Where a click happened: on a message, an ephemeral one included, or in a view."""
    if doing.text("view_id"):
        return payloads.on_view(doing.view())
    channel, ts = doing.channel(), doing.text("message_ts")
    message: Any = channel.whisper(doing.user.id, ts) or message_in(channel, ts)
    return payloads.on_message(doing.site, doing.user, channel, message)
