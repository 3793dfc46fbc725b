"""The commands' words in a message that mentions the bot."""

import json
from typing import Any

import pytest

from bot.domain.access import Access
from handlers.mentions import COMMANDS, spoken
from tests.architecture.source import commands
from tests.builders import APPROVER, CHANNEL, REQUESTER, a_finished_job, a_running_job
from tests.unit.handlers.conftest import BOT_USER, Bot, SlackCalls, bot_of
from tests.unit.services.world import World

TS = "1772443800.000200"


def mentions(bot: Bot, text: str, **more: Any) -> int:
    event = {"type": "app_mention", "user": REQUESTER, "channel": CHANNEL, "ts": TS, "text": f"<@{BOT_USER}> {text}"}
    return bot.learns(**{**event, **more}).status


def reply(slack: SlackCalls) -> dict[str, Any]:
    """What only the asker sees."""
    said = slack.of("chat.postEphemeral")[-1]
    assert (said["channel"], said["user"]) == (CHANNEL, REQUESTER)
    return said


def text_of(slack: SlackCalls) -> str:
    return json.dumps(reply(slack), ensure_ascii=False)


def test_a_mention_starts_a_job_as_the_command_does(bot: Bot, world: World, slack: SlackCalls) -> None:
    assert mentions(bot, "train emoji epochs=5") == 200

    (job,) = world.stores.jobs.recent()
    assert (job.hyperparameters["epochs"], job.channel_id, job.requested_by) == ("5", CHANNEL, REQUESTER)
    assert job.name in text_of(slack)
    assert "thread_ts" not in reply(slack)


def test_a_mention_in_a_thread_is_answered_there(bot: Bot, slack: SlackCalls) -> None:
    mentions(bot, "jobs", thread_ts="1772443800.000100")

    assert reply(slack)["thread_ts"] == "1772443800.000100"


def test_a_mention_that_slack_sends_again_is_one_job(bot: Bot, world: World) -> None:
    mentions(bot, "train emoji")
    mentions(bot, "train emoji")

    assert len(world.stores.jobs.recent()) == 1


@pytest.mark.parametrize(
    "typed", ["jobs", "datasets", "endpoints", "tune list", "train help", "jobs emoji-7f3a2c", "train emoji dry-run"]
)
def test_a_mention_gets_the_answer_of_the_command(bot: Bot, world: World, slack: SlackCalls, typed: str) -> None:
    world.has_job(a_running_job())
    mentions(bot, typed)
    command = json.loads(bot.hears(f"/{typed}").body)

    said = reply(slack)
    blocks = said["blocks"] if isinstance(said["blocks"], list) else json.loads(said["blocks"])
    assert ([block["type"] for block in blocks], said["text"].split()[0]) == (
        [block["type"] for block in command["blocks"]],
        command["text"].split()[0],
    )


def test_a_mention_asks_for_a_deployment(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_job(a_finished_job())
    mentions(bot, "deploy emoji-7f3a2c")

    assert [one.job_id for one in world.stores.approvals.pending()] == [a_finished_job().id]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "/train"),
        ("help", "/endpoints"),
        ("help train", "Hyperparameters"),
        ("trian emoji", "Did you mean `train`?"),
        ("what is up", "I don't know `what`"),
        ("train emoji epochs=0", "at least 1"),
        ("train emoji &lt;!channel&gt;", "a word too many"),
        ("train emoji instance=p3.16xlarge max_run=30m", "Start it"),
        ("train emoji dry-run", "aws sagemaker create-training-job"),
        ("tune emoji dry–run jobs=2", "aws sagemaker create-hyper-parameter-tuning-job"),
        ("tune emoji jobs=6", "all 6 jobs together"),
        ("tune emoji parallel=9 jobs=2", "there cannot be 9 at a time"),
    ],
)
def test_a_mention_is_answered_to_the_asker(bot: Bot, world: World, slack: SlackCalls, typed: str, said: str) -> None:
    assert mentions(bot, typed) == 200

    assert said in text_of(slack)
    assert "<!channel>" not in text_of(slack)
    assert world.stores.jobs.recent() == []


@pytest.mark.parametrize("typed", ["train", "tune"])
def test_what_would_open_a_form_tells_the_command(bot: Bot, slack: SlackCalls, typed: str) -> None:
    slack.answers["views.open"] = {"ok": False, "error": "invalid_trigger_id"}
    mentions(bot, typed)

    assert f"type `/{typed}`" in text_of(slack)


@pytest.mark.parametrize("typed", ["train emoji", "deploy emoji-7f3a2c", "jobs stop emoji-7f3a2c", "tune emoji"])
def test_only_trainers_start_and_stop_by_mention(slack: SlackCalls, typed: str) -> None:
    world = World(access=Access(frozenset({APPROVER}), frozenset({APPROVER})))
    world.has_job(a_running_job())
    mentions(bot_of(world), typed)

    assert "Only trainers" in text_of(slack)
    assert world.stores.wakeup.calls == 0


def test_people_of_another_organisation_start_nothing_by_mention(bot: Bot, world: World, slack: SlackCalls) -> None:
    assert mentions(bot, "train emoji", user_team="T0ELSEWHERE") == 200

    assert "Only people of the organisation" in text_of(slack)
    assert world.stores.jobs.recent() == []


def test_other_bots_are_not_listened_to(bot: Bot, world: World, slack: SlackCalls) -> None:
    mentions(bot, "train emoji", bot_id="B1")

    assert (world.stores.jobs.recent(), slack.of("chat.postEphemeral")) == ([], [])


def test_where_the_bot_cannot_answer_the_job_starts_once_all_the_same(
    bot: Bot, world: World, slack: SlackCalls
) -> None:
    slack.answers["chat.postEphemeral"] = {"ok": False, "error": "user_not_in_channel"}

    assert mentions(bot, "train emoji") == 200
    assert len(world.stores.jobs.recent()) == 1


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("<@U0> train emoji", "train emoji"),
        ("hey <@U0|darkroom>  train emoji", "train emoji"),
        ("<@U0> datasets add a <http://b.example|b.example> &amp; c", "datasets add a b.example & c"),
        ("train emoji", "train emoji"),
        ("<@U0> `train emoji`", "train emoji"),
        ("<@U0>", ""),
    ],
)
def test_what_is_said_to_the_bot_is_what_follows_its_name(text: str, typed: str) -> None:
    assert spoken(text, "U0") == typed


def test_every_command_can_be_said_in_a_mention() -> None:
    assert sorted(f"/{name}" for name in COMMANDS) == sorted(commands())
