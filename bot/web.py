"""The listeners behind gunicorn: Slack's requests at /slack/events, and a health check at /healthz."""

from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.app.base import BaseApplication
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
THREADS = 16


def wsgi(app: App) -> Wsgi:
    """The WSGI application."""
    slack = SlackRequestHandler(app)

    def serve_one(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/healthz":
            start_response("200 OK", [("content-type", "text/plain")])
            return [b"ok"]
        return slack(environ, start_response)

    return serve_one


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, application: Wsgi, port: int) -> None:
        self._application = application
        self._port = port
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", f"0.0.0.0:{self._port}")
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", THREADS)
        self.cfg.set("control_socket_disable", True)

    def load(self) -> Wsgi:
        return self._application


def serve(app: App, port: int) -> None:
    """Serve until told to stop."""
    _Gunicorn(wsgi(app), port).run()
