"""response_url: up to five answers to an interaction within half an hour, also where the bot is no member."""

import json
import time

from aiohttp import web

from sandbox.slack.answers import ApiError, Json
from sandbox.slack.arguments import Arguments
from sandbox.slack.composing import MOST_TEXT_POSTED, compose
from sandbox.slack.gate import through
from sandbox.slack.posting import authored
from sandbox.slack.site import SITE, ResponseUrl, Site
from sandbox.slack.workspace import Channel, Workspace

# https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
MOST_USES = 5


async def response_url(request: web.Request) -> web.StreamResponse:
    """POST /response/TOKEN."""
    site = request.app[SITE]
    token = request.match_info["token"]
    body = await request.text()

    async def act() -> web.Response:
        try:
            respond(site, _usable(site, token), _arguments(body))
        except ApiError as refusal:
            gone = refusal.error in {"used_url", "expired_url"}
            return web.json_response(refusal.answer(), status=404 if gone else 400)
        return web.Response(text="ok")

    return await through(request, "response_url", {"body": body}, act)


def respond(site: Site, place: ResponseUrl, arguments: Arguments) -> None:
    """Post, replace or delete; raises `ApiError`."""
    channel = site.workspace.channel(place.channel)
    original = _original(channel, place)
    is_own = original is not None and original.get("bot_id") == Workspace.BOT
    own = original if is_own and place.has_original else None
    if arguments.flag("delete_original") and own:
        _delete(site, channel, place.user, own)
        return
    content = compose(site, arguments, MOST_TEXT_POSTED)
    if arguments.flag("replace_original") and own:
        _replace(site, channel, place.user, own, content)
        return
    _answer(site, place, arguments, original, content)


def _answer(site: Site, place: ResponseUrl, arguments: Arguments, original: Json | None, content: Json) -> None:
    channel = site.workspace.channel(place.channel)
    message = authored(site.workspace.bot) | content
    thread_ts = arguments.text("thread_ts") or _thread_of(original or {})
    if thread_ts and thread_ts in channel.messages:
        message["thread_ts"] = thread_ts
    if arguments.text("response_type") == "in_channel":
        site.posting.post(channel, message)
    else:
        site.posting.whisper(channel, place.user, message)


def _thread_of(original: Json) -> str:
    """The thread that the original is a reply in; the answer to a click on a thread's first message is in the channel.

    https://github.com/slackapi/node-slack-sdk/issues/674
    """
    thread_ts = str(original.get("thread_ts") or "")
    return "" if thread_ts == original.get("ts") else thread_ts


def _usable(site: Site, token: str) -> ResponseUrl:
    place = site.response_urls.get(token)
    if place is None or time.monotonic() > place.expires:
        raise ApiError("expired_url")
    if place.uses >= MOST_USES:
        raise ApiError("used_url")
    place.uses += 1
    return place


def _arguments(body: str) -> Arguments:
    try:
        given = json.loads(body)
    except ValueError:
        raise ApiError("invalid_payload") from None
    if not isinstance(given, dict):
        raise ApiError("invalid_payload")
    return Arguments(given)


def _original(channel: Channel, place: ResponseUrl) -> Json | None:
    whisper = channel.whisper(place.user, place.message_ts)
    return whisper or channel.messages.get(place.message_ts)


def _replace(site: Site, channel: Channel, viewer: str, original: Json, content: Json) -> None:
    changes = {"blocks": [], **content}
    if original.get("is_ephemeral"):
        site.posting.edit_whisper(channel, viewer, original, changes)
    else:
        site.posting.edit(channel, original, changes, Workspace.BOT_USER)


def _delete(site: Site, channel: Channel, viewer: str, original: Json) -> None:
    if original.get("is_ephemeral"):
        site.posting.delete_whisper(channel, viewer, original)
    else:
        site.posting.delete(channel, original)
