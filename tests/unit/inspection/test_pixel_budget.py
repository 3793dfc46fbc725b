"""How much of decoded pixels threads may hold together."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from bot.imaging.decoding import scale_for, weight
from bot.imaging.jpeg_headers import jpeg_header
from bot.imaging.pixel_budget import PixelBudget
from tests.pictures import a_jpeg, jpeg_claiming


def test_threads_hold_no_more_than_the_budget_together() -> None:
    budget, seen = PixelBudget(100), []

    def hold(weight: int) -> None:
        with budget.held(weight):
            seen.append(budget._held)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(hold, [10, 60, 45, 100, 1, 99] * 50))

    assert max(seen) <= 100
    assert budget._held == 0


def test_what_exceeds_the_budget_waits_until_nothing_else_is_held() -> None:
    budget, done = PixelBudget(100), threading.Event()

    def hold_all() -> None:
        with budget.held(500):
            done.set()

    with budget.held(1):
        thread = threading.Thread(target=hold_all)
        thread.start()
        waited = not done.wait(0.05)
    thread.join(30)

    assert waited
    assert done.is_set()


def test_a_large_one_does_not_wait_for_ever_while_small_ones_come() -> None:
    budget, went = PixelBudget(100), []

    def hold(weight: int) -> None:
        with budget.held(weight):
            went.append(weight)

    large, small = (threading.Thread(target=hold, args=(weight,)) for weight in (500, 1))
    with budget.held(10):
        large.start()
        while not budget._line:
            large.join(0.001)
        small.start()
        small.join(0.05)
        assert went == []
    large.join(30)
    small.join(30)

    assert went == [500, 1]


def test_what_fails_while_it_holds_gives_it_back() -> None:
    budget = PixelBudget(100)
    with suppress(ZeroDivisionError), budget.held(100):
        raise ZeroDivisionError

    assert budget._held == 0


def test_a_check_of_a_jpeg_weighs_a_fraction_of_its_pixels() -> None:
    header = jpeg_header(jpeg_claiming(4096, 4096, a_jpeg()))

    assert weight(header) == 4 * 4096**2
    assert weight(header, scale_for(header, (1, 1))) == 4 * 512**2


def test_a_progressive_jpeg_weighs_what_its_coefficients_take() -> None:
    header = jpeg_header(jpeg_claiming(4096, 4096, a_jpeg(progressive=True)))

    assert weight(header, 8) > 100_000_000
