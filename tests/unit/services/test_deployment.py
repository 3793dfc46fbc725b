"""Asking for a deployment, deciding on it, and taking an endpoint down."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.access import Access
from bot.domain.approvals import OPEN_FOR, ApprovalStatus, Rules
from bot.domain.endpoints import Endpoint, EndpointStatus, Hosting
from bot.errors import FieldError, NotAllowedError, NotFoundError, WrongStateError
from bot.services.deployment import DeployRequest
from tests.builders import (
    APPROVALS_CHANNEL,
    APPROVER,
    CHANNEL,
    DIGEST,
    NOW,
    PACKAGE,
    REQUESTER,
    a_data_set,
    a_finished_job,
    a_registered_approval,
    a_running_job,
    an_approved,
    an_endpoint,
    realtime_hosting,
    serverless_hosting,
)
from tests.unit.services.world import World


def a_request(hosting: Hosting | None = None, name: str = "", key: str = "1.2.abc", **job: object) -> DeployRequest:
    return DeployRequest(a_finished_job(**job), hosting or serverless_hosting(), name, REQUESTER, CHANNEL, key)


@pytest.fixture
def job(world: World) -> None:
    world.has_job(a_finished_job())


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


def test_the_name_of_an_endpoint_in_service_asks_for_its_update(world: World, serving: Endpoint) -> None:
    assert world.deployment().ask(a_request(name="emoji-live")).endpoint_name == "emoji-live"


def test_a_name_whose_endpoint_cannot_be_updated_so_is_refused_with_the_way_round(
    world: World, serving: Endpoint
) -> None:
    with pytest.raises(WrongStateError, match="AWS makes no real-time one of it") as refusal:
        world.deployment().ask(a_request(realtime_hosting(), name="emoji-live"))
    assert "as=NAME" in refusal.value.next_step


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


def test_a_request_says_how_many_must_agree_and_how_long_it_is_open() -> None:
    world = World(rules=Rules(2, timedelta(hours=2)), access=Access(frozenset(), frozenset({APPROVER, "S0GROUP"})))
    approval = world.deployment().ask(a_request())

    assert (approval.needed, approval.expires_at) == (2, NOW + timedelta(hours=2))


def test_where_two_others_must_agree_and_there_is_one_asking_is_no_use() -> None:
    world = World(rules=Rules(2))

    with pytest.raises(NotAllowedError, match="It takes 2 approvers, and besides you there are 1"):
        world.deployment().ask(a_request())


def test_below_the_threshold_a_request_needs_a_reason_and_keeps_it() -> None:
    world = World(rules=Rules(min_accuracy=0.95))

    with pytest.raises(FieldError, match=r"89\.2 %"):
        world.deployment().ask(a_request())
    assert world.deployment().ask(replace(a_request(), reason=" a demo ")).reason == "a demo"


def test_a_data_set_may_ask_for_less_than_the_operators() -> None:
    world = World(rules=Rules(min_accuracy=0.95))
    world.stores.data_sets.replace([a_data_set(min_accuracy=0.5)])

    assert world.deployment().ask(a_request()).pending


def test_a_version_of_the_registry_can_be_asked_for_again(world: World, job: None) -> None:
    world.has_request(an_approved())
    registered = world.deployment().version("emoji/4")
    again = world.deployment().ask(replace(a_request(name="second"), registered=registered))

    assert (again.package_arn, again.digest, again.own_package) == (PACKAGE, DIGEST, False)


def test_a_version_that_is_not_ours_is_answered(world: World) -> None:
    with pytest.raises(NotFoundError, match="have not registered a version `emoji/9`"):
        world.deployment().version("emoji/9")


def test_a_version_that_waits_for_its_decision_cannot_be_asked_for_once_more(world: World, job: None) -> None:
    world.has_request(a_registered_approval())
    registered = world.deployment().version("emoji/4")

    with pytest.raises(WrongStateError, match=r"The version \*emoji/4\* is waiting for a decision already"):
        world.deployment().ask(replace(a_request(name="second"), registered=registered))
