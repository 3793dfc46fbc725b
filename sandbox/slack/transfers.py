"""Bytes in and out: the address of an external upload, and downloads that need the bot's token."""

from aiohttp import web

from sandbox.slack.access import bot_sees
from sandbox.slack.files import StoredFile
from sandbox.slack.gate import login_page, through
from sandbox.slack.site import SITE, Site


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
        return web.Response(body=stored.data, content_type=stored.mimetype)

    return await through(request, "download", {"file": file_id}, act)


async def permalink(request: web.Request) -> web.Response:
    location = f"/page/files/{request.match_info['file']}/{request.match_info['name']}"
    raise web.HTTPFound(location)


def _may_read(request: web.Request, site: Site, stored: StoredFile) -> bool:
    has_token = request.headers.get("Authorization") == f"Bearer {site.credentials.bot_token}"
    return has_token and "files:read" in site.manifest.scopes and stored.is_complete and bot_sees(site, stored)
