"""The way that every call of the app takes: observers before and after it, and the fault that waits for it."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.slack.answers import ApiError, Json
from sandbox.slack.faults import ConnectionDroppedError, Fault, FaultKind
from sandbox.slack.site import SITE, Site

Act = Callable[[], Awaitable[web.Response]]
# What Slack answers with status 200 to a download without the right token.
LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to your workspace</body></html>"


async def through(request: web.Request, method: str, arguments: Json, act: Act) -> web.StreamResponse:
    """Run one call; a caller that is gone before it starts leaves no trace."""
    site = request.app[SITE]
    try:
        await _observe(site, method, "before", arguments)
        _require_caller(request)
        response = await _with_fault(request, site.faults.take(method), act)
        await _observe(site, method, "after", arguments)
    except ConnectionDroppedError:
        return _hang_up(request)
    return response


def login_page() -> web.Response:
    return web.Response(text=LOGIN_PAGE, content_type="text/html")


async def _observe(site: Site, method: str, moment: str, arguments: Json) -> None:
    # In a thread, so that an observer may wait for the process that it kills without holding up the server.
    for observer in tuple(site.observers):
        await asyncio.get_running_loop().run_in_executor(None, observer, method, moment, arguments)
        await asyncio.sleep(0)


def _require_caller(request: web.Request) -> None:
    if request.transport is None or request.transport.is_closing():
        raise ConnectionDroppedError


async def _with_fault(request: web.Request, fault: Fault | None, act: Act) -> web.StreamResponse:
    if fault is None:
        return await act()
    match fault.kind:
        case FaultKind.SLOW:
            await asyncio.sleep(float(fault.details.get("seconds", 1.0)))
            return await act()
        case FaultKind.TRUNCATE:
            return await _truncated(request, await act())
    if fault.details.get("applied"):
        await act()
    return _broken(fault)


def _broken(fault: Fault) -> web.Response:
    details = fault.details
    match fault.kind:
        case FaultKind.RATELIMITED:
            headers = {"Retry-After": str(details.get("retry_after", 1))}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        case FaultKind.HTTP:
            return web.Response(text="Something broke", status=int(details.get("status", 500)))
        case FaultKind.ERROR:
            error = str(details.get("error", "internal_error"))
            extra = {key: value for key, value in details.items() if key not in {"error", "applied"}}
            return web.json_response(ApiError(error, **extra).answer())
        case FaultKind.HTML:
            return login_page()
    raise ConnectionDroppedError


async def _truncated(request: web.Request, whole: web.Response) -> web.StreamResponse:
    body = whole.body if isinstance(whole.body, bytes) else b""
    response = web.StreamResponse(headers={"Content-Type": whole.content_type})
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport:
        request.transport.close()
    return response


def _hang_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()
