"""What a month has cost: each with its part of it, and what is not known said so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.endpoints import Endpoint, EndpointStatus, Kind
from bot.domain.jobs import JobStatus
from bot.domain.spending import Bills, Period, Service, call_cost, instance_cost, job_cost, month_of, spans, spend
from tests.builders import (
    a_finished_job,
    a_job,
    a_running_job,
    a_trial,
    a_tuning,
    a_usage,
    an_endpoint,
    realtime_hosting,
    serverless_hosting,
)

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
NOW = BEGIN + timedelta(days=10)
MARCH = Period(BEGIN, NOW)
HOUR = timedelta(hours=1)
IN_SERVICE, SUPERSEDED = str(EndpointStatus.IN_SERVICE), str(EndpointStatus.SUPERSEDED)


def ran(start: datetime, hours: float, **changes: Any) -> Any:
    """A job of an instance at $0.736 an hour."""
    end = start + hours * HOUR
    done = a_finished_job(started_at=start, ended_at=end, billable_seconds=round(hours * 3600))
    return replace(done, **changes)


def realtime(*moves: tuple[str, datetime], **changes: Any) -> Service:
    """At $0.115 an hour."""
    hosting = realtime_hosting()
    served = [at for became, at in moves if became == IN_SERVICE]
    endpoint = an_endpoint(hosting=hosting, in_service_at=served[0] if served else None)
    return Service(replace(endpoint, **changes), moves)


def test_a_month_begins_at_its_first_by_utc() -> None:
    berlin = datetime.fromisoformat("2026-03-01T00:30:00+01:00")

    assert month_of(NOW).begin == BEGIN
    assert month_of(berlin).begin == datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "hours", "cost"),
    [
        (BEGIN + HOUR, 2, 2 * 0.736),
        (BEGIN - HOUR, 2, 0.736),
        (BEGIN - 3 * HOUR, 2, 0.0),
        (NOW - HOUR, 2, 0.736),
        (NOW + HOUR, 2, 0.0),
    ],
)
def test_a_job_counts_with_its_part_in_the_month(start: datetime, hours: float, cost: float) -> None:
    assert job_cost(ran(start, hours), MARCH) == pytest.approx(cost)


def test_what_spot_saved_was_not_spent() -> None:
    assert job_cost(ran(BEGIN + HOUR, 2, billable_seconds=1800), MARCH) == pytest.approx(0.368)


def test_a_running_job_has_cost_its_time_so_far() -> None:
    assert job_cost(a_running_job(started_at=NOW - 2 * HOUR), MARCH) == pytest.approx(2 * 0.736)


def test_a_job_that_never_had_its_machines_cost_nothing() -> None:
    assert job_cost(a_job(status=JobStatus.FAILED), MARCH) == 0.0


@pytest.mark.parametrize("hides", ["price", "billed seconds"])
def test_what_is_not_known_of_a_job_is_not_nothing(hides: str) -> None:
    done = ran(BEGIN + HOUR, 2)
    hidden = {
        "price": replace(done, compute=replace(done.compute, usd_per_hour=None)),
        "billed seconds": replace(done, billable_seconds=None),
    }

    assert job_cost(hidden[hides], MARCH) is None


def test_a_tuning_counts_by_the_time_of_its_jobs_within_the_month() -> None:
    before = a_trial(1, began_at=BEGIN - HOUR, ended_at=BEGIN + HOUR)
    after = a_trial(2, began_at=BEGIN + HOUR, ended_at=BEGIN + 2 * HOUR)
    tuning = a_tuning(trials=(before, after))

    assert spend(Bills(tunings=[tuning]), MARCH).tuning == pytest.approx(2 * 0.736)


def test_a_tunings_job_that_was_taken_up_is_not_counted_twice() -> None:
    trial = a_trial(2, began_at=BEGIN + HOUR, ended_at=BEGIN + 2 * HOUR)
    job = ran(BEGIN + HOUR, 1, name=trial.name)

    assert spend(Bills([job], [a_tuning(trials=(trial,))]), MARCH).total == pytest.approx(0.736)


def test_an_endpoint_counts_from_the_months_beginning_until_it_left_service() -> None:
    service = realtime((IN_SERVICE, BEGIN - 5 * HOUR), ("deleting", BEGIN + 10 * HOUR), ("deleted", BEGIN + 11 * HOUR))

    assert instance_cost(service, MARCH) == pytest.approx(10 * 0.115)


def test_releases_of_one_name_are_added_up() -> None:
    first = realtime((IN_SERVICE, BEGIN), (SUPERSEDED, BEGIN + 4 * HOUR))
    second = realtime((IN_SERVICE, BEGIN + 4 * HOUR), ("deleting", BEGIN + 6 * HOUR), id="second")

    assert spend(Bills(services=[first, second]), MARCH).endpoints == pytest.approx(6 * 0.115)


def test_a_release_that_came_back_was_away_meanwhile() -> None:
    service = realtime((IN_SERVICE, BEGIN), (SUPERSEDED, BEGIN + HOUR), (IN_SERVICE, BEGIN + 3 * HOUR))

    assert [(end - begin) if end else None for begin, end, _ in spans(service)] == [HOUR, None]


def test_divided_traffic_has_two_fleets() -> None:
    service = realtime(
        (IN_SERVICE, BEGIN),
        ("90/10 with emoji-51c0aa", BEGIN + 2 * HOUR),
        ("undivided", BEGIN + 5 * HOUR),
        ("deleting", BEGIN + 6 * HOUR),
    )

    assert instance_cost(service, MARCH) == pytest.approx((2 + 2 * 3 + 1) * 0.115)


def test_one_whose_moves_nobody_wrote_down_has_been_in_service_since_its_row_says() -> None:
    living = realtime(in_service_at=NOW - 3 * HOUR)

    assert instance_cost(living, MARCH) == pytest.approx(3 * 0.115)
    assert spans(realtime(in_service_at=NOW, status=EndpointStatus.DELETED)) == []


def serverless(**changes: Any) -> Endpoint:
    return an_endpoint(hosting=serverless_hosting(), in_service_at=BEGIN - 10 * HOUR, **changes)


def test_a_serverless_endpoint_costs_its_calls_of_the_month() -> None:
    usage = a_usage(since=BEGIN - 10 * HOUR, read_at=BEGIN + 30 * HOUR, calls=1000, latency=0.5)
    whole = 1000 * 0.5 * 2 * 0.00002

    assert call_cost(serverless(), usage, 0.00002, MARCH) == pytest.approx(whole * 30 / 40)


@pytest.mark.parametrize(("usage", "price"), [(None, 0.00002), (a_usage(), None)])
def test_a_serverless_endpoint_of_unknown_use_or_price_is_named(usage: Any, price: float | None) -> None:
    service = Service(serverless(), ((IN_SERVICE, BEGIN),))
    usages = {"emoji-live": usage} if usage else {}
    spent = spend(Bills(services=[service], usages=usages, gb_second=price), MARCH)

    assert (spent.total, spent.unknown) == (0.0, ("emoji-live",))


def test_a_serverless_endpoint_that_is_long_gone_is_not_unknown() -> None:
    service = Service(serverless(), ((IN_SERVICE, BEGIN - 10 * HOUR), ("deleting", BEGIN - HOUR)))

    assert spend(Bills(services=[service]), MARCH).unknown == ()


@pytest.mark.parametrize("kind", Kind)
def test_the_month_before_has_its_own_part(kind: Kind) -> None:
    hosting = realtime_hosting() if kind == Kind.REALTIME else serverless_hosting()
    service = Service(an_endpoint(hosting=hosting, in_service_at=BEGIN), ((IN_SERVICE, BEGIN),))
    february = Period(BEGIN - timedelta(days=28), BEGIN)

    assert spend(Bills(services=[service]), february).total == 0.0


def test_of_a_budget_it_is_a_share() -> None:
    spent = spend(Bills([ran(BEGIN + HOUR, 2)]), MARCH, budget=2.944)

    assert spent.share == pytest.approx(0.5)
    assert spend(Bills(), MARCH).share is None
