"""Whatever goes wrong, Slack is answered, and nobody reads a trace."""

import json
from typing import Any

import pytest
from slack_bolt import BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot.domain.jobs import JobStatus
from bot.errors import PlatformError
from bot.views import jobs, training
from handlers.app import build_app
from tests.builders import CHANNEL, REQUESTER, a_data_set, a_running_job
from tests.unit.handlers.conftest import TEAM, Bot, SlackCalls
from tests.unit.services.world import World

SECRET = "a secret of the database"


@pytest.fixture
def broken(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The database fails."""

    def fail(*arguments: object) -> Any:
        raise RuntimeError(SECRET)

    world.has_job(a_running_job())
    for name in ("recent", "active", "get", "add", "named"):
        monkeypatch.setattr(world.stores.jobs, name, fail)
    return world


def token_in(text: str, log: str) -> bool:
    """Whether the token that the person reads stands in the log."""
    return any(word.strip("`.,\"'\\}]) ") in log for word in text.split() if word.startswith("`") and len(word) > 8)


def no_trace(text: str) -> None:
    assert "did not expect" in text
    assert SECRET not in text
    assert "Traceback" not in text


def test_a_command_that_fails_is_answered_without_a_trace(
    bot: Bot, broken: World, caplog: pytest.LogCaptureFixture
) -> None:
    response = bot.hears("/jobs")

    assert response.status == 200
    no_trace(response.body)
    assert token_in(json.dumps(json.loads(response.body)["blocks"]), caplog.text)
    assert SECRET in caplog.text


def test_a_click_that_fails_is_answered_without_a_trace(bot: Bot, broken: World, slack: SlackCalls) -> None:
    response = bot.feels(jobs.STOP, "any")

    assert (response.status, response.body) == (200, "")
    no_trace(slack.replies[0]["text"])


def test_a_modal_that_fails_is_answered_without_a_trace(bot: Bot, broken: World) -> None:
    response = bot.gets(training.train_modal([a_data_set()], {}, CHANNEL))

    answer = json.loads(response.body)
    assert (response.status, answer["response_action"], list(answer["errors"])) == (200, "errors", ["more"])
    no_trace(answer["errors"]["more"])


def test_an_event_that_fails_is_sent_again_by_slack(bot: Bot, broken: World) -> None:
    assert bot.learns(type="app_home_opened", user=REQUESTER, tab="home").status == 500


def test_a_click_in_a_place_without_an_address_for_replies_is_answered_by_direct_message(
    bot: Bot, broken: World, slack: SlackCalls
) -> None:
    assert bot.feels(jobs.DETAILS, "any", response_url=None).status == 200
    (told,) = slack.of("chat.postMessage")
    assert told["channel"] == REQUESTER
    no_trace(told["text"])


def test_a_click_that_cannot_be_answered_is_still_acknowledged(bot: Bot, broken: World, slack: SlackCalls) -> None:
    slack.answers["chat.postMessage"] = {"ok": False, "error": "ratelimited"}

    assert bot.feels(jobs.DETAILS, "any", response_url=None).status == 200


def test_a_refusal_of_slacks_is_answered_without_a_trace(bot: Bot, slack: SlackCalls) -> None:
    slack.answers["views.open"] = {"ok": False, "error": "expired_trigger_id"}
    response = bot.hears("/train")

    assert response.status == 200
    no_trace(response.body)


def test_an_error_in_a_middleware_is_answered_too(bot: Bot, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(user_id: str) -> bool:
        raise RuntimeError(SECRET)

    access = "bot.services.access.AccessControl.require_trainer"
    monkeypatch.setattr(access, lambda control, user_id: fail(user_id))
    response = bot.hears("/train emoji")

    assert response.status == 200
    no_trace(response.body)


def test_a_refusal_is_logged_by_its_kind_and_person_without_their_words(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", "handlers"):
        bot.hears("/train private-words")

    assert f"refused kind=NotFoundError user={REQUESTER}" in caplog.text
    assert "private-words" not in caplog.text


def test_the_vendors_code_stands_in_small_print(bot: Bot, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Any:
        raise PlatformError("AWS refuses it.", code="ThrottlingException")

    monkeypatch.setattr(world.stores.jobs, "recent", refuse)

    assert "Code: `ThrottlingException`" in bot.hears("/jobs").body


@pytest.mark.parametrize("repeat", range(20))
def test_an_error_right_after_the_acknowledgement_does_not_lose_it(bot: Bot, broken: World, repeat: int) -> None:
    assert bot.feels(jobs.STOP, "any").status == 200


def test_a_button_of_an_older_version_is_answered(bot: Bot, slack: SlackCalls) -> None:
    assert bot.feels("oven.stop", "1").status == 200
    assert "older than I am now" in slack.replies[0]["text"]


def test_a_button_of_an_older_version_in_a_view_is_acknowledged(bot: Bot) -> None:
    view = {"id": "V1", "type": "home", "blocks": []}

    assert bot.feels("oven.stop", "1", view=view, channel=None, response_url=None).status == 200


def test_a_modal_of_an_older_version_says_that_nothing_was_done(bot: Bot) -> None:
    view = {**training.train_modal([a_data_set()], {}, CHANNEL), "callback_id": "bake.submit"}

    answer = json.loads(bot.gets(view).body)
    assert answer["response_action"] == "update"
    assert "nothing was done" in answer["view"]["blocks"][0]["text"]["text"]


def test_in_http_a_request_with_a_wrong_signature_is_refused(slack: SlackCalls, world: World) -> None:
    app = build_app(WebClient(token="xoxb-test"), {}, signing_secret="secret")
    response: BoltResponse = app.dispatch(BoltRequest(body="command=%2Fjobs&team_id=" + TEAM, headers={}))

    assert response.status == 401


def test_the_job_stays_as_it_was_when_its_stop_fails(bot: Bot, broken: World) -> None:
    bot.feels(jobs.STOP, a_running_job().id)

    assert broken.stores.jobs.shelf.rows[a_running_job().id].status == JobStatus.RUNNING
