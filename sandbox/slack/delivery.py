"""How payloads reach the app: events again and again until they are taken, commands and clicks once."""

import asyncio
import itertools
import logging
import time
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from sandbox.slack.answers import Json
from sandbox.slack.behaviour import Behaviour
from sandbox.slack.manifest import AppManifest
from sandbox.slack.scopes import EVENT_SCOPES
from sandbox.slack.workspace import Workspace

logger = logging.getLogger(__name__)


class Kind(StrEnum):
    """The kinds of payload, by their names in Socket Mode."""

    EVENT = "events_api"
    COMMAND = "slash_commands"
    INTERACTION = "interactive"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at handing a payload over; `number` counts the tries before it."""

    kind: Kind
    payload: Json
    number: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The app took the payload; some kinds carry something back."""

    payload: Json | None = None


class UndeliveredError(Exception):
    """The app did not take the payload; `final` when it asked not to be tried again."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


class Transport(Protocol):
    """The way to the app: its WebSockets or its request URL."""

    async def deliver(self, attempt: Attempt) -> Answer:
        """Raises `UndeliveredError`."""
        ...

    async def reachable(self, within: float) -> bool:
        """Wait until somebody could listen, for at most so many seconds."""
        ...


class Dispatcher:
    """Hands payloads to the app and remembers what is under way."""

    def __init__(self, transport: Transport, behaviour: Behaviour) -> None:
        self.transport = transport
        self._behaviour = behaviour
        self._running: set[asyncio.Task[None]] = set()

    async def ask(self, kind: Kind, payload: Json) -> Answer:
        """Deliver a command or an interaction, which Slack never repeats; raises `UndeliveredError`."""
        return await self.transport.deliver(Attempt(kind, payload))

    def tell(self, payload: Json) -> None:
        """Deliver an event some time soon."""
        for _ in range(2 if self._behaviour.deliver_twice else 1):
            self.spawn(self._deliver(payload))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _deliver(self, payload: Json) -> None:
        # https://docs.slack.dev/apis/events-api#retries
        attempt = Attempt(Kind.EVENT, payload)
        for delay in (*self._behaviour.retry_delays, None):
            try:
                await self.transport.deliver(attempt)
                return
            except UndeliveredError as failure:
                attempt = replace(attempt, number=attempt.number + 1, reason=failure.reason)
                if delay is None or failure.final:
                    break
            await asyncio.sleep(delay)
            if not await self.transport.reachable(self._behaviour.hold_seconds):
                break
        logger.warning("event_lost event=%s reason=%s", payload.get("event_id"), attempt.reason)


class AppEvents:
    """Wraps what happens in the workspace into event envelopes, and drops what the app has not subscribed to."""

    def __init__(self, manifest: AppManifest, dispatcher: Dispatcher) -> None:
        self._manifest = manifest
        self._dispatcher = dispatcher
        self._numbers = itertools.count(1)

    def emit(self, subscription: str, event: Json, is_ext_shared: bool = False) -> None:
        needed = EVENT_SCOPES.get(subscription, "")
        granted = not needed or needed in self._manifest.scopes
        if subscription in self._manifest.events and granted:
            self._dispatcher.tell({**self._envelope(event), "is_ext_shared_channel": is_ext_shared})

    def _envelope(self, event: Json) -> Json:
        space = Workspace
        authorization = {
            "enterprise_id": None,
            "team_id": space.TEAM,
            "user_id": space.BOT_USER,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        return {
            "token": "sandbox",
            "team_id": space.TEAM,
            "context_team_id": space.TEAM,
            "context_enterprise_id": None,
            "api_app_id": space.APP,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{uuid.uuid4().hex[:10].upper()}",
            "event_time": int(time.time()),
            "authorizations": [authorization],
            "event_context": f"4-{next(self._numbers)}",
        }
