"""`/endpoints` by its verbs, and the buttons with which endpoints are kept, tried and let go."""

from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import BoltResponse

from bot.domain.leases import LeaseStatus, Occasion, asked
from bot.domain.strays import StrayStatus, Thing, ThingKind
from bot.views import endpoints, leases, strays, trying
from tests.builders import APPROVER, CHANNEL, NOW, a_lease, a_usage, an_answer, an_endpoint, an_upload
from tests.unit.handlers.conftest import Bot, SlackCalls
from tests.unit.services.world import World

STRANGER, KITCHEN = "U0STRANGER1", "C0KITCHEN01"


@pytest.fixture
def up(world: World) -> World:
    world.stores.endpoints.add(an_endpoint())
    world.stores.leases.add(a_lease())
    world.stores.usages.put(a_usage())
    world.stores.routes.set(CHANNEL, "emoji-live")
    return world


def _said(response: BoltResponse) -> str:
    return str(response.body)


def test_an_endpoint_is_kept_for_as_long_as_is_said(bot: Bot, up: World) -> None:
    assert "*emoji-live* stays until" in _said(bot.hears("/endpoints keep emoji-live 14d"))

    lease = up.stores.leases.of("emoji-live")
    assert lease is not None
    assert lease.ends_at == NOW + timedelta(days=14)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("keep", "Which endpoint?"),
        ("keep emoji-live soon", "is no length of time"),
        ("keep emoji-live 1d 2d", "is a word too many"),
        ("keep emoji-liv", "Did you mean `emoji-live`?"),
        ("kep emoji-live", "Did you mean `keep`?"),
        ("route emoji-live #kitchen", "I can't tell which channel `#kitchen` is."),
        ("route", "Which endpoint?"),
        ("why emoji-liv", "Did you mean `emoji-live`?"),
        ("sweep now", "is a word too many"),
        (f"route off <#{KITCHEN}|kitchen>", "No endpoint answers images"),
    ],
)
def test_words_that_are_off_are_answered_with_what_to_write(bot: Bot, up: World, typed: str, words: str) -> None:
    assert words in _said(bot.hears(f"/endpoints {typed}"))


@pytest.mark.parametrize("channel", [f"<#{KITCHEN}|kitchen>", f"<#{KITCHEN}>", f"<#{KITCHEN}|>", KITCHEN])
def test_a_channel_is_understood_as_slack_writes_it(bot: Bot, up: World, channel: str) -> None:
    assert "answers the images in" in _said(bot.hears(f"/endpoints route emoji-live {channel}"))

    assert up.stores.routes.channels("emoji-live") == [CHANNEL, KITCHEN]


def test_here_is_the_channel_in_which_it_is_said(bot: Bot, up: World) -> None:
    assert "answers no more images" in _said(bot.hears("/endpoints route off here"))

    assert up.stores.routes.of(CHANNEL) is None


def test_a_channel_that_the_bot_is_not_in_is_refused(bot: Bot, up: World, slack: SlackCalls) -> None:
    slack.answers["conversations.history"] = {"ok": False, "error": "not_in_channel"}

    assert "Invite me there" in _said(bot.hears(f"/endpoints route emoji-live <#{KITCHEN}|kitchen>"))
    assert up.stores.routes.of(KITCHEN) is None


def test_the_sweep_tells_what_is_there(bot: Bot, up: World) -> None:
    assert "no row needs" in _said(bot.hears("/endpoints sweep"))

    up.things.there = [Thing(ThingKind.MODEL, "lost-model", "lost", NOW - timedelta(days=1))]
    up.sweeping().sweep()
    assert "lost-model" in _said(bot.hears("/endpoints sweep"))


def test_the_owner_answers_the_question_once(bot: Bot, up: World, slack: SlackCalls) -> None:
    lease = up.stores.leases.save(asked(a_lease(), Occasion.ENDING, NOW))
    bot.feels(leases.KEEP, lease.id)
    bot.feels(leases.KEEP, lease.id, user_id=APPROVER)
    bot.feels(leases.DELETE, lease.id)

    told = [reply["text"] for reply in slack.replies]
    assert "stays until" in told[0]
    assert "kept *emoji-live* already" in told[1]
    assert "kept *emoji-live* already" in told[2]
    assert up.stores.endpoints.get(an_endpoint().id).deletable


def test_the_owner_lets_it_go(bot: Bot, up: World, slack: SlackCalls) -> None:
    lease = up.stores.leases.save(asked(a_lease(), Occasion.IDLE, NOW))
    bot.feels(leases.DELETE, lease.id)
    up.leasing().advance_all()

    assert "Deleting *emoji-live*" in slack.replies[0]["text"]
    assert up.stores.leases.get(lease.id).status == LeaseStatus.CLOSED


@pytest.mark.parametrize("action_id", [endpoints.KEEP, endpoints.DELETE])
def test_strangers_neither_keep_nor_delete(bot: Bot, up: World, slack: SlackCalls, action_id: str) -> None:
    bot.feels(action_id, an_endpoint().id, user_id=STRANGER)

    assert "belongs to" in slack.replies[0]["text"]


def test_a_button_of_an_endpoint_that_is_gone_says_so(bot: Bot, world: World, slack: SlackCalls) -> None:
    for action_id in (endpoints.DETAILS, endpoints.KEEP, endpoints.TEST):
        bot.feels(action_id, "long-gone")

    assert len(slack.replies) == 3
    assert all("I don't know this endpoint" in reply["text"] for reply in slack.replies)


def test_details_bring_the_page(bot: Bot, up: World, slack: SlackCalls) -> None:
    bot.feels(endpoints.DETAILS, an_endpoint().id)

    assert "emoji-live is in service" in slack.replies[0]["text"]


def test_only_approvers_have_removed_what_was_left_behind(bot: Bot, up: World, slack: SlackCalls) -> None:
    up.things.there = [Thing(ThingKind.MODEL, "lost-model", "lost", NOW - timedelta(days=1))]
    up.sweeping().sweep()
    (stray,) = up.stores.strays.open()
    bot.feels(strays.REMOVE, stray.id, user_id=STRANGER)
    bot.feels(strays.REMOVE, stray.id, user_id=APPROVER)

    assert "Only approvers" in slack.replies[0]["text"]
    assert up.stores.strays.get(stray.id).status == StrayStatus.REMOVING


def _form(bot: Bot, slack: SlackCalls, **changes: Any) -> dict[str, Any]:
    bot.feels(endpoints.TEST, an_endpoint().id, **changes)
    (opened,) = slack.of("views.open")
    view: dict[str, Any] = opened["view"]
    return view


def test_one_of_the_channels_images_is_tried_in_a_message_of_ones_own(bot: Bot, up: World, slack: SlackCalls) -> None:
    up.stores.uploads.add(an_answer(), [an_upload(endpoint_name="other")])
    slack.answers["chat.postMessage"] = {"ok": True, "channel": "D0ADA00001", "ts": "1.2"}
    form = _form(bot, slack)
    bot.gets(form, **{trying.LATEST: an_upload().id})

    tried = next(one for one in up.stores.uploads.shelf.rows.values() if one.channel_id == "D0ADA00001")
    assert (tried.endpoint_name, tried.file_id) == ("emoji-live", an_upload().file_id)
    assert up.stores.answers.get(tried.answer_id).thread_ts == "1.2"


def test_an_upload_is_tried_too(bot: Bot, up: World, slack: SlackCalls) -> None:
    slack.answers["chat.postMessage"] = {"ok": True, "channel": "D0ADA00001", "ts": "1.2"}
    bot.gets(_form(bot, slack), **{trying.FILE: "fox.png"})

    assert [one.file_name for one in up.stores.uploads.shelf.rows.values()] == ["fox.png"]


def test_a_form_without_an_image_says_so_under_the_field(bot: Bot, up: World, slack: SlackCalls) -> None:
    response = bot.gets(_form(bot, slack))

    assert "Choose an image" in _said(response)
    assert slack.of("chat.postMessage") == []


def test_on_the_home_tab_no_channels_images_are_offered(bot: Bot, up: World, slack: SlackCalls) -> None:
    up.stores.uploads.add(an_answer(), [an_upload()])

    form = _form(bot, slack, channel={}, container={"type": "view"})
    assert trying.LATEST not in [block.get("block_id") for block in form["blocks"]]
