"""What a job will probably cost, by those that were like it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.jobs import Compute, Job, JobStatus
from bot.domain.metrics import Curve
from bot.domain.quotes import quoted
from bot.domain.recipes import RecipeName
from tests.builders import NOW, a_curve, a_finished_job, a_job, minutes


def asked(**words: str) -> Job:
    return a_job(hyperparameters={**a_job().hyperparameters, **words})


def test_a_quote_goes_by_seconds_an_epoch_and_by_the_time_beside_them() -> None:
    # Twelve seconds an epoch, and 1.8 s beside the thirty of them.
    quote = quoted(asked(epochs="100"), [a_finished_job()])

    assert quote.likely == pytest.approx(0.736 * 1201 / 3600)
    assert quote.worst == pytest.approx(1.472)
    assert quote.told_by == 1


def test_a_job_cannot_cost_more_than_it_may() -> None:
    assert quoted(asked(epochs="100000"), [a_finished_job()]).likely == pytest.approx(1.472)


def test_only_the_newest_few_tell() -> None:
    odd = a_finished_job(curve=a_curve((0.5,) * 30, seconds=9000.0))

    assert quoted(asked(), [a_finished_job()] * 5 + [odd] * 9) == quoted(asked(), [a_finished_job()] * 5)


@pytest.mark.parametrize(
    "unlike",
    [
        {"data_set": "pets"},
        {"recipe": RecipeName.PYTORCH_RESNET},
        {"compute": Compute("ml.g5.xlarge", 1, 50, 7200, 0.736)},
        {"compute": Compute("ml.g4dn.xlarge", 2, 50, 7200, 0.736)},
        {"hyperparameters": {**a_job().hyperparameters, "num_layers": "152"}},
        {"status": JobStatus.FAILED},
        {"curve": Curve()},
        {"started_at": None},
    ],
)
def test_a_job_that_was_not_like_it_tells_nothing(unlike: dict[str, Any]) -> None:
    quote = quoted(asked(), [a_finished_job(**unlike)])

    assert (quote.likely, quote.told_by) == (None, 0)
    assert quote.worst == pytest.approx(1.472)


def test_a_spot_job_probably_pays_the_share_that_those_before_it_paid() -> None:
    spot = replace(a_job().compute, spot=True)
    earlier = a_finished_job(compute=spot, training_seconds=400, billable_seconds=100)

    assert quoted(a_job(compute=spot), [earlier]).likely == pytest.approx(0.736 * 400 / 3600 / 4)
    assert quoted(a_job(), [earlier]).likely is None


def test_without_a_price_nothing_is_known() -> None:
    quote = quoted(a_job(compute=Compute("ml.g4dn.xlarge", 1, 50, 7200)), [a_finished_job()])

    assert (quote.worst, quote.likely) == (None, None)


def test_a_clock_that_ran_backwards_makes_nothing_negative() -> None:
    quote = quoted(asked(epochs="1"), [a_finished_job(ended_at=NOW + minutes(0.1))])

    assert quote.likely == pytest.approx(0.736 * 12 / 3600)
