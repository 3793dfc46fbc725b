"""Bytes in and out: the address of an external upload, and downloads that need the bot's token."""

import asyncio

from aiohttp import web

from sandbox.slack.access import bot_sees
from sandbox.slack.file_objects import THUMBNAILS
from sandbox.slack.files import StoredFile
from sandbox.slack.gate import login_page, through
from sandbox.slack.site import SITE, Site
from sandbox.slack.thumbnails import thumbnail


async def upload(request: web.Request) -> web.StreamResponse:
    """POST /upload/TOKEN: the second step of an external upload, without a token of its own."""
    site, token = request.app[SITE], request.match_info["token"]
    data = await request.read()

    async def act() -> web.Response:
        stored = site.workspace.files.by_id.get(site.uploads.get(token, ""))
        if stored is None or stored.is_complete:
            return web.Response(text="This upload address is not valid.", status=404)
        if len(data) != stored.length:
            return web.Response(text="The length differs from the one announced.", status=400)
        stored.data = data
        return web.Response(text=f"OK - {len(data)}")

    return await through(request, "upload", {"length": len(data)}, act)


async def download(request: web.Request) -> web.StreamResponse:
    """GET /files/…: with status 200 and a login page for everybody without the right token, as Slack does."""
    site = request.app[SITE]
    file_id = request.match_info["file"]

    async def act() -> web.Response:
        stored = site.workspace.files.by_id.get(file_id)
        if stored is None or not _may_read(request, site, stored):
            return login_page()
        first, _, rest = request.match_info["rest"].partition("/")
        if first == "thumb":
            return await thumb(stored, rest.partition("/")[0])
        return web.Response(body=stored.data, content_type=stored.mimetype)

    return await through(request, "download", {"file": file_id}, act)


async def thumb(stored: StoredFile, side: str) -> web.Response:
    """A thumbnail of this side; 404 where there is none."""
    sides = {str(known) for known in THUMBNAILS}
    drawn = await asyncio.to_thread(thumbnail, stored.data, int(side)) if side in sides else None
    if drawn is None:
        return web.Response(text="There is no such thumbnail.", status=404)
    return web.Response(body=drawn[0], content_type=drawn[1])


async def permalink(request: web.Request) -> web.Response:
    location = f"/page/files/{request.match_info['file']}/{request.match_info['name']}"
    raise web.HTTPFound(location)


def _may_read(request: web.Request, site: Site, stored: StoredFile) -> bool:
    has_token = request.headers.get("Authorization") == f"Bearer {site.credentials.bot_token}"
    is_here = stored.is_complete and not stored.is_hidden and not stored.external_url
    return has_token and "files:read" in site.manifest.scopes and is_here and bot_sees(site, stored)
