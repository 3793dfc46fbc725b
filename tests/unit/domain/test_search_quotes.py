"""What a tuning will probably cost: by the jobs of tunings like it, or else by jobs like each of its own."""

from dataclasses import replace

import pytest

from bot.domain.search_quotes import searched
from bot.domain.searches import Choice, Search
from bot.domain.tunings import Tuning
from tests.builders import a_finished_job, a_finished_tuning, a_tuning

PRICE = 0.736
ENDED = a_finished_job()


def test_jobs_of_a_tuning_that_searched_the_same_tell_first() -> None:
    quote = searched(a_tuning(), [a_finished_tuning()], [])
    ended = [one for one in a_finished_tuning().trials if one.began_at and one.ended_at]
    longest = max(one.seconds(one.created_at) for one in ended)

    assert quote.worst == a_tuning().worst_case
    assert quote.likely is not None
    assert 0 < quote.likely <= a_tuning().search.jobs * PRICE * longest / 3600
    assert quote.told_by <= len(ended)


@pytest.mark.parametrize(
    "other",
    [
        replace(a_finished_tuning(), data_set="pets"),
        replace(a_finished_tuning(), hyperparameters={**a_tuning().hyperparameters, "epochs": "99"}),
        replace(a_finished_tuning(), compute=replace(a_tuning().compute, instance_type="ml.p3.2xlarge")),
        replace(a_finished_tuning(), trials=()),
    ],
    ids=["data", "epochs", "machine", "no jobs"],
)
def test_other_tunings_tell_nothing(other: Tuning) -> None:
    assert searched(a_tuning(), [other], []).likely is None


def test_jobs_like_its_own_tell_where_no_tuning_does() -> None:
    tuning = a_tuning(hyperparameters=dict(a_finished_job().hyperparameters))
    quote = searched(tuning, [], [a_finished_job()])

    assert quote.told_by == 1
    assert quote.likely is not None
    assert quote.likely < (quote.worst or 0)


def test_where_epochs_are_searched_the_most_of_them_are_quoted() -> None:
    values = {name: value for name, value in a_finished_job().hyperparameters.items() if name != "epochs"}
    few, many = (
        searched(a_tuning(hyperparameters=values, search=Search(choices=(Choice("epochs", those),))), [], [ENDED])
        for those in (("1", "2"), ("1", "20"))
    )

    assert few.likely is not None
    assert many.likely is not None
    assert few.likely < many.likely


def test_without_a_price_nothing_is_promised() -> None:
    unpriced = a_tuning(compute=replace(a_tuning().compute, usd_per_hour=None))

    assert (searched(unpriced, [a_finished_tuning()], []).worst, searched(unpriced, [], []).likely) == (None, None)
