"""User groups: asked for seldom, and remembered when Slack does not answer."""

import pytest

from bot.adapters.slack.directory import FAILED_SECONDS, REMEMBERED_SECONDS, SlackDirectory
from bot.errors import ChatBusyError
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace
from tests.unit.adapters_slack.conftest import Starts, calls_of, client_of

GROUP = Workspace.APPROVERS


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def directory_of(slack: LocalSlack, clock: Seconds | None = None) -> SlackDirectory:
    return SlackDirectory(client_of(slack), clock or Seconds())


def test_the_members_are_slacks(slack: LocalSlack) -> None:
    assert directory_of(slack).members(GROUP) == {Workspace.GRACE}


def test_members_are_remembered_for_a_while(slack: LocalSlack) -> None:
    clock, called = Seconds(), calls_of(slack)
    directory = directory_of(slack, clock)
    directory.members(GROUP)
    clock.now += REMEMBERED_SECONDS - 1
    directory.members(GROUP)
    assert len(called) == 1
    clock.now += 1
    directory.members(GROUP)

    assert len(called) == 2


def test_a_group_that_cannot_be_read_is_as_it_was_last_known(slack: LocalSlack) -> None:
    clock = Seconds()
    directory = directory_of(slack, clock)
    directory.members(GROUP)
    clock.now += REMEMBERED_SECONDS
    slack.faults.add("usergroups.users.list", "http", status=503)

    assert directory.members(GROUP) == {Workspace.GRACE}


def test_a_group_of_which_slack_says_nothing_yet_is_unknown_and_asked_for_again_after_a_while(
    slack: LocalSlack,
) -> None:
    clock, called = Seconds(), calls_of(slack)
    directory = directory_of(slack, clock)
    slack.faults.add("usergroups.users.list", "http", status=503)
    for _ in range(2):
        with pytest.raises(ChatBusyError, match="user group"):
            directory.members(GROUP)
    assert len(called) == 1
    clock.now += FAILED_SECONDS

    assert directory.members(GROUP) == {Workspace.GRACE}


def test_a_group_that_may_not_be_read_has_no_members(start: Starts) -> None:
    assert directory_of(start("usergroups:read")).members(GROUP) == frozenset()


def test_an_unknown_group_has_no_members(slack: LocalSlack) -> None:
    assert directory_of(slack).members("S0NOTHERE0") == frozenset()
