"""The Web API's door: who calls, with which scopes, and which method answers."""

from collections.abc import Callable

from aiohttp import web

from sandbox.slack import methods_chat, methods_directory, methods_files, methods_views
from sandbox.slack.answers import ApiError, Json
from sandbox.slack.arguments import Arguments, read_arguments
from sandbox.slack.gate import through
from sandbox.slack.scopes import METHOD_SCOPES, require
from sandbox.slack.site import SITE, Site

Method = Callable[[Site, Arguments], Json]
METHODS: dict[str, Method] = {
    **methods_chat.METHODS,
    **methods_directory.METHODS,
    **methods_files.METHODS,
    **methods_views.METHODS,
}
_WITHOUT_TOKEN = frozenset({"api.test"})
_WITH_APP_TOKEN = frozenset({"apps.connections.open"})


async def api_call(request: web.Request) -> web.StreamResponse:
    """POST or GET /api/METHOD; refusals are answered with status 200, as Slack does."""
    method = request.match_info["method"]
    site = request.app[SITE]
    try:
        arguments = await read_arguments(request)
    except ApiError as refusal:
        return web.json_response(refusal.answer())

    async def act() -> web.Response:
        return _answer(site, method, arguments, _token(request, arguments))

    return await through(request, method, arguments.given, act)


def _answer(site: Site, method: str, arguments: Arguments, token: str) -> web.Response:
    wait = site.limits.wait_for(method, arguments.text("channel")) if site.behaviour.rate_limits else 0.0
    if wait:
        headers = {"Retry-After": str(int(wait) + 1)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    try:
        answer = {"ok": True, **_call(site, method, arguments, token)}
    except ApiError as refusal:
        answer = refusal.answer()
    return web.json_response(answer, headers=_scope_headers(site, method))


def _call(site: Site, method: str, arguments: Arguments, token: str) -> Json:
    if method not in METHODS:
        raise ApiError("unknown_method", req_method=method)
    if method not in _WITHOUT_TOKEN:
        _admit(site, method, token)
        require(METHOD_SCOPES.get(method, ""), site.manifest.scopes)
    return METHODS[method](site, arguments)


def _admit(site: Site, method: str, token: str) -> None:
    if not token:
        raise ApiError("not_authed")
    if token not in {site.credentials.bot_token, site.credentials.app_token}:
        raise ApiError("invalid_auth")
    if (token == site.credentials.app_token) != (method in _WITH_APP_TOKEN):
        raise ApiError("not_allowed_token_type")


def _token(request: web.Request, arguments: Arguments) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else arguments.text("token")


def _scope_headers(site: Site, method: str) -> dict[str, str]:
    headers = {"x-oauth-scopes": ",".join(site.manifest.scopes)}
    if method in METHOD_SCOPES:
        headers["x-accepted-oauth-scopes"] = METHOD_SCOPES[method]
    return headers
