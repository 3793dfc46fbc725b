"""Asking for a tuning, for its end, and for what comes after it."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.domain.jobs import Job, JobStatus
from bot.domain.recipes import RecipeName
from bot.domain.searches import WarmStart
from bot.domain.tunings import Tuning, TuningStatus
from bot.domain.wishes import JobRequest
from bot.errors import FieldError, NotFoundError, RefusedError, StaleError, WrongStateError
from bot.services.training import identity
from bot.services.tuning import Tunings
from tests.builders import (
    CHANNEL,
    CLASSES,
    NOW,
    REQUESTER,
    a_data_set,
    a_finished_tuning,
    a_running_tuning,
    a_trial,
    a_tuning,
)
from tests.fakes.stores import FakeStores
from tests.fakes.tuning import FakeTunings

PRICES = {"ml.c5.xlarge": 0.204, "ml.g4dn.xlarge": 0.736, "ml.p3.16xlarge": 28.152}


@dataclass
class Desk:
    """The service over fakes."""

    stores: FakeStores = field(default_factory=FakeStores)
    rows: FakeTunings = field(default_factory=FakeTunings)

    def __post_init__(self) -> None:
        self.stores.data_sets.replace([a_data_set()])
        self.stores.prices.replace("training", PRICES)

    @property
    def tunings(self) -> Tunings:
        stores = self.stores
        rows = (self.rows, stores.jobs)
        return Tunings(rows, stores.data_sets, stores.prices, stores.wakeup, lambda: NOW, 20.0)

    def has(self, tuning: Tuning) -> Tuning:
        self.rows.add(tuning)
        return tuning


@pytest.fixture
def desk() -> Desk:
    return Desk()


def a_request(data_set: str = "emoji", key: str = "1.2.abc", **words: str) -> JobRequest:
    return JobRequest(data_set, words, REQUESTER, CHANNEL, key)


def test_a_request_becomes_a_tuning_that_waits_for_the_worker(desk: Desk) -> None:
    tuning = desk.tunings.submit(a_request(learning_rate="1e-6..0.5", epochs="5", jobs="4"))

    assert (tuning.status, tuning.requested_by, tuning.channel_id, tuning.requested_at) == (
        "requested",
        REQUESTER,
        CHANNEL,
        NOW,
    )
    assert (tuning.data_set, tuning.classes, tuning.images) == ("emoji", CLASSES, (638, 158))
    assert (tuning.search.names, tuning.search.jobs) == (("learning_rate",), 4)
    assert tuning.hyperparameters["epochs"] == "5"
    assert tuning.compute.usd_per_hour == 0.736
    assert desk.stores.wakeup.calls == 1


def test_what_is_only_planned_is_not_recorded(desk: Desk) -> None:
    planned = desk.tunings.planned(a_request())

    assert (desk.rows.recent(), desk.stores.wakeup.calls) == ([], 0)
    assert desk.tunings.submit(a_request()) == planned


def test_the_same_request_twice_is_one_tuning(desk: Desk) -> None:
    first, second = desk.tunings.submit(a_request()), desk.tunings.submit(a_request())

    assert first == second
    assert len(desk.tunings.recent()) == 1


def test_two_requests_are_two_tunings_with_two_names(desk: Desk) -> None:
    names = {desk.tunings.submit(a_request(key=key)).name for key in ("one", "two")}

    assert len(names) == 2


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ({"jobs": "14"}, RefusedError),
        ({"instance": "p3.16xlarge"}, RefusedError),
        ({"instance": "g5.xlarge"}, RefusedError),
        ({"count": "3"}, RefusedError),
        ({"learning_rate": "1..2"}, FieldError),
        ({"epoch": "5"}, FieldError),
        ({"num_classes": "3"}, FieldError),
        ({"warm": "emoji-tune-ffffff"}, FieldError),
        ({"mode": "pipe"}, FieldError),
        ({"from": "emoji-7f3a2c"}, FieldError),
    ],
)
def test_a_request_that_breaks_a_rule_starts_nothing(
    desk: Desk, words: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        desk.tunings.submit(a_request(**words))

    assert (desk.rows.recent(), desk.stores.wakeup.calls) == ([], 0)


def test_what_may_cost_too_much_is_refused_with_the_figure_of_all_jobs(desk: Desk) -> None:
    with pytest.raises(RefusedError, match=r"\$20\.61"):
        desk.tunings.submit(a_request(jobs="14"))


def test_a_shorter_longest_run_time_brings_it_within_the_budget(desk: Desk) -> None:
    assert desk.tunings.submit(a_request(jobs="14", max_run="1h")).worst_case == pytest.approx(14 * 0.736)


def test_an_instance_without_a_known_price_is_refused(desk: Desk) -> None:
    with pytest.raises(RefusedError, match=r"I don't know what `ml\.g5\.xlarge` costs"):
        desk.tunings.submit(a_request(instance="g5.xlarge"))


def test_an_unknown_data_set_is_answered_with_the_nearest_one(desk: Desk) -> None:
    with pytest.raises(NotFoundError) as refusal:
        desk.tunings.submit(a_request("emojis"))

    assert refusal.value.next_step == "Did you mean `emoji`?"


def test_a_warm_start_names_its_parents(desk: Desk) -> None:
    desk.has(a_finished_tuning())
    desk.has(a_finished_tuning(id="other", name="emoji-tune-0ther0"))

    search = desk.tunings.submit(a_request(warm="emoji-tune-5d1e0b, EMOJI-TUNE-0THER0")).search

    assert search.parents == ("emoji-tune-5d1e0b", "emoji-tune-0ther0")


def test_an_unknown_parent_is_answered_with_the_nearest_one(desk: Desk) -> None:
    desk.has(a_finished_tuning())

    with pytest.raises(FieldError) as refusal:
        desk.tunings.submit(a_request(warm="emoji-tune-5d1e0c"))

    assert (refusal.value.field, refusal.value.next_step) == ("warm", "Did you mean `emoji-tune-5d1e0b`?")


def test_tuning_on_searches_around_the_best_on_the_same_machines(desk: Desk) -> None:
    earlier = desk.has(a_finished_tuning())
    tuning = desk.tunings.tune_on(earlier.name, a_request())

    assert tuning.name != earlier.name
    assert tuning.search.parents == (earlier.name,)
    assert tuning.search.ranges != earlier.search.ranges
    assert (tuning.hyperparameters, tuning.compute) == (
        earlier.hyperparameters,
        replace(earlier.compute, input_mode="File"),
    )


def test_tuning_on_after_the_data_set_grew_transfers_what_was_learnt(desk: Desk) -> None:
    desk.has(a_finished_tuning())
    desk.stores.data_sets.replace([a_data_set(train_images=700)])
    tuning = desk.tunings.tune_on("emoji-tune-5d1e0b", a_request())

    assert tuning.search.warm_start == WarmStart.TRANSFER
    assert tuning.hyperparameters["num_training_samples"] == "700"


def test_tuning_on_and_on_tells_aws_of_all_that_came_before(desk: Desk) -> None:
    desk.has(a_finished_tuning())
    second = desk.tunings.tune_on("emoji-tune-5d1e0b", a_request(key="second"))
    desk.rows.save(replace(a_finished_tuning(), id=second.id, name=second.name, search=second.search))

    third = desk.tunings.tune_on(second.name, a_request(key="third"))

    assert third.search.parents == (second.name, "emoji-tune-5d1e0b")


def test_tuning_on_at_todays_price_must_fit_the_budget_too(desk: Desk) -> None:
    desk.has(a_finished_tuning())
    desk.stores.prices.replace("training", {"ml.g4dn.xlarge": 2.0})

    with pytest.raises(RefusedError, match=r"\$24\.00"):
        desk.tunings.tune_on("emoji-tune-5d1e0b", a_request())


def test_what_still_runs_is_not_tuned_on(desk: Desk) -> None:
    desk.has(a_running_tuning())

    with pytest.raises(WrongStateError):
        desk.tunings.tune_on("emoji-tune-5d1e0b", a_request())


def test_stopping_a_tuning_records_who_asked_and_wakes_the_worker(desk: Desk) -> None:
    desk.has(a_running_tuning())
    tuning = desk.tunings.stop("EMOJI-TUNE-5D1E0B", "U0GRACE001")

    assert (tuning.status, tuning.stopped_by) == (TuningStatus.STOPPING, "U0GRACE001")
    assert desk.stores.wakeup.calls == 1


def test_stopping_a_tuning_that_has_ended_is_refused_and_wakes_nobody(desk: Desk) -> None:
    desk.has(a_finished_tuning())

    with pytest.raises(WrongStateError, match="completed already"):
        desk.tunings.stop("emoji-tune-5d1e0b", "U0GRACE001")
    assert desk.stores.wakeup.calls == 0


def test_a_stop_is_decided_afresh_when_the_tick_was_faster(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tuning = desk.has(a_running_tuning())
    save = desk.rows.save

    def first_the_tick(ours: Tuning) -> Tuning:
        monkeypatch.setattr(desk.rows, "save", save)
        save(replace(tuning, best_name="another"))
        return save(ours)

    monkeypatch.setattr(desk.rows, "save", first_the_tick)
    stopping = desk.tunings.stop(tuning.name, "U0GRACE001")

    assert (stopping.status, stopping.best_name) == (TuningStatus.STOPPING, "another")


def test_a_row_that_never_stands_still_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.has(a_running_tuning())

    def never(tuning: Tuning) -> Tuning:
        raise StaleError("This has just changed.")

    monkeypatch.setattr(desk.rows, "save", never)
    with pytest.raises(StaleError):
        desk.tunings.stop("emoji-tune-5d1e0b", "U0GRACE001")


def the_best_job(desk: Desk) -> Job:
    return desk.tunings.best_job("emoji-tune-5d1e0b", "U0GRACE001", "C0OTHER")


def test_the_best_job_becomes_a_job_that_is_followed_like_any_other(desk: Desk) -> None:
    desk.has(a_finished_tuning())
    job = the_best_job(desk)

    assert (job.name, job.status, job.requested_by, job.channel_id) == (
        a_trial(4).name,
        JobStatus.RUNNING,
        "U0GRACE001",
        "C0OTHER",
    )
    assert job.hyperparameters["optimizer"] == "sgd"
    assert desk.stores.jobs.active() == [job]
    assert desk.stores.wakeup.calls == 1


def test_the_best_job_asked_for_again_is_the_same_one(desk: Desk) -> None:
    desk.has(a_finished_tuning())
    first = the_best_job(desk)
    finished = desk.stores.jobs.save(replace(first, status=JobStatus.COMPLETED))

    assert the_best_job(desk) == finished


@pytest.mark.parametrize(
    ("tuning", "says"),
    [(a_running_tuning(), "has not ended"), (a_finished_tuning(trials=(), best_name=""), "None of its jobs")],
)
def test_without_a_settled_best_job_there_is_none_to_go_on_with(desk: Desk, tuning: Tuning, says: str) -> None:
    desk.has(tuning)

    with pytest.raises(WrongStateError) as refusal:
        the_best_job(desk)
    assert says in refusal.value.sentences


@pytest.mark.parametrize(
    ("name", "hint"), [("emoji-tune-5d1e0c", "Did you mean `emoji-tune-5d1e0b`?"), ("zzz", "`/tune list` lists them.")]
)
def test_an_unknown_tuning_is_answered_with_the_nearest_one(desk: Desk, name: str, hint: str) -> None:
    desk.has(a_tuning())

    with pytest.raises(NotFoundError) as refusal:
        desk.tunings.named(name)

    assert refusal.value.next_step == hint


def test_what_there_is_can_be_listed(desk: Desk) -> None:
    tuning = desk.has(a_tuning())

    assert desk.tunings.recent() == [tuning]
    assert desk.tunings.get(tuning.id) == tuning
    assert desk.tunings.data_sets() == [a_data_set()]


@pytest.mark.parametrize("key", ["one", "two"])
def test_a_tunings_id_is_that_of_its_request(desk: Desk, key: str) -> None:
    assert desk.tunings.submit(a_request(key=key)).id == identity(key)


def test_a_name_that_is_taken_by_another_request_is_refused(desk: Desk) -> None:
    taken: dict[str, Any] = {"id": "another", "name": f"emoji-tune-{identity('1.2.abc')[:6]}"}
    desk.has(a_tuning(**taken))

    with pytest.raises(WrongStateError, match="There is a tuning"):
        desk.tunings.submit(a_request())


def test_the_best_job_of_a_scripts_tuning_and_what_is_tuned_on_have_its_recipe(desk: Desk) -> None:
    words = {"recipe": "pytorch-resnet", "lr": "0.001..0.1", "weights": "s3://lab/resnet18.pth"}
    asked = desk.tunings.submit(JobRequest("emoji", words, REQUESTER, CHANNEL, "script"))
    trial = a_trial(1, 0.9, hyperparameters={"lr": "0.1"})
    desk.rows.save(replace(asked, status=TuningStatus.COMPLETED, trials=(trial,), best_name=trial.name))

    job = desk.tunings.best_job(asked.name, REQUESTER, CHANNEL)
    onwards = desk.tunings.tune_on(asked.name, JobRequest("emoji", {}, REQUESTER, CHANNEL, "onwards"))

    assert {one.recipe for one in (asked, job, onwards)} == {RecipeName.PYTORCH_RESNET}
    assert {one.weights for one in (asked, job, onwards)} == {"s3://lab/resnet18.pth"}
    assert (job.hyperparameters["lr"], job.hyperparameters["batch-size"]) == ("0.1", "32")
    assert onwards.search.parents == (asked.name,)


def test_a_warm_start_takes_its_parents_recipe_unasked(desk: Desk) -> None:
    first = desk.tunings.submit(JobRequest("emoji", {"recipe": "frozen-backbone"}, REQUESTER, CHANNEL, "first"))
    desk.rows.save(replace(first, status=TuningStatus.COMPLETED, trials=(a_trial(),)))

    second = desk.tunings.submit(JobRequest("emoji", {"warm": first.name}, REQUESTER, CHANNEL, "second"))

    assert second.recipe == RecipeName.FROZEN_BACKBONE
    assert second.search.warm_start == WarmStart.IDENTICAL
