"""Tunings on their way: started, observed, stopped, and what a crash or a busy AWS does to that."""

import logging
from dataclasses import dataclass, field

import pytest

from bot.domain.moves import stop_asked
from bot.domain.tunings import Counters, Tuning, TuningSnapshot, TuningStatus
from bot.errors import BusyError, PlatformError
from bot.services.following_tunings import LONGEST_UNSEEN, TuningFollower
from tests.builders import (
    NOW,
    a_data_set,
    a_finished_tuning,
    a_running_trial,
    a_running_tuning,
    a_trial,
    a_tuning,
    minutes,
)
from tests.fakes.platform import names
from tests.fakes.stores import FakeDataSets
from tests.fakes.tuning import FakeTuning, FakeTunings

NAME = a_tuning().name


@dataclass
class Shop:
    """The follower over fakes."""

    rows: FakeTunings = field(default_factory=FakeTunings)
    platform: FakeTuning = field(default_factory=FakeTuning)
    data_sets: FakeDataSets = field(default_factory=lambda: FakeDataSets(a_data_set()))

    @property
    def follower(self) -> TuningFollower:
        return TuningFollower(self.rows, self.data_sets, self.platform, lambda: NOW)

    @property
    def tuning(self) -> Tuning:
        return self.rows.get(a_tuning().id)

    def wants_stop(self) -> None:
        self.rows.save(stop_asked(self.tuning, "U0GRACE001"))


@pytest.fixture
def asked() -> Shop:
    shop = Shop()
    shop.rows.add(a_tuning())
    return shop


@pytest.fixture
def running(asked: Shop) -> Shop:
    asked.follower.advance_all()
    return asked


def test_a_tuning_that_waits_is_started(asked: Shop) -> None:
    asked.follower.advance_all()

    assert asked.tuning.status == TuningStatus.RUNNING
    assert asked.platform.calls == [("start", NAME)]


def test_a_busy_aws_leaves_it_waiting_for_the_next_tick(asked: Shop) -> None:
    asked.platform.fails("start", BusyError("AWS is busy.", code="ThrottlingException"))
    asked.follower.advance_all()

    assert asked.tuning.status == TuningStatus.REQUESTED

    asked.follower.advance_all()

    assert asked.tuning.status == TuningStatus.RUNNING


def test_a_start_whose_answer_got_lost_starts_nothing_twice(asked: Shop) -> None:
    asked.platform.fails("start", BusyError("No answer."), answer_lost=True)
    asked.follower.advance_all()
    asked.follower.advance_all()

    assert asked.tuning.status == TuningStatus.RUNNING
    assert asked.platform.owners == {NAME: a_tuning().id}


def test_a_start_that_aws_refuses_fails_the_tuning_with_the_reason(asked: Shop) -> None:
    asked.platform.fails("start", PlatformError("AWS refuses it.", "No quota.", "Ask for more."))
    asked.follower.advance_all()

    assert (asked.tuning.status, asked.tuning.ended_at) == (TuningStatus.FAILED, NOW)
    assert asked.tuning.failure_reason == "AWS refuses it. No quota. Ask for more."


def test_a_name_that_is_somebody_elses_fails_the_tuning(asked: Shop) -> None:
    asked.platform.belongs_to_others(NAME)
    asked.follower.advance_all()

    assert "this bot did not make it" in asked.tuning.failure_reason


def test_a_data_set_that_has_gone_fails_the_tuning(asked: Shop) -> None:
    asked.data_sets.replace([])
    asked.follower.advance_all()

    assert asked.tuning.failure_reason == "The data set emoji has gone from the bucket."
    assert asked.platform.calls == []


def test_jobs_come_to_the_row_as_aws_tells_of_them(running: Shop) -> None:
    running.platform.tries(NAME, a_running_trial(1))
    running.follower.advance_all()
    running.platform.tries(NAME, a_trial(1, 0.7), a_running_trial(2))
    running.follower.advance_all()

    assert running.tuning.trials == (a_trial(1, 0.7), a_running_trial(2))
    assert running.tuning.best == a_trial(1, 0.7)


def test_the_end_is_recorded_with_the_best_job(running: Shop) -> None:
    running.platform.tries(NAME, a_trial(1, 0.7), a_trial(2, 0.9))
    running.platform.says(
        NAME, TuningStatus.COMPLETED, best_name=a_trial(2).name, counters=Counters(2), ended_at=NOW + minutes(3)
    )
    running.follower.advance_all()

    tuning = running.tuning
    assert (tuning.status, tuning.best, tuning.ended_at) == (
        TuningStatus.COMPLETED,
        a_trial(2, 0.9),
        NOW + minutes(3),
    )
    assert running.rows.active() == []


def test_a_row_in_which_nothing_changed_is_not_saved(running: Shop) -> None:
    running.follower.advance_all()
    before = running.tuning.version
    running.follower.advance_all()

    assert running.tuning.version == before


def test_a_busy_aws_leaves_the_row_as_it_was(running: Shop) -> None:
    before = running.tuning
    running.platform.fails("observe", BusyError("AWS is busy."))
    running.follower.advance_all()

    assert running.tuning == before


def test_a_tuning_that_was_deleted_in_aws_has_failed(running: Shop) -> None:
    running.platform.forgets(NAME)
    running.follower.advance_all()

    assert running.tuning.status == TuningStatus.FAILED
    assert "somebody deleted it there" in running.tuning.failure_reason


def test_a_stop_is_told_to_aws_once_and_then_awaited(running: Shop) -> None:
    running.wants_stop()
    running.follower.advance_all()
    running.follower.advance_all()

    assert names(running.platform.calls) == ["start", "stop", "observe", "observe"]
    assert running.tuning.status == TuningStatus.STOPPING


def test_a_stop_that_aws_was_too_busy_for_is_asked_for_again(running: Shop) -> None:
    running.wants_stop()
    running.platform.fails("stop", BusyError("AWS is busy."))
    running.follower.advance_all()
    running.follower.advance_all()

    assert running.platform.tunings[NAME].status == TuningStatus.STOPPING


def test_a_stopped_tuning_keeps_who_asked_and_the_best_so_far(running: Shop) -> None:
    running.wants_stop()
    running.platform.tries(NAME, a_trial(1, 0.7))
    running.follower.advance_all()
    running.platform.says(NAME, TuningStatus.STOPPED)
    running.follower.advance_all()

    assert (running.tuning.status, running.tuning.stopped_by) == (TuningStatus.STOPPED, "U0GRACE001")
    assert running.tuning.best == a_trial(1, 0.7)


def test_a_stop_before_the_start_starts_nothing(asked: Shop) -> None:
    asked.wants_stop()
    asked.follower.advance_all()

    assert (asked.tuning.status, asked.tuning.ended_at) == (TuningStatus.STOPPED, NOW)
    assert names(asked.platform.calls) == ["stop"]


def test_a_stop_while_it_was_being_started_is_carried_out_at_the_next_tick(
    asked: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = asked.platform.start

    def and_stop(tuning: Tuning, data_set: object) -> None:
        start(tuning, a_data_set())
        asked.wants_stop()

    monkeypatch.setattr(asked.platform, "start", and_stop)
    asked.follower.advance_all()
    asked.follower.advance_all()

    assert asked.platform.tunings[NAME].status == TuningStatus.STOPPING


def test_what_was_asked_for_is_carried_out_without_a_look_at_the_others(asked: Shop) -> None:
    asked.rows.add(a_running_tuning(id="other", name="other"))
    asked.follower.carry_out_asked()

    assert asked.platform.calls == [("start", NAME)]


def test_what_has_ended_is_left_alone() -> None:
    shop = Shop()
    shop.rows.add(a_finished_tuning())
    shop.follower.advance_all()

    assert shop.platform.calls == []


def test_one_that_fails_does_not_stop_the_others(asked: Shop, caplog: pytest.LogCaptureFixture) -> None:
    asked.rows.add(a_tuning(id="00", name="first", requested_at=NOW - minutes(1)))
    asked.platform.fails("start", RuntimeError("a fault of ours"))  # type: ignore[arg-type]
    with caplog.at_level(logging.ERROR):
        asked.follower.advance_all()

    assert asked.tuning.status == TuningStatus.RUNNING
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == ["tuning_failed id=00"]


def test_of_many_tunings_only_those_that_changed_are_looked_at_again(asked: Shop) -> None:
    for number in range(12):
        asked.rows.add(a_running_tuning(id=f"t{number}", name=f"many-{number}"))
        asked.platform.tunings[f"many-{number}"] = TuningSnapshot(TuningStatus.RUNNING)
    follower = asked.follower
    for _ in range(3):
        follower.advance_all()
    asked.platform.says("many-3", TuningStatus.RUNNING, counters=Counters(running=1))
    asked.platform.says("many-7", TuningStatus.COMPLETED)
    asked.platform.calls.clear()
    lists = asked.platform.lists
    follower.advance_all()
    follower.advance_all()

    assert asked.platform.calls == [("observe", "many-3"), ("observe", "many-7")]
    assert asked.platform.lists == lists + 2


def test_a_tuning_of_which_the_lists_tell_nothing_is_looked_at_all_the_same(running: Shop) -> None:
    now = [NOW]
    follower = TuningFollower(running.rows, running.data_sets, running.platform, lambda: now[0])
    follower.advance_all()
    running.platform.tries(NAME, a_running_trial(1))
    follower.advance_all()

    assert running.tuning.trials == ()

    now[0] += LONGEST_UNSEEN
    follower.advance_all()

    assert running.tuning.trials == (a_running_trial(1),)
