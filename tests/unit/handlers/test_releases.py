"""Going back, dividing traffic and replaying, as people ask for it."""

from typing import Any

import pytest

from bot.domain.endpoints import EndpointStatus
from bot.views.replays import REPLAY
from bot.views.rollouts import ROLL_BACK
from tests.builders import APPROVER, a_finished_job, an_approval, an_endpoint, realtime_hosting
from tests.unit.handlers.conftest import Bot, SlackCalls
from tests.unit.services.world import World


@pytest.fixture
def two(world: World) -> World:
    """A real-time endpoint in service, and the release before it."""
    real_time: dict[str, Any] = {"hosting": realtime_hosting()}
    over = {"status": EndpointStatus.SUPERSEDED, "kept_until": world.now}
    world.has_endpoint(an_endpoint(id="old", job_name="emoji-old", **over, **real_time))
    world.has_endpoint(an_endpoint(id="new", replaces="old", **real_time))
    return world


def test_an_approver_rolls_back_with_the_button(two: World, bot: Bot, slack: SlackCalls) -> None:
    bot.feels(ROLL_BACK, "new", APPROVER)

    assert "Rolling *emoji-live* back" in slack.replies[-1]["text"]
    assert two.endpoint("new").rolled_back_by == APPROVER


def test_nobody_else_does(two: World, bot: Bot, slack: SlackCalls) -> None:
    bot.feels(ROLL_BACK, "new", "U0LIN00001")

    assert "Only approvers" in slack.replies[-1]["text"]
    assert two.endpoint("new").status == EndpointStatus.IN_SERVICE


def test_a_second_click_is_told_what_happened(two: World, bot: Bot, slack: SlackCalls) -> None:
    bot.feels(ROLL_BACK, "new", APPROVER)
    bot.feels(ROLL_BACK, "new", APPROVER)

    assert "is rolling back" in slack.replies[-1]["text"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/endpoints rollback emoji-live", "Rolling *emoji-live* back from *emoji-7f3a2c* to *emoji-old*"),
        ("/endpoints rollback emoji-lve", "Did you mean `emoji-live`?"),
        ("/endpoints rollback", "Which endpoint?"),
        ("/endpoints split emoji-live 90/10", "90 % go to *emoji-7f3a2c* and 10 % to *emoji-old*"),
        ("/endpoints split emoji-live 90/10 emoji-old", "10 % to *emoji-old*"),
        ("/endpoints split emoji-live 90/10 emoji-none", "has no other release of *emoji-none*"),
        ("/endpoints split emoji-live", "Split how?"),
        ("/endpoints split emoji-live 90/20", "not two shares of 100"),
        ("/endpoints split emoji-live off", "has all of its traffic for itself"),
        ("/endpoints split emoji-live 90/10 a b", "a word too many"),
        ("/endpoints shadow emoji-live", "*emoji-old* gets copies"),
        ("/endpoints shadow emoji-live off", "has all of its traffic for itself"),
    ],
)
def test_words_are_answered(two: World, bot: Bot, typed: str, answer: str) -> None:
    assert answer in str(bot.hears(typed, APPROVER).body)


def test_a_replay_that_is_not_possible_says_why(world: World, bot: Bot, slack: SlackCalls) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approval())
    bot.feels(REPLAY, an_approval().id)

    assert "Nothing is live there yet" in slack.replies[-1]["text"]
