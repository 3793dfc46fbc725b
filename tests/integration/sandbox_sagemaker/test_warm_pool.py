"""Cold starts of serverless containers, against a clock that the test moves."""

import pytest

from sandbox.sagemaker import warm_pool
from sandbox.sagemaker.errors import AwsError
from sandbox.sagemaker.pace import Pace
from sandbox.sagemaker.warm_pool import WarmPool

PACE = Pace(60)


class Clock:
    """Time that passes when someone waits, or when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(warm_pool.time, "monotonic", lambda: clock.now)
    return clock


def invoke(pool: WarmPool) -> None:
    with pool.container():
        pass


def test_only_the_first_call_waits_for_a_cold_start(clock: Clock) -> None:
    pool = WarmPool(1, PACE, 60, clock.wait)
    invoke(pool)
    invoke(pool)

    assert clock.waits == [PACE.cold_start]


def test_a_container_that_idled_too_long_is_cold_again(clock: Clock) -> None:
    pool = WarmPool(1, PACE, 60, clock.wait)
    invoke(pool)
    clock.now += PACE.warm_time + 1
    invoke(pool)

    assert clock.waits == [PACE.cold_start] * 2


def test_calls_at_the_same_time_each_wait_for_a_container_of_their_own(clock: Clock) -> None:
    pool = WarmPool(2, PACE, 60, clock.wait)
    with pool.container(), pool.container():
        pass

    assert clock.waits == [PACE.cold_start] * 2


def test_a_call_over_the_concurrency_is_throttled(clock: Clock) -> None:
    pool = WarmPool(1, PACE, 60, clock.wait)

    with pool.container(), pytest.raises(AwsError, match="MaxConcurrency"):
        invoke(pool)


def test_a_container_that_failed_is_free_again(clock: Clock) -> None:
    pool = WarmPool(1, PACE, 60, clock.wait)
    with pytest.raises(ZeroDivisionError), pool.container():
        raise ZeroDivisionError

    with pool.container():
        assert clock.waits == [PACE.cold_start]


def test_a_container_goes_on_starting_after_the_request_is_given_up(clock: Clock) -> None:
    pool = WarmPool(1, Pace(1, cold_start_on_aws=100), 60, clock.wait)
    with pytest.raises(AwsError, match="still being provisioned"):
        invoke(pool)
    clock.now += 10
    invoke(pool)

    assert clock.waits == [60, 30]


def test_a_container_that_is_starting_serves_one_at_a_time(clock: Clock) -> None:
    pool = WarmPool(2, Pace(1, cold_start_on_aws=100), 60, clock.wait)
    with pytest.raises(AwsError):
        invoke(pool)
    with pool.container(), pytest.raises(AwsError):
        invoke(pool)

    assert clock.waits == [60, 40, 60]
