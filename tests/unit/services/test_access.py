"""Who may do what, by their own id and by their user groups."""

import pytest

from bot.domain.access import Access
from bot.errors import ChatBusyError, NotAllowedError
from bot.services.access import AccessControl
from tests.fakes.slack import FakeDirectory

DIRECTORY = FakeDirectory({"S1": frozenset({"U9"})})


def access(trainers: tuple[str, ...] = (), approvers: tuple[str, ...] = (), **settings: bool) -> AccessControl:
    return AccessControl(Access(frozenset(trainers), frozenset(approvers), **settings), DIRECTORY)


@pytest.mark.parametrize("trainers", [(), ("U1",), ("S1", "U1"), ("U1", "U2")])
def test_a_trainer_is_let_through(trainers: tuple[str, ...]) -> None:
    access(trainers).require_trainer("U1")


def test_a_member_of_a_training_group_is_let_through() -> None:
    access(("S1",)).require_trainer("U9")


@pytest.mark.parametrize("user_id", ["U2", "", "S1"[:1]])
def test_nobody_else_is_let_through(user_id: str) -> None:
    with pytest.raises(NotAllowedError, match="Only trainers"):
        access(("U1", "S1")).require_trainer(user_id)


def test_approvers_are_people_and_members_of_groups() -> None:
    control = access(approvers=("U1", "S1"))

    assert [control.is_approver(user_id) for user_id in ("U1", "U9", "U2")] == [True, True, False]


def test_somebody_named_by_their_own_id_needs_no_look_into_groups() -> None:
    directory = FakeDirectory()
    AccessControl(Access(frozenset(), frozenset({"U1", "S1"})), directory).is_approver("U1")

    assert directory.asked == []


def test_nobody_is_refused_because_slack_does_not_say_who_is_in_a_group() -> None:
    directory = FakeDirectory({"S2": frozenset({"U9"})}, unread=frozenset({"S1"}))
    control = AccessControl(Access(frozenset(), frozenset({"S1", "S2", "U1"})), directory)

    assert [control.is_approver(user_id) for user_id in ("U1", "U9")] == [True, True]
    with pytest.raises(ChatBusyError, match="try again"):
        control.is_approver("U2")


def test_without_approvers_nobody_is_one() -> None:
    assert not access().is_approver("U1")


def test_without_approvers_asking_is_refused() -> None:
    with pytest.raises(NotAllowedError, match="Nobody can approve"):
        access().require_approvers(1, besides="U9")


def test_with_an_approver_asking_makes_sense() -> None:
    access(approvers=("U1",)).require_approvers(1, besides="U9")


def test_where_the_only_approver_asks_nobody_could_approve() -> None:
    with pytest.raises(NotAllowedError, match="besides you there are 0"):
        access(approvers=("U1",)).require_approvers(1, besides="U1")


def test_a_group_may_have_as_many_approvers_as_it_takes() -> None:
    access(approvers=("S1",)).require_approvers(3, besides="U1")


def test_those_to_be_mentioned_come_in_a_fixed_order() -> None:
    assert access(approvers=("U2", "S1", "U1")).approvers == ("S1", "U1", "U2")


@pytest.mark.parametrize("allowed", [True, False])
def test_whether_one_may_approve_oneself_is_the_operators_choice(allowed: bool) -> None:
    assert access(self_approval=allowed).self_approval is allowed
