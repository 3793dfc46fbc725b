"""Asking for a deployment, deciding on it, and taking an endpoint down."""

import threading
from dataclasses import replace

import pytest

from bot.domain.access import Access
from bot.domain.approvals import OPEN_FOR, Approval, ApprovalStatus
from bot.domain.endpoints import Endpoint, EndpointStatus, Hosting
from bot.errors import DarkroomError, FieldError, NotAllowedError, NotFoundError, WrongStateError
from bot.services.deployment import DeployRequest
from tests.builders import (
    APPROVALS_CHANNEL,
    APPROVER,
    CHANNEL,
    NOW,
    REQUESTER,
    a_finished_job,
    a_running_job,
    an_approval,
    an_approved,
    an_endpoint,
    realtime_hosting,
    serverless_hosting,
)
from tests.unit.services.world import World

APPROVED, REJECTED = ApprovalStatus.APPROVED, ApprovalStatus.REJECTED


def a_request(hosting: Hosting | None = None, name: str = "", key: str = "1.2.abc", **job: object) -> DeployRequest:
    return DeployRequest(a_finished_job(**job), hosting or serverless_hosting(), name, REQUESTER, CHANNEL, key)


@pytest.fixture
def job(world: World) -> None:
    world.has_job(a_finished_job())


@pytest.fixture
def asked(world: World, job: None) -> Approval:
    return world.has_request(an_approval())


@pytest.fixture
def serving(world: World, job: None) -> Endpoint:
    world.stores.routes.set(CHANNEL, "emoji-live")
    return world.has_endpoint(an_endpoint())


def test_a_request_waits_for_a_decision_in_the_approvers_channel(world: World, job: None) -> None:
    approval = world.deployment().ask(a_request())

    assert world.stores.approvals.get(approval.id) == approval
    assert (approval.status, approval.requested_by) == (ApprovalStatus.PENDING, REQUESTER)
    assert (approval.channel_id, approval.serves_channel_id) == (APPROVALS_CHANNEL, CHANNEL)
    assert (approval.requested_at, approval.expires_at) == (NOW, NOW + OPEN_FOR)
    assert world.stores.wakeup.calls == 1


def test_without_an_approvers_channel_the_request_is_shown_where_it_was_made() -> None:
    world = World(approvals_channel="")

    assert world.deployment().ask(a_request()).channel_id == CHANNEL


def test_an_endpoint_without_a_name_is_named_after_its_job_and_kind(world: World) -> None:
    assert world.deployment().ask(a_request()).endpoint_name == "emoji-7f3a2c-serverless"


def test_an_endpoint_takes_the_name_that_was_said(world: World) -> None:
    assert world.deployment().ask(a_request(name="emoji-live")).endpoint_name == "emoji-live"


def test_a_real_time_endpoint_is_priced_when_it_is_asked_for(world: World) -> None:
    approval = world.deployment().ask(a_request(realtime_hosting(usd_per_hour=None)))

    assert approval.hosting.usd_per_hour == 0.115


def test_an_instance_without_a_known_price_may_still_be_asked_for(world: World) -> None:
    approval = world.deployment().ask(a_request(realtime_hosting(instance_type="ml.c5.large", usd_per_hour=None)))

    assert approval.hosting.cost_per_day is None


def test_the_same_request_twice_is_one_request(world: World) -> None:
    assert world.deployment().ask(a_request()) == world.deployment().ask(a_request())
    assert len(world.stores.approvals.pending()) == 1


def test_two_requests_for_one_name_cannot_wait_at_once(world: World) -> None:
    world.deployment().ask(a_request())

    with pytest.raises(WrongStateError, match="waiting for a decision"):
        world.deployment().ask(a_request(key="another"))


def test_without_approvers_there_is_no_use_in_asking() -> None:
    world = World(access=Access(frozenset(), frozenset()))

    with pytest.raises(NotAllowedError, match="Nobody can approve"):
        world.deployment().ask(a_request())


def test_a_job_under_way_cannot_be_deployed_yet(world: World) -> None:
    with pytest.raises(WrongStateError, match="still running"):
        world.deployment().ask(replace(a_request(), job=a_running_job()))


def test_a_job_without_a_model_cannot_be_deployed(world: World) -> None:
    with pytest.raises(WrongStateError, match="without a model"):
        world.deployment().ask(a_request(artifact=""))


def test_a_name_that_aws_refuses_is_refused_at_once(world: World) -> None:
    with pytest.raises(FieldError, match="no endpoint name"):
        world.deployment().ask(a_request(name="-no-"))


def test_a_name_in_use_is_refused_with_what_uses_it(world: World, serving: Endpoint) -> None:
    with pytest.raises(WrongStateError, match=r"\*emoji-live\* already; it is in service"):
        world.deployment().ask(a_request(name="emoji-live"))


@pytest.mark.parametrize("status", [APPROVED, REJECTED])
def test_an_approver_decides_and_the_worker_is_woken(world: World, asked: Approval, status: ApprovalStatus) -> None:
    decided = world.deployment().decide(asked.id, status, APPROVER)

    assert (decided.status, decided.decided_by, decided.decided_at) == (status, APPROVER, NOW)
    assert world.stores.wakeup.calls == 1


@pytest.mark.parametrize("by", [REQUESTER, "U0LIN00001"])
def test_the_requester_and_strangers_decide_nothing(world: World, asked: Approval, by: str) -> None:
    with pytest.raises(NotAllowedError):
        world.deployment().decide(asked.id, APPROVED, by)

    assert world.stores.approvals.get(asked.id).pending
    assert world.stores.wakeup.calls == 0


def test_the_requester_decides_where_the_operators_allow_it() -> None:
    world = World(access=Access(frozenset(), frozenset({REQUESTER}), self_approval=True))
    world.has_request(an_approval())

    assert world.deployment().decide(an_approval().id, APPROVED, REQUESTER).status == APPROVED


def test_a_member_of_an_approving_group_decides() -> None:
    world = World(access=Access(frozenset(), frozenset({"S0APPROVER"})))
    world.directory.groups["S0APPROVER"] = frozenset({APPROVER})
    world.has_request(an_approval())

    assert world.deployment().decide(an_approval().id, APPROVED, APPROVER).decided_by == APPROVER


def test_a_second_decision_is_told_of_the_first(world: World, asked: Approval) -> None:
    world.access = Access(frozenset(), frozenset({APPROVER, "U0LIN00001"}))
    world.deployment().decide(asked.id, APPROVED, APPROVER)

    with pytest.raises(WrongStateError, match=f"<@{APPROVER}> approved this already"):
        world.deployment().decide(asked.id, REJECTED, "U0LIN00001")


def test_a_decision_that_comes_too_late_is_refused(world: World, asked: Approval) -> None:
    world.passes(hours=25)

    with pytest.raises(WrongStateError, match="expired"):
        world.deployment().decide(asked.id, APPROVED, APPROVER)


def test_many_who_decide_at_once_make_one_decision_and_polite_answers(world: World, asked: Approval) -> None:
    people = [f"U0PERSON{number}" for number in range(8)]
    world.access = Access(frozenset(), frozenset(people))
    outcomes: dict[str, str] = {}
    together = threading.Barrier(len(people))

    def decide(by: str, status: ApprovalStatus) -> None:
        together.wait()
        try:
            outcomes[by] = world.deployment().decide(asked.id, status, by).decided_by
        except WrongStateError as refusal:
            outcomes[by] = refusal.what

    threads = [
        threading.Thread(target=decide, args=(by, (APPROVED, REJECTED)[number % 2])) for number, by in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winner = world.stores.approvals.get(asked.id).decided_by
    assert outcomes.pop(winner) == winner
    assert len(outcomes) == 7
    assert all(f"<@{winner}>" in said for said in outcomes.values())


@pytest.mark.parametrize("by", [REQUESTER, APPROVER])
def test_the_owner_and_approvers_can_delete_an_endpoint(world: World, serving: Endpoint, by: str) -> None:
    endpoint = world.deployment().delete(an_endpoint().id, by)

    assert (endpoint.status, endpoint.deleted_by) == (EndpointStatus.DELETING, by)
    assert world.stores.wakeup.calls == 1


def test_images_are_no_longer_answered_from_the_moment_of_the_wish(world: World, serving: Endpoint) -> None:
    world.deployment().delete(an_endpoint().id, REQUESTER)

    assert world.stores.routes.of(CHANNEL) is None


def test_nobody_else_can_delete_an_endpoint(world: World, serving: Endpoint) -> None:
    with pytest.raises(NotAllowedError, match=f"belongs to <@{REQUESTER}>"):
        world.deployment().delete(an_endpoint().id, "U0LIN00001")

    assert world.stores.routes.of(CHANNEL) == "emoji-live"


def test_a_second_deletion_is_told_of_the_first(world: World, serving: Endpoint) -> None:
    world.deployment().delete(an_endpoint().id, REQUESTER)

    with pytest.raises(WrongStateError, match=f"<@{REQUESTER}> asked for it"):
        world.deployment().delete(an_endpoint().id, APPROVER)


def test_a_deletion_is_decided_afresh_when_the_tick_was_faster(
    world: World, serving: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = world.stores.endpoints.save

    def first_the_tick(ours: Endpoint) -> Endpoint:
        monkeypatch.setattr(world.stores.endpoints, "save", save)
        save(replace(serving, status=EndpointStatus.FAILED, failure_reason="broken"))
        return save(ours)

    monkeypatch.setattr(world.stores.endpoints, "save", first_the_tick)
    endpoint = world.deployment().delete(an_endpoint().id, REQUESTER)

    assert (endpoint.status, endpoint.failure_reason) == (EndpointStatus.DELETING, "broken")


@pytest.mark.parametrize(
    ("name", "hint"), [("emoji-liv", "Did you mean `emoji-live`?"), ("zzz", "`/endpoints` lists them.")]
)
def test_an_unknown_endpoint_is_answered_with_the_nearest_one(
    world: World, serving: Endpoint, name: str, hint: str
) -> None:
    with pytest.raises(NotFoundError) as refusal:
        world.deployment().endpoint(name)

    assert refusal.value.next_step == hint


def test_an_endpoint_is_found_by_its_name_however_it_is_written(world: World, serving: Endpoint) -> None:
    assert world.deployment().endpoint("Emoji-Live") == serving


def test_what_is_live_can_be_listed(world: World, serving: Endpoint) -> None:
    assert world.deployment().live() == [serving]


def test_a_pending_request_is_listed_with_its_job(world: World, asked: Approval) -> None:
    (case,) = world.deployment().pending()

    assert (case.approval, case.job, case.endpoint, case.live) == (asked, a_finished_job(), None, None)


def test_a_request_shows_what_serves_the_channel_now(world: World, asked: Approval) -> None:
    live = world.has_endpoint(an_endpoint(id="another", name="emoji-before"))
    world.stores.routes.set(CHANNEL, "emoji-before")

    assert world.deployment().case_of(asked.id).live == live


def test_a_request_whose_endpoint_serves_does_not_compare_it_with_itself(world: World, serving: Endpoint) -> None:
    world.has_request(an_approved())
    case = world.deployment().case_of(an_approved().id)

    assert (case.endpoint, case.live) == (serving, None)


def test_a_button_with_an_unknown_id_is_answered(world: World) -> None:
    with pytest.raises(DarkroomError, match="I don't know this"):
        world.deployment().decide("nonsense", APPROVED, APPROVER)
