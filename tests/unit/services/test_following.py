"""Jobs on their way: started, observed, stopped, and what a crash or a busy AWS does to that."""

import logging

import pytest

from bot.domain.jobs import JobStatus, Phase, Snapshot
from bot.domain.recipes import RecipeName
from bot.errors import BusyError, GoneError, PlatformError
from tests.builders import ARTIFACT, NOW, a_data_set, a_finished_job, a_job
from tests.fakes.platform import names
from tests.unit.services.world import World

NAME = a_job().name


@pytest.fixture
def asked(world: World) -> World:
    world.has_job(a_job())
    return world


@pytest.fixture
def running(asked: World) -> World:
    asked.follower().advance_all()
    return asked


def test_a_job_that_waits_is_started(asked: World) -> None:
    asked.follower().advance_all()

    assert asked.job(a_job()).status == JobStatus.RUNNING
    assert asked.platform.calls == [("start", NAME)]


def test_a_busy_aws_leaves_the_job_waiting_for_the_next_tick(asked: World) -> None:
    asked.platform.fails("start", BusyError("AWS is busy.", code="ThrottlingException"))
    asked.follower().advance_all()

    assert asked.job(a_job()).status == JobStatus.REQUESTED

    asked.follower().advance_all()

    assert asked.job(a_job()).status == JobStatus.RUNNING


def test_a_start_whose_answer_got_lost_starts_nothing_twice(asked: World) -> None:
    asked.platform.fails("start", BusyError("No answer."), answer_lost=True)
    asked.follower().advance_all()
    asked.follower().advance_all()

    assert asked.job(a_job()).status == JobStatus.RUNNING
    assert asked.platform.owners == {NAME: a_job().id}


def test_a_start_that_aws_refuses_fails_the_job_with_the_reason(asked: World) -> None:
    asked.platform.fails("start", PlatformError("AWS refuses it.", "No quota.", "Ask for more."))
    asked.follower().advance_all()

    job = asked.job(a_job())
    assert (job.status, job.ended_at) == (JobStatus.FAILED, NOW)
    assert job.failure_reason == "AWS refuses it. No quota. Ask for more."


def test_a_name_that_is_somebody_elses_fails_the_job(asked: World) -> None:
    asked.platform.belongs_to_others(NAME)
    asked.follower().advance_all()

    assert asked.job(a_job()).status == JobStatus.FAILED
    assert "this bot did not make it" in asked.job(a_job()).failure_reason


def test_a_data_set_that_has_gone_fails_the_job(asked: World) -> None:
    asked.stores.data_sets.replace([a_data_set(name="pets")])
    asked.follower().advance_all()

    assert asked.job(a_job()).failure_reason == "The data set emoji has gone from the bucket."
    assert asked.platform.calls == []


def test_figures_come_from_the_log_line_by_line(running: World) -> None:
    running.platform.prints(NAME, "Epoch[0] Train-accuracy=0.5", "Epoch[0] Validation-accuracy=0.4")
    running.follower().advance_all()
    running.platform.prints(NAME, "Epoch[1] Validation-accuracy=0.6")
    running.follower().advance_all()

    job = running.job(a_job())
    assert [epoch.validation for epoch in job.curve.epochs] == [0.4, 0.6]
    assert job.log_position == {f"{NAME}/algo-1": "3"}


def test_a_scripts_lines_are_read_by_its_recipes_expressions_also_those_that_come_late(world: World) -> None:
    job = a_job(recipe=RecipeName.PYTORCH_RESNET)
    world.has_job(job)
    world.follower().advance_all()
    world.platform.prints(NAME, "Epoch: 1, Test set: Average accuracy: 0.4", "Epoch[4] Validation-accuracy=0.9")
    world.follower().advance_all()
    world.platform.says(NAME, JobStatus.COMPLETED, ended_at=NOW, artifact=ARTIFACT)
    world.follower().advance_all()
    world.platform.prints(NAME, "Epoch: 2, Test set: Average accuracy: 0.6")
    world.follower().advance_all()

    assert [(epoch.number, epoch.validation) for epoch in world.job(job).curve.epochs] == [(1, 0.4), (2, 0.6)]


def test_of_several_machines_the_first_tells_the_figures(running: World) -> None:
    running.platform.prints(NAME, "Epoch[0] Validation-accuracy=0.4", stream="algo-2")
    running.platform.prints(NAME, "Epoch[0] Validation-accuracy=0.5", stream="algo-1")
    running.follower().advance_all()

    assert running.job(a_job()).curve.best_accuracy == 0.5


def test_a_job_that_is_watched_from_its_middle_has_its_whole_curve(running: World) -> None:
    running.platform.prints(NAME, *(f"Epoch[{number}] Validation-accuracy=0.5" for number in range(200)))
    running.follower().advance_all()

    assert len(running.job(a_job()).curve.epochs) == 200


def test_the_log_after_the_end_is_read_with_the_end(running: World) -> None:
    running.platform.prints(NAME, "Epoch[0] Validation-accuracy=0.4")
    running.platform.says(NAME, JobStatus.COMPLETED, artifact=ARTIFACT, billable_seconds=90)
    running.follower().advance_all()

    job = running.job(a_job())
    assert (job.status, job.curve.best_accuracy, job.deployable) == (JobStatus.COMPLETED, 0.4, True)


@pytest.fixture
def just_done(running: World) -> World:
    """AWS says that the job is complete, and its log has come as far as the first epoch."""
    running.platform.prints(NAME, "Epoch[0] Validation-accuracy=0.4")
    running.platform.says(NAME, JobStatus.COMPLETED, artifact=ARTIFACT, ended_at=NOW)
    running.follower().advance_all()
    return running


def test_lines_that_come_after_the_end_are_read_too(just_done: World) -> None:
    just_done.platform.prints(NAME, "Epoch[1] Validation-accuracy=0.6")
    just_done.follower().advance_all()

    job = just_done.job(a_job())
    assert (job.curve.best_accuracy, job.status) == (0.6, JobStatus.COMPLETED)


def test_after_the_end_a_log_that_says_nothing_new_writes_nothing(just_done: World) -> None:
    before = just_done.job(a_job())
    just_done.follower().advance_all()

    assert just_done.job(a_job()) is before


def test_lines_that_come_much_too_late_are_left_alone(just_done: World) -> None:
    just_done.platform.prints(NAME, "Epoch[1] Validation-accuracy=0.6")
    just_done.passes(minutes=2)
    just_done.follower().advance_all()

    assert just_done.job(a_job()).curve.best_accuracy == 0.4


def test_a_log_that_is_complete_is_not_read_again(just_done: World) -> None:
    just_done.platform.prints(NAME, "Epoch[29] Validation-accuracy=0.6")
    just_done.follower().advance_all()
    reads = len(just_done.platform.calls)
    just_done.follower().advance_all()

    assert len(just_done.platform.calls) == reads


def test_an_observation_that_brings_nothing_new_writes_nothing(running: World) -> None:
    before = running.job(a_job())
    running.follower().advance_all()

    assert running.job(a_job()) is before


def test_a_change_is_logged_with_the_jobs_ids(running: World, caplog: pytest.LogCaptureFixture) -> None:
    running.platform.says(NAME, JobStatus.FAILED, failure_reason="AlgorithmError")
    with caplog.at_level(logging.INFO, "bot.services.following"):
        running.follower().advance_all()

    assert f"job_changed id={a_job().id} name={NAME} from=running to=failed" in caplog.text


def test_a_job_that_somebody_deleted_at_aws_fails_here(running: World) -> None:
    running.platform.fails("observe", GoneError("AWS does not know it."))
    running.follower().advance_all()

    job = running.job(a_job())
    assert (job.status, job.ended_at) == (JobStatus.FAILED, NOW)
    assert "somebody deleted it" in job.failure_reason


@pytest.mark.parametrize("operation", ["observe", "log_lines"])
def test_a_busy_aws_leaves_a_running_job_as_it_is(running: World, operation: str) -> None:
    before = running.job(a_job())
    running.platform.prints(NAME, "Epoch[0] Validation-accuracy=0.4")
    running.platform.fails(operation, BusyError("AWS is busy."))
    running.follower().advance_all()

    assert running.job(a_job()) is before

    running.follower().advance_all()

    assert running.job(a_job()).curve.best_accuracy == 0.4


def test_a_wish_to_stop_is_passed_on_and_followed_to_the_end(running: World) -> None:
    running.training().stop(NAME, "U0GRACE001")
    running.follower().advance_all()

    assert names(running.platform.calls)[-3:] == ["stop", "observe", "log_lines"]
    assert running.job(a_job()).status == JobStatus.STOPPING

    running.platform.says(NAME, JobStatus.STOPPED, artifact=ARTIFACT)
    running.follower().advance_all()

    assert running.job(a_job()).status == JobStatus.STOPPED


def test_a_stop_that_aws_knows_of_is_not_asked_for_again(running: World) -> None:
    running.training().stop(NAME, "U0GRACE001")
    running.follower().advance_all()
    running.platform.says(NAME, JobStatus.STOPPING, phases=(Phase("Training", NOW), Phase("Stopping", NOW)))
    running.follower().advance_all()
    stops = names(running.platform.calls).count("stop")
    running.follower().advance_all()

    assert names(running.platform.calls).count("stop") == stops
    assert names(running.platform.calls)[-2:] == ["observe", "log_lines"]


def test_a_stop_whose_answer_got_lost_is_asked_for_again(running: World) -> None:
    running.training().stop(NAME, "U0GRACE001")
    running.platform.fails("stop", BusyError("No answer."), answer_lost=True)
    running.follower().advance_all()
    running.follower().advance_all()

    assert running.job(a_job()).status == JobStatus.STOPPING
    assert running.platform.observed(NAME).status == JobStatus.STOPPING


def test_a_job_that_is_stopped_before_it_was_started_never_reaches_aws(asked: World) -> None:
    asked.training().stop(NAME, "U0GRACE001")
    asked.follower().advance_all()

    job = asked.job(a_job())
    assert (job.status, job.ended_at) == (JobStatus.STOPPED, NOW)
    assert asked.platform.jobs == {}


def test_a_stop_between_start_and_its_recording_is_honoured_at_the_next_tick(
    asked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = asked.platform.start

    def start_while_somebody_stops(job: object, data_set: object) -> None:
        start(job, data_set)  # type: ignore[arg-type]
        asked.training().stop(NAME, "U0GRACE001")

    monkeypatch.setattr(asked.platform, "start", start_while_somebody_stops)
    asked.follower().advance_all()
    asked.follower().advance_all()

    assert asked.platform.observed(NAME).status == JobStatus.STOPPING


def test_a_job_that_has_ended_is_left_alone(world: World) -> None:
    world.has_job(a_finished_job())
    world.follower().advance_all()

    assert world.platform.calls == []


def test_in_between_only_jobs_that_aws_must_be_told_something_about_are_touched(running: World) -> None:
    running.has_job(a_job(id="new", name="new"))
    running.has_job(a_job(id="unwanted", name="unwanted"))
    running.platform.jobs["unwanted"] = Snapshot(JobStatus.RUNNING)
    running.training().stop("unwanted", "U0GRACE001")
    before = len(running.platform.calls)
    running.follower().carry_out_asked()

    touched = [name for _, name in running.platform.calls[before:]]
    assert sorted(set(touched)) == ["new", "unwanted"]
    assert running.platform.observed("unwanted").status == JobStatus.STOPPING
    assert running.platform.observed("new").status == JobStatus.RUNNING


def test_in_between_a_job_that_aws_is_stopping_is_left_to_the_tick(running: World) -> None:
    running.training().stop(NAME, "U0GRACE001")
    running.platform.says(NAME, JobStatus.STOPPING, phases=(Phase("Stopping", NOW),))
    running.follower().carry_out_asked()
    before = len(running.platform.calls)
    running.follower().carry_out_asked()

    assert len(running.platform.calls) == before


@pytest.mark.parametrize("phase", ["Starting", "Pending", "Downloading"])
def test_no_log_is_looked_for_before_the_container_runs(running: World, phase: str) -> None:
    running.platform.says(NAME, JobStatus.RUNNING, phases=(Phase(phase, NOW),))
    running.follower().advance_all()

    assert names(running.platform.calls) == ["start", "observe"]


@pytest.mark.parametrize("phase", ["Training", "Uploading", "A phase of next year"])
def test_from_then_on_the_log_is_read(running: World, phase: str) -> None:
    running.platform.says(NAME, JobStatus.RUNNING, phases=(Phase("Downloading", NOW), Phase(phase, NOW)))
    running.platform.prints(NAME, "Epoch[0] Validation-accuracy=0.4")
    running.follower().advance_all()

    assert running.job(a_job()).curve.best_accuracy == 0.4


def test_what_was_printed_before_a_spot_instance_was_taken_back_is_read_later(running: World) -> None:
    running.platform.prints(NAME, "Epoch[0] Validation-accuracy=0.4")
    running.platform.says(NAME, JobStatus.RUNNING, phases=(Phase("Training", NOW), Phase("Starting", NOW)))
    running.follower().advance_all()
    running.platform.says(NAME, JobStatus.RUNNING, phases=(Phase("Starting", NOW), Phase("Training", NOW)))
    running.platform.prints(NAME, "Epoch[1] Validation-accuracy=0.6")
    running.follower().advance_all()

    assert [epoch.validation for epoch in running.job(a_job()).curve.epochs] == [0.4, 0.6]


def test_a_job_that_fails_between_two_looks_has_its_log_read(running: World) -> None:
    running.platform.says(NAME, JobStatus.RUNNING, phases=(Phase("Downloading", NOW),))
    running.follower().advance_all()
    running.platform.prints(NAME, "Epoch[0] Validation-accuracy=0.4")
    running.platform.says(NAME, JobStatus.FAILED, phases=(Phase("Downloading", NOW), Phase("Failed", NOW)))
    running.follower().advance_all()

    assert running.job(a_job()).curve.best_accuracy == 0.4


def test_one_jobs_trouble_does_not_stop_the_others(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.has_job(a_job(id="first", name="first"))
    world.has_job(a_job(id="second", name="second"))
    world.platform.fails("start", RuntimeError("a bug"))  # type: ignore[arg-type]
    world.follower().advance_all()

    assert {job.name: job.status for job in world.stores.jobs.active()} == {"first": "requested", "second": "running"}
    assert "job_failed id=first" in caplog.text
    assert "a bug" in caplog.text
