"""Modals and the Home tab: what is refused, how they stack, and what a submission brings."""

import threading
import time
from collections.abc import Callable

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack.person import Person, UnseenError, UsageError
from sandbox.slack.server import LocalSlack
from sandbox.slack.workspace import Workspace as Lab


def plain(text: str) -> dict:
    return {"type": "plain_text", "text": text}


NAME = {
    "type": "input",
    "block_id": "name",
    "label": plain("Name"),
    "element": {"type": "plain_text_input", "action_id": "name", "max_length": 5},
}

JOB = {
    "type": "input",
    "block_id": "job",
    "label": plain("Job"),
    "element": {"type": "external_select", "action_id": "pick"},
}


def modal(*blocks: dict, **parts: object) -> dict:
    return {"type": "modal", "title": plain("Train"), "submit": plain("Go"), "blocks": list(blocks), **parts}


def error_of(call: object, **arguments: object) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return caught.value.response["error"]


@pytest.fixture
def opened(slack: LocalSlack, app: App, connect: Callable, ada: Person) -> Callable[..., dict]:
    """Has the app open a modal at a command of Ada's, and returns what she sees."""
    wanted: list[dict] = []

    @app.command("/train")
    def train(ack: Callable, command: dict, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=command["trigger_id"], view=wanted[-1])

    connect()

    def show(view: dict) -> dict:
        wanted.append(view)
        ada.types(Lab.GENERAL, "/train")
        return ada.modal()

    return show


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
        (modal(close=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/close/text]"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        (modal(callback_id="x" * 256), "must be less than 256 characters [json-pointer:/view/callback_id]"),
        (modal(NAME, submit=None), "missing required field: submit [json-pointer:/view]"),
        (modal(*[{"type": "divider"}] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown [json-pointer:/view/blocks/0/type]"),
        (modal(NAME, NAME), "block_id name already exists [json-pointer:/view/blocks/1/block_id]"),
        (modal(id="V1"), "invalid additional property: id [json-pointer:/view]"),
        ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
        ({"type": "home", "blocks": []}, "unsupported type: home [json-pointer:/view/type]"),
        ([], "must provide an object [json-pointer:/view]"),
    ],
)
def test_a_wrong_modal_is_refused_with_a_pointer(client: WebClient, view: object, message: str) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.api_call("views.open", json={"trigger_id": "any", "view": view})

    answer = caught.value.response
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {message}"]


def test_a_trigger_works_once(slack: LocalSlack, app: App, client: WebClient, connect: Callable, ada: Person) -> None:
    seen: list[str] = []

    @app.command("/train")
    def train(ack: Callable, command: dict) -> None:
        seen.append(command["trigger_id"])
        ack()

    connect()
    ada.types(Lab.GENERAL, "/train")
    client.views_open(trigger_id=seen[0], view=modal(NAME))

    assert error_of(client.views_open, trigger_id=seen[0], view=modal(NAME)) == "exchanged_trigger_id"


def test_a_trigger_lives_for_three_seconds(slack: LocalSlack, app: App, client: WebClient, connect: Callable) -> None:
    seen: list[str] = []

    @app.command("/train")
    def train(ack: Callable, command: dict) -> None:
        seen.append(command["trigger_id"])
        ack()

    connect()
    default = slack.behaviour.trigger_seconds
    slack.behaviour.trigger_seconds = -1
    Person(slack.url, Lab.ADA).types(Lab.GENERAL, "/train")

    assert (default, error_of(client.views_open, trigger_id=seen[0], view=modal(NAME))) == (3.0, "expired_trigger_id")


def test_an_unknown_trigger_is_refused(client: WebClient) -> None:
    assert error_of(client.views_open, trigger_id="1.2.3", view=modal(NAME)) == "invalid_trigger_id"


def test_a_submission_carries_what_was_filled_in(app: App, opened: Callable, ada: Person) -> None:
    seen: list[dict] = []

    @app.view("train")
    def submitted(ack: Callable, view: dict) -> None:
        seen.append(view)
        ack()

    view = opened(modal(NAME, callback_id="train", private_metadata="C1"))
    answer = ada.submits(view, {"name": "pets"})

    assert answer == {"ok": True}
    assert seen[0]["state"]["values"] == {"name": {"name": {"type": "plain_text_input", "value": "pets"}}}
    assert seen[0]["private_metadata"] == "C1"


def test_a_submitted_modal_closes(app: App, slack: LocalSlack, opened: Callable, ada: Person) -> None:
    app.view("train")(lambda ack: ack())
    ada.submits(opened(modal(NAME, callback_id="train")), {"name": "pets"})

    assert slack.workspace.open_view(Lab.ADA) is None


@pytest.mark.parametrize(
    ("values", "error"),
    [({}, "Please complete this required field."), ({"name": "elephants"}, "Please enter at most 5 characters.")],
)
def test_an_ill_filled_modal_is_not_sent(opened: Callable, ada: Person, values: dict, error: str) -> None:
    answer = ada.submits(opened(modal(NAME, callback_id="train")), values)

    assert (answer["ok"], answer["errors"]) == (False, {"name": error})


def test_the_apps_errors_reach_the_person_and_the_modal_stays(app: App, opened: Callable, ada: Person) -> None:
    app.view("train")(lambda ack: ack(response_action="errors", errors={"name": "No such data set."}))
    view = opened(modal(NAME, callback_id="train"))

    answer = ada.submits(view, {"name": "pets"})

    assert (answer["ok"], answer["errors"], ada.modal()["id"]) == (False, {"name": "No such data set."}, view["id"])


def test_errors_for_a_block_that_is_not_there_are_trouble(app: App, opened: Callable, ada: Person) -> None:
    app.view("train")(lambda ack: ack(response_action="errors", errors={"nowhere": "?"}))

    answer = ada.submits(opened(modal(NAME, callback_id="train")), {"name": "pets"})

    assert (answer["ok"], "trouble" in answer["error"]) == (False, True)


def test_an_answer_can_update_the_modal(app: App, opened: Callable, ada: Person) -> None:
    app.view("train")(lambda ack: ack(response_action="update", view=modal(NAME, title=plain("Again"))))
    view = opened(modal(NAME, callback_id="train"))

    ada.submits(view, {"name": "pets"})

    after = ada.modal()
    assert (after["id"], after["title"]["text"], after["hash"] == view["hash"]) == (view["id"], "Again", False)


def test_an_answer_can_push_two_modals_and_clear_them_all(
    app: App, slack: LocalSlack, opened: Callable, ada: Person
) -> None:
    answers = [{"response_action": "push", "view": modal(NAME, callback_id="train")}] * 3
    answers.append({"response_action": "clear"})
    app.view("train")(lambda ack: ack(**answers.pop(0)))

    opened(modal(NAME, callback_id="train"))
    given = [ada.submits(ada.modal(), {"name": "pets"})["ok"] for _ in range(4)]

    assert (given, slack.workspace.open_view(Lab.ADA)) == ([True, True, False, True], None)


def test_an_unanswered_submission_is_trouble_and_the_modal_stays(
    slack: LocalSlack, opened: Callable, ada: Person
) -> None:
    slack.behaviour.ack_seconds = 0.2
    view = opened(modal(NAME, callback_id="nobody-listens"))

    answer = ada.submits(view, {"name": "pets"})

    assert (answer["ok"], ada.modal()["id"]) == (False, view["id"])


def test_closing_is_told_to_an_app_that_asked(app: App, opened: Callable, ada: Person) -> None:
    told = threading.Event()

    @app.view_closed("train")
    def closed(ack: Callable) -> None:
        ack()
        told.set()

    ada.closes(opened(modal(NAME, callback_id="train", notify_on_close=True)))

    assert told.wait(30)


def test_a_stale_hash_is_a_conflict(client: WebClient, opened: Callable) -> None:
    view = opened(modal(NAME))
    client.views_update(view_id=view["id"], hash=view["hash"], view=modal(NAME))

    error = error_of(client.views_update, view_id=view["id"], hash=view["hash"], view=modal(NAME))
    assert error == "hash_conflict"


def test_an_external_id_finds_a_view_and_is_unique(client: WebClient, opened: Callable) -> None:
    opened(modal(NAME, external_id="one"))

    assert client.views_update(external_id="one", view=modal(NAME, external_id="one"))["ok"]
    assert error_of(client.views_open, trigger_id="x", view=modal(NAME, external_id="one")) == "duplicate_external_id"


def test_updating_a_view_that_is_closed_is_refused(client: WebClient, opened: Callable, ada: Person) -> None:
    view = opened(modal(NAME))
    ada.closes(view)

    assert error_of(client.views_update, view_id=view["id"], view=modal(NAME)) == "not_found"


def test_nobody_can_send_another_persons_modal(opened: Callable, grace: Person) -> None:
    answer = grace.submits(opened(modal(NAME, callback_id="train")), {"name": "pets"})

    assert (answer["ok"], answer["error"]) == (False, "That view is no longer open.")


def test_a_click_in_a_modal_carries_its_state_and_can_push(app: App, opened: Callable, ada: Person) -> None:
    more = {"type": "button", "text": plain("More"), "action_id": "more", "value": "1"}
    states: list[dict] = []

    @app.action("more")
    def clicked(ack: Callable, body: dict, client: WebClient) -> None:
        ack()
        states.append(body["view"]["state"]["values"])
        client.views_push(trigger_id=body["trigger_id"], view=modal(title=plain("Second")))

    view = opened(modal(NAME, {"type": "actions", "elements": [more]}))
    assert ada.clicks(view, "more")["ok"]

    deadline = time.monotonic() + 5
    while ada.modal()["title"]["text"] != "Second":
        assert time.monotonic() < deadline
    assert states[0]["name"]["name"]["value"] is None
    assert ada.modal()["previous_view_id"] == view["id"]


def test_an_external_select_asks_the_app(app: App, opened: Callable, ada: Person) -> None:
    asked: list[dict] = []

    @app.options("pick")
    def offer(ack: Callable, body: dict) -> None:
        asked.append(body)
        ack(options=[{"text": plain(body["value"]), "value": "1"}])

    view = opened(modal(NAME, JOB, private_metadata="kept"))
    ada.chooses(view, "name", "Ann")

    assert ada.options(view, "job", "emo") == [{"text": plain("emo"), "value": "1"}]
    (body,) = asked
    assert (body["type"], body["block_id"], body["action_id"]) == ("block_suggestion", "job", "pick")
    assert (body["user"]["id"], body["team"]["id"], body["container"]["view_id"]) == (Lab.ADA, Lab.TEAM, view["id"])
    # What was typed elsewhere is not told: https://github.com/slackapi/java-slack-sdk/issues/1292
    assert (body["view"]["private_metadata"], body["view"]["state"]) == ("kept", {"values": {}})
    assert "response_url" not in body


def test_a_list_may_be_answered_in_groups(app: App, opened: Callable, ada: Person) -> None:
    options = [{"text": plain("Emoji"), "value": "1"}]
    app.options("pick")(lambda ack: ack(option_groups=[{"label": plain("Ours"), "options": options}]))

    assert ada.options(opened(modal(JOB)), "job", "emo") == options


def test_only_what_is_offered_can_be_chosen_and_that_is_sent(app: App, opened: Callable, ada: Person) -> None:
    sent: list[dict] = []
    app.options("pick")(lambda ack: ack(options=[{"text": plain("Emoji"), "value": "emoji"}]))
    app.view("train")(lambda ack, view: (sent.append(view["state"]["values"]), ack()))
    view = opened(modal(JOB, callback_id="train"))

    with pytest.raises(UnseenError):
        ada.submits(view, {"job": "pets-"})
    assert ada.submits(view, {"job": "emoji"})["ok"]
    assert sent[0]["job"]["pick"]["selected_option"]["text"] == plain("Emoji")


def test_too_little_typed_and_lists_that_are_not_there_are_not_asked_about(
    app: App, opened: Callable, ada: Person
) -> None:
    app.options("pick")(lambda ack: ack(options=[]))
    view = opened(modal(NAME, JOB))

    assert ada.searches(view, "job", "pick", "em")["error"] == "Type 3 or more characters."
    assert ada.searches(view, "name", "name", "emoji")["error"] == "There is no such list here."
    assert ada.searches(view, "job", "pick", "emo")["ok"]


def test_a_choice_that_is_told_at_once_keeps_what_was_typed_and_a_renewed_input_takes_its_new_value(
    app: App, opened: Callable, ada: Person
) -> None:
    choice = {"type": "static_select", "action_id": "kind",
              "options": [{"text": plain(one), "value": one} for one in ("a", "b")]}  # fmt: skip
    kind = {"type": "input", "block_id": "kind", "label": plain("Kind"), "element": choice, "dispatch_action": True}
    again = {**NAME, "block_id": "name#2", "element": {**NAME["element"], "initial_value": "new"}}

    @app.action("kind")
    def chosen(ack: Callable, body: dict, client: WebClient) -> None:
        ack()
        kept = {**NAME, "block_id": "other"}
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=modal(kind, kept, again))

    ada.chooses(opened(modal(kind, {**NAME, "block_id": "other"}, NAME)), "kind", "b", other="typed", name="old")

    values = ada.modal()["state"]["values"]
    assert values["kind"]["kind"]["selected_option"]["value"] == "b"
    assert (values["other"]["name"]["value"], values["name#2"]["name"]["value"]) == ("typed", "new")


def test_options_that_are_too_long_are_refused(app: App, opened: Callable, ada: Person) -> None:
    app.options("pick")(lambda ack: ack(options=[{"text": plain("x" * 76), "value": "1"}]))

    assert "not valid" in ada.searches(opened(modal(JOB)), "job", "pick", "emo")["error"]


def test_home_is_published_and_seen(client: WebClient, ada: Person, grace: Person) -> None:
    blocks = [{"type": "header", "text": plain("Nothing waits for you")}]
    client.views_publish(user_id=Lab.ADA, view={"type": "home", "blocks": blocks})

    assert (ada.home()["blocks"][0]["text"], grace.home()) == (plain("Nothing waits for you"), None)


def test_opening_home_is_told_to_the_app(app: App, connect: Callable, ada: Person) -> None:
    @app.event("app_home_opened")
    def opened(event: dict, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [{"type": "divider"}]})

    connect()

    assert ada.opens_home() is None
    assert ada.sees_home(lambda view: len(view["blocks"]) == 1)["type"] == "home"


def test_home_takes_no_modal(client: WebClient) -> None:
    assert error_of(client.views_publish, user_id=Lab.ADA, view=modal()) == "invalid_arguments"


def test_a_home_hash_guards_against_races(client: WebClient) -> None:
    home = {"type": "home", "blocks": []}
    first = client.views_publish(user_id=Lab.ADA, view=home)["view"]
    client.views_publish(user_id=Lab.ADA, view=home, hash=first["hash"])

    assert error_of(client.views_publish, user_id=Lab.ADA, view=home, hash=first["hash"]) == "hash_conflict"


def test_an_unknown_input_is_the_tests_own_mistake(opened: Callable, ada: Person) -> None:
    view = opened(modal(NAME))

    with pytest.raises(KeyError):
        ada.submits(view, {"nmae": "pets"})


def test_a_refused_upload_says_so_to_the_person(ada: Person) -> None:
    with pytest.raises(UsageError, match="nothing to upload"):
        ada.uploads(Lab.GENERAL)
