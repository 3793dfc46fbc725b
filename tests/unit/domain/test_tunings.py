"""A tuning's moves, what an observation makes of it, what it costs, and how it is gone on from."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.jobs import MOVES, JobStatus
from bot.domain.moves import moved, stop_asked
from bot.domain.search_words import requested
from bot.domain.searches import TUNABLE, Choice, Range, Scaling, Strategy, WarmStart, scale_of
from bot.domain.tuning_on import Edge, at_edge, can_be_tuned_on, tuned_on
from bot.domain.tunings import (
    Counters,
    Tuning,
    TuningSnapshot,
    TuningStatus,
    as_job,
    observed,
    tuning_name,
    within_budget,
)
from bot.errors import FieldError, RefusedError, WrongStateError
from tests.builders import (
    APPROVER,
    NOW,
    a_data_set,
    a_finished_tuning,
    a_running_trial,
    a_running_tuning,
    a_search,
    a_trial,
    a_tuning,
    minutes,
)

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
AWS_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")


@given(st.text(max_size=80), st.text("0123456789abcdef", min_size=16, max_size=16))
def test_every_name_is_one_that_aws_takes(data_set: str, tuning_id: str) -> None:
    assert AWS_NAME.fullmatch(tuning_name(data_set, tuning_id))


def test_a_name_is_of_the_data_set_and_the_id() -> None:
    assert tuning_name("emoji", "5d1e0b7a94c34f16") == "emoji-tune-5d1e0b"


@pytest.mark.parametrize("before", TuningStatus)
@pytest.mark.parametrize("after", TuningStatus)
def test_only_the_moves_of_the_table_are_made(before: TuningStatus, after: TuningStatus) -> None:
    tuning = a_tuning(status=before)
    if before == after or after in MOVES[before]:
        assert moved(tuning, after).status == after
    else:
        with pytest.raises(WrongStateError, match="already"):
            moved(tuning, after)


def test_a_stop_bears_who_asked_for_it() -> None:
    stopping = stop_asked(a_running_tuning(), APPROVER)

    assert (stopping.status, stopping.stopped_by) == (TuningStatus.STOPPING, APPROVER)


@pytest.mark.parametrize(("by", "says"), [(APPROVER, f"<@{APPROVER}> asked for it."), ("", "is stopping already.")])
def test_a_second_stop_is_told_of_the_first(by: str, says: str) -> None:
    with pytest.raises(WrongStateError, match=says):
        stop_asked(a_tuning(status=TuningStatus.STOPPING, stopped_by=by), "U0OTHER")


def test_an_observation_brings_what_changed_and_keeps_the_other_jobs() -> None:
    news = (a_trial(3, 0.9), a_running_trial(5))
    counters = Counters(completed=3, running=2, objectives=(3, 2, 0))
    seen = observed(a_running_tuning(), TuningSnapshot(TuningStatus.RUNNING, news, counters, best_name=a_trial(3).name))

    assert [trial.name[-12:-9] for trial in seen.trials] == ["001", "002", "003", "004", "005"]
    assert (seen.best, seen.counters) == (a_trial(3, 0.9), counters)


def test_an_observation_without_a_best_job_keeps_the_one_known() -> None:
    seen = observed(a_running_tuning(), TuningSnapshot(TuningStatus.RUNNING))

    assert seen.best_name == a_running_tuning().best_name


def test_our_wish_to_stop_stands_until_aws_says_that_it_ended() -> None:
    stopping = stop_asked(a_running_tuning(), APPROVER)
    seen = observed(stopping, TuningSnapshot(TuningStatus.RUNNING))

    assert (seen.status, seen.aws_status) == (TuningStatus.STOPPING, TuningStatus.RUNNING)
    assert observed(seen, TuningSnapshot(TuningStatus.STOPPED)).status == TuningStatus.STOPPED


def test_an_ended_tuning_stays_as_it_is() -> None:
    done = a_finished_tuning()

    assert observed(done, TuningSnapshot(TuningStatus.FAILED, failure_reason="No.")) == done


def test_before_aws_names_a_best_job_the_first_with_the_highest_accuracy_is_it() -> None:
    tuning = a_running_tuning(best_name="", trials=(a_trial(1, 0.8), a_trial(2, 0.9), a_trial(3, 0.9)))

    assert tuning.best == a_trial(2, 0.9)


def test_without_a_result_there_is_no_best_job() -> None:
    assert a_running_tuning(best_name="", trials=(a_running_trial(),)).best is None


def test_the_worst_case_is_every_job_running_as_long_as_it_may() -> None:
    assert a_tuning().worst_case == pytest.approx(6 * 2 * 0.736)


def test_the_cost_so_far_is_of_the_time_that_jobs_had_their_machines() -> None:
    tuning = a_running_tuning(trials=(a_trial(1), a_running_trial(2)))

    assert tuning.cost(NOW + minutes(4)) == pytest.approx(0.736 * (30 + 120) / 3600)


def test_an_unknown_price_makes_no_cost() -> None:
    tuning = a_tuning(compute=replace(a_tuning().compute, usd_per_hour=None))

    assert (tuning.worst_case, tuning.cost(NOW)) == (None, None)


def test_what_may_cost_too_much_is_refused_with_the_figures() -> None:
    with pytest.raises(RefusedError) as refusal:
        within_budget(a_tuning(search=a_search(jobs=20)), 20.0)

    assert refusal.value.what == "This tuning may cost $29.44, and $20.00 is the most."
    assert refusal.value.why == "It is 20 jobs of up to $1.47 each."


def test_a_job_of_the_tuning_has_the_values_that_it_tried() -> None:
    job = as_job(a_finished_tuning(), a_trial(4), "b0b")

    assert (job.id, job.name, job.status) == ("b0b", a_trial(4).name, JobStatus.RUNNING)
    assert (job.hyperparameters["learning_rate"], job.hyperparameters["epochs"]) == ("0.01", "30")


def best_at(value: str, searched: Range, **changes: Any) -> Tuning:
    best = a_trial(4, 0.91, hyperparameters={searched.name: value})
    return a_finished_tuning(trials=(best,), search=a_search(ranges=(searched,)), **changes)


RATES = Range("learning_rate", 1e-4, 0.1, scaling=Scaling.LOGARITHMIC)
BATCHES = Range("mini_batch_size", 16, 64, whole=True)
NEAR_ONE = Range("beta_1", 0.9, 0.999, scaling=Scaling.REVERSE_LOGARITHMIC)


@pytest.mark.parametrize(
    ("searched", "value", "edges"),
    [
        (RATES, "0.0001", [Edge("learning_rate", 0.0001, high=False, open=True)]),
        (RATES, "0.00013", [Edge("learning_rate", 0.00013, high=False, open=True)]),
        (RATES, "0.0002", []),
        (RATES, "0.08", [Edge("learning_rate", 0.08, high=True, open=True)]),
        (replace(RATES, scaling=Scaling.LINEAR), "0.08", []),
        (replace(RATES, scaling=Scaling.AUTO), "0.08", [Edge("learning_rate", 0.08, high=True, open=True)]),
        (replace(RATES, high=0.5), "0.5", [Edge("learning_rate", 0.5, high=True, open=False)]),
        (BATCHES, "64", [Edge("mini_batch_size", 64, high=True, open=True)]),
        (BATCHES, "18", [Edge("mini_batch_size", 18, high=False, open=True)]),
        (BATCHES, "19", []),
        (NEAR_ONE, "0.99", []),
        (NEAR_ONE, "0.9989", [Edge("beta_1", 0.9989, high=True, open=False)]),
    ],
)
def test_a_best_value_at_the_end_of_its_range_is_found_on_the_ranges_scale(
    searched: Range, value: str, edges: list[Edge]
) -> None:
    assert at_edge(best_at(value, searched)) == edges


@pytest.mark.parametrize("value", ["", "many"])
def test_a_best_value_that_is_no_number_lies_nowhere(value: str) -> None:
    assert at_edge(best_at(value, RATES)) == []


@pytest.mark.parametrize(
    ("searched", "value", "low", "high"),
    [
        (RATES, "0.1", 0.00316, 0.5),
        (RATES, "0.001", 0.000178, 0.00562),
        (replace(RATES, scaling=Scaling.LINEAR, low=0), "0.1", 0.05, 0.15),
        (BATCHES, "64", 40, 88),
        (BATCHES, "16", 8, 40),
        (BATCHES, "40", 28, 52),
        (replace(BATCHES, low=8, high=9), "9", 8, 10),
        (replace(RATES, scaling=Scaling.LINEAR, low=0.0998, high=0.10032), "0.10003", 0.0999, 0.10003),
    ],
)
def test_tuning_on_moves_a_range_whose_end_is_best_and_halves_the_others(
    searched: Range, value: str, low: float, high: float
) -> None:
    (around,) = tuned_on(best_at(value, searched)).ranges

    assert (around.low, around.high) == (pytest.approx(low, rel=1e-4), pytest.approx(high, rel=1e-4))


def test_batches_do_not_outgrow_the_data_set() -> None:
    (around,) = tuned_on(best_at("64", BATCHES, images=(70, 10))).ranges

    assert around.high == 70


def test_a_range_of_which_the_best_value_is_unknown_stays_as_it_is() -> None:
    assert tuned_on(best_at("many", RATES)).ranges == (RATES,)


def test_without_a_best_job_nothing_lies_at_an_edge() -> None:
    assert at_edge(a_finished_tuning(trials=(), best_name="")) == []


@pytest.mark.parametrize("status", TuningStatus)
def test_what_has_ended_or_is_stopping_has_no_stop(status: TuningStatus) -> None:
    assert a_tuning(status=status).stoppable == (status in (TuningStatus.REQUESTED, TuningStatus.RUNNING))


def test_tuning_on_starts_with_the_results_of_the_tuning_and_of_those_before_it() -> None:
    search = tuned_on(a_finished_tuning(search=a_search(parents=("a", "b", "c", "d", "e"))))

    assert search.parents == ("emoji-tune-5d1e0b", "a", "b", "c", "d")


def test_tuning_on_from_hyperband_is_bayesian_for_only_that_can_start_with_results() -> None:
    assert tuned_on(a_finished_tuning(search=a_search(strategy=Strategy.HYPERBAND))).strategy == Strategy.BAYESIAN


@pytest.mark.parametrize(
    "tuning",
    [
        a_running_tuning(),
        a_finished_tuning(trials=(), best_name=""),
        a_finished_tuning(search=a_search(ranges=())),
    ],
)
def test_what_runs_or_has_no_best_value_cannot_be_tuned_on(tuning: Tuning) -> None:
    assert not can_be_tuned_on(tuning)
    with pytest.raises(WrongStateError):
        tuned_on(tuning)


tunable = st.sampled_from([name for name, one in TUNABLE.items() if one.high])


@st.composite
def searched_ranges(draw: st.DrawFn) -> tuple[Range, float]:
    """A range within what AWS recommends, and a value in it."""
    name = draw(tunable)
    usual = TUNABLE[name]
    numbers = st.integers(8, 512).map(float) if usual.whole else st.floats(usual.low, usual.high)
    low, value, high = sorted(draw(st.lists(numbers, min_size=3, max_size=3)))
    scaling = draw(st.sampled_from([Scaling.AUTO, Scaling.LINEAR, Scaling.LOGARITHMIC, Scaling.REVERSE_LOGARITHMIC]))
    fits = scaling in (Scaling.AUTO, Scaling.LINEAR) or (scaling == Scaling.LOGARITHMIC and low > 0)
    searched = Range(name, low, high, usual.whole, scaling if fits else Scaling.AUTO)
    if high - low < 1e-6:
        searched = replace(searched, low=usual.low, high=usual.high, scaling=Scaling.AUTO)
    return searched, value


@given(searched_ranges())
def test_wherever_the_best_lies_the_next_range_holds_it_and_stays_within_the_limits(given: tuple[Range, float]) -> None:
    searched, value = given
    (around,) = tuned_on(best_at(repr(value), searched)).ranges
    usual = TUNABLE[searched.name]

    assert usual.low <= around.low <= value <= around.high <= usual.high
    assert around.low < around.high
    assert scale_of(around) != Scaling.LOGARITHMIC or around.low > 0


def started_from(*parents: Tuning, data_set: Any = None, **words: str) -> Any:
    return requested({"warm": "x", **words}, data_set or a_data_set(), parents)


def test_a_warm_start_goes_on_with_what_the_parent_searched() -> None:
    asked = started_from(a_finished_tuning())

    assert (asked.search.ranges, asked.search.choices) == (a_search().ranges, a_search().choices)
    assert asked.search.parents == ("emoji-tune-5d1e0b",)
    assert asked.search.warm_start == WarmStart.IDENTICAL
    assert asked.hyperparameters == a_finished_tuning().hyperparameters


def test_a_warm_start_takes_other_ranges_and_values_where_they_are_said() -> None:
    asked = started_from(a_finished_tuning(), learning_rate="0.01..0.1", optimizer="sgd", epochs="5")

    assert asked.search.ranges == (Range("learning_rate", 0.01, 0.1),)
    assert (asked.search.choices, asked.hyperparameters["optimizer"]) == ((), "sgd")
    assert asked.hyperparameters["epochs"] == "5"


@pytest.mark.parametrize(
    "changes", [{"train_images": 700}, {"name": "pets"}, {"s3_prefix": "s3://elsewhere/emoji"}, {"multi_label": True}]
)
def test_a_warm_start_on_other_images_transfers_what_was_learnt(changes: dict[str, Any]) -> None:
    parent = a_finished_tuning()
    if "multi_label" in changes:
        parent = replace(parent, hyperparameters={**parent.hyperparameters, "multi_label": "0"})
    search = started_from(parent, data_set=a_data_set(**changes)).search

    assert search.warm_start == WarmStart.TRANSFER


MANY = tuple(a_trial(number, 0.5) for number in range(1, 746))


@pytest.mark.parametrize(
    ("parents", "words", "field", "says"),
    [
        ((a_running_tuning(),), {}, "warm", "is running"),
        ((a_finished_tuning(trials=(a_trial(1, None),)),), {}, "warm", "no results"),
        ((a_finished_tuning(),) * 6, {}, "warm", "5 tunings at most"),
        ((a_finished_tuning(),), {"strategy": "grid"}, "learning_rate", "is a range"),
        ((a_finished_tuning(),), {"strategy": "hyperband"}, "strategy", "Only a Bayesian"),
        ((a_finished_tuning(),), {"top_k": "3"}, "top_k", "leave out `top_k`"),
        ((a_finished_tuning(),), {"learning_rate": "0.1,0.2"}, "learning_rate", "as a range"),
        ((a_finished_tuning(),), {"learning_rate": "0.1", "optimizer": "sgd"}, "warm", "nothing left"),
        ((a_finished_tuning(trials=MANY),), {}, "jobs", "leaves 5"),
        ((a_finished_tuning(trials=MANY), a_finished_tuning()), {}, "warm", "ran 751 jobs"),
        (
            (a_finished_tuning(),),
            {"epochs": "1", "num_layers": "50", "momentum": "0.5", "mini_batch_size": "8", "resize": "300",
             "optimizer": "sgd"},
            "warm",
            "changes more",
        ),
    ],
)  # fmt: skip
def test_a_warm_start_that_aws_would_refuse_is_refused_with_the_rule(
    parents: tuple[Tuning, ...], words: dict[str, str], field: str, says: str
) -> None:
    with pytest.raises(FieldError) as refusal:
        started_from(*parents, **words)

    assert refusal.value.field == field
    assert says in refusal.value.sentences


def test_a_list_that_was_searched_may_not_become_a_range() -> None:
    parent = a_finished_tuning(search=a_search(ranges=(), choices=(Choice("learning_rate", ("0.1", "0.2")),)))
    parent = replace(parent, hyperparameters={**parent.hyperparameters, "optimizer": "sgd"})

    with pytest.raises(FieldError, match="as a list"):
        started_from(parent, learning_rate="0.1..0.2")
