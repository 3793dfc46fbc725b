"""Which endpoint answers the images of which channel, as people say it: one endpoint may answer several channels."""

import logging

from bot.domain.asking import is_direct
from bot.domain.endpoints import Endpoint
from bot.errors import NotAllowedError, NotFoundError, RefusedError, WrongStateError
from bot.ports import Endpoints, Routes
from bot.services.access import AccessControl

log = logging.getLogger(__name__)


class Answering:
    """Sets the routes that uploads take."""

    def __init__(self, endpoints: Endpoints, routes: Routes, access: AccessControl) -> None:
        self._endpoints = endpoints
        self._routes = routes
        self._access = access

    def route(self, endpoint: Endpoint, channel_id: str, by: str) -> str:
        """Have the endpoint answer the channel's images; returns the name of the one that did before, if another."""
        self._require_say(endpoint, channel_id, by)
        if not endpoint.answering:
            raise WrongStateError(f"*{endpoint.name}* is {endpoint.status}, so it cannot answer images.")
        was = self._routes.of(channel_id) or ""
        replaced = self._endpoints.named(was) if was else None
        if replaced is not None:
            self._require_say(replaced, channel_id, by)
        self._routes.set(channel_id, endpoint.name, by)
        log.info("routed channel=%s name=%s by=%s", channel_id, endpoint.name, by)
        return was if was != endpoint.name else ""

    def stop(self, channel_id: str, by: str) -> str:
        """Have nobody answer the channel's images; returns the name of the endpoint that did."""
        name = self._routes.of(channel_id)
        if name is None:
            raise NotFoundError(f"No endpoint answers images in <#{channel_id}>.")
        endpoint = self._endpoints.named(name)
        if endpoint is not None:
            self._require_say(endpoint, channel_id, by)
        self._routes.clear(channel_id, by)
        log.info("unrouted channel=%s name=%s by=%s", channel_id, name, by)
        return name

    def channels(self, endpoint_name: str) -> list[str]:
        """Where its answers are read."""
        return self._routes.channels(endpoint_name)

    def _require_say(self, endpoint: Endpoint, channel_id: str, by: str) -> None:
        # A direct message is its person's own.
        if is_direct(channel_id):
            return
        if by != endpoint.owner and not self._access.is_approver(by):
            raise NotAllowedError(
                f"*{endpoint.name}* belongs to <@{endpoint.owner}>.", next_step="They or an approver can do this."
            )


def require_member(channel_id: str, is_member: bool) -> None:
    """Refuse a channel whose images this bot does not hear of."""
    if not is_member:
        raise RefusedError(
            f"I am not in <#{channel_id}>, so I would not see its images.",
            next_step="Invite me there with `/invite @darkroom`, then send this again.",
        )
