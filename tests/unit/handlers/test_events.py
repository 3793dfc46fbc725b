"""Uploads and the Home tab: what the app makes of Slack's events."""

from typing import Any

import pytest

from bot.domain.access import Access
from tests.builders import APPROVER, CHANNEL, REQUESTER, a_finished_job, a_running_job, an_approval, an_endpoint
from tests.unit.handlers.conftest import BOT, BOT_USER, Bot, SlackCalls
from tests.unit.services.world import World

PICTURE = {
    "id": "F1",
    "name": "fox.png",
    "mode": "hosted",
    "mimetype": "image/png",
    "filetype": "png",
    "url_private": "https://files.slack.com/view",
    "url_private_download": "https://files.slack.com/download",
    "size": 48_213,
}


@pytest.fixture
def serving(world: World) -> World:
    world.has_endpoint(an_endpoint())
    world.stores.routes.set(CHANNEL, "emoji-live")
    return world


def share(bot: Bot, *files: dict[str, Any], **changes: Any) -> int:
    """Somebody shares files; the status that Slack gets."""
    event = {"type": "message", "subtype": "file_share", "channel": CHANNEL, "user": REQUESTER, "ts": "100.1"}
    return bot.learns(**{**event, "files": list(files), **changes}).status


def uploads(world: World) -> list[Any]:
    return list(world.stores.uploads.shelf.rows.values())


def test_a_shared_picture_is_recorded(bot: Bot, serving: World) -> None:
    assert share(bot, PICTURE) == 200

    (upload,) = uploads(serving)
    assert (upload.file_id, upload.file_name, upload.size) == ("F1", "fox.png", 48_213)
    assert (upload.url, upload.user_id) == ("https://files.slack.com/download", REQUESTER)
    assert serving.stores.answers.get(upload.answer_id).thread_ts == "100.1"


def test_the_same_event_again_records_nothing_new(bot: Bot, serving: World) -> None:
    assert [share(bot, PICTURE), share(bot, PICTURE)] == [200, 200]
    assert len(uploads(serving)) == 1


def test_a_picture_in_a_thread_is_answered_in_that_thread(bot: Bot, serving: World) -> None:
    share(bot, PICTURE, thread_ts="99.9")

    assert [answer.thread_ts for answer in serving.stores.answers.rows.values()] == ["99.9"]


def test_several_pictures_of_one_message_are_all_recorded(bot: Bot, serving: World) -> None:
    share(bot, PICTURE, {**PICTURE, "id": "F2"})

    assert len(uploads(serving)) == 2


def test_a_picture_with_hardly_any_facts_is_recorded(bot: Bot, serving: World) -> None:
    share(bot, {"id": "F1", "mode": "hosted", "mimetype": "image/png"})

    (upload,) = uploads(serving)
    assert (upload.file_name, upload.url, upload.size) == ("file", "", 0)


@pytest.mark.parametrize(
    "change",
    [
        {"mimetype": "application/pdf"},
        {"mimetype": "text/plain", "mode": "snippet"},
        {"mode": "tombstone"},
        {"mimetype": "video/mp4"},
    ],
)
def test_what_is_no_picture_is_left_alone(bot: Bot, serving: World, change: dict[str, str]) -> None:
    assert share(bot, {**PICTURE, **change}) == 200
    assert uploads(serving) == []


def test_a_file_of_which_slack_only_hints_is_recorded_to_be_described(bot: Bot, serving: World) -> None:
    share(bot, {"id": "F7", "mode": "file_access", "file_access": "check_file_info", "user": ""})

    (upload,) = uploads(serving)
    assert (upload.file_id, upload.hinted, upload.size) == ("F7", True, 0)


@pytest.mark.parametrize("filetype", ["heic", "webp", "tiff"])
def test_a_picture_whose_type_slack_does_not_know_is_recorded(bot: Bot, serving: World, filetype: str) -> None:
    share(bot, {**PICTURE, "mimetype": "", "filetype": filetype})

    assert len(uploads(serving)) == 1


@pytest.mark.parametrize("sender", [{"user": BOT_USER}, {"bot_id": BOT}, {"bot_id": "B0OTHERBOT"}])
def test_pictures_of_bots_are_left_alone(bot: Bot, serving: World, sender: dict[str, str]) -> None:
    assert share(bot, PICTURE, **sender) == 200
    assert uploads(serving) == []


def test_pictures_in_a_channel_without_an_endpoint_are_left_alone(bot: Bot, world: World) -> None:
    assert share(bot, PICTURE) == 200
    assert uploads(world) == []


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "text": "hello", "channel": CHANNEL, "user": REQUESTER, "ts": "1.1"},
        {"type": "message", "subtype": "message_changed", "channel": CHANNEL, "message": {"files": [PICTURE]}},
        {"type": "message", "subtype": "message_deleted", "channel": CHANNEL},
        {"type": "something_new"},
    ],
)
def test_any_other_event_is_acknowledged_and_nothing_else(bot: Bot, serving: World, event: dict[str, Any]) -> None:
    assert bot.learns(**event).status == 200
    assert uploads(serving) == []


def test_an_upload_that_cannot_be_recorded_is_sent_again_by_slack(
    bot: Bot, serving: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving.stores.uploads, "add", lambda rows: 1 / 0)

    assert share(bot, PICTURE) == 500


def home_of(bot: Bot, slack: SlackCalls, user_id: str) -> str:
    assert bot.learns(type="app_home_opened", user=user_id, tab="home", channel="D1").status == 200
    (published,) = slack.of("views.publish")
    assert published["user_id"] == user_id
    return str(published["view"])


def test_home_shows_what_runs_and_what_serves(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_job(a_running_job())
    world.has_endpoint(an_endpoint())

    view = home_of(bot, slack, REQUESTER)
    assert "emoji-7f3a2c" in view
    assert "emoji-live" in view


def test_home_of_an_approver_shows_what_waits_for_them(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approval())

    assert "approval.approve" in home_of(bot, slack, APPROVER)


def test_home_of_others_shows_no_decisions(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.access = Access(frozenset(), frozenset({APPROVER}))
    world.has_job(a_finished_job())
    world.has_request(an_approval())

    assert "approval.approve" not in home_of(bot, slack, "U0LIN00001")


def test_the_messages_tab_is_left_alone(bot: Bot, slack: SlackCalls) -> None:
    assert bot.learns(type="app_home_opened", user=REQUESTER, tab="messages", channel="D1").status == 200
    assert slack.of("views.publish") == []
