"""Asking for images by command, shortcut, mention and choice, as Slack sends them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt import BoltRequest

from bot.domain.sharing import shared_message
from bot.domain.uploads import UploadStatus
from handlers.asking import SHORTCUT
from tests.builders import APPROVER, CHANNEL, REQUESTER, an_endpoint
from tests.unit.handlers.conftest import BOT_USER, RESPONSE_URL, TEAM, TRIGGER, Bot, SlackCalls
from tests.unit.handlers.test_events import PICTURE, uploads
from tests.unit.services.world import World

TS, DIRECT = "1772443800.000100", "D0ADA000001"
LINK = f"https://lab.slack.com/archives/{CHANNEL}/p1772443800000100"


@pytest.fixture
def serving(world: World) -> World:
    world.has_endpoint(an_endpoint())
    world.stores.routes.set(CHANNEL, "emoji-live")
    return world


def has_message(world: World, ts: str = TS, *files: dict[str, Any]) -> None:
    world.conversations.has(shared_message({"ts": ts, "user": REQUESTER, "files": files or (PICTURE,)}, CHANNEL))


def shortcut(bot: Bot, ts: str = TS, **user: str) -> int:
    body = {
        "type": "message_action",
        "callback_id": SHORTCUT,
        "user": {"id": REQUESTER, **user},
        "team": {"id": TEAM},
        "channel": {"id": CHANNEL},
        "message": {"type": "message", "ts": ts, "user": REQUESTER, "files": [PICTURE]},
        "message_ts": ts,
        "trigger_id": TRIGGER,
        "response_url": RESPONSE_URL,
    }
    return bot.is_sent(body).status


def mention(bot: Bot, text: str, **more: Any) -> int:
    event = {"type": "app_mention", "user": REQUESTER, "channel": CHANNEL, "ts": TS, "text": f"<@{BOT_USER}> {text}"}
    return bot.learns(**{**event, **more}).status


def said(slack: SlackCalls) -> str:
    """What only the asker reads, by shortcut or by mention."""
    return json.dumps([*slack.replies, *slack.of("chat.postEphemeral")], ensure_ascii=False)


def test_the_shortcut_records_the_images_and_says_so(bot: Bot, serving: World, slack: SlackCalls) -> None:
    has_message(serving)

    assert shortcut(bot) == 200
    assert [one.file_id for one in uploads(serving)] == ["F1"]
    assert "looks at the image" in said(slack)


def test_the_shortcut_where_no_endpoint_answers_says_how_to_route_one(
    bot: Bot, world: World, slack: SlackCalls
) -> None:
    world.has_endpoint(an_endpoint())
    has_message(world)

    assert shortcut(bot) == 200
    assert f"No endpoint answers images in <#{CHANNEL}>" in said(slack)
    assert "`/endpoints route emoji-live here`" in said(slack)
    assert uploads(world) == []


def test_people_of_another_organisation_use_no_shortcut(bot: Bot, serving: World, slack: SlackCalls) -> None:
    has_message(serving)

    assert shortcut(bot, team_id="T0ELSEWHERE") == 200
    assert "Only people of the organisation" in said(slack)
    assert uploads(serving) == []


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "/classify [LINK]"),
        ("help", "/classify [LINK]"),
        (f"{LINK} now", "a word too many"),
        ("https://lab.slack.com/", "no link to a message"),
        ("sushi", "I don't know `sushi`"),
        ("convrt on", "Did you mean `convert`?"),
        ("settings", "not kept"),
        ("settings now", "a word too many"),
        ("convert", "On or off?"),
        ("convert on", "converted"),
        ("keep", "For how long?"),
        ("keep 2w", "kept for 14 days"),
        ("forget", "no link to a message"),
        ("forget sushi", "no link to a message"),
    ],
)
def test_the_command_answers_to_the_asker(bot: Bot, serving: World, typed: str, answer: str) -> None:
    has_message(serving)
    response = json.loads(bot.hears(f"/classify {typed}", APPROVER).body)

    assert answer in json.dumps(response, ensure_ascii=False)
    assert response["response_type"] == "ephemeral"


def test_a_link_is_answered_by_the_address_that_outlives_the_commands_three_seconds(
    bot: Bot, serving: World, slack: SlackCalls
) -> None:
    has_message(serving)
    response = bot.hears(f"/classify {LINK}", APPROVER)

    assert (response.status, response.body) == (200, "")
    assert "looks at the image" in json.dumps(slack.replies[-1], ensure_ascii=False)


def test_who_may_not_settle_a_channel_is_told_who_may(bot: Bot, serving: World) -> None:
    said_to_lin = bot.hears("/classify keep 90d", "U0LIN000001").body

    assert "can change this" in said_to_lin
    assert not serving.stores.channel_settings.of(CHANNEL).keeps


def test_a_mention_in_a_thread_asks_for_its_first_message(bot: Bot, serving: World, slack: SlackCalls) -> None:
    has_message(serving, "99.9")

    assert mention(bot, "classify", thread_ts="99.9") == 200
    assert [one.answer_id for one in uploads(serving)] == [f"{CHANNEL}.99.9"]
    assert slack.of("chat.postEphemeral") == []


def test_a_mention_beside_an_image_is_answered_once_whichever_event_comes_first(
    bot: Bot, serving: World, slack: SlackCalls
) -> None:
    shared = {"type": "message", "subtype": "file_share", "channel": CHANNEL, "user": REQUESTER, "ts": TS}
    mention(bot, "what is it?", files=[PICTURE])
    bot.learns(**shared, files=[PICTURE])
    mention(bot, "what is it?", files=[PICTURE])

    assert len(uploads(serving)) == 1
    assert slack.of("chat.postEphemeral") == []


def test_a_mention_beside_an_image_where_no_endpoint_answers_says_how_to_route_one(
    bot: Bot, world: World, slack: SlackCalls
) -> None:
    mention(bot, "what is it?", files=[PICTURE])

    assert "No endpoint answers images" in said(slack)


def test_a_mention_that_is_edited_asks_for_nothing_more(bot: Bot, serving: World, slack: SlackCalls) -> None:
    mention(bot, "and now?", files=[PICTURE], edited={"user": REQUESTER, "ts": "101.0"})

    assert (uploads(serving), slack.of("chat.postEphemeral")) == ([], [])


def test_words_that_are_a_command_stay_one_beside_an_image(bot: Bot, serving: World, slack: SlackCalls) -> None:
    mention(bot, "endpoints", files=[PICTURE])

    assert "emoji-live" in said(slack)
    assert uploads(serving) == []


def test_a_mention_with_nothing_to_look_at_says_what_to_do(bot: Bot, serving: World, slack: SlackCalls) -> None:
    mention(bot, "classify")

    assert "There is no image beside this mention" in said(slack)


def test_a_mention_asked_for_what_is_answered_tells_where(bot: Bot, serving: World, slack: SlackCalls) -> None:
    has_message(serving, "99.9")
    mention(bot, "classify", thread_ts="99.9")
    for one in uploads(serving):
        serving.stores.uploads.save(replace(one, status=UploadStatus.ANSWERED))
    mention(bot, "classify", thread_ts="99.9")

    assert "I have answered" in said(slack)


@pytest.mark.parametrize("text", ["classify <{}>", "classify {}", "`/classify {}`"])
def test_a_mention_with_a_link_asks_for_its_message(bot: Bot, serving: World, slack: SlackCalls, text: str) -> None:
    has_message(serving)
    mention(bot, text.format(LINK + "?thread_ts=1772443800.000100&amp;cid=C0EMOJI0001"), ts="200.0")

    assert "looks at the image" in said(slack)


GROUP = {"channel": "C0TRIO00001", "channel_type": "mpim"}


def test_a_direct_message_among_several_is_silent_unless_it_has_an_endpoint(bot: Bot, serving: World) -> None:
    shared = {"type": "message", "subtype": "file_share", **GROUP, "user": REQUESTER, "files": [PICTURE]}
    bot.learns(**shared, ts="100.1")
    unrouted = uploads(serving)
    serving.stores.routes.set(GROUP["channel"], "emoji-live")
    bot.learns(**shared, ts="100.2")

    assert (unrouted, [one.answer_id for one in uploads(serving)]) == ([], ["C0TRIO00001.100.2"])


@pytest.mark.parametrize(
    "kinds", [["message"], ["app_mention"], ["message", "app_mention"], ["app_mention", "message"]]
)
def test_a_mention_among_several_is_answered_once_however_slack_tells_of_it(
    bot: Bot, serving: World, slack: SlackCalls, kinds: list[str]
) -> None:
    for kind in kinds:
        mention(bot, "jobs", **GROUP, type=kind)

    assert len(slack.of("chat.postEphemeral")) == 1


def test_talk_among_several_is_nothing_to_the_bot(bot: Bot, serving: World, slack: SlackCalls) -> None:
    bot.learns(type="message", **GROUP, user=REQUESTER, ts=TS, text="What do you think, everybody?")

    assert slack.of("chat.postEphemeral") == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"text": "jobs"}, "No job has been trained yet"),
        ({"text": "hello"}, "/classify"),
        ({"text": "jbos"}, "Did you mean `jobs`"),
    ],
)
def test_whoever_writes_to_the_bot_alone_need_not_mention_it(
    bot: Bot, slack: SlackCalls, written: dict[str, str], said: str
) -> None:
    bot.learns(type="message", channel=DIRECT, channel_type="im", user=REQUESTER, ts=TS, **written)

    (answer,) = slack.of("chat.postEphemeral")
    assert said in json.dumps(answer, ensure_ascii=False)


@pytest.mark.parametrize(
    "more",
    [
        {"thread_ts": "99.9"},
        {"user": BOT_USER, "bot_id": "B1"},
        {"subtype": "file_share", "files": [PICTURE]},
        {"text": "Thank you!"},
        {"text": "thanks!"},
    ],
)
def test_notes_in_a_thread_our_own_words_pictures_and_thanks_are_not_taken_for_commands(
    bot: Bot, slack: SlackCalls, more: dict[str, Any]
) -> None:
    event = {"type": "message", "channel": DIRECT, "channel_type": "im", "user": REQUESTER, "ts": TS, "text": "jobs"}
    bot.learns(**{**event, **more})

    assert slack.of("chat.postEphemeral") == []


def test_a_choice_in_a_direct_message_has_its_images_looked_at(bot: Bot, serving: World) -> None:
    serving.has_endpoint(an_endpoint(id="e2", name="pets-live"))
    shared = {"type": "message", "subtype": "file_share", "channel": DIRECT, "channel_type": "im", "ts": TS}
    bot.learns(**shared, user=REQUESTER, files=[PICTURE])
    chosen = {"type": "static_select", "action_id": "classify.endpoint", "block_id": "b"}
    body = {"type": "block_actions", "user": {"id": REQUESTER}, "team": {"id": TEAM}, "channel": {"id": DIRECT}}
    bot.is_sent({**body, "actions": [{**chosen, "selected_option": {"value": "e2"}}], "response_url": RESPONSE_URL})

    assert [(one.endpoint_name, one.status) for one in uploads(serving)] == [("pets-live", UploadStatus.RECEIVED)]
    assert serving.stores.routes.of(DIRECT) == "pets-live"


def test_the_same_file_shared_twice_is_two_answers(bot: Bot, serving: World) -> None:
    for ts in ("100.1", "100.2"):
        shared = {"type": "message", "subtype": "file_share", "channel": CHANNEL, "user": REQUESTER, "ts": ts}
        bot.learns(**shared, files=[PICTURE])

    assert sorted(one.answer_id for one in uploads(serving)) == [f"{CHANNEL}.100.1", f"{CHANNEL}.100.2"]


@pytest.mark.parametrize("number", ["0", "1", "3"])
def test_a_delivery_counts_whatever_number_slack_gives_it(bot: Bot, serving: World, number: str) -> None:
    event = {"type": "message", "subtype": "file_share", "channel": CHANNEL, "user": REQUESTER, "ts": TS}
    body = {"type": "event_callback", "team_id": TEAM, "event": {**event, "files": [PICTURE]}}
    headers: dict[str, str | Sequence[str]] = {"x-slack-retry-num": [number], "x-slack-retry-reason": ["timeout"]}
    for _ in range(2):
        bot.app.dispatch(BoltRequest(body=body, headers=headers, mode="socket_mode"))

    assert len(uploads(serving)) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "message_deleted", "deleted_ts": "100.1"},
        {"subtype": "message_changed", "message": {"subtype": "tombstone", "ts": "100.1"}},
    ],
)
def test_images_whose_message_is_deleted_are_let_be(bot: Bot, serving: World, event: dict[str, Any]) -> None:
    shared = {"type": "message", "subtype": "file_share", "channel": CHANNEL, "user": REQUESTER, "ts": "100.1"}
    bot.learns(**shared, files=[PICTURE])
    bot.learns(type="message", channel=CHANNEL, **event)

    assert [one.status for one in uploads(serving)] == [UploadStatus.DROPPED]
