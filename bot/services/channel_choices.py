"""What a channel has decided about its pictures, and who may decide it."""

import logging
from dataclasses import dataclass, replace

from bot.domain.asking import is_direct
from bot.domain.channel_settings import ChannelSettings
from bot.domain.endpoints import Endpoint
from bot.errors import NotAllowedError
from bot.ports import ChannelRows, Endpoints, Routes
from bot.services.access import AccessControl

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ChannelCase:
    """A channel's settings, and the endpoint that answers there, if any."""

    settings: ChannelSettings
    endpoint: Endpoint | None


class ChannelChoices:
    """Reads and changes what a channel has decided."""

    def __init__(self, rows: tuple[ChannelRows, Routes, Endpoints], access: AccessControl) -> None:
        self._rows, self._routes, self._endpoints = rows
        self._access = access

    def of(self, channel_id: str) -> ChannelCase:
        name = self._routes.of(channel_id)
        return ChannelCase(self._rows.of(channel_id), self._endpoints.named(name) if name else None)

    def convert(self, channel_id: str, by: str, *, converts: bool) -> ChannelCase:
        """Have what breaks a rule that conversion helps against converted without being asked, or not any more."""
        return self._changed(replace(self._of(channel_id, by), converts=converts), by)

    def keep(self, channel_id: str, by: str, days: int) -> ChannelCase:
        """Keep the pictures that people say something of for so many days, to learn from; 0: not at all."""
        return self._changed(replace(self._of(channel_id, by), keep_days=days), by)

    def _of(self, channel_id: str, by: str) -> ChannelSettings:
        case = self.of(channel_id)
        owner = case.endpoint.owner if case.endpoint else ""
        if is_direct(channel_id) or by == owner or self._access.is_approver(by):
            return case.settings
        if not owner:
            raise NotAllowedError(
                "No endpoint answers here, so only approvers can change this.", next_step="Ask one of them."
            )
        raise NotAllowedError(
            "Only the endpoint's owner and approvers can change this.", next_step=f"Ask <@{owner}> or an approver."
        )

    def _changed(self, settings: ChannelSettings, by: str) -> ChannelCase:
        self._rows.save(settings, by)
        log.info("channel_settings channel=%s by=%s settings=%s", settings.channel_id, by, settings.words)
        return self.of(settings.channel_id)
