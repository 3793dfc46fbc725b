"""Socket Mode: WebSocket links to the app, their tickets, and payloads that each wait for an acknowledgement."""

import asyncio
import json
import logging
import secrets
import socket
import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from sandbox.slack.answers import Json
from sandbox.slack.behaviour import Behaviour
from sandbox.slack.delivery import Answer, Attempt, Kind, UndeliveredError

logger = logging.getLogger(__name__)

# https://docs.slack.dev/apis/events-api/using-socket-mode: up to ten open connections, any of them gets a payload.
MOST_LINKS = 10
_WITH_ANSWER = frozenset({"view_submission", "block_suggestion"})


@dataclass(eq=False, slots=True)
class Link:
    """One WebSocket of the app with the payloads that wait for their acknowledgement on it."""

    websocket: web.WebSocketResponse
    request: web.Request
    waiting: dict[str, asyncio.Future[Answer]] = field(default_factory=dict)

    def acknowledge(self, frame: Json) -> None:
        future = self.waiting.get(str(frame.get("envelope_id")))
        if future and not future.done():
            payload = frame.get("payload")
            future.set_result(Answer(payload if isinstance(payload, dict) else None))

    def abandon(self) -> None:
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(UndeliveredError("connection_failed"))

    def cut(self) -> None:
        """Reset the connection: slack_sdk's client takes an orderly end for silence, and waits for its next ping."""
        if self.request.transport:
            connection = self.request.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.request.transport.abort()


class SocketMode:
    """The transport of an app without a request URL."""

    def __init__(self, behaviour: Behaviour, app_id: str) -> None:
        self._behaviour = behaviour
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._links: list[Link] = []
        self._turn = 0
        self._linked = asyncio.Event()

    @property
    def connections(self) -> int:
        return len(self._links)

    def new_ticket(self) -> str:
        ticket = secrets.token_urlsafe(18)
        self._tickets.add(ticket)
        return ticket

    async def reachable(self, within: float) -> bool:
        try:
            async with asyncio.timeout(within):
                await self._linked.wait()
        except TimeoutError:
            return False
        return True

    async def deliver(self, attempt: Attempt) -> Answer:
        if not self._links:
            raise UndeliveredError("connection_failed")
        self._turn += 1
        link = self._links[self._turn % len(self._links)]
        envelope = _envelope(attempt)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        link.waiting[envelope["envelope_id"]] = future
        try:
            await link.websocket.send_str(json.dumps(envelope))
            async with asyncio.timeout(self._behaviour.ack_seconds):
                answer = await future
        except TimeoutError:
            raise UndeliveredError("timeout") from None
        except ConnectionError:
            raise UndeliveredError("connection_failed") from None
        finally:
            del link.waiting[envelope["envelope_id"]]
        return answer if envelope["accepts_response_payload"] else Answer()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket end point; a ticket opens one link."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPUnauthorized
        self._tickets.discard(ticket)
        websocket = web.WebSocketResponse(heartbeat=20.0)
        await websocket.prepare(request)
        if len(self._links) >= MOST_LINKS:
            await websocket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await websocket.close()
            return websocket
        await self._serve(Link(websocket, request))
        return websocket

    async def refresh(self, reason: str) -> None:
        """Ask every link to connect anew, as Slack does every few hours."""
        for link in tuple(self._links):
            await link.websocket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})

    def drop(self) -> None:
        """Cut every link without a word."""
        for link in tuple(self._links):
            link.cut()

    async def _serve(self, link: Link) -> None:
        self._links.append(link)
        self._linked.set()
        logger.info("socket_opened connections=%d", len(self._links))
        try:
            await link.websocket.send_json(self._hello())
            await _read(link)
        except ConnectionError:
            logger.info("socket_broken")
        finally:
            self._forget(link)

    def _forget(self, link: Link) -> None:
        self._links.remove(link)
        link.abandon()
        if not self._links:
            self._linked.clear()
        logger.info("socket_closed connections=%d", len(self._links))

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._links),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 3600},
        }


async def _read(link: Link) -> None:
    async for message in link.websocket:
        if message.type is WSMsgType.TEXT:
            for frame in _frames(message.data):
                link.acknowledge(frame)


def _frames(text: str) -> Iterator[Json]:
    try:
        frame = json.loads(text)
    except ValueError:
        logger.warning("socket_frame_unreadable")
        return
    if isinstance(frame, dict):
        yield frame


def _envelope(attempt: Attempt) -> Json:
    takes_answer = attempt.kind is Kind.COMMAND or attempt.payload.get("type") in _WITH_ANSWER
    envelope: Json = {
        "envelope_id": str(uuid.uuid4()),
        "type": str(attempt.kind),
        "accepts_response_payload": takes_answer,
        "payload": attempt.payload,
    }
    if attempt.kind is Kind.EVENT:
        envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason}
    return envelope
