"""The tick: everything once, in one worker at a time, whatever fails in it."""

import logging

import pytest

from bot.domain.endpoints import EndpointStatus
from bot.domain.jobs import JobStatus
from bot.errors import BusyError, ChatBusyError, DarkroomError, StaleError
from bot.services.retrying import retrying
from bot.services.rows import each
from tests.builders import ARTIFACT, a_finished_job, a_job, an_approved, an_endpoint
from tests.unit.services.world import World


def test_a_tick_shows_what_was_asked_for_starts_it_and_shows_that(world: World) -> None:
    world.has_job(a_job())
    world.monitoring().tick()

    statuses = [getattr(subject, "status", "") for _, subject in world.announcer.shown]
    assert statuses == [JobStatus.REQUESTED, JobStatus.RUNNING]


def test_a_tick_takes_requests_on_their_way(world: World) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approved())
    world.monitoring().tick()

    assert world.endpoint(an_approved().id).status == "creating"


def test_a_tick_after_which_all_is_shown_need_not_come_back_soon(world: World) -> None:
    world.has_job(a_job())

    assert not world.monitoring().tick()


def test_a_tick_that_could_not_show_something_comes_back_soon(world: World) -> None:
    world.has_job(a_finished_job())
    world.announcer.picture_waits = True

    assert world.monitoring().tick()


def test_another_workers_tick_leaves_nothing_to_do(world: World) -> None:
    world.has_job(a_job())
    with world.stores.tick_lock.held():
        assert not world.monitoring().tick()

    assert world.platform.calls == []


def test_in_between_what_was_asked_for_is_shown_started_and_shown_again(world: World) -> None:
    world.has_job(a_job())
    world.monitoring().carry_out_asked()

    statuses = [getattr(subject, "status", "") for _, subject in world.announcer.shown]
    assert statuses == [JobStatus.REQUESTED, JobStatus.RUNNING]


def test_in_between_what_runs_is_neither_looked_at_nor_shown(world: World) -> None:
    world.has_job(a_job(artifact=ARTIFACT))
    world.has_request(an_approved())
    world.monitoring().tick()
    calls, shown = (len(found) for found in (world.platform.calls + world.hosting.calls, world.announcer.shown))
    world.monitoring().carry_out_asked()

    assert len(world.platform.calls + world.hosting.calls) == calls
    assert len(world.announcer.shown) == shown


def test_in_between_what_was_approved_is_begun(world: World) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approved())
    world.monitoring().carry_out_asked()

    assert world.endpoint(an_approved().id).status == EndpointStatus.CREATING


def test_in_between_what_is_to_be_deleted_is_deleted(world: World) -> None:
    world.has_endpoint(an_endpoint(status=EndpointStatus.DELETING))
    world.hosting.says(an_endpoint().name, EndpointStatus.IN_SERVICE)
    world.monitoring().carry_out_asked()

    assert ("delete", an_endpoint().name) in world.hosting.calls


def test_what_was_missed_in_between_the_tick_does(world: World) -> None:
    world.has_job(a_job())
    with world.stores.tick_lock.held():
        assert not world.monitoring().carry_out_asked()
    world.monitoring().tick()

    assert world.job(a_job()).status == JobStatus.RUNNING


def test_in_between_too_what_could_not_be_shown_is_worth_coming_back_for(world: World) -> None:
    world.has_job(a_finished_job())
    world.announcer.picture_waits = True

    assert world.monitoring().carry_out_asked()


def test_a_part_that_fails_does_not_stop_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.has_job(a_finished_job())
    monkeypatch.setattr(world.stores.jobs, "active", lambda: 1 / 0)
    world.has_request(an_approved())
    world.monitoring().tick()

    assert world.endpoint(an_approved().id).status == "creating"
    assert "ZeroDivisionError" in caplog.text


def failing(error: Exception) -> None:
    def act(row: str) -> None:
        raise error

    each("row", ["one", "two"], act)


@pytest.mark.parametrize("error", [BusyError("Busy.", code="Throttling"), ChatBusyError("Busy.", code="ratelimited")])
def test_a_busy_vendor_makes_one_line_without_a_trace(caplog: pytest.LogCaptureFixture, error: DarkroomError) -> None:
    failing(error)

    assert [record.getMessage() for record in caplog.records] == [f"row_postponed id= code={error.code}"] * 2
    assert "Traceback" not in caplog.text


def test_a_row_that_moved_meanwhile_is_hardly_worth_a_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "bot.services.rows"):
        failing(StaleError("This has just changed."))

    assert {record.levelno for record in caplog.records} == {logging.INFO}


def test_a_bug_leaves_its_trace_and_every_row_is_tried(caplog: pytest.LogCaptureFixture) -> None:
    failing(ZeroDivisionError("a bug"))

    assert caplog.text.count("ZeroDivisionError: a bug") == 2


def test_a_row_is_named_by_its_id_or_its_subjects(caplog: pytest.LogCaptureFixture, world: World) -> None:
    world.has_job(a_job())
    busy = BusyError("Busy.")

    def act(row: object) -> None:
        raise busy

    each("row", [a_job(), world.cards().of(a_job().id)], act)

    assert caplog.text.count(f"id={a_job().id}") == 2


def test_what_succeeds_is_done_once() -> None:
    done: list[int] = []
    retrying(lambda: done.append(1))

    assert done == [1]


def test_what_moved_is_tried_again_until_it_stands_still() -> None:
    outcomes = iter([StaleError("moved"), StaleError("moved"), "done"])

    def change() -> str:
        outcome = next(outcomes)
        if isinstance(outcome, StaleError):
            raise outcome
        return str(outcome)

    assert retrying(change, tries=3) == "done"


def test_after_enough_tries_the_last_refusal_is_told() -> None:
    tries: list[int] = []

    def change() -> None:
        tries.append(1)
        raise StaleError("moved")

    with pytest.raises(StaleError):
        retrying(change, tries=3)
    assert len(tries) == 3
