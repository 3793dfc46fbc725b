"""What a decision stands on: how many images a day there are, and what each kind of endpoint costs at that."""

from datetime import timedelta

import pytest

from bot.domain.evidence import ASSUMED_SECONDS, Demand, break_even, cost_of_day, cost_of_image, demand_of
from tests.builders import NOW, a_prediction, an_answered_upload, realtime_hosting, serverless_hosting

GB_SECOND = 0.00002


def test_a_channel_without_images_has_no_traffic() -> None:
    assert demand_of(0, None, [], NOW) == Demand()


def test_images_of_a_morning_are_counted_as_a_days() -> None:
    assert demand_of(12, NOW - timedelta(hours=2), [], NOW).images_a_day == 12


def test_images_of_ten_days_are_shared_out_among_them() -> None:
    assert demand_of(3, NOW - timedelta(days=10), [], NOW).images_a_day == pytest.approx(0.3)


def test_how_long_an_image_took_long_ago_tells_nothing_of_today() -> None:
    before = an_answered_upload(received_at=NOW - timedelta(days=100))

    assert demand_of(1, NOW, [before], NOW).seconds is None


def test_a_cold_start_is_not_what_an_image_takes() -> None:
    uploads = [an_answered_upload(received_at=NOW, prediction=a_prediction(seconds=time)) for time in (0.2, 0.3, 200)]

    assert demand_of(3, NOW, uploads, NOW).seconds == 0.3


def test_a_serverless_image_costs_its_memory_times_its_seconds() -> None:
    assert cost_of_image(serverless_hosting(), Demand(10, 0.5), GB_SECOND) == pytest.approx(2 * 0.5 * GB_SECOND)


def test_before_anything_was_measured_a_time_is_assumed() -> None:
    assumed = cost_of_image(serverless_hosting(), Demand(), GB_SECOND)

    assert assumed == cost_of_image(serverless_hosting(), Demand(1, ASSUMED_SECONDS), GB_SECOND)


def test_a_serverless_day_costs_its_images_and_a_real_time_day_its_hours() -> None:
    traffic = Demand(1000, 0.5)

    assert cost_of_day(serverless_hosting(), traffic, GB_SECOND) == pytest.approx(0.02)
    assert cost_of_day(realtime_hosting(), traffic, GB_SECOND) == pytest.approx(2.76)


def test_from_the_break_even_on_both_kinds_cost_the_same() -> None:
    images = break_even(serverless_hosting(), realtime_hosting(), Demand(seconds=0.5), GB_SECOND)

    assert images == 138_000
    assert cost_of_day(serverless_hosting(), Demand(images, 0.5), GB_SECOND) == pytest.approx(2.76)


def test_without_prices_nothing_is_made_up() -> None:
    assert cost_of_day(serverless_hosting(), Demand(10, 1), None) is None
    assert break_even(serverless_hosting(), realtime_hosting(), Demand(10, 1), None) is None
    assert break_even(serverless_hosting(), realtime_hosting(usd_per_hour=None), Demand(10, 1), GB_SECOND) is None
