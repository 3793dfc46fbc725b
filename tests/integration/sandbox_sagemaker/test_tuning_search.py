"""What a tuning job tries next, and when it gives up what it tries."""

import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sagemaker.tuning_ranges import Numbers, Scale, ranges_of
from sandbox.sagemaker.tuning_search import Search, Strategy, Trial
from sandbox.sagemaker.tuning_stopping import Rungs, median_rule_stops

from .tuning_steps import OPTIMIZER, ranges, tuning_request

RATE = ranges_of(tuning_request())
BATCH = {"Name": "mini_batch_size", "MinValue": "8", "MaxValue": "10"}
SMALL = ranges_of(tuning_request(ParameterRanges=ranges(integer=[BATCH], categorical=[OPTIMIZER])))


def scale_of(low: str, high: str) -> Scale:
    given_range = {"Name": "x", "MinValue": low, "MaxValue": high, "ScalingType": "Auto"}
    (one,) = ranges_of(tuning_request(ParameterRanges=ranges(continuous=[given_range])))
    assert isinstance(one, Numbers)
    return one.scale


def all_of(search: Search, count: int, score: Any = lambda tried: None) -> list[Trial]:
    """The trials of a search whose jobs run one after the other."""
    trials: list[Trial] = []
    for number in range(count):
        tried = search.next(trials, number)
        assert tried is not None
        trials.append(Trial(tried, score(tried)))
    return trials


@pytest.mark.parametrize(
    ("low", "high", "scale"),
    [
        ("1e-6", "0.5", "Logarithmic"),
        ("0", "0.999", "Linear"),
        ("1", "9", "Linear"),
        ("0.9", "0.999", "ReverseLogarithmic"),
    ],
)
def test_auto_chooses_the_scale_by_the_orders_of_magnitude(low: str, high: str, scale: str) -> None:
    assert scale_of(low, high) == scale


@given(place=st.floats(0, 1), scale=st.sampled_from([Scale.LINEAR, Scale.LOGARITHMIC, Scale.REVERSE_LOGARITHMIC]))
def test_a_value_keeps_its_place_on_the_scale(place: float, scale: Scale) -> None:
    one = Numbers("x", 0.001, 0.999, scale, whole=False)

    assert one.place_of(one.text_at(place)) == pytest.approx(place, abs=1e-9)


@given(place=st.floats(0, 1))
def test_a_whole_number_stays_within_its_range(place: float) -> None:
    assert 8 <= int(Numbers("x", 8, 512, Scale.LOGARITHMIC, whole=True).text_at(place)) <= 512


def test_the_same_seed_makes_the_same_choices() -> None:
    first, second = (all_of(Search(Strategy.RANDOM, RATE, 5), 4) for _ in range(2))

    assert first == second


def test_another_seed_makes_other_choices() -> None:
    assert all_of(Search(Strategy.RANDOM, RATE, 5), 4) != all_of(Search(Strategy.RANDOM, RATE, 6), 4)


@pytest.mark.parametrize("strategy", [Strategy.RANDOM, Strategy.BAYESIAN])
def test_a_small_space_is_tried_out_without_repeating_anything(strategy: Strategy) -> None:
    trials = all_of(Search(strategy, SMALL, 1), 12, lambda tried: float(tried["mini_batch_size"]))

    assert len({tuple(trial.tried.items()) for trial in trials}) == 12


def test_a_space_that_is_tried_out_has_nothing_left() -> None:
    search = Search(Strategy.RANDOM, SMALL, 1)

    assert search.next(all_of(search, 12), 12) is None


def test_bayesian_search_without_results_is_random_search() -> None:
    assert all_of(Search(Strategy.BAYESIAN, RATE, 2), 6) == all_of(Search(Strategy.RANDOM, RATE, 2), 6)


def test_bayesian_search_goes_where_results_were_good() -> None:
    results = [Trial({"learning_rate": f"1e-{power}"}, -abs(power - 2.0)) for power in (1, 2, 3, 4, 5, 6)]
    search = Search(Strategy.BAYESIAN, RATE, 1)
    found = [search.next(results, number) for number in range(8)]

    assert sum(float(one["learning_rate"]) > 1e-4 for one in found if one) >= 6


def test_bayesian_search_leaves_out_trials_beyond_its_ranges() -> None:
    results = [Trial({"learning_rate": text}, 1.0) for text in ("0.9", "0.01", "0.02", "", "sgd")]

    assert Search(Strategy.BAYESIAN, RATE, 1).next(results, 5) is not None


def test_bayesian_search_warns_of_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        all_of(Search(Strategy.BAYESIAN, RATE, 1), 5, lambda tried: 0.5)

    assert capfd.readouterr() == ("", "")


def test_the_first_epoch_stops_nothing() -> None:
    assert not median_rule_stops([0.1], [[0.9, 0.9]])


def test_a_job_below_the_median_of_running_averages_is_stopped() -> None:
    assert median_rule_stops([0.5, 0.5], [[0.6, 0.6], [0.4, 0.4], [0.9, 0.9]])


def test_a_job_at_the_median_goes_on() -> None:
    assert not median_rule_stops([0.1, 0.6], [[0.6, 0.6], [0.4, 0.4], [0.9, 0.9]])


def test_jobs_that_ended_earlier_are_no_measure() -> None:
    assert not median_rule_stops([0.1, 0.1, 0.1], [[0.9, 0.9]])


def test_brackets_begin_at_later_rungs_in_turn() -> None:
    rungs = Rungs(1, 27, 27)

    assert [rungs.of_job(number) for number in range(4)] == [[1, 3, 9], [3, 9], [9], [1, 3, 9]]


def test_between_rungs_nothing_is_stopped() -> None:
    assert not Rungs(1, 27, 27).stops(0, [0.1, 0.1], [[0.9, 0.9], [0.8, 0.8]])


def test_a_rung_lets_its_best_third_go_on() -> None:
    others = [[0.9], [0.5]]

    assert [Rungs(1, 27, 27).stops(0, [score], others) for score in (0.95, 0.7)] == [False, True]


def test_a_rung_waits_for_three_jobs() -> None:
    assert not Rungs(1, 27, 27).stops(0, [0.1], [[0.9]])


def test_a_job_that_ends_by_itself_at_the_largest_resource_is_not_stopped() -> None:
    assert [Rungs(1, 3, epochs).stops(0, [0.1] * 3, []) for epochs in (3, 4, None)] == [False, True, True]
