"""What every store of jobs, requests, endpoints and cards does, the fakes' included."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.approvals import ApprovalStatus
from bot.domain.cards import Card, CardKind, Chart
from bot.domain.endpoints import Check, EndpointStatus
from bot.domain.jobs import JobStatus
from bot.domain.packages import PackageStatus
from bot.domain.replays import Replay, ReplayStatus
from bot.errors import NotFoundError, StaleError, WrongStateError
from tests.integration.database.examples import NOW, a_job, an_answer, an_approval, an_endpoint, an_upload, later

SERVES = EndpointStatus.IN_SERVICE
EXAMPLES: dict[str, Any] = {
    "jobs": a_job(),
    "approvals": an_approval(),
    "endpoints": an_endpoint(),
    "uploads": an_upload(),
}


def test_a_job_comes_back_as_it_was_stored(stores: Any) -> None:
    stores.jobs.add(a_job())

    assert stores.jobs.get("7f3a91") == a_job()


def test_a_job_that_is_added_again_changes_nothing(stores: Any) -> None:
    stores.jobs.add(a_job())
    stores.jobs.add(a_job(data_set="other"))

    assert stores.jobs.get("7f3a91").data_set == "emoji"
    assert stores.cards.of("7f3a91").wanted == 1


def test_two_jobs_cannot_have_one_name(stores: Any) -> None:
    stores.jobs.add(a_job("one"))

    with pytest.raises(WrongStateError, match="There is a job"):
        stores.jobs.add(a_job("two", name="EMOJI-one"))


def test_saving_gives_the_next_version_and_stores_it(stores: Any) -> None:
    stores.jobs.add(a_job())

    saved = stores.jobs.save(a_job(status=JobStatus.RUNNING))

    assert saved == a_job(status=JobStatus.RUNNING, version=1)
    assert stores.jobs.get("7f3a91") == saved


@pytest.mark.parametrize("store", ["jobs", "approvals", "endpoints", "uploads"])
def test_saving_what_has_changed_meanwhile_is_refused(stores: Any, store: str) -> None:
    entity = EXAMPLES[store]
    getattr(stores, store).add(*((an_answer(), [entity]) if store == "uploads" else (entity,)))
    getattr(stores, store).save(entity)

    with pytest.raises(StaleError) as refusal:
        getattr(stores, store).save(entity)

    assert refusal.value.sentences == "This has just changed. Try again."


@pytest.mark.parametrize("store", ["jobs", "approvals", "endpoints", "uploads"])
def test_saving_what_was_never_stored_is_refused(stores: Any, store: str) -> None:
    entity = EXAMPLES[store]

    with pytest.raises(NotFoundError):
        getattr(stores, store).save(entity)


@pytest.mark.parametrize("store", ["jobs", "approvals", "endpoints"])
def test_an_unknown_id_is_not_found(stores: Any, store: str) -> None:
    with pytest.raises(NotFoundError, match="I don't know this"):
        getattr(stores, store).get("nothing")


def test_a_job_is_found_by_its_name_in_any_case(stores: Any) -> None:
    stores.jobs.add(a_job())

    assert stores.jobs.named("EMOJI-7F3A91").id == "7f3a91"
    assert stores.jobs.named("emoji") is None


def test_active_jobs_are_those_that_have_not_ended_oldest_first(stores: Any) -> None:
    for number, status in enumerate(JobStatus):
        stores.jobs.add(a_job(f"{number}", status=status, requested_at=later(-number)))

    assert [job.id for job in stores.jobs.active()] == ["2", "1", "0"]
    assert stores.jobs.active_ids() == ["2", "1", "0"]


def test_recent_jobs_come_newest_first_and_no_more_than_asked_for(stores: Any) -> None:
    for number in range(5):
        stores.jobs.add(a_job(f"{number}", requested_at=later(number), status=JobStatus.COMPLETED))

    assert [job.id for job in stores.jobs.recent(3)] == ["4", "3", "2"]


def test_adding_a_job_or_a_request_adds_its_card(stores: Any) -> None:
    stores.jobs.add(a_job())
    stores.approvals.add(an_approval())

    assert stores.cards.of("7f3a91") == Card("7f3a91", CardKind.JOB, "C1")
    assert stores.cards.of("a1") == Card("a1", CardKind.APPROVAL, "C-approvals")


def test_a_card_that_nobody_has_is_not_found(stores: Any) -> None:
    with pytest.raises(NotFoundError):
        stores.cards.of("nothing")
    with pytest.raises(NotFoundError):
        stores.cards.save(Card("nothing", CardKind.JOB, "C1"))


def test_saving_a_job_wants_its_card_shown_again(stores: Any) -> None:
    stores.jobs.add(a_job())
    stores.cards.save(replace(stores.cards.of("7f3a91"), shown=1))
    assert stores.cards.behind() == []

    stores.jobs.save(a_job(status=JobStatus.RUNNING))

    assert [(card.subject_id, card.wanted, card.shown) for card in stores.cards.behind()] == [("7f3a91", 2, 1)]


def test_a_refused_save_leaves_the_card_alone(stores: Any) -> None:
    stores.jobs.add(a_job())

    with pytest.raises(StaleError):
        stores.jobs.save(a_job(version=7))

    assert stores.cards.of("7f3a91").wanted == 1


def test_an_endpoint_wants_the_card_of_its_approval_shown_again(stores: Any) -> None:
    stores.approvals.add(an_approval())
    stores.endpoints.add(an_endpoint())
    stores.endpoints.add(an_endpoint())
    stores.endpoints.save(an_endpoint(status=EndpointStatus.CREATING))

    assert stores.cards.of("a1").wanted == 3


def test_saving_a_card_keeps_all_but_what_is_wanted(stores: Any) -> None:
    stores.jobs.add(a_job())
    read = stores.cards.of("7f3a91")
    stores.jobs.save(a_job(status=JobStatus.RUNNING))

    charts = {"bars": Chart("a", "F1", "F2", "b"), "contact sheet": Chart()}
    shown = replace(read, channel_id="C9", message_ts="17.1", digest="d", pictures=charts, announced="x", shown=1)
    stores.cards.save(shown)

    assert stores.cards.of("7f3a91") == replace(shown, wanted=2)


def test_a_second_request_for_a_name_waits_for_the_first_decision(stores: Any) -> None:
    stores.approvals.add(an_approval("a1"))

    with pytest.raises(WrongStateError, match=r"A request for \*emoji-LIVE\* is waiting for a decision already"):
        stores.approvals.add(an_approval("a2", endpoint_name="emoji-LIVE"))

    stores.approvals.save(an_approval("a1", status=ApprovalStatus.REJECTED, decided_by="U2", decided_at=NOW))
    stores.approvals.add(an_approval("a2"))
    assert [approval.id for approval in stores.approvals.pending()] == ["a2"]


def test_a_request_that_is_added_again_changes_nothing(stores: Any) -> None:
    stores.approvals.add(an_approval())
    stores.approvals.add(an_approval())

    assert stores.approvals.pending() == [an_approval()]
    assert stores.cards.of("a1").wanted == 1


def test_a_version_is_found_by_its_very_name_and_only_with_the_request_that_it_was_made_for(stores: Any) -> None:
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/"
    stores.approvals.add(an_approval("a1", endpoint_name="one", package_arn=f"{arn}emo_i/14"))
    stores.approvals.add(an_approval("a2", endpoint_name="two", package_arn=f"{arn}emoji/4"))
    stores.approvals.add(an_approval("a3", endpoint_name="three", package_arn=f"{arn}emoji/4", own_package=False))

    found = stores.approvals.registering("emoji/4")
    assert found is not None
    assert found.id == "a2"
    assert stores.approvals.registering("i/14") is None
    assert stores.approvals.registering("Emoji/4") == found


def test_a_channels_latest_images_come_newest_first(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(number, received_at=later(number)) for number in range(4)])
    stores.uploads.add(an_answer(), [an_upload(9, channel_id="C-other", received_at=later(9))])

    assert [one.file_id for one in stores.uploads.latest("C1", 3)] == ["F3", "F2", "F1"]


def test_a_channels_images_of_a_time_are_counted(stores: Any) -> None:
    stores.uploads.add(an_answer(), [an_upload(number, received_at=later(number)) for number in range(4)])
    stores.uploads.add(an_answer(), [an_upload(9, channel_id="C-other", received_at=later(9))])

    assert stores.uploads.arrived("C1", later(1)) == (3, later(1))
    assert stores.uploads.arrived("C-none", later(1)) == (0, None)


def test_an_approved_request_is_without_endpoint_until_there_is_one(stores: Any) -> None:
    stores.approvals.add(an_approval())
    assert stores.approvals.without_endpoint() == []

    approved = stores.approvals.save(an_approval(status=ApprovalStatus.APPROVED, decided_by="U2", decided_at=later(60)))
    assert (stores.approvals.without_endpoint(), stores.approvals.out_of_step()) == ([], [approved])
    written = stores.approvals.save(replace(approved, package_status=PackageStatus.APPROVED))
    assert (stores.approvals.without_endpoint(), stores.approvals.out_of_step()) == ([written], [])

    stores.endpoints.add(an_endpoint())
    assert stores.approvals.without_endpoint() == []


def test_an_endpoint_that_is_added_again_changes_nothing(stores: Any) -> None:
    stores.endpoints.add(an_endpoint())
    moved = stores.endpoints.save(an_endpoint(status=EndpointStatus.CREATING))

    stores.endpoints.add(an_endpoint())

    assert stores.endpoints.get("a1") == stores.endpoints.find("a1") == moved


def test_an_endpoint_is_found_by_its_name_in_any_case_while_it_lives(stores: Any) -> None:
    stores.endpoints.add(an_endpoint(status=EndpointStatus.DELETING))
    assert stores.endpoints.named("EMOJI-live").id == "a1"

    stores.endpoints.save(an_endpoint(status=EndpointStatus.DELETED))

    assert stores.endpoints.named("emoji-live") is None
    assert stores.endpoints.find("a1") is not None
    assert stores.endpoints.find("a2") is None


def test_the_name_of_a_living_endpoint_is_taken_and_that_of_a_deleted_one_is_not(stores: Any) -> None:
    stores.endpoints.add(an_endpoint("a1"))
    with pytest.raises(WrongStateError) as refusal:
        stores.endpoints.add(an_endpoint("a2"))
    assert "There is an endpoint *Emoji-live* already. Choose another name" in refusal.value.sentences

    stores.endpoints.save(an_endpoint("a1", status=EndpointStatus.DELETED))
    stores.endpoints.add(an_endpoint("a2"))

    assert [endpoint.id for endpoint in stores.endpoints.live()] == ["a2"]


def test_unsettled_endpoints_are_those_that_aws_is_working_on(stores: Any) -> None:
    for number, status in enumerate(EndpointStatus):
        stores.endpoints.add(an_endpoint(f"{number}", name=f"e{number}", status=status, created_at=later(-number)))

    unsettled = [str(endpoint.status) for endpoint in stores.endpoints.unsettled()]
    assert unsettled == ["deleting", "rolling back", "checking", "updating", "creating", "requested"]
    assert len(stores.endpoints.live()) == len(EndpointStatus) - 3


def test_the_name_goes_from_one_release_to_the_next_at_once(stores: Any) -> None:
    stores.endpoints.add(an_endpoint("a1", status=SERVES))
    stores.endpoints.add(an_endpoint("a2", status=EndpointStatus.CHECKING, in_service_at=None, replaces="a1"))
    assert stores.endpoints.named("emoji-live").id == "a1"

    stores.endpoints.swap(
        an_endpoint("a1", status=EndpointStatus.SUPERSEDED, kept_until=later(60)),
        an_endpoint("a2", status=SERVES, in_service_at=NOW, replaces="a1", check=Check(20, 18.5)),
    )

    living = stores.endpoints.named("emoji-live")
    assert (living.id, living.check.right) == ("a2", 18.5)


def test_a_swap_of_which_one_half_has_moved_meanwhile_changes_neither(stores: Any) -> None:
    stores.endpoints.add(an_endpoint("a1", status=SERVES))
    stores.endpoints.add(an_endpoint("a2", status=EndpointStatus.CHECKING, in_service_at=None, replaces="a1"))
    stores.endpoints.save(an_endpoint("a2", status=EndpointStatus.CHECKING, in_service_at=None, replaces="a1"))

    with pytest.raises(StaleError):
        stores.endpoints.swap(
            an_endpoint("a1", status=EndpointStatus.SUPERSEDED), an_endpoint("a2", status=SERVES, replaces="a1")
        )

    assert stores.endpoints.get("a1").status == SERVES


def test_releases_of_an_endpoint_are_listed_newest_first_and_outlived_ones_found(stores: Any) -> None:
    over = {"status": EndpointStatus.SUPERSEDED, "created_at": later(-9)}
    stores.endpoints.add(an_endpoint("a1", kept_until=later(1), **over))
    stores.endpoints.add(an_endpoint("a2", kept_until=later(3), **over))
    stores.endpoints.add(an_endpoint("a3", **over))
    stores.endpoints.add(an_endpoint("a4"))

    assert [one.id for one in stores.endpoints.releases("Emoji-live")] == ["a4", "a3", "a2", "a1"]
    assert [one.id for one in stores.endpoints.outlived(later(2))] == ["a1"]


def test_of_a_request_there_is_one_replay_and_it_is_open_until_it_is_done(stores: Any) -> None:
    assert stores.replays.add(Replay("a1", "U1", NOW))
    assert not stores.replays.add(Replay("a1", "U2", NOW))

    (replay,) = stores.replays.open()
    stores.replays.save(replace(replay, status=ReplayStatus.DONE))
    with pytest.raises(StaleError):
        stores.replays.save(replay)

    assert (replay.requested_by, stores.replays.open()) == ("U1", [])
