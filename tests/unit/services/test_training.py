"""Asking for a training job, and asking for its end."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.datasets import Format
from bot.domain.jobs import Job, JobStatus
from bot.domain.recipes import RecipeName
from bot.domain.wishes import JobRequest
from bot.errors import FieldError, NotFoundError, RefusedError, StaleError, WrongStateError
from bot.services.training import identity
from tests.builders import CHANNEL, CLASSES, NOW, REQUESTER, a_data_set, a_finished_job, a_job, a_running_job
from tests.unit.services.world import World


def a_request(data_set: str = "emoji", key: str = "1.2.abc", **words: str) -> JobRequest:
    return JobRequest(data_set, words, REQUESTER, CHANNEL, key)


def test_a_request_becomes_a_job_that_waits_for_the_worker(world: World) -> None:
    job = world.training().submit(a_request(epochs="5"))

    assert (job.status, job.requested_by, job.channel_id, job.requested_at) == ("requested", REQUESTER, CHANNEL, NOW)
    assert (job.data_set, job.classes, job.images) == ("emoji", CLASSES, (638, 158))
    assert job.hyperparameters["epochs"] == "5"
    assert job.hyperparameters["num_classes"] == "7"
    assert job.compute.usd_per_hour == 0.736


def test_a_request_wakes_the_worker_and_brings_a_card(world: World) -> None:
    job = world.training().submit(a_request())

    assert world.stores.wakeup.calls == 1
    assert [card.subject_id for card in world.stores.cards.behind()] == [job.id]


def test_the_same_request_twice_is_one_job(world: World) -> None:
    first, second = world.training().submit(a_request()), world.training().submit(a_request())

    assert first == second
    assert len(world.stores.jobs.recent()) == 1


def test_the_same_request_again_finds_its_job_as_it_stands_now(world: World) -> None:
    first = world.training().submit(a_request())
    world.stores.jobs.save(replace(first, status=JobStatus.RUNNING))

    assert world.training().submit(a_request()).status == JobStatus.RUNNING


def test_two_requests_are_two_jobs_with_two_names(world: World) -> None:
    names = {world.training().submit(a_request(key=key)).name for key in ("one", "two")}

    assert len(names) == 2


def test_an_identity_is_opaque_and_always_the_same() -> None:
    assert identity("1.2.abc") == identity("1.2.abc") != identity("1.2.abd")
    assert len(identity("")) == 16


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ({"instance": "p3.16xlarge"}, RefusedError),
        ({"instance": "g5.xlarge"}, RefusedError),
        ({"epochs": "0"}, FieldError),
        ({"epoch": "5"}, FieldError),
        ({"instance": "ml.m5.large"}, FieldError),
        ({"num_classes": "3"}, FieldError),
    ],
)
def test_a_request_that_breaks_a_rule_starts_nothing(
    world: World, words: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        world.training().submit(a_request(**words))

    assert world.stores.jobs.recent() == []
    assert world.stores.wakeup.calls == 0


def test_a_job_that_may_cost_too_much_is_refused_with_the_figure(world: World) -> None:
    with pytest.raises(RefusedError, match=r"\$56\.30"):
        world.training().submit(a_request(instance="p3.16xlarge"))


def test_a_shorter_longest_run_time_brings_it_within_the_budget(world: World) -> None:
    job = world.training().submit(a_request(instance="p3.16xlarge", max_run="30m"))

    assert job.worst_case == pytest.approx(14.076)


def test_an_instance_without_a_known_price_is_refused(world: World) -> None:
    with pytest.raises(RefusedError, match=r"I don't know what `ml\.g5\.xlarge` costs"):
        world.training().submit(a_request(instance="g5.xlarge"))


def test_a_job_continues_another_from_its_model(world: World) -> None:
    earlier = world.has_job(a_finished_job())

    job = world.training().submit(a_request(**{"from": "EMOJI-7F3A2C", "epochs": "2"}))

    assert (job.continues, job.initial_model) == (earlier.name, earlier.artifact)
    assert (job.hyperparameters["use_pretrained_model"], job.hyperparameters["num_layers"]) == ("0", "18")


def test_a_job_that_continues_nothing_says_so(world: World) -> None:
    job = world.training().submit(a_request())

    assert (job.continues, job.initial_model) == ("", "")


@pytest.mark.parametrize("word", ["from", "num_layers"])
def test_a_job_that_cannot_continue_another_is_not_started(world: World, word: str) -> None:
    world.has_job(a_finished_job())
    words = {"from": "emoji-7f3a2c", "num_layers": "50"} if word == "num_layers" else {"from": "emoji-7f3a2d"}

    with pytest.raises(FieldError) as refusal:
        world.training().submit(a_request(**words))

    assert refusal.value.field == word
    assert len(world.stores.jobs.recent()) == 1


@pytest.mark.parametrize(("format_", "mode"), [(Format.LST, "File"), (Format.REC, "File"), (Format.MANIFEST, "Pipe")])
def test_a_job_gets_its_images_as_their_format_takes(world: World, format_: Format, mode: str) -> None:
    world.stores.data_sets.replace([a_data_set(format=format_)])

    assert world.training().submit(a_request()).compute.input_mode == mode


def test_recordio_is_piped_when_asked_for(world: World) -> None:
    world.stores.data_sets.replace([a_data_set(format=Format.REC)])

    assert world.training().submit(a_request(mode="pipe")).compute.input_mode == "Pipe"


@pytest.mark.parametrize(("format_", "mode"), [(Format.LST, "pipe"), (Format.MANIFEST, "file"), (Format.REC, "fast")])
def test_a_mode_that_cannot_be_is_refused(world: World, format_: Format, mode: str) -> None:
    world.stores.data_sets.replace([a_data_set(format=format_)])

    with pytest.raises(FieldError) as refusal:
        world.training().submit(a_request(mode=mode))

    assert refusal.value.field == "mode"


def test_an_unknown_data_set_is_answered_with_the_nearest_one(world: World) -> None:
    with pytest.raises(NotFoundError) as refusal:
        world.training().submit(a_request("emojis"))

    assert refusal.value.next_step == "Did you mean `emoji`?"


@pytest.mark.parametrize(
    ("word", "like"), [("epoch", "Did you mean `epochs`?"), ("instanc", "Did you mean `instance`?"), ("qqqq", "")]
)
def test_an_unknown_word_is_answered_with_the_nearest_of_both_tables(world: World, word: str, like: str) -> None:
    with pytest.raises(FieldError) as refusal:
        world.training().submit(a_request(**{word: "5"}))

    assert (refusal.value.field, refusal.value.next_step) == (word, like)


def test_stopping_a_job_records_who_asked_and_wakes_the_worker(world: World) -> None:
    world.has_job(a_running_job())

    job = world.training().stop("EMOJI-7F3A2C", "U0GRACE001")

    assert (job.status, job.stopped_by) == (JobStatus.STOPPING, "U0GRACE001")
    assert world.stores.wakeup.calls == 1


def test_stopping_a_job_that_has_ended_is_refused_and_wakes_nobody(world: World) -> None:
    world.has_job(a_finished_job())

    with pytest.raises(WrongStateError, match="completed already"):
        world.training().stop("emoji-7f3a2c", "U0GRACE001")
    assert world.stores.wakeup.calls == 0


def test_a_stop_is_decided_afresh_when_the_tick_was_faster(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job = world.has_job(a_running_job())
    save = world.stores.jobs.save

    def first_the_tick(ours: Job) -> Job:
        monkeypatch.setattr(world.stores.jobs, "save", save)
        save(replace(job, log_position={"a": "1"}))
        return save(ours)

    monkeypatch.setattr(world.stores.jobs, "save", first_the_tick)
    stopping = world.training().stop(job.name, "U0GRACE001")

    assert (stopping.status, stopping.log_position) == (JobStatus.STOPPING, {"a": "1"})


def test_a_stop_that_comes_after_the_end_is_told_of_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job = world.has_job(a_running_job())
    save = world.stores.jobs.save

    def first_the_end(ours: Job) -> Job:
        monkeypatch.setattr(world.stores.jobs, "save", save)
        save(replace(job, status=JobStatus.COMPLETED))
        return save(ours)

    monkeypatch.setattr(world.stores.jobs, "save", first_the_end)
    with pytest.raises(WrongStateError, match="completed already"):
        world.training().stop(job.name, "U0GRACE001")


def test_a_row_that_never_stands_still_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.has_job(a_running_job())
    tries = []

    def never(job: Job) -> Job:
        tries.append(job)
        raise StaleError("This has just changed.")

    monkeypatch.setattr(world.stores.jobs, "save", never)
    with pytest.raises(StaleError):
        world.training().stop("emoji-7f3a2c", "U0GRACE001")
    assert len(tries) == 5


def test_many_who_stop_at_once_make_one_stop(world: World) -> None:
    world.has_job(a_running_job())
    outcomes: list[Any] = []

    def stop(user_id: str) -> None:
        try:
            outcomes.append(world.training().stop("emoji-7f3a2c", user_id).stopped_by)
        except WrongStateError as refusal:
            outcomes.append(refusal)

    threads = [threading.Thread(target=stop, args=(f"U{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winners = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert winners == [world.job(a_job()).stopped_by]
    assert len(outcomes) == 8


@pytest.mark.parametrize(
    ("name", "hint"), [("emoji-7f3a2d", "Did you mean `emoji-7f3a2c`?"), ("zzz", "`/jobs` lists them.")]
)
def test_an_unknown_job_is_answered_with_the_nearest_one(world: World, name: str, hint: str) -> None:
    world.has_job(a_job())

    with pytest.raises(NotFoundError) as refusal:
        world.training().named(name)

    assert refusal.value.next_step == hint


def test_what_there_is_can_be_listed(world: World) -> None:
    job = world.has_job(a_job())

    assert world.training().recent() == [job]
    assert world.training().get(job.id) == job
    assert world.training().data_sets() == [a_data_set()]


def test_a_job_remembers_its_recipe_and_the_weights_that_it_starts_from(world: World) -> None:
    words = {"recipe": "pytorch-resnet", "weights": "<s3://lab/resnet18.pth>", "batch_size": "8"}
    job = world.training().submit(a_request(**words))

    assert (job.recipe, job.weights) == (RecipeName.PYTORCH_RESNET, "s3://lab/resnet18.pth")
    assert (job.hyperparameters["batch-size"], job.hyperparameters["num-classes"]) == ("8", "7")


def test_what_continues_a_job_has_its_recipe_unasked(world: World) -> None:
    earlier = world.training().submit(a_request(key="earlier", recipe="pytorch-resnet"))
    world.stores.jobs.save(replace(earlier, status=JobStatus.COMPLETED, artifact="s3://lab/model.tar.gz"))

    job = world.training().submit(a_request(**{"from": earlier.name}))

    assert (job.recipe, job.initial_model) == (RecipeName.PYTORCH_RESNET, "s3://lab/model.tar.gz")
    assert job.hyperparameters["pretrained"] == "0"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"recipe": "resnet"}, "recipe"),
        ({"recipe": "pytorch-resnet", "weights": "resnet.pth"}, "weights"),
        ({"recipe": "frozen-backbone", "weights": "s3://lab/resnet18.pth"}, "weights"),
        ({"recipe": "frozen-backbone", "instance": "ml.p2.xlarge"}, "instance"),
    ],
)
def test_a_request_that_its_recipe_does_not_allow_is_refused(world: World, words: dict[str, str], field: str) -> None:
    with pytest.raises(FieldError) as refusal:
        world.training().submit(a_request(**words))

    assert refusal.value.field == field
