"""What each command does, and what it answers; a wrong word starts nothing."""

import json
from typing import Any

import pytest
from slack_bolt import BoltResponse

from bot.domain.access import Access
from bot.domain.approvals import Rules
from bot.domain.endpoints import EndpointStatus
from bot.domain.jobs import JobStatus
from tests.builders import (
    APPROVER,
    CHANNEL,
    REQUESTER,
    a_finished_job,
    a_running_job,
    an_approval,
    an_approved,
    an_endpoint,
    realtime_hosting,
    serverless_hosting,
)
from tests.unit.handlers.conftest import TRIGGER, Bot, SlackCalls, bot_of
from tests.unit.services.world import World


def answer(response: BoltResponse) -> dict[str, Any]:
    """The reply in the acknowledgement, which only the asker sees."""
    assert response.status == 200
    said: dict[str, Any] = json.loads(response.body)
    assert said["response_type"] == "ephemeral"
    return said


def text_of(response: BoltResponse) -> str:
    """All words of the reply."""
    return json.dumps(answer(response), ensure_ascii=False)


@pytest.mark.parametrize("command", ["train", "datasets", "jobs", "deploy", "endpoints"])
@pytest.mark.parametrize("word", ["help", "?", "HELP"])
def test_help_after_a_command_explains_it(bot: Bot, command: str, word: str) -> None:
    assert "For example" in text_of(bot.hears(f"/{command} {word}"))


def test_train_starts_a_job_and_says_what_it_costs_at_most(bot: Bot, world: World) -> None:
    said = text_of(bot.hears("/train emoji epochs=5"))

    (job,) = world.stores.jobs.recent()
    assert (job.data_set, job.hyperparameters["epochs"], job.channel_id) == ("emoji", "5", CHANNEL)
    assert job.requested_by == REQUESTER
    assert job.name in said
    assert "$1.47 at most" in said


def test_the_same_command_sent_twice_is_one_job(bot: Bot, world: World) -> None:
    bot.hears("/train emoji")
    bot.hears("/train emoji")

    assert len(world.stores.jobs.recent()) == 1


def test_train_without_words_opens_a_form(bot: Bot, slack: SlackCalls, world: World) -> None:
    response = bot.hears("/train")

    (opened,) = slack.of("views.open")
    assert (response.status, response.body) == (200, "")
    assert opened["trigger_id"] == TRIGGER
    assert world.stores.jobs.recent() == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/train emojis", "Did you mean `emoji`?"),
        ("/train emoji epoch=5", "Did you mean `epochs`?"),
        ("/train emoji epochs=0", "a whole number of at least 1"),
        ("/train emoji epochs=5 epochs=6", "twice"),
        ("/train epochs=5", "Which data set?"),
        ("/train emoji pets", "`pets` is a word too many"),
        ("/train emoji instance=p3.16xlarge", "MAX_JOB_COST_USD"),
        ("/train emoji epochs=", "name=value"),
    ],
)
def test_a_wrong_word_is_answered_and_nothing_is_started(bot: Bot, world: World, typed: str, said: str) -> None:
    assert said in text_of(bot.hears(typed))
    assert world.stores.jobs.recent() == []


@pytest.mark.usefixtures("slack")
@pytest.mark.parametrize("typed", ["/train emoji", "/train", "/deploy emoji-7f3a2c", "/jobs stop emoji-7f3a2c"])
def test_only_trainers_start_stop_and_ask(typed: str) -> None:
    world = World(access=Access(frozenset({APPROVER}), frozenset({APPROVER})))
    world.has_job(a_running_job())

    assert "Only trainers" in text_of(bot_of(world).hears(typed))
    assert world.stores.wakeup.calls == 0


def test_jobs_lists_the_newest(bot: Bot, world: World) -> None:
    world.has_job(a_running_job())

    assert "emoji-7f3a2c" in text_of(bot.hears("/jobs"))


def test_jobs_without_a_job_says_how_to_begin(bot: Bot) -> None:
    assert "`/train`" in text_of(bot.hears("/jobs"))


def test_jobs_with_a_name_brings_a_copy_of_the_card(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_job(a_running_job())

    said = text_of(bot.hears("/jobs emoji-7f3a2c"))

    assert "epoch 12 of 30" in said
    assert "A copy as of now." in said
    assert slack.of("chat.getPermalink") == []


def test_a_copy_of_the_card_leads_to_the_live_one(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_job(a_running_job())
    world.cards().show_behind()
    slack.answers["chat.getPermalink"] = {"ok": True, "permalink": "https://lab.slack.com/archives/C1/p1"}

    assert "<https://lab.slack.com/archives/C1/p1|the live card>" in text_of(bot.hears("/jobs emoji-7f3a2c"))


def test_a_copy_of_the_card_works_where_its_link_is_unknown(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_job(a_running_job())
    world.cards().show_behind()
    slack.answers["chat.getPermalink"] = {"ok": False, "error": "message_not_found"}

    assert "A copy as of now." in text_of(bot.hears("/jobs emoji-7f3a2c"))


def test_jobs_stop_stops_a_job(bot: Bot, world: World) -> None:
    job = world.has_job(a_running_job())

    assert "Stopping *emoji-7f3a2c*" in text_of(bot.hears("/jobs stop emoji-7f3a2c", APPROVER))
    assert (world.job(job).status, world.job(job).stopped_by) == (JobStatus.STOPPING, APPROVER)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/jobs stop", "Which job?"),
        ("/jobs stpo emoji-7f3a2c", "Did you mean `stop`?"),
        ("/jobs stop emoji-7f3a2d", "Did you mean `emoji-7f3a2c`?"),
        ("/jobs emoji-7f3a2c epochs=5", "I don't know `epochs`"),
        ("/jobs stop a b", "`b` is a word too many"),
        ("/jobs zzz", "`/jobs` lists them."),
    ],
)
def test_a_wrong_word_after_jobs_stops_nothing(bot: Bot, world: World, typed: str, said: str) -> None:
    job = world.has_job(a_running_job())

    assert said in text_of(bot.hears(typed))
    assert world.job(job).status == JobStatus.RUNNING


@pytest.mark.parametrize(
    ("typed", "hosting"),
    [
        ("", serverless_hosting()),
        ("to=serverless memory=2048 concurrency=5", serverless_hosting()),
        ("memory=4096", serverless_hosting(memory_mb=4096)),
        ("to=realtime", realtime_hosting()),
        ("to=Real-Time count=2", realtime_hosting(instance_count=2)),
        ("instance=ml.m5.large", realtime_hosting()),
        ("count=3", realtime_hosting(instance_count=3)),
    ],
)
def test_deploy_asks_for_what_was_said(bot: Bot, world: World, typed: str, hosting: object) -> None:
    world.has_job(a_finished_job())

    answer(bot.hears(f"/deploy emoji-7f3a2c {typed}"))

    (approval,) = world.stores.approvals.pending()
    assert (approval.hosting, approval.requested_by, approval.serves_channel_id) == (hosting, REQUESTER, CHANNEL)


def test_deploy_takes_a_name_for_the_endpoint(bot: Bot, world: World) -> None:
    world.has_job(a_finished_job())
    bot.hears("/deploy emoji-7f3a2c as=emoji-live")

    assert world.stores.approvals.pending()[0].endpoint_name == "emoji-live"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/deploy", "Which job?"),
        ("/deploy to=serverless", "Which job?"),
        ("/deploy emoji-7f3a2d", "Did you mean `emoji-7f3a2c`?"),
        ("/deploy emoji-7f3a2c other", "`other` is a word too many"),
        ("/deploy emoji-7f3a2c to=moon", "I can't deploy to `moon`."),
        ("/deploy emoji-7f3a2c to=serverless instance=ml.m5.large", "I don't know `instance`."),
        ("/deploy emoji-7f3a2c to=realtime memory=2048", "I don't know `memory`."),
        ("/deploy emoji-7f3a2c memry=2048", "Did you mean `memory`?"),
        ("/deploy emoji-7f3a2c memory=1", "MB of memory"),
        ("/deploy emoji-7f3a2c as=-no-", "no endpoint name"),
    ],
)
def test_a_wrong_word_after_deploy_asks_for_nothing(bot: Bot, world: World, typed: str, said: str) -> None:
    world.has_job(a_finished_job())

    assert said in text_of(bot.hears(typed))
    assert world.stores.approvals.pending() == []


def test_a_command_of_another_organisation_is_refused(bot: Bot, world: World) -> None:
    command = {"command": "/jobs", "text": "", "user_id": REQUESTER, "channel_id": CHANNEL, "trigger_id": TRIGGER}
    refused = bot.is_sent({**command, "team_id": "T0ELSEWHERE", "response_url": "https://hooks.slack.com/commands/1"})

    assert "Only people of the organisation" in text_of(refused)


def test_deploy_takes_a_version_of_the_model_registry(bot: Bot, world: World) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approved())
    assert "*emoji-7f3a2c* to be deployed as *emoji-again*" in text_of(bot.hears("/deploy emoji/4 as=emoji-again"))

    (asked,) = world.stores.approvals.pending()
    assert (asked.package_arn, asked.job_id) == (an_approved().package_arn, a_finished_job().id)


def test_below_the_threshold_deploy_takes_a_reason(world: World, slack: SlackCalls) -> None:
    world.rules = Rules(min_accuracy=0.95)
    world.has_job(a_finished_job())
    bot = bot_of(world)

    assert "95.0 % is asked of a model" in text_of(bot.hears("/deploy emoji-7f3a2c"))
    bot.hears('/deploy emoji-7f3a2c reason="for the fair on Monday"')
    assert world.stores.approvals.pending()[0].reason == "for the fair on Monday"


def test_a_job_under_way_cannot_be_deployed(bot: Bot, world: World) -> None:
    world.has_job(a_running_job())

    assert "still running" in text_of(bot.hears("/deploy emoji-7f3a2c"))


def test_endpoints_lists_what_is_live(bot: Bot, world: World) -> None:
    world.has_endpoint(an_endpoint())

    assert "emoji-live" in text_of(bot.hears("/endpoints"))


def test_endpoints_without_an_endpoint_says_how_to_begin(bot: Bot) -> None:
    assert "`/deploy JOB`" in text_of(bot.hears("/endpoints"))


def test_endpoints_with_a_name_shows_one(bot: Bot, world: World) -> None:
    world.has_endpoint(an_endpoint())

    assert "emoji-live is in service" in text_of(bot.hears("/endpoints emoji-live"))


def test_endpoints_delete_deletes_one(bot: Bot, world: World) -> None:
    endpoint = world.has_endpoint(an_endpoint())

    assert "Deleting *emoji-live*" in text_of(bot.hears("/endpoints delete emoji-live"))
    assert world.endpoint(endpoint.id).status == EndpointStatus.DELETING


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/endpoints delete", "Which endpoint?"),
        ("/endpoints delete emoji-liv", "Did you mean `emoji-live`?"),
        ("/endpoints delet emoji-live", "Did you mean `delete`?"),
        ("/endpoints emoji-live memory=1", "I don't know `memory`."),
        ("/endpoints delete a b", "`b` is a word too many"),
    ],
)
def test_a_wrong_word_after_endpoints_deletes_nothing(bot: Bot, world: World, typed: str, said: str) -> None:
    endpoint = world.has_endpoint(an_endpoint())

    assert said in text_of(bot.hears(typed))
    assert world.endpoint(endpoint.id).status == EndpointStatus.IN_SERVICE


def test_somebody_elses_endpoint_is_not_deleted(bot: Bot, world: World) -> None:
    world.has_endpoint(an_endpoint())

    assert "belongs to" in text_of(bot.hears("/endpoints delete emoji-live", "U0LIN00001"))


def test_what_people_wrote_comes_back_escaped(bot: Bot) -> None:
    said = text_of(bot.hears("/train <!channel>"))

    assert "<!channel>" not in said
    assert "&lt;!channel&gt;" in said


def test_a_request_for_a_name_that_waits_is_told(bot: Bot, world: World) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approval())

    assert "waiting for a decision" in text_of(bot.hears("/deploy emoji-7f3a2c as=emoji-live"))
