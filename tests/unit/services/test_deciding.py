"""Deciding on requests: who may, what becomes of many who decide at once, and what time does."""

import threading
from collections.abc import Callable

import pytest

from bot.domain.access import Access
from bot.domain.approvals import Approval, ApprovalStatus, Rules
from bot.errors import DarkroomError, NotAllowedError, RefusedError, WrongStateError
from tests.builders import (
    APPROVER,
    NOW,
    REQUESTER,
    a_finished_job,
    an_approval,
    an_endpoint,
    minutes,
    realtime_hosting,
    serverless_hosting,
)
from tests.unit.services.world import World

LIN = "U0LIN00001"
APPROVED, REJECTED = ApprovalStatus.APPROVED, ApprovalStatus.REJECTED
Decide = Callable[[World, str, str], Approval]


def approve(world: World, approval_id: str, by: str) -> Approval:
    return world.deciding().approve(approval_id, by)


def reject(world: World, approval_id: str, by: str) -> Approval:
    return world.deciding().reject(approval_id, by, "worse on cats")


def change(world: World, approval_id: str, by: str) -> Approval:
    return world.deciding().change(approval_id, by, realtime_hosting(usd_per_hour=None))


def look(world: World, approval_id: str, by: str) -> Approval:
    return world.deciding().open(approval_id, by)


@pytest.fixture
def asked(world: World) -> Approval:
    world.has_job(a_finished_job())
    return world.has_request(an_approval())


@pytest.mark.parametrize(("decide", "status"), [(approve, APPROVED), (reject, REJECTED)])
def test_an_approver_decides_and_the_worker_is_woken(
    world: World, asked: Approval, decide: Decide, status: ApprovalStatus
) -> None:
    decided = decide(world, asked.id, APPROVER)

    assert (decided.status, decided.decided_by, decided.decided_at) == (status, APPROVER, NOW)
    assert world.stores.wakeup.calls == 1


@pytest.mark.parametrize("by", [REQUESTER, LIN])
@pytest.mark.parametrize("decide", [approve, reject, change, look])
def test_the_requester_and_strangers_decide_nothing(world: World, asked: Approval, decide: Decide, by: str) -> None:
    with pytest.raises(NotAllowedError):
        decide(world, asked.id, by)

    assert world.stores.approvals.get(asked.id) == asked
    assert world.stores.wakeup.calls == 0


def test_the_requester_decides_where_the_operators_allow_it() -> None:
    world = World(access=Access(frozenset(), frozenset({REQUESTER}), self_approval=True))
    world.has_request(an_approval())

    assert approve(world, an_approval().id, REQUESTER).status == APPROVED


def test_a_member_of_an_approving_group_decides() -> None:
    world = World(access=Access(frozenset(), frozenset({"S0APPROVER"})))
    world.directory.groups["S0APPROVER"] = frozenset({APPROVER})
    world.has_request(an_approval())

    assert approve(world, an_approval().id, APPROVER).decided_by == APPROVER


def test_a_change_prices_the_new_numbers(world: World, asked: Approval) -> None:
    assert change(world, asked.id, APPROVER).hosting == realtime_hosting()


def test_an_update_is_not_changed_into_what_its_endpoint_cannot_become(world: World, asked: Approval) -> None:
    world.has_endpoint(an_endpoint(id="living", name=asked.endpoint_name))

    with pytest.raises(WrongStateError, match="AWS makes no real-time one"):
        change(world, asked.id, APPROVER)


def test_where_aws_has_no_serverless_endpoints_a_request_is_not_changed_into_one(world: World) -> None:
    world.has_request(an_approval(hosting=realtime_hosting()))
    world.rules = Rules(region="cn-north-1")

    with pytest.raises(RefusedError, match="no serverless endpoints"):
        world.deciding().change(an_approval().id, APPROVER, serverless_hosting())


def test_a_second_decision_is_told_of_the_first(world: World, asked: Approval) -> None:
    world.access = Access(frozenset(), frozenset({APPROVER, LIN}))
    approve(world, asked.id, APPROVER)

    for decide in (reject, change, look):
        with pytest.raises(WrongStateError, match=f"<@{APPROVER}> approved this already"):
            decide(world, asked.id, LIN)


@pytest.mark.parametrize("decide", [approve, reject, change, look])
def test_a_decision_that_comes_too_late_is_refused(world: World, asked: Approval, decide: Decide) -> None:
    world.passes(hours=25)

    with pytest.raises(WrongStateError, match="expired"):
        decide(world, asked.id, APPROVER)


def test_the_requester_withdraws_without_being_an_approver(world: World) -> None:
    world.has_request(an_approval(requested_by=LIN))

    assert world.deciding().withdraw(an_approval().id, LIN).status == ApprovalStatus.WITHDRAWN


def test_an_approver_who_agrees_while_another_does_makes_two(world: World) -> None:
    people = [f"U0PERSON{number}" for number in range(4)]
    world.access = Access(frozenset(), frozenset(people))
    world.has_request(an_approval(needed=4))
    together = threading.Barrier(len(people))

    def vote(by: str) -> None:
        together.wait()
        approve(world, an_approval().id, by)

    _all_at_once([threading.Thread(target=vote, args=(by,)) for by in people])

    decided = world.stores.approvals.get(an_approval().id)
    assert decided.status == APPROVED
    assert {one.by for one in decided.votes} == set(people)


def test_many_who_decide_at_once_make_one_decision_and_polite_answers(world: World, asked: Approval) -> None:
    people = [f"U0PERSON{number}" for number in range(8)]
    world.access = Access(frozenset(), frozenset(people))
    outcomes: dict[str, str] = {}
    together = threading.Barrier(len(people))

    def decide(by: str, how: Decide) -> None:
        together.wait()
        try:
            outcomes[by] = how(world, asked.id, by).decided_by
        except WrongStateError as refusal:
            outcomes[by] = refusal.what

    threads = [
        threading.Thread(target=decide, args=(by, (approve, reject)[number % 2])) for number, by in enumerate(people)
    ]
    _all_at_once(threads)

    winner = world.stores.approvals.get(asked.id).decided_by
    assert outcomes.pop(winner) == winner
    assert len(outcomes) == 7
    assert all(f"<@{winner}>" in said for said in outcomes.values())


def _all_at_once(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_request_expires_when_nobody_decides_it(world: World, asked: Approval) -> None:
    world.now = asked.expires_at
    world.deciding().mind_the_time()

    assert world.stores.approvals.get(asked.id).status == ApprovalStatus.EXPIRED


def test_a_request_is_reminded_of_once(world: World, asked: Approval) -> None:
    world.now = asked.expires_at - minutes(30)
    world.deciding().mind_the_time()
    reminded = world.stores.approvals.get(asked.id)
    world.deciding().mind_the_time()

    assert reminded.reminded_at == world.now
    assert world.stores.approvals.get(asked.id) is reminded


def test_a_button_with_an_unknown_id_is_answered(world: World) -> None:
    with pytest.raises(DarkroomError, match="I don't know this"):
        approve(world, "nonsense", APPROVER)
