"""What a request's card is made of."""

from datetime import timedelta

import pytest

from bot.domain.approvals import Approval, Rules
from bot.domain.endpoints import Endpoint, Kind
from bot.domain.evidence import Evidence
from bot.domain.feedback import Opinion, Say
from bot.domain.in_use import InUse
from bot.domain.uploads import UploadStatus
from bot.services.cases import LATEST
from tests.builders import (
    CHANNEL,
    NOW,
    a_finished_job,
    an_answer,
    an_answered_upload,
    an_approval,
    an_approved,
    an_endpoint,
    realtime_hosting,
)
from tests.unit.services.world import World


@pytest.fixture
def asked(world: World) -> Approval:
    world.has_job(a_finished_job())
    return world.has_request(an_approval())


@pytest.fixture
def live(world: World, asked: Approval) -> Endpoint:
    world.has_job(a_finished_job(id="earlier", name="emoji-51c0aa"))
    world.stores.routes.set(CHANNEL, "emoji-before")
    return world.has_endpoint(an_endpoint(id="another", name="emoji-before", job_id="earlier"))


def test_a_card_tells_how_right_that_one_is_of_both_that_answers_now(
    world: World, asked: Approval, live: Endpoint
) -> None:
    for number, release in enumerate((live.id, asked.id, asked.id)):
        upload = an_answered_upload(id=f"u{number}", release=release)
        world.stores.uploads.add(an_answer(id=upload.answer_id), [upload])
        world.stores.opinions.give(Opinion(upload.id, "U0LIN000001", Say.LABEL, "animals", NOW))
    assert world.cases().case_of(asked.id).in_use == InUse(1, 1)

    world.has_endpoint(an_endpoint(id=asked.id, name=asked.endpoint_name))
    assert world.cases().case_of(asked.id).in_use == InUse(2, 2)


def test_a_pending_request_is_listed_with_its_job(world: World, asked: Approval) -> None:
    (case,) = world.cases().pending()

    assert (case.approval, case.job, case.endpoint, case.live) == (asked, a_finished_job(), None, None)


def test_a_request_shows_what_serves_the_channel_now_and_how_that_was_trained(
    world: World, asked: Approval, live: Endpoint
) -> None:
    case = world.cases().case_of(asked.id)

    assert case.live == live
    assert case.evidence.live_job is not None
    assert case.evidence.live_job.name == "emoji-51c0aa"


def test_a_request_whose_endpoint_serves_does_not_compare_it_with_itself(world: World) -> None:
    world.has_job(a_finished_job())
    world.stores.routes.set(CHANNEL, "emoji-live")
    serving = world.has_endpoint(an_endpoint())
    world.has_request(an_approved())
    case = world.cases().case_of(an_approved().id)

    assert (case.endpoint, case.live) == (serving, None)


def test_the_other_kind_is_priced_beside_the_one_that_is_asked_for(world: World, asked: Approval) -> None:
    world.stores.prices.replace("serverless", {"1024": 0.072})
    evidence = world.cases().case_of(asked.id).evidence

    assert evidence.other == realtime_hosting()
    assert evidence.gb_second == pytest.approx(0.00002)


def test_beside_a_real_time_endpoint_stands_a_serverless_one(world: World) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approval(hosting=realtime_hosting()))
    other = world.cases().pending()[0].evidence.other

    assert other is not None
    assert other.kind == Kind.SERVERLESS


def test_the_channels_images_tell_its_traffic(world: World, asked: Approval) -> None:
    world.now = NOW + timedelta(days=1)
    world.stores.uploads.add(an_answer(), [an_answered_upload(id=f"one{number}") for number in range(5)])
    world.stores.uploads.add(an_answer(), [an_answered_upload(id="elsewhere", channel_id="C0OTHER0001")])

    assert world.cases().case_of(asked.id).evidence.demand.images_a_day == pytest.approx(5)


def test_only_answered_images_that_are_still_there_can_be_replayed(world: World, asked: Approval) -> None:
    world.stores.uploads.add(
        an_answer(),
        [
            an_answered_upload(id="one"),
            an_answered_upload(id="forgotten", file_id=""),
            an_answered_upload(id="refused", status=UploadStatus.REFUSED),
        ],
    )

    assert world.cases().case_of(asked.id).evidence.replayable == 1


def test_a_busy_channel_is_not_taken_for_a_quiet_one(world: World, asked: Approval) -> None:
    world.stores.uploads.add(an_answer(), [an_answered_upload(id=f"one{number}") for number in range(LATEST + 50)])

    assert world.cases().case_of(asked.id).evidence.demand.images_a_day == LATEST + 50


def test_the_threshold_stands_beside_the_candidate(world: World, asked: Approval) -> None:
    world.rules = Rules(min_accuracy=0.95)

    assert world.cases().case_of(asked.id).evidence.least_accuracy == 0.95


def test_what_is_decided_needs_no_evidence_any_more(world: World) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approved())

    assert world.cases().case_of(an_approved().id).evidence == Evidence()
