"""Buttons and modals: what a click does, what a late one is told, and what is left open under which field."""

import json
from typing import Any

import pytest
from slack_bolt import BoltResponse

from bot.domain.access import Access
from bot.domain.approvals import ApprovalStatus, terms
from bot.domain.endpoints import EndpointStatus, Kind
from bot.domain.jobs import JobStatus
from bot.views import approvals, deciding, endpoints, hosting, job_pages, jobs, training
from tests.builders import (
    APPROVER,
    CHANNEL,
    REQUESTER,
    a_data_set,
    a_finished_job,
    a_running_job,
    an_approval,
    an_endpoint,
    realtime_hosting,
)
from tests.unit.handlers.conftest import RESPONSE_URL, TRIGGER, Bot, SlackCalls, bot_of, state
from tests.unit.services.world import World

JOB, REQUEST = a_finished_job().id, an_approval().id
TRAIN_MODAL = training.train_modal([a_data_set()], {}, CHANNEL)
DEPLOY_MODAL = hosting.deploy_modal(a_finished_job(), Kind.SERVERLESS, {}, CHANNEL)


def acknowledged(response: BoltResponse) -> None:
    assert (response.status, response.body) == (200, "")


def errors_of(response: BoltResponse) -> dict[str, str]:
    answer: dict[str, Any] = json.loads(response.body)
    assert (response.status, answer["response_action"]) == (200, "errors")
    errors: dict[str, str] = answer["errors"]
    return errors


def said_to_the_clicker(slack: SlackCalls) -> str:
    (reply,) = slack.replies
    assert (reply["url"], reply["response_type"]) == (RESPONSE_URL, "ephemeral")
    assert not reply["replace_original"]
    return str(reply["text"])


def test_stop_stops_the_job(bot: Bot, world: World) -> None:
    job = world.has_job(a_running_job())

    acknowledged(bot.feels(jobs.STOP, job.id, APPROVER))
    assert (world.job(job).status, world.job(job).stopped_by) == (JobStatus.STOPPING, APPROVER)


def test_a_second_stop_is_told_of_the_first(bot: Bot, world: World, slack: SlackCalls) -> None:
    job = world.has_job(a_running_job())
    bot.feels(jobs.STOP, job.id, APPROVER)

    acknowledged(bot.feels(jobs.STOP, job.id, REQUESTER))
    assert f"<@{APPROVER}> asked for it" in said_to_the_clicker(slack)


def test_details_open_as_a_modal(bot: Bot, world: World, slack: SlackCalls) -> None:
    job = world.has_job(a_running_job())

    acknowledged(bot.feels(jobs.DETAILS, job.id))
    (opened,) = slack.of("views.open")
    assert opened["trigger_id"] == TRIGGER
    assert "emoji-7f3a2c" in json.dumps(opened["view"])


def test_a_job_of_the_list_shows_its_card_to_the_clicker(bot: Bot, world: World, slack: SlackCalls) -> None:
    job = world.has_job(a_running_job())

    acknowledged(bot.feels(job_pages.CARD, job.id))
    assert "epoch 12 of 30" in said_to_the_clicker(slack)


def test_a_click_on_app_home_is_answered_by_direct_message(bot: Bot, world: World, slack: SlackCalls) -> None:
    job = world.has_job(a_running_job())

    acknowledged(bot.feels(job_pages.CARD, job.id, channel=None, response_url=None, view={"type": "home", "id": "V1"}))
    (sent,) = slack.of("chat.postMessage")
    assert sent["channel"] == REQUESTER
    assert "epoch 12 of 30" in json.dumps(sent)


def test_an_approver_approves_with_a_click(bot: Bot, world: World) -> None:
    world.has_request(an_approval())

    acknowledged(bot.feels(approvals.APPROVE, REQUEST, APPROVER))
    decided = world.stores.approvals.get(REQUEST)
    assert (decided.status, decided.decided_by) == (ApprovalStatus.APPROVED, APPROVER)


def test_a_yes_that_is_not_the_last_is_answered_with_how_many_more_it_takes(
    bot: Bot, world: World, slack: SlackCalls
) -> None:
    world.has_request(an_approval(needed=2))

    acknowledged(bot.feels(approvals.APPROVE, REQUEST, APPROVER))
    assert "the first of 2; 1 more approver has to agree" in said_to_the_clicker(slack)


def test_a_yes_on_a_card_that_shows_former_numbers_is_answered(bot: Bot, world: World, slack: SlackCalls) -> None:
    shown = terms(world.has_request(an_approval()).hosting)
    world.deciding().change(REQUEST, APPROVER, realtime_hosting())

    acknowledged(bot.feels(approvals.APPROVE, f"{REQUEST} {shown}", APPROVER))
    assert "has just changed the numbers" in said_to_the_clicker(slack)
    assert world.stores.approvals.get(REQUEST).pending


def test_reject_asks_why_and_rejects_with_the_answer(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approval())
    acknowledged(bot.feels(approvals.REJECT, REQUEST, APPROVER))
    (opened,) = slack.of("views.open")
    assert world.stores.approvals.get(REQUEST).pending

    acknowledged(bot.gets(opened["view"], APPROVER, why="worse on cats"))
    decided = world.stores.approvals.get(REQUEST)
    assert (decided.status, decided.decision_reason) == (ApprovalStatus.REJECTED, "worse on cats")


def test_change_changes_the_kind_and_its_numbers(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_job(a_finished_job())
    world.has_request(an_approval())
    bot.feels(approvals.CHANGE, REQUEST, APPROVER)
    shown = slack.of("views.open")[0]["view"]
    switched = {**shown, "id": "V1", "hash": "h1", "state": {"values": state(shown, {"to": "realtime"})}}
    bot.feels(deciding.CHANGE_KIND, "", APPROVER, view=switched, channel=None)
    (updated,) = slack.of("views.update")

    acknowledged(bot.gets(updated["view"], APPROVER, to="realtime", instance="ml.m5.large", count="2"))
    changed = world.stores.approvals.get(REQUEST)
    assert (changed.hosting, changed.changed_by) == (realtime_hosting(instance_count=2), APPROVER)


def test_a_form_that_was_opened_before_the_decision_is_told_of_it(bot: Bot, world: World) -> None:
    world.has_job(a_finished_job())
    approval = world.has_request(an_approval())
    form = deciding.reject_modal(approval, a_finished_job())
    bot.feels(approvals.APPROVE, REQUEST, APPROVER)

    answer = json.loads(bot.gets(form, APPROVER, why="no").body)
    assert "approved this already" in answer["errors"]["why"]


def test_a_form_that_somebody_else_sends_decides_nothing(bot: Bot, world: World) -> None:
    approval = world.has_request(an_approval())

    bot.gets(deciding.reject_modal(approval, a_finished_job()), "U0LIN00001", why="no")
    assert world.stores.approvals.get(REQUEST).pending


def test_the_requester_withdraws_with_a_click(bot: Bot, world: World) -> None:
    world.has_request(an_approval())

    acknowledged(bot.feels(approvals.WITHDRAW, REQUEST))
    assert world.stores.approvals.get(REQUEST).status == ApprovalStatus.WITHDRAWN


def test_an_approver_withdraws_nothing(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_request(an_approval())

    bot.feels(approvals.WITHDRAW, REQUEST, APPROVER)
    assert "only they can withdraw it" in said_to_the_clicker(slack)


def test_people_of_another_organisation_decide_nothing(bot: Bot, world: World, slack: SlackCalls) -> None:
    world.has_request(an_approval())

    bot.feels(approvals.APPROVE, REQUEST, APPROVER, user={"id": APPROVER, "team_id": "T0ELSEWHERE"})
    assert "Only people of the organisation" in said_to_the_clicker(slack)
    assert world.stores.approvals.get(REQUEST).pending


@pytest.mark.parametrize(("by", "said"), [(REQUESTER, "another approver"), ("U0LIN00001", "Only approvers")])
@pytest.mark.parametrize("action_id", [approvals.APPROVE, approvals.REJECT, approvals.CHANGE])
def test_whoever_may_not_decide_is_told_so(
    bot: Bot, world: World, slack: SlackCalls, action_id: str, by: str, said: str
) -> None:
    world.has_request(an_approval())

    acknowledged(bot.feels(action_id, REQUEST, by))
    assert said in said_to_the_clicker(slack)
    assert world.stores.approvals.get(REQUEST).pending


@pytest.mark.parametrize("action_id", [approvals.APPROVE, approvals.REJECT, approvals.CHANGE])
def test_a_second_decision_is_told_of_the_first(world: World, slack: SlackCalls, action_id: str) -> None:
    world.access = Access(frozenset(), frozenset({APPROVER, "U0LIN00001"}))
    bot = bot_of(world)
    world.has_request(an_approval())
    bot.feels(approvals.APPROVE, REQUEST, APPROVER)

    acknowledged(bot.feels(action_id, REQUEST, "U0LIN00001"))
    assert f"<@{APPROVER}> approved this already" in said_to_the_clicker(slack)


def test_delete_deletes_the_endpoint(bot: Bot, world: World, slack: SlackCalls) -> None:
    endpoint = world.has_endpoint(an_endpoint())

    acknowledged(bot.feels(endpoints.DELETE, endpoint.id))
    assert world.endpoint(endpoint.id).status == EndpointStatus.DELETING
    assert "Deleting *emoji-live*" in said_to_the_clicker(slack)


def test_an_old_button_never_deletes_a_later_endpoint_of_the_same_name(
    bot: Bot, world: World, slack: SlackCalls
) -> None:
    world.has_endpoint(an_endpoint(id="old", status=EndpointStatus.DELETED))
    later = world.has_endpoint(an_endpoint())

    acknowledged(bot.feels(endpoints.DELETE, "old"))
    assert world.endpoint(later.id).status == EndpointStatus.IN_SERVICE
    assert "is deleted already" in said_to_the_clicker(slack)


def test_asking_for_a_deployment_opens_the_form(bot: Bot, world: World, slack: SlackCalls) -> None:
    job = world.has_job(a_finished_job())

    acknowledged(bot.feels(jobs.ASK, job.id))
    (opened,) = slack.of("views.open")
    assert opened["trigger_id"] == TRIGGER
    assert hosting.SUBMIT in json.dumps(opened["view"])


def test_asking_for_a_job_without_a_model_opens_nothing(bot: Bot, world: World, slack: SlackCalls) -> None:
    job = world.has_job(a_running_job())

    acknowledged(bot.feels(jobs.ASK, job.id))
    assert slack.of("views.open") == []
    assert "still running" in said_to_the_clicker(slack)


def test_the_other_kind_of_endpoint_changes_the_form_and_keeps_what_was_filled_in(
    bot: Bot, world: World, slack: SlackCalls
) -> None:
    world.has_job(a_finished_job())
    view = {**DEPLOY_MODAL, "id": "V1", "hash": "h1"}
    view["state"] = {"values": state(DEPLOY_MODAL, {"to": "realtime", "as": "emoji-live"})}

    acknowledged(bot.feels(hosting.KIND, "", view=view, response_url=None))
    (updated,) = slack.of("views.update")
    assert (updated["view_id"], updated["hash"]) == ("V1", "h1")
    assert "ml.m5.large" in json.dumps(updated["view"])
    assert "emoji-live" in json.dumps(updated["view"])


def test_the_form_asks_for_a_deployment(bot: Bot, world: World) -> None:
    world.has_job(a_finished_job())

    acknowledged(bot.gets(DEPLOY_MODAL))
    (approval,) = world.stores.approvals.pending()
    assert (approval.hosting.kind, approval.requested_by) == (Kind.SERVERLESS, REQUESTER)
    assert approval.serves_channel_id == CHANNEL


def test_the_form_for_real_time_asks_for_its_numbers(bot: Bot, world: World) -> None:
    world.has_job(a_finished_job())
    view = hosting.deploy_modal(a_finished_job(), Kind.REALTIME, {}, CHANNEL)

    acknowledged(bot.gets(view, count="2"))
    assert world.stores.approvals.pending()[0].hosting == realtime_hosting(instance_count=2)


@pytest.mark.parametrize(("filled", "field"), [({"as": "-no-"}, "as"), ({"concurrency": "201"}, "concurrency")])
def test_a_wrong_field_of_the_form_is_told_under_it(bot: Bot, world: World, filled: dict[str, str], field: str) -> None:
    world.has_job(a_finished_job())

    assert list(errors_of(bot.gets(DEPLOY_MODAL, **filled))) == [field]
    assert world.stores.approvals.pending() == []


def test_what_is_about_no_field_is_told_under_the_last(bot: Bot, world: World) -> None:
    world.has_job(a_finished_job())
    world.has_endpoint(an_endpoint(status=EndpointStatus.CREATING))

    errors = errors_of(bot.gets(DEPLOY_MODAL, **{"as": "emoji-live"}))

    assert list(errors) == ["as"]
    assert "already" in errors["as"]


def test_the_form_starts_a_job(bot: Bot, world: World) -> None:
    acknowledged(bot.gets(TRAIN_MODAL, epochs="5", early_stopping="True", max_run="90m", more="top_k=2"))

    (job,) = world.stores.jobs.recent()
    assert (job.hyperparameters["epochs"], job.hyperparameters["early_stopping"]) == ("5", "True")
    assert (job.compute.max_run_seconds, job.channel_id, job.requested_by) == (5400, CHANNEL, REQUESTER)


def test_a_form_sent_twice_starts_one_job(bot: Bot, world: World) -> None:
    bot.gets(TRAIN_MODAL)
    bot.gets(TRAIN_MODAL)

    assert len(world.stores.jobs.recent()) == 1


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"learning_rate": "2"}, "learning_rate"),
        ({"instance": "ml.m5.large"}, "instance"),
        ({"more": "top_k=1"}, "more"),
        ({"more": "nonsense"}, "more"),
        ({"more": "epochs=5"}, "more"),
        ({"instance": "ml.p3.16xlarge"}, "instance"),
    ],
)
def test_a_wrong_field_of_a_job_is_told_under_it(bot: Bot, world: World, filled: dict[str, str], field: str) -> None:
    assert list(errors_of(bot.gets(TRAIN_MODAL, **filled))) == [field]
    assert world.stores.jobs.recent() == []


@pytest.mark.parametrize("view", [TRAIN_MODAL, DEPLOY_MODAL])
def test_only_trainers_may_send_a_form(slack: SlackCalls, view: dict[str, Any]) -> None:
    world = World(access=Access(frozenset({APPROVER}), frozenset({APPROVER})))
    world.has_job(a_finished_job())

    assert "Only trainers" in str(errors_of(bot_of(world).gets(view)))
    assert world.stores.wakeup.calls == 0


@pytest.mark.parametrize("action_id", [jobs.STOP, jobs.ASK])
def test_only_trainers_may_press_what_costs(slack: SlackCalls, action_id: str) -> None:
    world = World(access=Access(frozenset({APPROVER}), frozenset({APPROVER})))
    job = world.has_job(a_running_job())

    acknowledged(bot_of(world).feels(action_id, job.id))
    assert "Only trainers" in said_to_the_clicker(slack)
    assert world.job(job).status == JobStatus.RUNNING


@pytest.mark.parametrize(
    "action_id", [jobs.STOP, jobs.ASK, jobs.DETAILS, job_pages.CARD, approvals.APPROVE, endpoints.DELETE]
)
def test_a_button_of_something_unknown_is_answered(bot: Bot, slack: SlackCalls, action_id: str) -> None:
    acknowledged(bot.feels(action_id, "nonsense", APPROVER))
    assert "I don't know this" in said_to_the_clicker(slack)
