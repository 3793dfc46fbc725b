"""How endpoints are used: AWS's figures, read by the worker every few minutes so that no listener waits for AWS."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from bot.domain import usage
from bot.domain.endpoints import Endpoint, Kind
from bot.domain.traffic import OTHER_VARIANT
from bot.domain.usage import Span, Usage, UsageHour
from bot.ports import Clock, Endpoints
from bot.services.rows import each

# AWS's figures are not free, and change no faster than by the minute.
TICKS_A_READING = 20
# Releases of one endpoint that are looked at; AWS counts for each its own.
_RELEASES = 5
log = logging.getLogger(__name__)


class EndpointFigures(Protocol):
    """AWS's figures of endpoints."""

    def hours(self, spans: Sequence[Span]) -> Mapping[str, Sequence[UsageHour]]:
        """By the endpoints' names. BusyError: try later; PlatformError: refused."""


class Usages(Protocol):
    """How each endpoint is used, as last read."""

    def all(self) -> Mapping[str, Usage]: ...
    def of(self, endpoint_name: str) -> Usage | None: ...
    def put(self, usage: Usage) -> None: ...


class Measuring:
    """Reads the figures, and keeps them in rows."""

    def __init__(
        self, endpoints: Endpoints, usages: Usages, figures: EndpointFigures, clock: Clock, pause: timedelta
    ) -> None:
        """Figures that are younger than `pause`, which another worker may have read, are not read again."""
        self._endpoints = endpoints
        self._pause = pause
        self._usages = usages
        self._figures = figures
        self._clock = clock

    def read(self) -> None:
        """Read the figures of all endpoints that are up, in as few calls as there can be."""
        due = [one for one in self._endpoints.live() if one.answering and self._is_due(one)]
        spans = [span for one in due if (span := self._span(one))]
        if not spans:
            return
        hours = self._figures.hours(spans)
        each("usage", spans, lambda span: self._keep(span, hours.get(span.endpoint_name, ())))
        log.info("usage_read endpoints=%s", len(spans))

    def all(self) -> Mapping[str, Usage]:
        """By the endpoints' names in lower case."""
        return self._usages.all()

    def of(self, endpoint_name: str) -> Usage | None:
        return self._usages.of(endpoint_name)

    def _keep(self, span: Span, hours: Sequence[UsageHour]) -> None:
        self._usages.put(usage.summed(span.endpoint_name, span.begin, span.end, hours))

    def _is_due(self, endpoint: Endpoint) -> bool:
        known = self._usages.of(endpoint.name)
        return known is None or self._clock() - known.read_at >= self._pause

    def _span(self, living: Endpoint) -> Span | None:
        chain = self._chain(living)
        since = min((one.in_service_at for one in chain if one.in_service_at), default=None)
        if since is None:
            return None
        begin, end = usage.window(since, self._clock())
        variants = [one.variant for one in chain]
        if living.hosting.kind == Kind.REALTIME:
            # Traffic may be or have been split with another release; what a shadow gets are copies, and no calls.
            variants.append(OTHER_VARIANT)
        return Span(living.name, tuple(dict.fromkeys(variants)), begin, end)

    def _chain(self, living: Endpoint) -> list[Endpoint]:
        """The release in service and those before it, each of which the next one replaced."""
        by_id = {one.id: one for one in self._endpoints.releases(living.name)}
        chain = [living]
        while len(chain) < _RELEASES and (before := by_id.get(chain[-1].replaces)):
            chain.append(before)
        return chain
