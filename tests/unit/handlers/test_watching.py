"""Comparing jobs and retrying failed ones, as people do it."""

import json
from typing import Any

import pytest
from slack_bolt import BoltResponse

from bot.domain.access import Access
from bot.domain.jobs import JobStatus
from bot.views import comparisons, corrections, jobs
from tests.builders import CHANNEL, REQUESTER, a_finished_job, a_running_job
from tests.unit.handlers.conftest import Bot, SlackCalls, bot_of
from tests.unit.services.world import World

FIRST, SECOND = a_finished_job(), a_running_job(id="51c0aa", name="emoji-51c0aa")
FAILED = a_finished_job(status=JobStatus.FAILED, failure_reason="CUDA error: out of memory", artifact="")


@pytest.fixture
def lab(world: World) -> World:
    world.has_job(FIRST)
    world.has_job(SECOND)
    return world


def answered(response: BoltResponse) -> str:
    answer: dict[str, Any] = json.loads(response.body)
    assert (response.status, answer["response_type"]) == (200, "ephemeral")
    return str(answer["text"])


@pytest.mark.parametrize(
    "typed", ["/jobs compare emoji-7f3a2c emoji-51c0aa", "/jobs Compare emoji-7f3a2c, EMOJI-51c0aa"]
)
def test_a_comparison_is_answered_at_once_and_its_card_comes(bot: Bot, lab: World, typed: str) -> None:
    assert "as good as each other" in answered(bot.hears(typed))
    (comparison,) = lab.stores.comparisons.rows.values()
    assert (comparison.job_ids, comparison.channel_id) == ((FIRST.id, SECOND.id), CHANNEL)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("", "I compare 2 to 5 jobs, not 0."),
        ("emoji-7f3a2c", "I compare 2 to 5 jobs, not 1."),
        ("emoji-7f3a2c emoji-7f3a2c", "One job stands there twice."),
        ("emoji-7f3a2c emoji-51c0ab", "Did you mean `emoji-51c0aa`?"),
    ],
)
def test_what_cannot_be_compared_is_said(bot: Bot, lab: World, names: str, said: str) -> None:
    assert said in answered(bot.hears(f"/jobs compare {names}"))
    assert lab.stores.comparisons.rows == {}


def test_compare_on_a_card_asks_with_which(bot: Bot, lab: World, slack: SlackCalls) -> None:
    bot.feels(jobs.COMPARE, FIRST.id)
    (opened,) = slack.of("views.open")
    view = opened["view"] if isinstance(opened["view"], dict) else json.loads(opened["view"])

    assert bot.gets(view).body == ""
    (comparison,) = lab.stores.comparisons.rows.values()
    assert (comparison.job_ids, comparison.channel_id) == ((FIRST.id, SECOND.id), CHANNEL)


def test_train_on_opens_the_form_of_a_job_that_starts_from_this_ones_model(
    bot: Bot, lab: World, slack: SlackCalls
) -> None:
    bot.feels(jobs.TRAIN_ON, FIRST.id)
    (opened,) = slack.of("views.open")
    view = opened["view"] if isinstance(opened["view"], dict) else json.loads(opened["view"])
    bot.gets(view, epochs="2")

    (started,) = (job for job in lab.stores.jobs.active() if job.continues)
    assert (started.continues, started.initial_model) == (FIRST.name, FIRST.artifact)


def test_tune_opens_the_form_for_the_jobs_data_set_and_recipe(bot: Bot, lab: World, slack: SlackCalls) -> None:
    bot.feels(jobs.TUNE, FIRST.id)
    (opened,) = slack.of("views.open")
    view = opened["view"] if isinstance(opened["view"], dict) else json.loads(opened["view"])
    bot.gets(view, jobs="2")

    (started,) = lab.stores.tunings.active()
    assert (started.data_set, started.recipe) == (FIRST.data_set, FIRST.recipe)


def test_a_form_without_a_choice_says_so_under_its_field(bot: Bot, lab: World) -> None:
    view = comparisons.compare_modal(FIRST, [SECOND], CHANNEL)
    answer = json.loads(bot.gets(view, other="").body)

    assert answer["errors"] == {"other": "Choose a job."}


def test_compare_with_nothing_to_compare_with_says_so(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_job(FIRST)
    bot.feels(jobs.COMPARE, FIRST.id)

    assert "No other job" in json.dumps(slack.of("views.open"))


def test_retry_starts_the_corrected_job_and_says_what_it_costs(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_job(FAILED)
    bot.feels(corrections.RETRY, FAILED.id)

    (started,) = world.stores.jobs.active()
    assert started.hyperparameters["mini_batch_size"] == "16"
    assert f"Training *{started.name}* instead of *{FAILED.name}*" in slack.replies[0]["text"]
    assert "$1.47 at most" in slack.replies[0]["text"]


def test_a_second_retry_is_told_of_the_first(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_job(FAILED)
    bot.feels(corrections.RETRY, FAILED.id)
    bot.feels(corrections.RETRY, FAILED.id)

    assert f"<@{REQUESTER}> has started that already" in slack.replies[1]["text"]
    assert len(world.stores.jobs.active()) == 1


def test_only_trainers_retry(world: World, slack: SlackCalls) -> None:
    world.access = Access(trainers=frozenset({"U0SOMEONE"}), approvers=frozenset())
    world.has_job(FAILED)
    bot_of(world).feels(corrections.RETRY, FAILED.id)

    assert world.stores.jobs.active() == []
    assert slack.replies


def test_the_copy_of_a_failed_jobs_card_offers_the_retry_too(bot: Bot, world: World) -> None:
    world.has_job(FAILED)

    assert corrections.RETRY in bot.hears(f"/jobs {FAILED.name}").body
