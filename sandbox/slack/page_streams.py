"""Server-sent events for the page: each open page hears what its person may see."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

from aiohttp import web

from sandbox.slack.answers import Json

HEARTBEAT_SECONDS = 15.0
_Listener = tuple[str, asyncio.Queue[str | None]]


class PageStreams:
    """The pages that are open now."""

    def __init__(self) -> None:
        self._listeners: list[_Listener] = []
        self._closed = False
        self._told = 0
        self._news = asyncio.Event()

    async def news(self, known: int, seconds: float) -> int:
        """How often something was told to anybody, as soon as that is not `known` or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._told == known and not self._closed:
                    await self._news.wait()
        return self._told

    def tell(self, may_hear: Callable[[str], bool], note: Json) -> None:
        self._told += 1
        self._rouse()
        if not self._listeners:
            return
        line = f"data: {json.dumps(note)}\n\n"
        for user, queue in self._listeners:
            if may_hear(user):
                queue.put_nowait(line)

    def tell_person(self, user_id: str, note: Json) -> None:
        self.tell(lambda user: user == user_id, note)

    def close(self) -> None:
        self._closed = True
        self._rouse()
        for _, queue in self._listeners:
            queue.put_nowait(None)

    async def serve(self, request: web.Request, user_id: str) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        listener: _Listener = (user_id, asyncio.Queue())
        self._listeners.append(listener)
        try:
            await response.write(b": open\n\n")
            await self._pump(response, listener[1])
        except ConnectionError:
            # The page was closed; nobody is left to tell.
            pass
        finally:
            self._listeners.remove(listener)
        return response

    def _rouse(self) -> None:
        """Whoever waits for news looks again, and waits for the next if they were none."""
        self._news.set()
        self._news = asyncio.Event()

    async def _pump(self, response: web.StreamResponse, queue: asyncio.Queue[str | None]) -> None:
        while not self._closed:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    line = await queue.get()
            except TimeoutError:
                line = ": still here\n\n"
            if line is None:
                return
            await response.write(line.encode())
