"""How an endpoint was used, and what it has cost."""

from datetime import timedelta

import pytest

from bot.domain import usage
from bot.domain.endpoints import Endpoint
from bot.domain.holdings import Holding
from bot.domain.traffic import Mixing, Traffic
from bot.domain.usage import UsageHour
from tests.builders import NOW, a_usage, an_endpoint, realtime_hosting, serverless_hosting

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_hours_are_summed_and_the_latency_is_the_mean_of_a_call() -> None:
    hours = [UsageHour(NOW - 5 * HOUR, 10, 1, 2.0), UsageHour(NOW - 3 * HOUR, 30, 0, 4.0), UsageHour(NOW - 2 * HOUR)]

    summed = usage.summed("pets", NOW - DAY, NOW, hours)

    assert (summed.calls, summed.errors, summed.latency) == (40, 1, 0.15)
    assert summed.last_called_at == NOW - 2 * HOUR


def test_a_call_within_this_hour_was_not_made_in_the_future() -> None:
    assert usage.summed("pets", NOW - DAY, NOW, [UsageHour(NOW - HOUR / 2, 1)]).last_called_at == NOW


def test_without_a_call_nothing_is_said_of_latency_and_of_the_last_call() -> None:
    summed = usage.summed("pets", NOW - DAY, NOW, [UsageHour(NOW - HOUR)])

    assert (summed.calls, summed.latency, summed.last_called_at) == (0, None, None)


def test_aws_is_asked_in_whole_hours_and_for_a_month_at_most() -> None:
    assert usage.window(NOW - 2 * HOUR, NOW) == ((NOW - 2 * HOUR).replace(minute=0), NOW)
    assert usage.window(NOW - 90 * DAY, NOW)[0] == (NOW - 30 * DAY).replace(minute=0)


@pytest.mark.parametrize(("step", "a_day"), [(Mixing.ASKED, 2.76), (Mixing.ON, 5.52), (Mixing.ENDED, 2.76)])
def test_a_release_that_shares_the_traffic_has_instances_of_its_own(step: Mixing, a_day: float) -> None:
    traffic = Traffic("a0", "old-job", "old", "both", 10, step=step)
    holding = Holding(an_endpoint(hosting=realtime_hosting(), traffic=traffic))

    assert holding.cost_a_day == pytest.approx(a_day)


def _since(days: float, **changes: object) -> Endpoint:
    return an_endpoint(in_service_at=NOW - days * DAY, **changes)


@pytest.mark.parametrize(
    ("holding", "so_far", "a_day"),
    [
        (Holding(_since(2, hosting=realtime_hosting())), 5.52, 2.76),
        (Holding(_since(2, hosting=realtime_hosting(usd_per_hour=None))), None, None),
        (Holding(_since(2, hosting=serverless_hosting()), usage=a_usage(), gb_second=0.00002), 0.002016, 0.001008),
        (Holding(_since(2, hosting=serverless_hosting()), usage=a_usage()), None, None),
        (Holding(_since(2, hosting=serverless_hosting())), None, None),
        (Holding(_since(2, hosting=serverless_hosting()), usage=a_usage(calls=0, latency=None)), 0.0, 0.0),
        (Holding(an_endpoint(in_service_at=None, hosting=realtime_hosting())), 0.0, 2.76),
    ],
)
def test_what_it_costs_is_by_the_hour_or_by_the_calls(
    holding: Holding, so_far: float | None, a_day: float | None
) -> None:
    assert holding.cost_so_far(NOW) == pytest.approx(so_far)
    assert holding.cost_a_day == pytest.approx(a_day)
