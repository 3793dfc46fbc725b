"""Every route of the local Slack, and who may call it: this machine's own pages and programs."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.slack import page_acting, page_editing, page_reading, page_uploading
from sandbox.slack.answers import ApiError
from sandbox.slack.page_acting import doing
from sandbox.slack.responses import response_url
from sandbox.slack.site import SITE, Site
from sandbox.slack.transfers import download, permalink, upload
from sandbox.slack.web_api import api_call

MOST_BYTES = 256 * 1024 * 1024


def application(site: Site, host: str) -> web.Application:
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[_from_here_only(host), _refusals])
    app[SITE] = site
    app.add_routes([*_app_routes(site), *_reading_routes(), *_acting_routes()])
    return app


def _app_routes(site: Site) -> list[web.RouteDef]:
    return [
        web.post("/api/{method}", api_call),
        web.get("/api/{method}", api_call),
        web.get("/link", site.sockets.serve),
        web.post("/response/{token}", response_url),
        web.post("/upload/{token}", upload),
        web.get("/files/{file}/{rest:.+}", download),
        web.get("/permalink/{file}/{name}", permalink),
    ]


def _reading_routes() -> list[web.RouteDef]:
    return [
        web.get("/", page_reading.index),
        web.get("/archives/{rest:.+}", page_reading.index),
        web.get("/static/{name:.+}", page_reading.static),
        web.get("/page/workspace", page_reading.workspace),
        web.get("/page/messages", page_reading.messages),
        web.get("/page/events", page_reading.live),
        web.get("/page/news", page_reading.news),
        web.get("/page/home", page_reading.home),
        web.get("/page/views", page_reading.views),
        web.get("/page/samples/{label}/{name}", page_reading.sample),
        web.get("/page/files/{file}/{name}", page_reading.picture),
    ]


def _acting_routes() -> list[web.RouteDef]:
    return [
        web.post("/page/say", doing(page_acting.say)),
        web.post("/page/upload", page_uploading.upload),
        web.post("/page/give", page_uploading.give),
        web.post("/page/action", doing(page_acting.act)),
        web.post("/page/options", doing(page_acting.options)),
        web.post("/page/view_submit", doing(page_acting.view_submit)),
        web.post("/page/view_close", doing(page_acting.view_close)),
        web.post("/page/home", doing(page_acting.home)),
        web.post("/page/shortcut", doing(page_acting.shortcut)),
        web.post("/page/invite", doing(page_acting.invite)),
        web.post("/page/edit", doing(page_editing.edit)),
        web.post("/page/delete", doing(page_editing.delete)),
        web.post("/page/delete_file", doing(page_editing.delete_own_file)),
        web.post("/page/share", doing(page_editing.share_again)),
        web.post("/page/share_external", doing(page_editing.share_external)),
    ]


def _from_here_only(host: str) -> Middleware:
    # The page has no login: a foreign site must neither reach it by a name of its own nor post to it.
    known = {host, "127.0.0.1", "localhost"}

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        name = request.host.rpartition(":")[0] or request.host
        origin = request.headers.get("Origin")
        if name not in known or (origin is not None and origin != f"http://{request.host}"):
            raise web.HTTPForbidden(text="This server answers pages of its own address only.")
        return await handler(request)

    return guard


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as refusal:
        return web.json_response(refusal.answer(), status=404)
