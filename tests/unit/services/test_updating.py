"""A release that takes another one's place: updated to, tried with golden images, gone back from, and cleared away."""

from datetime import timedelta

import pytest

from bot.domain.endpoints import EndpointStatus
from bot.errors import BusyError, NotAllowedError, PlatformError, RefusedError, WrongStateError
from tests.builders import APPROVER, CHANNEL, REQUESTER, a_finished_job, an_approved
from tests.fakes.platform import names
from tests.unit.services.world import World

NAME, BEFORE, NEXT = "emoji-live", an_approved().id, "b52d88e1"
RELEASES = {BEFORE: "emoji-live-a41c77d0", NEXT: "emoji-live-b52d88e1"}


@pytest.fixture
def asked(serving: World) -> World:
    """Another job's model was approved for the endpoint that serves."""
    serving.has_job(a_finished_job(id="job2", name="emoji-000002"))
    serving.has_request(an_approved(id=NEXT, job_id="job2", requested_by="U0LIN00001", serves_channel_id="C0OTHER"))
    return serving


@pytest.fixture
def updating(asked: World) -> World:
    asked.rollout().advance_all()
    return asked


@pytest.fixture
def checking(updating: World) -> World:
    updating.hosting.has_updated(NAME)
    updating.rollout().advance_all()
    return updating


@pytest.fixture
def updated(checking: World) -> World:
    checking.golden_check().check_all()
    return checking


@pytest.fixture
def failed(checking: World) -> World:
    """The new release has the pictures wrong."""
    checking.hosting.always_right.clear()
    checking.hosting.answers[NAME] = [0.0] * 6 + [1.0]
    checking.golden_check().check_all()
    return checking


def statuses(world: World) -> tuple[str, str]:
    return str(world.endpoint(BEFORE).status), str(world.endpoint(NEXT).status)


def test_an_approval_for_an_endpoint_in_service_updates_it(updating: World) -> None:
    assert statuses(updating) == ("in service", "updating")
    assert names(updating.hosting.calls)[-3:] == ["create_configuration", "update_endpoint", "observe"]
    assert updating.endpoint(NEXT).replaces == BEFORE


def test_owner_and_channel_belong_to_the_name(updating: World) -> None:
    release = updating.endpoint(NEXT)

    assert (release.name, release.owner, release.channel_id) == (NAME, REQUESTER, CHANNEL)


def test_until_the_new_release_has_passed_the_old_one_holds_the_name(checking: World) -> None:
    living = checking.stores.endpoints.named(NAME)

    assert living is not None
    assert (living.id, statuses(checking)) == (BEFORE, ("in service", "checking"))


def test_a_release_that_passes_takes_the_place_of_the_one_before(updated: World) -> None:
    living = updated.stores.endpoints.named(NAME)

    assert living is not None
    assert (living.id, living.check and living.check.right) == (NEXT, 20)
    assert statuses(updated) == ("superseded", "in service")
    assert updated.stores.routes.of(CHANNEL) == NAME
    assert updated.endpoint(BEFORE).kept_until == updated.now + timedelta(days=7)


def test_a_release_whose_answers_are_wrong_goes_back_by_itself(failed: World) -> None:
    assert statuses(failed) == ("in service", "rolling back")
    assert failed.endpoint(NEXT).failure_reason.startswith("It got 2 of 20 golden images right; 89 % were")

    failed.rollout().advance_all()
    assert failed.hosting.pending[NAME] == RELEASES[BEFORE]
    assert ("update_at_once", NAME) in failed.hosting.calls
    failed.hosting.has_updated(NAME)
    failed.rollout().advance_all()

    assert statuses(failed) == ("in service", "rolled back")
    assert failed.hosting.owners["model"] == {RELEASES[BEFORE]: BEFORE}


def test_a_crash_while_going_back_is_made_good(failed: World) -> None:
    failed.hosting.fails("update_at_once", BusyError("No answer."), answer_lost=True)
    failed.rollout().advance_all()
    failed.rollout().advance_all()
    failed.hosting.has_updated(NAME)
    failed.rollout().advance_all()

    assert statuses(failed) == ("in service", "rolled back")


@pytest.mark.parametrize("answer", [[1.0], [0.5] * 7, [float("nan")] * 7])
def test_answers_that_are_no_probabilities_of_the_classes_send_it_back(checking: World, answer: list[float]) -> None:
    checking.hosting.always_right.clear()
    checking.hosting.answers[NAME] = answer
    checking.golden_check().check_all()

    assert checking.endpoint(NEXT).status == EndpointStatus.ROLLING_BACK


def test_a_model_that_answers_with_an_error_goes_back(checking: World) -> None:
    checking.hosting.fails("invoke", PlatformError("The model answered with an error."))
    checking.golden_check().check_all()

    assert checking.endpoint(NEXT).failure_reason == "The model answered with an error."


def test_an_endpoint_that_sleeps_is_waited_for_and_not_for_ever(checking: World) -> None:
    check = checking.golden_check()
    checking.hosting.fails("invoke", BusyError("It is waking up."))
    assert check.check_all()
    assert statuses(checking) == ("in service", "checking")

    checking.passes(minutes=16)
    checking.hosting.fails("invoke", BusyError("It is waking up."))
    check.check_all()

    assert statuses(checking) == ("in service", "rolling back")


def test_without_golden_images_it_comes_into_service_and_says_so(checking: World) -> None:
    checking.golden_images.error = RefusedError("The images cannot be read.")
    checking.golden_check().check_all()

    check = checking.endpoint(NEXT).check
    assert check is not None
    assert (check.images, check.problem) == (0, "The images cannot be read.")
    assert statuses(checking) == ("superseded", "in service")


def test_an_update_that_aws_takes_back_leaves_the_release_before_in_service(updating: World) -> None:
    updating.hosting.goes_back(NAME, "The alarm darkroom-errors went off.")
    updating.rollout().advance_all()

    assert statuses(updating) == ("in service", "rolled back")
    assert updating.endpoint(NEXT).failure_reason == "The alarm darkroom-errors went off."
    assert updating.hosting.owners["configuration"] == {RELEASES[BEFORE]: BEFORE}


def test_an_update_that_aws_refuses_changes_nothing(asked: World) -> None:
    asked.hosting.fails("update_endpoint", PlatformError("AWS refuses it."))
    asked.rollout().advance_all()

    assert statuses(asked) == ("in service", "rolled back")
    assert asked.hosting.owners["model"] == {RELEASES[BEFORE]: BEFORE}


def test_an_update_whose_answer_got_lost_is_not_asked_for_twice(asked: World) -> None:
    asked.hosting.fails("update_endpoint", BusyError("No answer."), answer_lost=True)
    asked.rollout().advance_all()
    asked.rollout().advance_all()

    assert statuses(asked) == ("in service", "updating")


def test_a_second_update_waits_for_the_first(updating: World) -> None:
    updating.has_request(an_approved(id="c3", job_id="job2", decided_at=updating.now))
    updating.rollout().advance_all()
    assert updating.stores.endpoints.find("c3") is None

    updating.hosting.has_updated(NAME)
    updating.rollout().advance_all()
    updating.golden_check().check_all()
    updating.rollout().advance_all()

    assert updating.endpoint("c3").replaces == NEXT


def test_an_endpoint_that_is_deleted_during_its_update_takes_the_update_along(updating: World) -> None:
    updating.deployment().delete(BEFORE, REQUESTER)
    updating.rollout().advance_all()
    assert statuses(updating) == ("deleting", "rolled back")
    updating.hosting.has_updated(NAME)
    updating.rollout().advance_all()
    updating.hosting.is_gone(NAME)
    updating.rollout().advance_all()
    updating.rollout().advance_all()

    assert updating.hosting.owners == {"model": {}, "configuration": {}, "endpoint": {}}


def test_an_approver_goes_back_to_the_release_before(updated: World) -> None:
    updated.roll_back().ask(NEXT, APPROVER)
    updated.rollout().carry_out_asked()
    assert statuses(updated) == ("superseded", "rolling back")
    living = updated.stores.endpoints.named(NAME)
    assert living is not None
    assert living.answering
    updated.hosting.has_updated(NAME)
    updated.rollout().advance_all()

    living = updated.stores.endpoints.named(NAME)
    assert living is not None
    assert (living.id, statuses(updated)) == (BEFORE, ("in service", "rolled back"))
    assert updated.hosting.owners["model"] == {RELEASES[BEFORE]: BEFORE}


def test_a_roll_back_that_aws_takes_back_leaves_the_newer_release_in_service(updated: World) -> None:
    updated.roll_back().ask(NEXT, APPROVER)
    updated.rollout().advance_all()
    updated.hosting.goes_back(NAME, "No capacity.")
    updated.rollout().advance_all()

    assert statuses(updated) == ("superseded", "in service")
    assert updated.endpoint(NEXT).failure_reason == "No capacity."


def test_a_roll_back_that_aws_refuses_leaves_the_newer_release_in_service_and_says_why(updated: World) -> None:
    updated.roll_back().ask(NEXT, APPROVER)
    updated.hosting.fails("update_at_once", PlatformError("A quota is used up."))
    updated.rollout().advance_all()

    assert statuses(updated) == ("superseded", "in service")
    assert updated.endpoint(NEXT).failure_reason == "A quota is used up."


def test_what_did_not_pass_its_check_is_sent_back_however_often_aws_refuses(failed: World) -> None:
    failed.hosting.fails("update_at_once", PlatformError("A quota is used up."))
    failed.rollout().advance_all()
    failed.rollout().advance_all()

    assert failed.hosting.pending[NAME] == RELEASES[BEFORE]


def test_only_approvers_roll_back(updated: World) -> None:
    with pytest.raises(NotAllowedError):
        updated.roll_back().ask(NEXT, "U0LIN00001")


def test_a_second_click_on_roll_back_is_told_so(updated: World) -> None:
    updated.roll_back().ask(NEXT, APPROVER)

    with pytest.raises(WrongStateError, match="is rolling back"):
        updated.roll_back().ask(NEXT, APPROVER)


def test_without_a_release_before_there_is_nothing_to_go_back_to(serving: World) -> None:
    with pytest.raises(WrongStateError, match="no release"):
        serving.roll_back().ask(BEFORE, APPROVER)


def test_during_an_update_nobody_rolls_back(updating: World) -> None:
    with pytest.raises(WrongStateError, match="being updated"):
        updating.roll_back().ask(BEFORE, APPROVER)


def test_after_its_time_a_superseded_release_is_removed(updated: World) -> None:
    updated.passes(days=7)
    updated.rollout().advance_all()

    assert updated.hosting.owners["model"] == {RELEASES[NEXT]: NEXT}
    assert RELEASES[BEFORE] not in updated.golden_images.rows
    with pytest.raises(WrongStateError, match="no release"):
        updated.roll_back().ask(NEXT, APPROVER)


def test_with_the_endpoint_goes_what_was_kept_to_go_back_to(updated: World) -> None:
    updated.deployment().delete(NEXT, REQUESTER)
    updated.rollout().advance_all()
    updated.hosting.is_gone(NAME)
    updated.rollout().advance_all()

    assert updated.hosting.owners == {"model": {}, "configuration": {}, "endpoint": {}}


def test_a_new_endpoint_that_fails_its_check_is_deleted_again(creating: World) -> None:
    creating.hosting.says(NAME, EndpointStatus.IN_SERVICE)
    creating.hosting.answers[NAME] = [1.0]
    creating.rollout().advance_all()
    creating.golden_check().check_all()
    creating.rollout().advance_all()
    creating.hosting.is_gone(NAME)
    creating.rollout().advance_all()

    assert creating.endpoint(BEFORE).status == EndpointStatus.DELETED
    assert creating.endpoint(BEFORE).failure_reason.startswith("It answers with 1 probabilities")
    assert creating.stores.routes.of(CHANNEL) is None
