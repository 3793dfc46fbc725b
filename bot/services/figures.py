"""Figures that are told beside others: how right endpoints are in use, and what has been spent."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.domain import spending
from bot.domain.drift import Window
from bot.domain.endpoints import Endpoint
from bot.domain.in_use import InUse
from bot.domain.jobs import Job
from bot.domain.spending import Bills, Period, Service, Spend
from bot.domain.tunings import Tuning
from bot.domain.usage import Usage
from bot.ports import Clock, Prices
from bot.services.hosting_prices import gb_second


class RatedAnswers(Protocol):
    """What is counted of a release's answers; a release is the id of an endpoint's row."""

    def in_use(self, releases: Collection[str]) -> Mapping[str, InUse]:
        """By release; those of which nothing is rated are left out."""

    def answered(self, release: str) -> int:
        """How many images it has answered."""

    def first(self, release: str, limit: int) -> Window:
        """Its oldest answers."""

    def last(self, release: str, limit: int) -> Window:
        """Its newest answers."""


class BilledRows(Protocol):
    """What may have cost something since a moment."""

    def jobs(self, since: datetime) -> Sequence[Job]: ...
    def tunings(self, since: datetime) -> Sequence[Tuning]: ...
    def services(self, since: datetime) -> Sequence[Service]:
        """The releases that are up or moved since then, of those that have ever been in service, oldest first."""


class Usages(Protocol):
    """How endpoints are used, as last read."""

    def all(self) -> Mapping[str, Usage]: ...


class Figures:
    """From rows alone."""

    def __init__(
        self,
        rated: RatedAnswers,
        billed: BilledRows,
        known: tuple[Usages, Prices],
        clock: Clock,
        budget: float | None = None,
    ) -> None:
        self._rated = rated
        self._billed = billed
        self._usages, self._prices = known
        self._clock = clock
        self._budget = budget

    def in_use(self, endpoint: Endpoint) -> InUse:
        """How right the release is by what people said of its answers."""
        return self._rated.in_use([endpoint.id]).get(endpoint.id, InUse())

    def in_use_of(self, endpoints: Iterable[Endpoint]) -> Mapping[str, InUse]:
        """The same of many at once, by the ids of the releases."""
        ids = [one.id for one in endpoints]
        found = self._rated.in_use(ids) if ids else {}
        return {release: found.get(release, InUse()) for release in ids}

    def spend(self, month: datetime | None = None) -> Spend:
        """In the calendar month of this moment up to it, against the month's budget; without one, up to now."""
        period = spending.month_of(month or self._clock())
        return replace(self.spent(period.begin, period.until), budget=self._budget)

    def spent(self, begin: datetime, until: datetime, channel_id: str = "") -> Spend:
        """In any period, for what was asked for in a channel or in any; it has no budget."""
        bills = Bills(
            jobs=[one for one in self._billed.jobs(begin) if channel_id in ("", one.channel_id)],
            tunings=[one for one in self._billed.tunings(begin) if channel_id in ("", one.channel_id)],
            services=[one for one in self._billed.services(begin) if channel_id in ("", one.endpoint.channel_id)],
            usages=self._usages.all(),
            gb_second=gb_second(self._prices),
        )
        return spending.spend(bills, Period(begin, until))
