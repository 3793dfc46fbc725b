"""Endpoints with their leases, their use and their channels, from rows alone: for lists, pages and Home."""

from bot.domain.endpoints import Endpoint
from bot.domain.holdings import Holding
from bot.errors import NotFoundError
from bot.ports import Endpoints, Prices, Routes
from bot.services.figures import Figures
from bot.services.hosting_prices import gb_second
from bot.services.leasing import Leases
from bot.services.measuring import Usages


class Holdings:
    """Puts together what belongs to an endpoint's name."""

    def __init__(self, rows: tuple[Endpoints, Leases, Usages, Routes], prices: Prices, figures: Figures) -> None:
        self._endpoints, self._leases, self._usages, self._routes = rows
        self._prices = prices
        self._figures = figures

    def all(self) -> list[Holding]:
        """All that are up or on their way, oldest first."""
        leases = {lease.endpoint_name.lower(): lease for lease in self._leases.open()}
        usages, price = self._usages.all(), gb_second(self._prices)
        live = self._endpoints.live()
        rated = self._figures.in_use_of(live)
        return [
            Holding(
                endpoint=one,
                lease=leases.get(one.name.lower()),
                usage=usages.get(one.name.lower()),
                channels=tuple(self._routes.channels(one.name)),
                gb_second=price,
                in_use=rated[one.id],
            )
            for one in live
        ]

    def living(self, release_id: str) -> Endpoint:
        """The endpoint of which this is or was a release: a button outlives the release under which it was drawn."""
        release = self._endpoints.get(release_id)
        living = self._endpoints.named(release.name)
        if living is None:
            raise NotFoundError(f"*{release.name}* is gone.", next_step="`/endpoints` lists what there is.")
        return living

    def of(self, endpoint: Endpoint) -> Holding:
        return Holding(
            endpoint=endpoint,
            lease=self._leases.of(endpoint.name),
            usage=self._usages.of(endpoint.name),
            channels=tuple(self._routes.channels(endpoint.name)),
            gb_second=gb_second(self._prices),
            in_use=self._figures.in_use(endpoint),
        )
