"""What the page reads: the workspace as one person sees it, messages, views, pictures and what happens live."""

import asyncio
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from sandbox.slack.access import person_sees
from sandbox.slack.answers import ApiError, Json
from sandbox.slack.file_objects import THUMBNAILS
from sandbox.slack.methods_directory import is_top_level
from sandbox.slack.site import SITE, Site
from sandbox.slack.thumbnails import thumbnail
from sandbox.slack.workspace import Channel, User, Workspace

PAGE = Path(__file__).with_name("page")
LONGEST_WAIT_SECONDS = 10.0
_FRESH = {"Cache-Control": "no-store"}
_UPLOADS = "uploads"
_SIDES = frozenset(str(side) for side in THUMBNAILS)
_PICTURES = frozenset({".png", ".jpg", ".jpeg"})


async def index(request: web.Request) -> web.StreamResponse:  # noqa: ARG001 - a handler
    return _served(PAGE, "index.html")


async def static(request: web.Request) -> web.StreamResponse:
    return _served(PAGE, request.match_info["name"])


async def sample(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    path = samples(site).get(f"{request.match_info['label']}/{request.match_info['name']}")
    if path is None:
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": "max-age=3600"})


async def workspace(request: web.Request) -> web.Response:
    site, me = request.app[SITE], person(request.app[SITE], request.query.get("user", ""))
    bot = site.workspace.bot
    return web.json_response(
        {
            "team": {"id": Workspace.TEAM, "name": Workspace.TEAM_NAME, "domain": Workspace.DOMAIN},
            "me": _user(me),
            "users": [_user(user) for user in site.workspace.users.values()],
            "usergroups": [{"id": g.id, "handle": g.handle} for g in site.workspace.groups.values()],
            "channels": [_channel(c, me) for c in site.workspace.channels.values() if c.visible_to(me.id)],
            "bot": {"user_id": bot.id, "bot_id": bot.bot_id, "app_id": bot.app_id, "name": bot.name},
            "commands": [_command(entry) for entry in site.manifest.commands.values()],
            "shortcuts": [{key: s[key] for key in ("name", "callback_id", "type")} for s in site.manifest.shortcuts],
            "samples": [_sample(name, path) for name, path in samples(site).items()],
            "opened": site.opened,
            "limits": {"file_input_bytes": site.behaviour.file_input_bytes},
        },
        headers=_FRESH,
    )


async def messages(request: web.Request) -> web.Response:
    site, query = request.app[SITE], request.query
    me = person(site, query.get("user", ""))
    channel = seen_channel(site, me, query.get("channel", ""))
    shown = messages_for(channel, me.id, query.get("thread_ts", ""))
    return web.json_response({"messages": [{**m, "channel": channel.id} for m in shown]}, headers=_FRESH)


async def live(request: web.Request) -> web.StreamResponse:
    site = request.app[SITE]
    return await site.streams.serve(request, person(site, request.query.get("user", "")).id)


async def news(request: web.Request) -> web.Response:
    """For whoever waits without a page: so many notes were told, at once or as soon as it is another number."""
    site, query = request.app[SITE], request.query
    known, seconds = int(query.get("known", -1)), min(float(query.get("seconds", 0)), LONGEST_WAIT_SECONDS)
    return web.json_response({"told": await site.streams.news(known, seconds)}, headers=_FRESH)


async def home(request: web.Request) -> web.Response:
    site = request.app[SITE]
    me = person(site, request.query.get("user", ""))
    return web.json_response({"view": site.workspace.homes.get(me.id)}, headers=_FRESH)


async def views(request: web.Request) -> web.Response:
    site = request.app[SITE]
    me = person(site, request.query.get("user", ""))
    return web.json_response({"view": site.workspace.open_view(me.id)}, headers=_FRESH)


async def picture(request: web.Request) -> web.Response:
    site = request.app[SITE]
    stored = site.workspace.files.by_id.get(request.match_info["file"])
    if stored is None or not person_sees(site, request.query.get("user", ""), stored):
        raise web.HTTPNotFound
    # Never as a document: a file that somebody uploaded must not run as a page here.
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
    # A file's bytes never change: a card that is redrawn must not fetch its pictures again.
    headers |= {"Cache-Control": "private, max-age=3600"}
    side = request.query.get("side", "")
    drawn = await asyncio.to_thread(thumbnail, stored.data, int(side)) if side in _SIDES else None
    data, mimetype = drawn or (stored.data, stored.mimetype)
    return web.Response(body=data, content_type=mimetype, headers=headers)


def person(site: Site, user_id: str) -> User:
    """Raises `user_not_found`, also for bots."""
    user = site.workspace.user(user_id)
    if user.is_bot:
        raise ApiError("user_not_found")
    return user


def seen_channel(site: Site, me: User, channel_id: str) -> Channel:
    channel = site.workspace.channel(channel_id)
    if not channel.visible_to(me.id):
        raise ApiError("channel_not_found")
    return channel


def messages_for(channel: Channel, user_id: str, thread_ts: str) -> list[Json]:
    """A thread with its parent, or the channel; with what only this person sees, oldest first."""
    mine = [message for viewer, message in channel.whispers if viewer == user_id]
    if thread_ts:
        parent = [channel.messages[thread_ts]] if thread_ts in channel.messages else []
        whispers = [message for message in mine if message.get("thread_ts") == thread_ts]
        shown = [*parent, *channel.thread(thread_ts), *whispers]
    else:
        shown = [m for m in (*channel.messages.values(), *mine) if is_top_level(m)]
    return sorted(shown, key=_age)


def samples(site: Site) -> dict[str, Path]:
    """Sample pictures by class/name, then files of any kind as uploads/name."""
    pictures = [path for path in _files_in(site.samples, "*/*") if path.suffix.lower() in _PICTURES]
    named = {f"{path.parent.name}/{path.name}": path for path in pictures}
    return named | {f"{_UPLOADS}/{path.name}": path for path in _files_in(site.sample_uploads, "*")}


def _files_in(folder: Path | None, pattern: str) -> list[Path]:
    if folder is None or not folder.is_dir():
        return []
    return sorted(path for path in folder.glob(pattern) if path.is_file() and not path.name.startswith("."))


def _age(message: Json) -> tuple[int, str]:
    seconds, _, fraction = message["ts"].partition(".")
    return int(seconds), fraction


def _served(folder: Path, name: str) -> web.StreamResponse:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=_FRESH)


def _user(user: User) -> Json:
    initials = "".join(word[0] for word in user.real_name.split()[:2]).upper()
    known = {"id": user.id, "name": user.name, "real_name": user.real_name, "is_bot": user.is_bot}
    return known | {"color": user.color, "avatar": initials}


def _channel(channel: Channel, me: User) -> Json:
    known: Json = {"id": channel.id, "name": channel.name, "is_private": channel.is_private, "is_im": channel.is_im}
    known |= {"is_member": me.id in channel.members, "bot_is_member": Workspace.BOT_USER in channel.members}
    known |= {"topic": channel.topic, "is_mpim": channel.is_mpim}
    if channel.is_mpim:
        # People before apps.
        known["others"] = sorted(channel.members - {me.id}, key=lambda member: (member == Workspace.BOT_USER, member))
    return known | ({"user": Workspace.BOT_USER} if channel.is_im else {})


def _command(entry: object) -> Json:
    return {key: getattr(entry, key) for key in ("command", "description", "usage_hint")}


def _sample(name: str, path: Path) -> Json:
    label = "" if name.startswith(f"{_UPLOADS}/") else path.parent.name
    known: Json = {"name": name, "class": label, "title": path.name, "size": path.stat().st_size}
    return known | {"is_picture": path.suffix.lower() in _PICTURES, "url": f"/page/samples/{quote(name)}"}
