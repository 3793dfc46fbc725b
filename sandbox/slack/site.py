"""Everything that the routes of one running server share."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from sandbox.slack.answers import ApiError, Json
from sandbox.slack.behaviour import Behaviour
from sandbox.slack.delivery import AppEvents, Dispatcher
from sandbox.slack.faults import Faults
from sandbox.slack.manifest import AppManifest
from sandbox.slack.page_streams import PageStreams
from sandbox.slack.posting import Posting
from sandbox.slack.rate_limits import RateLimits
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.workspace import Workspace

_MOST_REMEMBERED = 5_000
Observer = Callable[[str, str, Json], None]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the app needs to be let in; made anew for each workspace."""

    bot_token: str
    app_token: str
    signing_secret: str

    @classmethod
    def fresh(cls) -> "Credentials":
        return cls(
            bot_token=f"xoxb-{Workspace.TEAM}-{secrets.token_hex(12)}",
            app_token=f"xapp-1-{Workspace.APP}-{secrets.token_hex(12)}",
            signing_secret=secrets.token_hex(16),
        )


@dataclass(slots=True)
class Trigger:
    """A person's interaction, which lets the app open one modal within three seconds."""

    user: str
    expires: float
    from_modal: bool = False
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where the app may answer an interaction; `message_ts` is the message that was clicked, if one was."""

    channel: str
    user: str
    expires: float
    message_ts: str = ""
    has_original: bool = True
    uses: int = 0


@dataclass(slots=True)
class Site:
    """One running server; `opened` tells it from the one before it, whose files had the same ids."""

    url: str
    workspace: Workspace
    manifest: AppManifest
    credentials: Credentials
    behaviour: Behaviour
    faults: Faults
    observers: list[Observer]
    samples: Path | None
    sample_uploads: Path | None
    sockets: SocketMode
    dispatcher: Dispatcher
    streams: PageStreams
    events: AppEvents
    posting: Posting
    limits: RateLimits = field(default_factory=RateLimits)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    uploads: dict[str, str] = field(default_factory=dict)
    opened: str = field(default_factory=lambda: secrets.token_hex(4))

    def new_trigger(self, user_id: str, *, from_modal: bool = False) -> str:
        _forget_old(self.triggers)
        trigger_id = f"{time.time_ns()}.{secrets.token_hex(8)}"
        expires = time.monotonic() + self.behaviour.trigger_seconds
        self.triggers[trigger_id] = Trigger(user_id, expires, from_modal)
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Raises what Slack says of a trigger that is unknown, old or used."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if time.monotonic() > trigger.expires:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_response_url(
        self, channel_id: str, user_id: str, message_ts: str = "", *, has_original: bool = True
    ) -> str:
        """`has_original`: whether the app may replace or delete the message that it is about."""
        _forget_old(self.response_urls)
        token = secrets.token_urlsafe(18)
        expires = time.monotonic() + self.behaviour.response_url_seconds
        self.response_urls[token] = ResponseUrl(channel_id, user_id, expires, message_ts, has_original)
        return f"{self.url}/response/{token}"


def _forget_old(entries: dict[str, Trigger] | dict[str, ResponseUrl]) -> None:
    """Keep the server small under thousands of clicks: what ran out long ago is unknown rather than expired."""
    if len(entries) >= _MOST_REMEMBERED:
        past = time.monotonic() - 60
        for key in [key for key, entry in entries.items() if entry.expires < past]:
            del entries[key]


SITE = web.AppKey("SITE", Site)
