"""Dry runs, and the question before what is dear or runs already: in the channel and in the form."""

import json
from typing import Any

import pytest

from bot.domain.wishes import JobRequest
from bot.views import starting as views
from bot.views.training import train_modal
from tests.builders import APPROVER, CHANNEL, REQUESTER, a_data_set
from tests.unit.handlers.conftest import Bot, SlackCalls
from tests.unit.handlers.test_commands import text_of
from tests.unit.services.world import World

DEAR = "/train emoji instance=p3.16xlarge max_run=30m"


def wish(world: World) -> str:
    (one,) = world.stores.wishes.rows
    return one


def form() -> dict[str, Any]:
    return {**train_modal([a_data_set()], {}, CHANNEL), "root_view_id": "V1"}


@pytest.mark.parametrize("word", ["dry-run", "--dry-run", "—dry-run", "DryRun", "dry–run"])
def test_a_dry_run_tells_the_request_and_its_command_and_starts_nothing(bot: Bot, world: World, word: str) -> None:
    said = text_of(bot.hears(f"/train emoji {word} epochs=5"))

    assert "TrainingJobName" in said
    assert "aws sagemaker create-training-job --region eu-central-1 --cli-input-json file://emoji-" in said
    assert world.stores.jobs.recent() == []


def test_a_dry_run_wants_a_data_set(bot: Bot) -> None:
    assert "Which data set?" in text_of(bot.hears("/train dry-run"))


def test_what_is_dear_is_asked_about_and_started_by_a_click(bot: Bot, world: World, slack: SlackCalls) -> None:
    said = text_of(bot.hears(DEAR))
    assert ("$14.08 at most; over $5.00 I ask first" in said, world.stores.jobs.recent()) == (True, [])

    bot.feels(views.START, wish(world))
    bot.feels(views.START, wish(world))

    assert [job.compute.instance_type for job in world.stores.jobs.recent()] == ["ml.p3.16xlarge"]
    assert [reply["replace_original"] for reply in slack.replies] == [True, True]


def test_another_person_cannot_start_it(bot: Bot, world: World, slack: SlackCalls) -> None:
    bot.hears(DEAR)
    bot.feels(views.START, wish(world), APPROVER)

    assert world.stores.jobs.recent() == []
    assert "can answer this" in slack.replies[0]["text"]


def test_a_no_takes_the_question_away(bot: Bot, world: World, slack: SlackCalls) -> None:
    bot.hears(DEAR)
    bot.feels(views.DROP, wish(world))

    assert (world.stores.wishes.rows, slack.replies[0]["delete_original"]) == ({}, True)


def test_what_runs_already_is_asked_about_with_the_way_to_its_card(bot: Bot, world: World, slack: SlackCalls) -> None:
    running = world.training().submit(JobRequest("emoji", {}, REQUESTER, CHANNEL, "one"))
    world.cards().show_behind()
    slack.answers["chat.getPermalink"] = {"ok": True, "permalink": "https://lab.slack.com/archives/C1/p1"}

    said = text_of(bot.hears("/train emoji"))

    assert f"<https://lab.slack.com/archives/C1/p1|{running.name}>" in said
    assert "Start another" in said


def test_the_form_asks_on_a_page_of_its_own(bot: Bot, world: World) -> None:
    answer = json.loads(bot.gets(form(), data_set="emoji", instance="p3.16xlarge", max_run="30m").body)
    assert (answer["response_action"], answer["view"]["callback_id"]) == ("push", views.CONFIRM)
    assert world.stores.jobs.recent() == []

    response = bot.gets(answer["view"])

    assert json.loads(response.body)["response_action"] == "clear"
    assert len(world.stores.jobs.recent()) == 1


def test_a_page_without_fields_gives_way_to_what_went_wrong(bot: Bot, world: World) -> None:
    answer = json.loads(bot.gets(form(), data_set="emoji", instance="p3.16xlarge", max_run="30m").body)
    world.stores.wishes.rows.clear()

    refused = json.loads(bot.gets(answer["view"]).body)

    assert refused["response_action"] == "update"
    assert "Ask once more" in json.dumps(refused["view"]["blocks"])
