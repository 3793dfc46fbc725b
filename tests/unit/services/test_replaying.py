"""A channel's last images through candidate and live model: who is asked what, and that nothing is left behind."""

from dataclasses import replace

import pytest

from bot.domain.endpoints import EndpointStatus
from bot.domain.replays import Measured, ReplayStatus, Results
from bot.errors import BusyError, ChatBusyError, ChatError, PlatformError, WrongStateError
from tests.builders import (
    CHANNEL,
    REQUESTER,
    a_data_set,
    a_finished_job,
    a_known_picture,
    an_answer,
    an_answered_upload,
    an_approval,
    an_approved,
    an_endpoint,
)
from tests.unit.services.world import World

ID, LIVE = "b52d88e1", "emoji-live"
CANDIDATE = f"replay-{ID}"


@pytest.fixture
def asked(world: World) -> World:
    """A request for another model than the live one, in a channel with three answered images."""
    world.has_job(a_finished_job())
    world.has_request(an_approval(id=ID, endpoint_name="emoji-next"))
    world.has_endpoint(an_endpoint())
    world.stores.routes.set(CHANNEL, LIVE)
    uploads = [an_answered_upload(id=f"u{number}", url=f"https://files/{number}") for number in range(3)]
    world.stores.uploads.add(an_answer(), uploads)
    world.files.kept = {upload.url: f"image {number}".encode() for number, upload in enumerate(uploads)}
    world.hosting.says(LIVE, EndpointStatus.IN_SERVICE)
    world.hosting.answers[LIVE] = [0.9, 0.1, 0, 0, 0, 0, 0]
    world.hosting.answers[CANDIDATE] = [0.2, 0.8, 0, 0, 0, 0, 0]
    return world


@pytest.fixture
def creating(asked: World) -> World:
    asked.replaying().ask(ID, REQUESTER)
    asked.replay_runner().advance_all()
    return asked


@pytest.fixture
def up(creating: World) -> World:
    creating.hosting.says(CANDIDATE, EndpointStatus.IN_SERVICE)
    creating.replay_runner().advance_all()
    return creating


def status(world: World) -> ReplayStatus:
    return world.stores.replays.rows[ID].status


def is_cleared(world: World) -> bool:
    world.replay_runner().advance_all()
    world.hosting.is_gone(CANDIDATE)
    world.replay_runner().advance_all()
    nothing: dict[str, dict[str, str]] = {"model": {}, "configuration": {}, "endpoint": {}}
    return status(world) == ReplayStatus.DONE and world.hosting.owners == nothing


def test_a_temporary_endpoint_is_made_for_the_candidate(creating: World) -> None:
    assert status(creating) == ReplayStatus.CREATING
    assert creating.hosting.owners["endpoint"] == {CANDIDATE: ID}


def test_the_disagreements_are_shown_and_the_endpoint_goes(up: World) -> None:
    up.replay_runner().advance_all()

    _, pairs = up.exhibits.shown[ID]
    assert [(one.live.name, one.candidate.name) for one in pairs] == [("animals", "buildings")] * 3
    assert is_cleared(up)


def test_an_image_that_slack_has_no_longer_is_left_out(up: World) -> None:
    del up.files.kept["https://files/1"]
    up.replay_runner().advance_all()

    assert len(up.exhibits.shown[ID][1]) == 2


def test_an_image_that_slack_keeps_from_the_bot_is_left_out(up: World) -> None:
    up.files.kept["https://files/1"] = ChatError("Slack sent a web page instead of the file.")
    up.replay_runner().advance_all()

    assert len(up.exhibits.shown[ID][1]) == 2


def test_a_crash_at_each_step_is_made_good(asked: World) -> None:
    asked.replaying().ask(ID, REQUESTER)
    asked.hosting.fails("create_endpoint", BusyError("No answer."), answer_lost=True)
    asked.replay_runner().advance_all()
    asked.replay_runner().advance_all()
    asked.hosting.says(CANDIDATE, EndpointStatus.IN_SERVICE)
    asked.replay_runner().advance_all()
    asked.exhibits.error = ChatBusyError("Slack is busy.")
    asked.replay_runner().advance_all()
    asked.replay_runner().advance_all()

    assert len(asked.exhibits.shown[ID][1]) == 3
    assert is_cleared(asked)


def test_an_endpoint_that_does_not_come_up_is_said_and_cleared(creating: World) -> None:
    creating.hosting.says(CANDIDATE, EndpointStatus.FAILED, "The container did not answer the ping.")
    creating.replay_runner().advance_all()

    assert "The container did not answer the ping." in creating.exhibits.shown[ID][0].problem
    assert is_cleared(creating)


def test_a_failure_that_cannot_be_said_is_cleared_all_the_same(creating: World) -> None:
    creating.hosting.says(CANDIDATE, EndpointStatus.FAILED, "The container did not answer the ping.")
    creating.exhibits.error = ChatError("Slack refused.", code="missing_scope")
    creating.replay_runner().advance_all()

    assert is_cleared(creating)


def test_what_aws_refuses_is_said_and_cleared(asked: World) -> None:
    asked.hosting.fails("create_configuration", PlatformError("AWS refuses it."))
    asked.replaying().ask(ID, REQUESTER)
    asked.replay_runner().advance_all()

    assert asked.exhibits.shown[ID][0].problem == "AWS refuses it."
    asked.replay_runner().advance_all()
    assert asked.hosting.owners["model"] == {}


def test_an_endpoint_that_takes_for_ever_is_not_waited_for(creating: World) -> None:
    creating.passes(minutes=31)
    creating.replay_runner().advance_all()

    assert status(creating) == ReplayStatus.CLEARING


def test_a_replay_is_asked_for_once(creating: World) -> None:
    with pytest.raises(WrongStateError, match="already"):
        creating.replaying().ask(ID, REQUESTER)


def test_without_images_or_without_a_live_model_there_is_nothing_to_replay(asked: World) -> None:
    asked.stores.uploads.shelf.rows.clear()
    with pytest.raises(WrongStateError, match="No image"):
        asked.replaying().ask(ID, REQUESTER)

    asked.stores.routes.drop(LIVE)
    with pytest.raises(WrongStateError, match="Nothing is live"):
        asked.replaying().ask(ID, REQUESTER)


def test_what_is_decided_is_not_replayed(asked: World) -> None:
    asked.has_request(an_approved(id="c3"))

    with pytest.raises(WrongStateError, match="decided"):
        asked.replaying().ask("c3", REQUESTER)


def test_both_models_are_measured_on_golden_images_and_on_pictures_that_none_is_trained_on(up: World) -> None:
    up.stores.data_sets.replace([a_data_set()])
    live = up.stores.endpoints.named(LIVE)
    assert live is not None
    up.golden_images.keep(live, a_data_set())
    for number in range(4):
        up.stores.kept_pictures.add(a_known_picture(id=f"k{number}", held_out=number < 3, key=f"s3://b/k{number}.jpg"))
        up.shelf.held[f"s3://b/k{number}.jpg"] = b"picture"
    del up.shelf.held["s3://b/k0.jpg"]
    up.replay_runner().advance_all()

    # One says animals of everything, the other one buildings; of the 20 golden images 3 show each.
    results = up.stores.replays.rows[ID].results
    assert results.golden == Measured(20, candidate=3, live=3)
    assert results.from_use == Measured(2, candidate=0, live=2)
    assert up.exhibits.shown[ID][0].results == results


def test_what_cannot_be_measured_is_unknown(up: World) -> None:
    up.stores.data_sets.replace([a_data_set()])
    up.replay_runner().advance_all()

    assert up.stores.replays.rows[ID].results == Results()


def test_a_model_that_learned_from_use_is_compared_unasked_and_once(asked: World) -> None:
    job = a_finished_job()
    asked.stores.jobs.shelf.rows[job.id] = replace(job, from_use=5)
    asked.replay_runner().advance_all()
    asked.replay_runner().advance_all()

    assert [one.requested_by for one in asked.stores.replays.rows.values()] == [REQUESTER]
    assert status(asked) == ReplayStatus.CREATING
