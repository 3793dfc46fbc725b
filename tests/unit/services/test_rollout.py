"""From an approval to an endpoint in service and from a deletion to nothing left, with crashes between the steps."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.endpoints import EndpointStatus
from bot.errors import BusyError, PlatformError, StaleError
from tests.builders import (
    ARTIFACT,
    CHANNEL,
    CLASSES,
    NOW,
    REQUESTER,
    a_finished_job,
    an_approval,
    an_approved,
    an_endpoint,
    realtime_hosting,
)
from tests.fakes.platform import SOMEONE_ELSE, names
from tests.unit.services.world import World

ID, NAME, RELEASE = an_approved().id, "emoji-live", "emoji-live-a41c77d0"
OWNED = {"model": {RELEASE: ID}, "configuration": {RELEASE: ID}, "endpoint": {NAME: ID}}
AWS_NAMES = {"model": RELEASE, "configuration": RELEASE, "endpoint": NAME}
CREATIONS = ["create_model", "create_configuration", "create_endpoint"]
Save = Callable[[Any], Any]


class CrashError(Exception):
    """The process ends here."""


def test_an_approval_becomes_an_endpoint_with_all_that_the_request_said(approved: World) -> None:
    approved.rollout().advance_all()

    endpoint = approved.endpoint(ID)
    assert (endpoint.name, endpoint.owner, endpoint.approved_by) == (NAME, REQUESTER, an_approved().decided_by)
    assert (endpoint.job_name, endpoint.classes, endpoint.accuracy) == ("emoji-7f3a2c", CLASSES, 0.892)
    assert (endpoint.hosting, endpoint.channel_id, endpoint.created_at) == (an_approved().hosting, CHANNEL, NOW)


def test_model_configuration_and_endpoint_are_made_in_their_order(approved: World) -> None:
    approved.rollout().advance_all()

    assert names(approved.hosting.calls) == CREATIONS
    assert approved.hosting.artifacts == {RELEASE: ARTIFACT}
    assert approved.endpoint(ID).status == EndpointStatus.CREATING


def test_what_waits_for_a_decision_gets_no_endpoint(world: World) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approval())
    world.rollout().advance_all()

    assert world.stores.endpoints.live() == []


@pytest.mark.parametrize("step", CREATIONS)
def test_a_busy_aws_delays_a_step(approved: World, step: str) -> None:
    approved.hosting.fails(step, BusyError("AWS is busy."))
    approved.rollout().advance_all()

    assert approved.endpoint(ID).status == EndpointStatus.REQUESTED

    approved.rollout().advance_all()

    assert approved.endpoint(ID).status == EndpointStatus.CREATING


def test_an_aws_that_stays_busy_for_half_an_hour_has_another_reason(approved: World) -> None:
    approved.hosting.fails("create_model", BusyError("AWS is busy."))
    approved.rollout().advance_all()
    approved.passes(minutes=30)
    approved.hosting.fails("create_model", BusyError("AWS is busy."))
    approved.rollout().advance_all()

    assert approved.endpoint(ID).status == EndpointStatus.FAILED
    assert approved.endpoint(ID).failure_reason == "AWS is busy."


def test_a_row_that_moved_meanwhile_fails_no_endpoint(approved: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(approved.stores.endpoints, "save", moved_meanwhile)
        approved.rollout().advance_all()
    assert approved.endpoint(ID).status == EndpointStatus.REQUESTED
    approved.rollout().advance_all()

    assert approved.endpoint(ID).status == EndpointStatus.CREATING


@pytest.mark.parametrize("step", CREATIONS)
def test_a_step_whose_answer_got_lost_makes_nothing_twice(approved: World, step: str) -> None:
    approved.hosting.fails(step, BusyError("No answer."), answer_lost=True)
    approved.rollout().advance_all()
    approved.rollout().advance_all()

    assert approved.endpoint(ID).status == EndpointStatus.CREATING
    assert approved.hosting.owners == OWNED


@pytest.mark.parametrize("step", CREATIONS)
def test_a_step_that_aws_refuses_fails_the_endpoint_with_the_reason(approved: World, step: str) -> None:
    approved.hosting.fails(step, PlatformError("AWS refuses it.", "No quota.", code="ResourceLimitExceeded"))
    approved.rollout().advance_all()

    endpoint = approved.endpoint(ID)
    assert (endpoint.status, endpoint.failure_reason) == (EndpointStatus.FAILED, "AWS refuses it. No quota.")

    approved.rollout().advance_all()

    assert names(approved.hosting.calls).count(step) == 1


@pytest.mark.parametrize("kind", ["model", "configuration", "endpoint"])
def test_what_is_somebody_elses_is_not_taken_over(approved: World, kind: str) -> None:
    approved.hosting.belongs_to_others(kind, AWS_NAMES[kind])
    approved.rollout().advance_all()

    assert approved.endpoint(ID).status == EndpointStatus.FAILED
    assert "this bot did not make it" in approved.endpoint(ID).failure_reason


@pytest.mark.parametrize("crash_at", range(1, 5))
def test_a_crash_before_any_save_is_made_good_by_the_next_tick(
    approved: World, monkeypatch: pytest.MonkeyPatch, crash_at: int
) -> None:
    saves = []

    def crashing(save: Save) -> Save:
        def attempt(row: Any) -> Any:
            saves.append(row)
            if len(saves) == crash_at:
                raise CrashError
            return save(row)

        return attempt

    endpoints = approved.stores.endpoints
    monkeypatch.setattr(endpoints, "add", crashing(endpoints.add))
    monkeypatch.setattr(endpoints, "save", crashing(endpoints.save))
    approved.rollout().advance_all()
    assert len(saves) >= crash_at
    approved.rollout().advance_all()

    assert approved.endpoint(ID).status == EndpointStatus.CREATING
    assert approved.hosting.owners == OWNED


def test_where_the_name_is_that_of_an_endpoint_of_the_other_kind_it_gets_one_of_its_own(approved: World) -> None:
    approved.has_endpoint(an_endpoint(id="another", hosting=realtime_hosting()))
    approved.rollout().advance_all()

    assert approved.endpoint(ID).name == "emoji-live-a41c"
    assert approved.endpoint(ID).status == EndpointStatus.CREATING


def test_a_long_name_that_was_taken_meanwhile_stays_one_that_aws_takes(world: World) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approved(endpoint_name="x" * 63))
    world.has_endpoint(an_endpoint(id="another", name="x" * 63, hosting=realtime_hosting()))
    world.rollout().advance_all()

    assert len(world.endpoint(ID).name) == 63


def test_an_endpoint_still_being_made_is_left_as_it_is(creating: World) -> None:
    before = creating.endpoint(ID)
    creating.rollout().advance_all()

    assert creating.endpoint(ID) is before
    assert creating.stores.routes.of(CHANNEL) is None


def test_an_endpoint_in_service_answers_the_images_of_its_channel(serving: World) -> None:
    assert serving.endpoint(ID).status == EndpointStatus.IN_SERVICE
    assert serving.endpoint(ID).in_service_at == NOW
    assert serving.stores.routes.of(CHANNEL) == NAME


def test_a_crash_between_route_and_row_is_made_good_by_the_next_tick(
    creating: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    creating.hosting.says(NAME, EndpointStatus.IN_SERVICE)
    creating.hosting.is_always_right(NAME)
    creating.rollout().advance_all()
    with monkeypatch.context() as patch:
        patch.setattr(creating.stores.endpoints, "save", crash)
        creating.golden_check().check_all()
    creating.golden_check().check_all()

    assert creating.endpoint(ID).status == EndpointStatus.IN_SERVICE
    assert creating.stores.routes.of(CHANNEL) == NAME


def test_an_endpoint_that_fails_on_its_way_tells_awss_reason_and_gets_no_route(creating: World) -> None:
    creating.hosting.says(NAME, EndpointStatus.FAILED, "The container did not answer the ping.")
    creating.rollout().advance_all()

    assert creating.endpoint(ID).failure_reason == "The container did not answer the ping."
    assert creating.stores.routes.of(CHANNEL) is None


def test_an_endpoint_that_somebody_deletes_on_its_way_is_deleted(creating: World) -> None:
    creating.hosting.is_gone(NAME)
    creating.rollout().advance_all()

    assert creating.endpoint(ID).status == EndpointStatus.DELETED
    assert creating.hosting.owners == {"model": {}, "configuration": {}, "endpoint": {}}


def test_an_endpoint_in_service_that_somebody_deletes_in_the_console_is_deleted_here_too(serving: World) -> None:
    serving.hosting.is_gone(NAME)
    serving.rollout().advance_all()

    assert serving.endpoint(ID).status == EndpointStatus.DELETED
    assert serving.stores.routes.of(CHANNEL) is None
    assert serving.hosting.owners == {"model": {}, "configuration": {}, "endpoint": {}}


def test_an_endpoint_in_service_that_is_well_is_not_written_again(serving: World) -> None:
    before = serving.endpoint(ID)
    serving.rollout().advance_all()

    assert serving.endpoint(ID) == before


def test_a_deletion_is_over_when_only_somebody_elses_endpoint_bears_the_name(serving: World) -> None:
    serving.deployment().delete(ID, REQUESTER)
    serving.hosting.belongs_to_others("endpoint", NAME)
    serving.rollout().advance_all()

    assert serving.endpoint(ID).status == EndpointStatus.DELETED


def test_a_deletion_is_followed_until_nothing_is_left(serving: World) -> None:
    serving.deployment().delete(ID, REQUESTER)
    serving.rollout().advance_all()

    assert serving.endpoint(ID).status == EndpointStatus.DELETING

    serving.hosting.is_gone(NAME)
    serving.rollout().advance_all()

    assert serving.endpoint(ID).status == EndpointStatus.DELETED
    assert serving.hosting.owners == {"model": {}, "configuration": {}, "endpoint": {}}
    assert serving.stores.endpoints.unsettled() == []


def test_a_deletion_whose_answer_got_lost_is_asked_for_again(serving: World) -> None:
    serving.deployment().delete(ID, REQUESTER)
    serving.hosting.fails("delete", BusyError("No answer."), answer_lost=True)
    serving.rollout().advance_all()
    serving.hosting.is_gone(NAME)
    serving.rollout().advance_all()

    assert serving.endpoint(ID).status == EndpointStatus.DELETED


def test_a_crash_after_the_deletion_is_made_good_by_the_next_tick(
    serving: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving.deployment().delete(ID, REQUESTER)
    serving.rollout().advance_all()
    serving.hosting.is_gone(NAME)
    with monkeypatch.context() as patch:
        patch.setattr(serving.stores.endpoints, "save", crash)
        serving.rollout().advance_all()
    serving.rollout().advance_all()

    assert serving.endpoint(ID).status == EndpointStatus.DELETED


def test_a_deletion_leaves_alone_what_is_somebody_elses(approved: World, caplog: pytest.LogCaptureFixture) -> None:
    approved.hosting.belongs_to_others("model", RELEASE)
    approved.rollout().advance_all()
    approved.deployment().delete(ID, REQUESTER)
    approved.rollout().advance_all()

    assert approved.endpoint(ID).status == EndpointStatus.DELETED
    assert approved.hosting.owners["model"] == {RELEASE: SOMEONE_ELSE}
    assert f"left_alone id={ID}" in caplog.text


def test_one_endpoints_trouble_does_not_stop_the_others(approved: World) -> None:
    approved.has_request(an_approved(id="another", endpoint_name="emoji-other"))
    approved.hosting.fails("create_model", RuntimeError("a bug"))  # type: ignore[arg-type]
    approved.rollout().advance_all()

    statuses = [endpoint.status for endpoint in approved.stores.endpoints.live()]
    assert sorted(statuses) == [EndpointStatus.CREATING, EndpointStatus.REQUESTED]


def crash(row: Any) -> Any:
    raise CrashError


def moved_meanwhile(row: Any) -> Any:
    raise StaleError("This has just changed.")
