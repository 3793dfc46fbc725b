"""App Home: what waits there for whom, what its buttons open, and that it is drawn anew after what was done there."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.domain import leases
from bot.domain.access import Access
from bot.domain.jobs import JobStatus
from bot.domain.leases import Occasion
from bot.domain.retrainings import RetrainingStatus
from bot.errors import ChatBusyError
from bot.views import home, home_deploy, job_pages, retrainings
from bot.views.hosting import SUBMIT as DEPLOYING
from bot.views.modals import metadata
from tests.builders import (
    APPROVER,
    CHANNEL,
    NOW,
    REQUESTER,
    a_finished_job,
    a_lease,
    a_running_job,
    an_approval,
    an_endpoint,
)
from tests.unit.handlers.conftest import Bot, SlackCalls, bot_of
from tests.unit.handlers.test_clicks import acknowledged
from tests.unit.services.world import World
from tests.unit.views.home_examples import an_offer

LIN = "U0LIN00001"
ON_HOME: dict[str, Any] = {"channel": {}, "response_url": None, "view": {"type": "home", "id": "V1", "hash": "seen"}}


def opened(bot: Bot, slack: SlackCalls, user_id: str = REQUESTER, **event: Any) -> str:
    assert bot.learns(type="app_home_opened", user=user_id, tab="home", channel="D1", **event).status == 200
    return str(slack.of("views.publish")[-1]["view"])


def refused(code: str) -> SlackApiError:
    return SlackApiError("no", {"ok": False, "error": code})  # type: ignore[no-untyped-call]


def test_it_is_drawn_in_the_place_of_what_was_seen(bot: Bot, slack: SlackCalls) -> None:
    opened(bot, slack, view={"type": "home", "hash": "h7"})

    assert slack.of("views.publish")[0]["hash"] == "h7"


def test_what_came_between_gives_way_to_the_newest(bot: Bot, slack: SlackCalls, monkeypatch: Any) -> None:
    answers: Iterator[Any] = iter([refused("hash_conflict"), {"ok": True}])
    answer = slack.answer

    def answered(client: Any, method: str, **sent: Any) -> Any:
        if method == "views.publish":
            slack.answers[method] = next(answers)
        return answer(client, method, **sent)

    monkeypatch.setattr(type(slack), "answer", lambda _, client, method, **sent: answered(client, method, **sent))
    opened(bot, slack, view={"type": "home", "hash": "h7"})

    assert ["hash" in one for one in slack.of("views.publish")] == [True, False]


def test_an_idle_endpoints_question_waits_for_its_owner_alone(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_endpoint(an_endpoint())
    world.stores.leases.add(a_lease())
    world.stores.leases.save(leases.asked(a_lease(), Occasion.IDLE, NOW))

    assert "lease.keep" in opened(bot, slack)
    assert "lease.keep" not in opened(bot, slack, LIN)


def test_an_offer_to_train_on_waits_for_the_endpoints_owner_while_nobody_has_decided_it(
    bot: Bot, world: World, slack: SlackCalls
) -> None:
    world.has_endpoint(an_endpoint())
    world.offers.rows = [an_offer()]
    assert retrainings.START in opened(bot, slack)
    assert retrainings.START not in opened(bot, slack, LIN)

    world.offers.rows = [an_offer(status=RetrainingStatus.DECLINED), *world.offers.rows]
    assert retrainings.START not in opened(bot, slack)


def test_whoever_has_said_yes_is_not_asked_again(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.access = Access(frozenset(), frozenset({APPROVER, LIN, REQUESTER}))
    world.has_job(a_finished_job())
    world.has_request(an_approval(needed=2))
    bot_of(world).feels("approval.approve", an_approval().id, APPROVER)

    assert "approval.approve" not in opened(bot, slack, APPROVER)


def test_while_slack_does_not_say_who_approves_the_rest_is_shown(
    bot: Bot, world: World, slack: SlackCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.access = Access(frozenset(), frozenset({"S0APPROVE01"}))
    monkeypatch.setattr(type(world.directory), "members", _busy)
    world.has_job(a_finished_job())
    world.has_request(an_approval())
    world.has_endpoint(an_endpoint())

    assert "emoji-live" in opened(bot_of(world), slack, LIN)


def _busy(*_: object) -> frozenset[str]:
    raise ChatBusyError("Slack is busy.")


def test_who_may_not_train_has_no_buttons_for_it(world: World, slack: SlackCalls) -> None:
    world.access = Access(frozenset({APPROVER}), frozenset({APPROVER}))

    assert home.TRAIN not in opened(bot_of(world), slack, LIN)
    assert home.TRAIN in opened(bot_of(world), slack, APPROVER)


def test_a_click_there_is_followed_by_a_new_page(bot: Bot, world: World, slack: SlackCalls) -> None:
    job = world.has_job(a_running_job())
    acknowledged(bot.feels("job.stop", job.id, **ON_HOME))

    (published,) = slack.of("views.publish")
    assert (published["user_id"], published["hash"]) == (REQUESTER, "seen")
    assert "Stopping emoji-7f3a2c" in str(published["view"])


def test_a_refused_click_is_followed_by_one_too(bot: Bot, world: World, slack: SlackCalls) -> None:
    job = world.has_job(a_running_job(status=JobStatus.COMPLETED))
    bot.feels("job.stop", job.id, **ON_HOME)

    assert len(slack.of("views.publish")) == 1


def test_a_click_elsewhere_leaves_the_tab_alone(bot: Bot, world: World, slack: SlackCalls) -> None:
    acknowledged(bot.feels(job_pages.CARD, world.has_job(a_running_job()).id))

    assert slack.of("views.publish") == []


@pytest.mark.parametrize("refusal", [refused("ratelimited"), TimeoutError()])
def test_that_it_cannot_be_drawn_anew_takes_nothing_back(
    bot: Bot, world: World, slack: SlackCalls, refusal: Exception
) -> None:
    slack.answers["views.publish"] = refusal
    job = world.has_job(a_running_job())
    acknowledged(bot.feels("job.stop", job.id, **ON_HOME))

    assert world.stores.jobs.get(job.id).status == JobStatus.STOPPING


@pytest.mark.parametrize(("action", "title"), [(home.TRAIN, "Train"), (home.TUNE, "Tune"), ("dataset.add", "Add")])
def test_its_buttons_open_the_forms_for_the_person(bot: Bot, slack: SlackCalls, action: str, title: str) -> None:
    acknowledged(bot.feels(action, "x", **ON_HOME))
    (form,) = slack.of("views.open")

    assert form["view"]["title"]["text"].startswith(title)
    assert metadata(form["view"])["channel_id"] == REQUESTER


def test_what_was_sent_off_there_is_shown_there(bot: Bot, slack: SlackCalls) -> None:
    bot.feels(home.TRAIN, "train", **ON_HOME)
    bot.gets(slack.of("views.open")[0]["view"], data_set="emoji")

    assert "Training emoji-" in str(slack.of("views.publish")[-1]["view"])


def test_a_model_is_asked_for_in_two_steps(bot: Bot, world: World, slack: SlackCalls) -> None:
    job = world.has_job(a_finished_job())
    bot.feels(home.DEPLOY, "deploy", **ON_HOME)
    answer = chosen(bot, slack, job.id)

    assert (answer["response_action"], answer["view"]["callback_id"]) == ("update", DEPLOYING)
    assert metadata(answer["view"]) == {"job_id": job.id, "channel_id": CHANNEL}


def test_a_channel_that_the_bot_is_not_in_is_refused_at_its_field(bot: Bot, world: World, slack: SlackCalls) -> None:
    job = world.has_job(a_finished_job())
    slack.answers["conversations.history"] = refused("not_in_channel")
    bot.feels(home.DEPLOY, "deploy", **ON_HOME)

    assert "I am not in that channel" in chosen(bot, slack, job.id)["errors"][home_deploy.CHANNEL]


def chosen(bot: Bot, slack: SlackCalls, job_id: str) -> dict[str, Any]:
    """The answer to the form, filled in."""
    view = slack.of("views.open")[-1]["view"]
    values = {
        home_deploy.JOB: {"value": {"type": "static_select", "selected_option": {"value": job_id}}},
        home_deploy.CHANNEL: {"value": {"type": "conversations_select", "selected_conversation": CHANNEL}},
    }
    sent = {**view, "id": "V1", "hash": "h1", "state": {"values": values}}
    body = {"type": "view_submission", "view": sent, "user": {"id": REQUESTER}, "team": {"id": "T0DARKROOM"}}
    return dict(json.loads(bot.is_sent(body).body))


def test_the_months_cost_is_shown_against_the_budget(world: World, slack: SlackCalls) -> None:
    world.budget = 4.0
    world.stores.billed.all_jobs = [a_running_job(started_at=NOW)]
    world.now = NOW + timedelta(hours=1)

    assert "$0.74 of $4.00 (18 %)" in opened(bot_of(world), slack)
