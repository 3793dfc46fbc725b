"""The local Slack: one thread that serves the Web API, Socket Mode and the page on loopback."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from sandbox.slack.behaviour import Behaviour
from sandbox.slack.delivery import AppEvents, Dispatcher
from sandbox.slack.faults import Faults
from sandbox.slack.http_delivery import HttpDelivery
from sandbox.slack.manifest import read_manifest
from sandbox.slack.page_streams import PageStreams
from sandbox.slack.posting import Posting
from sandbox.slack.routes import application
from sandbox.slack.sharing import hide_file
from sandbox.slack.site import Credentials, Observer, Site
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.workspace import Workspace

logger = logging.getLogger(__name__)
T = TypeVar("T")


class LocalSlack:
    """A workspace that apps and people can use; it can be stopped and started again, and keeps what it knows.

    `observers` are called as (method, "before" | "after", arguments) around each Web API call, and around each
    "upload", "download" and "response_url". They run in a thread of their own and may kill the caller: a caller
    that dies in "before" leaves no trace. `request_url` counts from the next `start`. The page offers the pictures
    of `samples` (a folder for each class) and the files of `sample_uploads`.
    """

    def __init__(
        self,
        manifest: Path,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        samples: Path | None = None,
        sample_uploads: Path | None = None,
        request_url: str | None = None,
    ) -> None:
        self.manifest = read_manifest(manifest)
        self.workspace = Workspace()
        self.faults = Faults()
        self.observers: list[Observer] = []
        self.behaviour = Behaviour()
        self.credentials = Credentials.fresh()
        self.request_url = request_url
        self._samples, self._sample_uploads = samples, sample_uploads
        self._host, self._port = host, port
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._site: Site | None = None
        self._over: asyncio.Event | None = None
        self._failure: BaseException | None = None

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self._port}"

    @property
    def rate_limits(self) -> bool:
        return self.behaviour.rate_limits

    @rate_limits.setter
    def rate_limits(self, on: bool) -> None:
        self.behaviour.rate_limits = on

    @property
    def deliver_twice(self) -> bool:
        return self.behaviour.deliver_twice

    @deliver_twice.setter
    def deliver_twice(self, on: bool) -> None:
        self.behaviour.deliver_twice = on

    @property
    def connections(self) -> int:
        """How many WebSockets the app has open."""
        return self._site.sockets.connections if self._site else 0

    def environment(self) -> dict[str, str]:
        """The variables with which an app reaches this workspace."""
        return {
            "SLACK_BOT_TOKEN": self.credentials.bot_token,
            "SLACK_APP_TOKEN": self.credentials.app_token,
            "SLACK_SIGNING_SECRET": self.credentials.signing_secret,
            "SLACK_API_URL": f"{self.url}/api/",
        }

    def start(self) -> None:
        """Returns once it is listening; raises OSError where the port is taken."""
        if self._thread:
            return
        ready = threading.Event()
        self._failure = None
        self._thread = threading.Thread(target=self._run, args=(ready,), name="local-slack", daemon=True)
        self._thread.start()
        ready.wait()
        self._raise_failure(self._thread)

    def stop(self) -> None:
        """Close everything and wait for the thread; the same port is used at the next start."""
        thread, loop, over = self._thread, self._loop, self._over
        if thread and loop and over:
            loop.call_soon_threadsafe(over.set)
            thread.join()
        self._thread = None

    def drop_sockets(self) -> None:
        """Cut every WebSocket without a word, as a broken network does."""
        self._in_loop(_calling(lambda site: site.sockets.drop()))

    def refresh_sockets(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew, as Slack does every few hours."""
        self._in_loop(lambda site: site.sockets.refresh(reason))

    def connect_partner(self) -> str:
        """Share a channel with another organisation (Slack Connect), whose Mia is in it; answers the channel's id."""
        return self.change(lambda workspace: workspace.connect().id)

    def hide_file(self, file_id: str) -> None:
        """Let a free plan's limit take a file away: what is left of it is `hidden_by_limit`."""
        self._in_loop(_calling(lambda site: hide_file(site, site.workspace.files.by_id[file_id])))

    def change(self, deed: Callable[[Workspace], T]) -> T:
        """Change the workspace from another thread, between two calls of the app."""

        async def work(site: Site) -> T:
            return deed(site.workspace)

        return self._in_loop(work)

    def _in_loop(self, work: Callable[[Site], Coroutine[Any, Any, T]]) -> T:
        if not (self._loop and self._site and self._thread):
            raise RuntimeError("The local Slack is not running.")
        return asyncio.run_coroutine_threadsafe(work(self._site), self._loop).result(timeout=60)

    def _raise_failure(self, thread: threading.Thread) -> None:
        if self._failure:
            thread.join()
            self._thread = None
            raise self._failure

    def _run(self, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(ready))
        except OSError as failure:
            self._failure = failure
        finally:
            ready.set()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with _transport(self) as (sockets, dispatcher):
            site = self._build(sockets, dispatcher)
            runner = web.AppRunner(application(site, self._host), access_log=None, shutdown_timeout=0.5)
            await runner.setup()
            try:
                await self._listen(runner)
                site.url, self._site = self.url, site
                logger.info("slack_listening url=%s", self.url)
                ready.set()
                await self._over.wait()
            finally:
                site.streams.close()
                sockets.drop()
                await dispatcher.close()
                await runner.cleanup()

    async def _listen(self, runner: web.AppRunner) -> None:
        await web.TCPSite(runner, self._host, self._port, reuse_address=True).start()
        self._port = runner.addresses[0][1]

    def _build(self, sockets: SocketMode, dispatcher: Dispatcher) -> Site:
        streams = PageStreams()
        events = AppEvents(self.manifest, dispatcher)
        return Site(
            url=self.url,
            workspace=self.workspace,
            manifest=self.manifest,
            credentials=self.credentials,
            behaviour=self.behaviour,
            faults=self.faults,
            observers=self.observers,
            samples=self._samples,
            sample_uploads=self._sample_uploads,
            sockets=sockets,
            dispatcher=dispatcher,
            streams=streams,
            events=events,
            posting=Posting(self.workspace, streams, events, self.behaviour),
        )


def _calling(deed: Callable[[Site], None]) -> Callable[[Site], Coroutine[Any, Any, None]]:
    async def work(site: Site) -> None:
        deed(site)

    return work


@asynccontextmanager
async def _transport(slack: LocalSlack) -> AsyncIterator[tuple[SocketMode, Dispatcher]]:
    sockets = SocketMode(slack.behaviour, Workspace.APP)
    if not slack.request_url:
        yield sockets, Dispatcher(sockets, slack.behaviour)
        return
    http = HttpDelivery(slack.request_url, slack.credentials.signing_secret, slack.behaviour)
    try:
        yield sockets, Dispatcher(http, slack.behaviour)
    finally:
        await http.close()
