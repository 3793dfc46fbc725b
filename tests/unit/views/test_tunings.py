"""What a tuning's card, its form and its lists say and offer."""

from dataclasses import replace

import pytest

from bot.domain.jobs import JobStatus
from bot.domain.searches import Strategy
from bot.domain.tuning_results import shown_value
from bot.domain.tunings import Counters, Tuning, TuningStatus
from bot.errors import FieldError
from bot.views import tuning_form, tunings
from tests.builders import (
    NOW,
    a_finished_job,
    a_finished_tuning,
    a_running_tuning,
    a_search,
    a_trial,
    a_tuning,
    minutes,
)
from tests.unit.views.screens import actions, said
from tests.unit.views.tuning_examples import STOPPED, at_the_edge

LATER = NOW + minutes(3)
GOING_ON = {tunings.ASK, tunings.TRAIN_ON, tunings.TUNE_ON}


def offered(tuning: Tuning) -> set[str]:
    return actions(tunings.tuning_card(tuning, LATER).blocks)


def card(tuning: Tuning) -> str:
    return said(tunings.tuning_card(tuning, LATER))


@pytest.mark.parametrize(
    ("tuning", "buttons"),
    [
        (a_running_tuning(), {tunings.STOP}),
        (a_running_tuning(status=TuningStatus.STOPPING), set()),
        (a_finished_tuning(), GOING_ON),
        (STOPPED, GOING_ON),
        (a_finished_tuning(search=a_search(ranges=())), {tunings.ASK, tunings.TRAIN_ON}),
        (a_finished_tuning(trials=(), best_name=""), set()),
    ],
)
def test_a_card_offers_what_is_possible_and_nothing_else(tuning: Tuning, buttons: set[str]) -> None:
    assert offered(tuning) == buttons


def test_a_best_value_at_the_edge_is_pointed_out_with_the_way_beyond_it() -> None:
    assert "lies at the upper end of its range: better ones may lie beyond" in card(at_the_edge())
    assert "Tune on beyond the edge" in card(at_the_edge())


def test_a_best_value_in_the_middle_is_not_called_at_the_edge() -> None:
    assert "end of its range" not in card(a_finished_tuning())
    assert "Tune on around the best" in card(a_finished_tuning())


def test_the_edge_is_not_spoken_of_while_better_values_may_still_come() -> None:
    assert "end of its range" not in card(replace(at_the_edge(), status=TuningStatus.RUNNING))


def test_the_best_five_of_many_are_listed_best_first() -> None:
    trials = tuple(a_trial(number, 0.5 + number / 100) for number in range(1, 9))
    text = card(a_finished_tuning(trials=trials, best_name=""))

    places = [text.index(f"job {number} ") for number in (8, 7, 6, 5, 4)]
    assert places == sorted(places)
    assert "The best 5 of 8" in text
    assert "job 3 " not in text


def test_a_job_that_was_stopped_early_is_marked_in_the_table() -> None:
    assert "job 3*" in card(STOPPED)


def test_why_jobs_failed_is_told() -> None:
    broken = a_trial(2, None, status=JobStatus.FAILED, failure_reason="CUDA error: out of memory")
    text = card(a_finished_tuning(trials=(a_trial(1), broken)))

    assert "1 job failed. Job 2: " in text
    assert "ran out of memory" in text


def test_the_jobs_are_counted_as_aws_counts_them() -> None:
    counters = Counters(completed=3, running=1, failed=2)

    assert "1 running, 3 completed, 2 failed, of 6" in card(a_running_tuning(counters=counters))


def test_what_a_running_tuning_costs_changes_but_once_a_minute() -> None:
    tuning = a_running_tuning()
    within = [tunings.tuning_card(tuning, NOW + minutes(5.2 + part / 100)) for part in (0, 20, 40)]

    assert within[0] == within[1] == within[2]


def test_stopping_asks_first_and_says_how_far_it_is() -> None:
    assert "2 of 6 jobs done" in card(a_running_tuning())
    assert "Let it run" in card(a_running_tuning())


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("0.012345678", "0.0123"),
        ("1e-06", "1e-6"),
        ("32", "32"),
        ("adam", "adam"),
        ("0.5", "0.5"),
        ("0.0", "0"),
        ("17.0", "17"),
    ],
)
def test_values_are_shown_with_the_digits_that_matter(written: str, shown: str) -> None:
    assert shown_value(written) == shown


@pytest.mark.parametrize("strategy", Strategy)
def test_the_form_that_tunes_on_takes_strategies_that_can_start_with_results(strategy: Strategy) -> None:
    words = tuning_form.tune_on_words(a_finished_tuning(search=a_search(strategy=strategy)))

    assert words["strategy"] in ("bayesian", "random")
    assert words["warm"] == a_finished_tuning().name


def test_the_form_that_trains_on_says_nothing_that_the_earlier_job_decides() -> None:
    words = tuning_form.train_on_words(a_finished_job())

    assert words["from"] == "emoji-7f3a2c"
    assert not {"num_layers", "image_shape", "use_pretrained_model", "num_classes"} & words.keys()


def test_a_field_said_twice_is_refused_where_it_stands_second() -> None:
    values = {
        "more": {"value": {"value": "jobs=3"}},
        "jobs": {"value": {"value": "6"}},
        "data_set": {"value": {"value": "emoji"}},
    }

    with pytest.raises(FieldError, match="field of its own") as refused:
        tuning_form.read_tune_modal(values)
    assert refused.value.field == "more"


def test_forms_that_go_on_keep_to_the_machine_where_it_is_not_the_usual_one() -> None:
    usual = tuning_form.tune_on_words(a_finished_tuning())
    large = replace(a_finished_tuning().compute, instance_type="ml.g5.xlarge", instance_count=2, max_run_seconds=5400)
    words = tuning_form.tune_on_words(a_finished_tuning(compute=large))

    assert not {"count", "max_run", "mode"} & usual.keys()
    assert (words["instance"], words["count"], words["max_run"]) == ("ml.g5.xlarge", "2", "5400s")


def test_a_tuning_whose_jobs_all_failed_says_why_they_did() -> None:
    trial = replace(a_trial(1), status=JobStatus.FAILED, objective=None, failure_reason="exit code: 137")
    failed = a_tuning(status=TuningStatus.FAILED, failure_reason="All training jobs failed.", trials=(trial,))

    assert "none of its jobs succeeded: the instance type ran out of memory" in card(failed)
