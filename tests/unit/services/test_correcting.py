"""A failed job is started once more with what is likely to help: once, by the same rules, in the same place."""

from dataclasses import replace

import pytest

from bot.domain.jobs import Job, JobStatus
from bot.errors import NotFoundError, RefusedError, WrongStateError
from tests.builders import APPROVER, CHANNEL, REQUESTER, a_data_set, a_finished_job
from tests.unit.services.world import World

GPU = "AlgorithmError: CUDA error: out of memory, exit code: 1"


def failed(**changes: object) -> Job:
    return a_finished_job(**{"status": JobStatus.FAILED, "failure_reason": GPU, "artifact": "", **changes})


def test_the_corrected_job_is_asked_for_where_the_failed_one_was(world: World) -> None:
    job = world.has_job(failed())
    started = world.correcting().start(job.id, APPROVER)

    assert (started.status, started.requested_by, started.channel_id) == (JobStatus.REQUESTED, APPROVER, CHANNEL)
    assert started.hyperparameters == {**job.hyperparameters, "mini_batch_size": "16"}
    assert started.compute == replace(job.compute, input_mode="File")
    assert started.name != job.name


@pytest.mark.parametrize(
    ("reason", "name", "value"),
    [
        (GPU, "mini_batch_size", "16"),
        ("exit code: 137", "mini_batch_size", "16"),
        ("training diverged", "learning_rate", "0.01"),
        ("mini_batch_size=32 is more than the 20 training samples", "mini_batch_size", "20"),
        ("num_classes=7 does not match the training data", "num_classes", "2"),
        ("InternalServerError", "epochs", "30"),
    ],
)
def test_every_correction_is_a_request_that_is_taken(world: World, reason: str, name: str, value: str) -> None:
    words = {"mini_batch_size": "32", "augmentation_type": "crop", "lr_scheduler_step": "10,20"}
    job = failed(failure_reason=reason)
    job = world.has_job(replace(job, hyperparameters={**job.hyperparameters, **words}))
    # A batch of 32 would be refused for so few images.
    fitting = a_data_set(train_images=20 if "mini" in reason else 638, classes=("a", "b"))
    world.stores.data_sets.replace([fitting])
    started = world.correcting().start(job.id, REQUESTER)

    assert started.hyperparameters[name] == value
    assert started.hyperparameters["lr_scheduler_step"] == "10,20"


def test_what_did_not_fail_costs_no_look_at_the_data_sets(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    job = world.has_job(a_finished_job())
    correcting = world.correcting()
    monkeypatch.setattr(type(world.stores.data_sets), "all", lambda self: pytest.fail("looked"))

    assert correcting.offered(job) is None


def test_a_second_click_is_told_of_the_first(world: World) -> None:
    job = world.has_job(failed())
    first = world.correcting().start(job.id, APPROVER)

    with pytest.raises(WrongStateError, match=f"<@{APPROVER}> has started that already, as \\*{first.name}\\*"):
        world.correcting().start(job.id, REQUESTER)
    assert len(world.stores.jobs.active()) == 1


def test_the_corrected_job_may_fail_and_be_corrected_in_turn(world: World) -> None:
    job = world.has_job(failed())
    first = world.correcting().start(job.id, REQUESTER)
    world.stores.jobs.save(_failing(first))
    second = world.correcting().start(first.id, REQUESTER)

    assert (second.hyperparameters["mini_batch_size"], second.id != first.id) == ("8", True)


def _failing(job: Job) -> Job:
    return failed(id=job.id, name=job.name, hyperparameters=job.hyperparameters, version=job.version)


def test_the_budget_holds_for_corrected_jobs_too(world: World) -> None:
    job = world.has_job(failed(failure_reason="exit code: 137"))
    world.stores.prices.replace("training", {"ml.g4dn.xlarge": 0.736, "ml.g4dn.2xlarge": 900.0})

    with pytest.raises(RefusedError, match="may cost"):
        world.correcting().start(job.id, REQUESTER)


def test_nothing_is_offered_for_a_job_whose_data_set_is_gone(world: World) -> None:
    job = world.has_job(failed())
    world.stores.data_sets.replace([a_data_set(name="pets")])

    assert world.correcting().offered(job) is None
    with pytest.raises(WrongStateError, match="I know nothing any more"):
        world.correcting().start(job.id, REQUESTER)


def test_a_job_that_nobody_knows_is_not_found(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.correcting().start("unknown", REQUESTER)
