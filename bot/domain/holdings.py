"""An endpoint with all that belongs to its name: lease, use, and the channels that it answers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.endpoints import Endpoint, Kind
from bot.domain.in_use import InUse
from bot.domain.leases import Lease
from bot.domain.traffic import Mixing
from bot.domain.usage import Usage

_MB_A_GB = 1024


@dataclass(frozen=True, slots=True)
class Holding:
    """What people are told of one endpoint; `gb_second` is what a serverless one costs a GB and second, if known.

    `in_use` is how right its release has been by what people said.
    """

    endpoint: Endpoint
    lease: Lease | None = None
    usage: Usage | None = None
    channels: tuple[str, ...] = ()
    gb_second: float | None = None
    in_use: InUse = field(default_factory=InUse)

    def cost_so_far(self, now: datetime) -> float | None:
        """USD since the release came into service: by the hour, or by the calls that AWS counted. None: unknown."""
        hosting, since = self.endpoint.hosting, self.endpoint.in_service_at
        if since is None:
            return 0.0
        if hosting.kind == Kind.REALTIME:
            day = hosting.cost_per_day
            return None if day is None else day * max(0.0, (now - since) / timedelta(days=1))
        return None if self.usage is None else self._cost_of(self.usage)

    @property
    def cost_a_day(self) -> float | None:
        """USD a day: of instances, or of as many calls as there were."""
        if self.endpoint.hosting.kind == Kind.REALTIME:
            return self.standing_cost
        cost = None if self.usage is None else self._cost_of(self.usage)
        return None if cost is None or self.usage is None else cost / self.usage.days

    @property
    def standing_cost(self) -> float | None:
        """USD a day while nobody calls; a release that shares the traffic has as many instances of its own."""
        day, traffic = self.endpoint.hosting.cost_per_day, self.endpoint.traffic
        shared = traffic is not None and traffic.step not in (Mixing.ASKED, Mixing.ENDED)
        return None if day is None else day * (2 if shared else 1)

    def idle_since(self) -> datetime | None:
        """When it was called last, as far as is known; an endpoint that was never called is idle from its beginning."""
        if self.usage is None:
            return None
        return self.usage.last_called_at or self.endpoint.in_service_at

    def _cost_of(self, usage: Usage) -> float | None:
        """A serverless endpoint is billed by the time that it works, times its memory."""
        if not usage.calls:
            return 0.0
        if self.gb_second is None or usage.latency is None:
            return None
        return usage.calls * usage.latency * self.endpoint.hosting.memory_mb / _MB_A_GB * self.gb_second
