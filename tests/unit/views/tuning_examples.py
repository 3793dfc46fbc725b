"""One example of each screen about tunings."""

from dataclasses import replace
from typing import Any

from bot.domain.jobs import JobStatus
from bot.domain.searches import Strategy
from bot.domain.tunings import Counters, Tuning, TuningStatus
from bot.views import training, tuning_form, tuning_pages, tunings
from bot.views.message import Message
from tests.builders import (
    APPROVER,
    CHANNEL,
    NOW,
    a_data_set,
    a_finished_job,
    a_finished_tuning,
    a_running_tuning,
    a_search,
    a_trial,
    a_tuning,
    minutes,
)

LATER = NOW + minutes(3.4)
PICTURES = [("F0PROGRESS1", "Best validation accuracy 91.0 % (job 4 of 6)."), ("F0SCATTER01", "Best at 0.01, sgd.")]
FAILED = a_tuning(
    status=TuningStatus.FAILED,
    failure_reason="ResourceLimitExceeded: the account-level service limit for ml.g4dn.xlarge is 0",
    ended_at=NOW + minutes(1),
)
STOPPED = a_running_tuning(
    status=TuningStatus.STOPPED,
    stopped_by=APPROVER,
    trials=(a_trial(1, 0.71), a_trial(2, 0.83), a_trial(3, 0.8, status=JobStatus.STOPPED)),
    counters=Counters(completed=2, stopped=1, objectives=(3, 0, 0)),
    ended_at=NOW + minutes(4),
)
NOTHING_FOUND = a_finished_tuning(
    trials=(a_trial(1, None, status=JobStatus.FAILED, failure_reason="AlgorithmError: CUDA error: out of memory"),),
    counters=Counters(failed=1),
    best_name="",
)


def at_the_edge() -> Tuning:
    """The best learning rate is the largest that was tried, and an earlier tuning found better."""
    values = {"learning_rate": "0.4871230981", "optimizer": "adam"}
    done = a_finished_tuning(search=a_search(ranges=(replace(a_search().ranges[0], high=0.49),)))
    trials = tuple(replace(one, hyperparameters=values) if one == done.best else one for one in done.trials)
    better = a_trial(3, 0.94, name="emoji-tune-0c0ffe-003-0a1b2c3d")
    return replace(done, trials=trials, overall_best=better)


def messages() -> dict[str, Message]:
    return {
        "tuning_requested": tunings.tuning_card(a_tuning(), LATER),
        "tuning_running": tunings.tuning_card(a_running_tuning(), LATER, PICTURES),
        "tuning_stopping": tunings.tuning_card(
            a_running_tuning(status=TuningStatus.STOPPING, stopped_by=APPROVER), LATER
        ),
        "tuning_completed": tunings.tuning_card(a_finished_tuning(), LATER, PICTURES),
        "tuning_completed_at_the_edge": tunings.tuning_card(at_the_edge(), LATER),
        "tuning_completed_without_result": tunings.tuning_card(NOTHING_FOUND, LATER),
        "tuning_failed": tunings.tuning_card(FAILED, LATER),
        "tuning_stopped": tunings.tuning_card(STOPPED, LATER, PICTURES),
        "tuning_started_reply": tunings.started_reply(a_tuning()),
        "tuning_stopping_reply": tunings.stopping_reply(a_running_tuning()),
        "tuning_list": tuning_pages.tuning_list([a_tuning(), a_running_tuning(), a_finished_tuning(), FAILED]),
        "tuning_list_empty": tuning_pages.tuning_list([]),
        **{f"tuning_note_{one.status}": _note(one) for one in (a_finished_tuning(), FAILED, STOPPED)},
    }


def _note(tuning: Tuning) -> Message:
    note = tunings.finished_note(tuning)
    assert note
    return note


def views() -> dict[str, dict[str, Any]]:
    around = tuning_form.tune_on_words(a_finished_tuning(search=a_search(strategy=Strategy.RANDOM)))
    return {
        "modal_tune": tuning_form.tune_modal([a_data_set()], {}, CHANNEL),
        "modal_tune_on": tuning_form.tune_modal([a_data_set(), a_data_set(name="pets")], around, CHANNEL),
        "modal_tune_no_data_set": tuning_form.tune_modal([], {}, CHANNEL),
        "modal_train_on_from_the_best": _train_on(),
    }


def _train_on() -> dict[str, Any]:
    tuning = a_finished_tuning()
    job = a_finished_job(
        name=a_trial(4).name, hyperparameters={**tuning.hyperparameters, "learning_rate": "0.01", "optimizer": "adam"}
    )
    return training.train_modal([a_data_set()], tuning_form.train_on_words(job), CHANNEL)
