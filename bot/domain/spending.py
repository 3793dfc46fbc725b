"""What has been spent in a month: on jobs, tunings and endpoints, each with its part in that month. All pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain import costs
from bot.domain.endpoints import Endpoint, EndpointStatus, Kind
from bot.domain.holdings import Holding
from bot.domain.jobs import Job
from bot.domain.news import tuning_of
from bot.domain.tunings import Tuning
from bot.domain.usage import Usage

# While it is so, AWS bills the instances of a release.
_BILLED = frozenset({EndpointStatus.IN_SERVICE, EndpointStatus.ROLLING_BACK})
# In the audit's words: what begins with shares, or with a shadow, and how that ends.
_DIVIDED, _UNDIVIDED = " with ", "undivided"


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when it is asked what was spent."""

    begin: datetime
    until: datetime

    def seconds(self, began_at: datetime, ended_at: datetime | None) -> float:
        """For how long something that began and ended then was within it."""
        end = self.until if ended_at is None else min(ended_at, self.until)
        return max(0.0, (end - max(began_at, self.begin)).total_seconds())


@dataclass(frozen=True, slots=True)
class Service:
    """An endpoint's release with its moves as the audit has them, oldest first: what it became, and when."""

    endpoint: Endpoint
    moves: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Spend:
    """USD in a period. `unknown` are the names of what has cost something that is not known: then it is a least.

    `budget` is what may be spent in a month, if the operators have said so.
    """

    period: Period
    training: float = 0.0
    tuning: float = 0.0
    endpoints: float = 0.0
    unknown: tuple[str, ...] = ()
    budget: float | None = None

    @property
    def total(self) -> float:
        return self.training + self.tuning + self.endpoints

    @property
    def share(self) -> float | None:
        """Which share of the budget it is; more than 1 where it is over."""
        return self.total / self.budget if self.budget else None


@dataclass(frozen=True, slots=True)
class Bills:
    """All that a spend is summed from. `usages` are by the endpoints' names in lower case."""

    jobs: Sequence[Job] = ()
    tunings: Sequence[Tuning] = ()
    services: Sequence[Service] = ()
    usages: Mapping[str, Usage] | None = None
    gb_second: float | None = None


def month_of(now: datetime) -> Period:
    """From the beginning of the calendar month, by UTC, to now."""
    return Period(now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0), now)


def spend(bills: Bills, period: Period, budget: float | None = None) -> Spend:
    """All of it together. A tuning's job that was taken up as a job of its own counts as the tuning's."""
    jobs = {job.name: job_cost(job, period) for job in bills.jobs if not tuning_of(job.name)}
    tunings = {one.name: tuning_cost(one, period) for one in bills.tunings}
    endpoints = endpoint_costs(bills, period)
    unknown = [name for costs in (jobs, tunings, endpoints) for name, cost in costs.items() if cost is None]
    return Spend(period, _sum(jobs), _sum(tunings), _sum(endpoints), tuple(unknown), budget)


def job_cost(job: Job, period: Period) -> float | None:
    """By the seconds that AWS bills, and until it tells those by the time since the start; None: not known."""
    if job.started_at is None:
        return 0.0
    within = period.seconds(job.started_at, job.ended_at)
    if not within:
        return 0.0
    if job.compute.usd_per_hour is None or (job.ended_at and job.billable_seconds is None):
        return None
    if job.ended_at is None or job.billable_seconds is None:
        return costs.usd(job.compute.usd_per_hour, job.compute.instance_count, round(within))
    whole = (job.ended_at - job.started_at).total_seconds()
    return None if job.cost is None else job.cost * within / whole


def tuning_cost(tuning: Tuning, period: Period) -> float | None:
    """By the time for which its jobs had their machines."""
    seconds = sum(period.seconds(one.began_at, one.ended_at) for one in tuning.trials if one.began_at)
    if not seconds:
        return 0.0
    price = tuning.compute.usd_per_hour
    return None if price is None else costs.usd(price, tuning.compute.instance_count, round(seconds))


def endpoint_costs(bills: Bills, period: Period) -> dict[str, float | None]:
    """By name, all releases of a name together."""
    found: dict[str, float | None] = {}
    for service in bills.services:
        name = service.endpoint.name
        if service.endpoint.hosting.kind == Kind.REALTIME:
            cost = instance_cost(service, period)
        elif name in found or not _served(service, period):
            continue
        else:
            cost = call_cost(service.endpoint, (bills.usages or {}).get(name.lower()), bills.gb_second, period)
        before = found.get(name, 0.0)
        found[name] = None if cost is None or before is None else before + cost
    return found


def instance_cost(service: Service, period: Period) -> float | None:
    """By the time in service; while its traffic is divided the other release has as many instances of its own."""
    hosting = service.endpoint.hosting
    seconds = sum(period.seconds(began, ended) * fleets for began, ended, fleets in spans(service))
    if not seconds:
        return 0.0
    price = hosting.usd_per_hour
    return None if price is None else costs.usd(price, hosting.instance_count, round(seconds))


def call_cost(endpoint: Endpoint, usage: Usage | None, gb_second: float | None, period: Period) -> float | None:
    """Of a serverless endpoint, by the calls that AWS counted; of a longer time than the period's, its part."""
    cost = Holding(endpoint, usage=usage, gb_second=gb_second).cost_so_far(period.until)
    if usage is None or cost is None:
        return None
    whole = (usage.read_at - usage.since).total_seconds()
    return cost * period.seconds(usage.since, usage.read_at) / whole if whole > 0 else cost


def spans(service: Service) -> list[tuple[datetime, datetime | None, int]]:
    """From when to when it was in service, and how many fleets of instances it had; None: it still is."""
    endpoint, moves = service.endpoint, service.moves
    if not moves and endpoint.live and endpoint.in_service_at:
        moves = ((str(EndpointStatus.IN_SERVICE), endpoint.in_service_at),)
    found: list[tuple[datetime, datetime | None, int]] = []
    began, fleets = None, 1
    for became, at in moves:
        now_in, now_fleets = _after(became, in_service=began is not None, fleets=fleets)
        if began is not None and (not now_in or now_fleets != fleets):
            found.append((began, at, fleets))
            began = None
        began, fleets = (began or at) if now_in else None, now_fleets
    return [*found, (began, None, fleets)] if began is not None else found


def _after(became: str, *, in_service: bool, fleets: int) -> tuple[bool, int]:
    """Whether it is in service after the move, and with how many fleets."""
    if became == _UNDIVIDED:
        return in_service, 1
    if _DIVIDED in became:
        return in_service, 2
    stays = became in _BILLED
    return stays, fleets if stays else 1


def _served(service: Service, period: Period) -> bool:
    return any(period.seconds(began, ended) for began, ended, _ in spans(service))


def _sum(costs: Mapping[str, float | None]) -> float:
    return sum(cost for cost in costs.values() if cost is not None)
