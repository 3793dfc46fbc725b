"""`/tune`, its form and its buttons: what is recorded, what is answered, and what is refused where."""

import json
from dataclasses import replace
from typing import Any

import pytest
from slack_bolt import BoltResponse

from bot.domain.access import Access
from bot.domain.jobs import JobStatus
from bot.domain.tunings import Tuning, TuningStatus
from bot.views import starting, tuning_form, tuning_pages, tunings
from tests.builders import (
    APPROVER,
    CHANNEL,
    REQUESTER,
    a_data_set,
    a_finished_tuning,
    a_running_tuning,
)
from tests.unit.handlers.conftest import Bot, SlackCalls, bot_of
from tests.unit.services.world import World

FORM = tuning_form.tune_modal([a_data_set()], {}, CHANNEL)
STRANGER = "U0LIN000001"
DEAR = "emoji learning_rate=1e-4..0.1"


@pytest.fixture
def done(world: World) -> Tuning:
    return world.has_tuning(a_finished_tuning())


@pytest.fixture
def guarded(slack: SlackCalls, world: World) -> Bot:
    """A bot that only some may start things with."""
    world.access = Access(frozenset({REQUESTER}), frozenset({APPROVER}))
    return bot_of(world)


def said(response: BoltResponse) -> str:
    answer: dict[str, Any] = json.loads(response.body)
    assert (response.status, answer["response_type"]) == (200, "ephemeral")
    return json.dumps(answer, ensure_ascii=False)


def errors_of(response: BoltResponse) -> dict[str, str]:
    answer: dict[str, Any] = json.loads(response.body)
    errors: dict[str, str] = answer["errors"]
    return errors


def opened(slack: SlackCalls) -> dict[str, Any]:
    """The modal that was opened last."""
    view = slack.of("views.open")[-1]["view"]
    shown: dict[str, Any] = view if isinstance(view, dict) else json.loads(view)
    return shown


def filled(view: dict[str, Any]) -> dict[str, str]:
    """What stands in the fields of a modal."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    told = {one["block_id"]: one["element"].get("initial_value") or _chosen(one["element"]) for one in inputs}
    return {name: value for name, value in told.items() if value}


def _chosen(element: dict[str, Any]) -> str:
    return str(element.get("initial_option", {}).get("value", ""))


def test_words_start_a_tuning_and_its_price_is_told(bot: Bot, world: World) -> None:
    answer = said(
        bot.hears(
            "/tune emoji learning_rate=1e-4…0.1 optimizer=sgd,adam scaling.learning_rate=log parallel=2 max_run=1h"
        )
    )

    (tuning,) = world.stores.tunings.recent()
    assert [one.bounds for one in tuning.search.ranges] == [("0.0001", "0.1")]
    assert tuning.search.choice_of("optimizer") == ("sgd", "adam")
    assert tuning.search.ranges[0].scaling == "Logarithmic"
    assert "$4.42 at most" in answer


def test_what_will_not_go_as_one_may_think_stands_in_the_answer(bot: Bot) -> None:
    assert "becomes a random one" in said(bot.hears("/tune emoji learning_rate=1e-4..0.1 jobs=2 parallel=2"))


def test_a_dry_run_tells_the_request_and_its_command_and_starts_nothing(bot: Bot, world: World) -> None:
    answer = said(bot.hears("/tune emoji dry–run learning_rate=1e-4..0.1"))

    assert "CreateHyperParameterTuningJob" in answer
    assert "aws sagemaker create-hyper-parameter-tuning-job --region eu-central-1 --cli-input-json file://" in answer
    assert world.stores.tunings.recent() == []


def test_a_dry_run_takes_a_data_set_whose_name_is_nearly_a_verb(bot: Bot, world: World) -> None:
    world.stores.data_sets.replace([a_data_set(name="shop")])

    assert "CreateHyperParameterTuningJob" in said(bot.hears("/tune shop dry-run"))


def test_what_is_dear_is_asked_about_and_started_by_a_click(bot: Bot, world: World, slack: SlackCalls) -> None:
    assert "$8.83 at most, all 6 jobs together; over $5.00 I ask first" in said(bot.hears(f"/tune {DEAR}"))
    assert world.stores.tunings.recent() == []

    (wish_id,) = world.stores.wishes.rows
    bot.feels(starting.START, wish_id)
    bot.feels(starting.START, wish_id)

    assert [one.search.jobs for one in world.stores.tunings.recent()] == [6]
    assert [reply["replace_original"] for reply in slack.replies] == [True, True]


def test_the_form_asks_on_a_second_page(bot: Bot, world: World) -> None:
    page = json.loads(bot.gets(FORM, data_set="emoji", more="").body)
    assert (page["response_action"], world.stores.tunings.recent()) == ("push", [])

    bot.gets(page["view"])
    assert len(world.stores.tunings.recent()) == 1


def test_no_words_open_the_form(bot: Bot, slack: SlackCalls) -> None:
    bot.hears("/tune")

    assert opened(slack)["callback_id"] == tuning_form.SUBMIT


def test_pairs_without_a_data_set_are_asked_about(bot: Bot, world: World) -> None:
    assert "Which data set?" in said(bot.hears("/tune learning_rate=1e-4..0.1"))
    assert world.stores.tunings.recent() == []


def test_a_second_name_is_a_word_too_many(bot: Bot) -> None:
    assert "`pets` is a word too many" in said(bot.hears("/tune emoji pets"))


def test_help_explains_the_words(bot: Bot) -> None:
    assert "scaling.learning_rate=log" in said(bot.hears("/tune help"))


@pytest.mark.parametrize("typed", ["/tune emoji", "/tune stop emoji-tune-5d1e0b"])
def test_who_may_not_train_may_not_tune_either(guarded: Bot, world: World, typed: str) -> None:
    world.has_tuning(a_running_tuning())

    said(guarded.hears(typed, user_id=STRANGER))

    assert [one.status for one in world.stores.tunings.recent()] == [TuningStatus.RUNNING]


def test_anybody_may_list_the_tunings_and_see_one(guarded: Bot, done: Tuning) -> None:
    assert "The only tuning so far" in said(guarded.hears("/tune list", user_id=STRANGER))
    assert "best 91.0 %" in said(guarded.hears(f"/tune show {done.name}", user_id=STRANGER))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/tune show", "Which tuning?"),
        ("/tune stop", "Which tuning?"),
        ("/tune list emoji", "a word too many"),
        ("/tune show emoji-tune-5d1e0c", "Did you mean `emoji-tune-5d1e0b`?"),
        ("/tune show emoji-tune-5d1e0b jobs=3", "I don't know `jobs`"),
        ("/tune stopp emoji-tune-5d1e0b", "Did you mean `stop`?"),
    ],
)
def test_what_is_missing_or_unknown_is_told(bot: Bot, done: Tuning, typed: str, answer: str) -> None:
    assert answer in said(bot.hears(typed))


def test_a_tuning_is_stopped_by_words(bot: Bot, world: World) -> None:
    tuning = world.has_tuning(a_running_tuning())

    assert "Stopping" in said(bot.hears(f"/tune stop {tuning.name}"))
    assert world.stores.tunings.get(tuning.id).stopped_by == REQUESTER


def test_a_tuning_is_stopped_by_its_button(bot: Bot, world: World) -> None:
    tuning = world.has_tuning(a_running_tuning())

    bot.feels(tunings.STOP, tuning.id)

    assert world.stores.tunings.get(tuning.id).status == TuningStatus.STOPPING


def test_the_form_starts_what_was_filled_in(bot: Bot, world: World) -> None:
    assert bot.gets(FORM, data_set="emoji", jobs="3", more="seed=7").body == ""

    (tuning,) = world.stores.tunings.recent()
    assert (tuning.search.jobs, tuning.search.parallel, tuning.search.seed) == (3, 2, 7)
    assert tuning.search.names == ("learning_rate", "mini_batch_size", "optimizer")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"learning_rate": "2..3"}, "learning_rate"),
        ({"strategy": "grid"}, "learning_rate"),
        ({"jobs": "2", "parallel": "5"}, "parallel"),
        ({"more": "jobs=3"}, "more"),
        ({"more": "gibberish"}, "more"),
        ({"more": "momentum=5..6"}, "more"),
        ({"jobs": "50"}, "instance"),
    ],
)
def test_what_is_wrong_stands_under_its_field(bot: Bot, world: World, typed: dict[str, str], field: str) -> None:
    assert list(errors_of(bot.gets(FORM, **{"data_set": "emoji", **typed}))) == [field]
    assert world.stores.tunings.recent() == []


def test_one_learning_rate_needs_no_scale(bot: Bot, world: World) -> None:
    bot.gets(FORM, data_set="emoji", learning_rate="0.05", jobs="3")

    assert world.stores.tunings.recent()[0].hyperparameters["learning_rate"] == "0.05"


def test_training_on_from_the_best_opens_the_form_with_its_values(bot: Bot, slack: SlackCalls, done: Tuning) -> None:
    bot.feels(tunings.TRAIN_ON, done.id)

    form = filled(opened(slack))
    assert (form["learning_rate"], form["optimizer"]) == ("0.01", "sgd")
    assert form["from"] == done.best_name


def test_the_best_job_becomes_a_job_of_its_own_only_once(bot: Bot, world: World, done: Tuning) -> None:
    bot.feels(tunings.TRAIN_ON, done.id)
    bot.feels(tunings.ASK, done.id)

    assert [(job.name, job.status) for job in world.stores.jobs.recent()] == [(done.best_name, JobStatus.RUNNING)]


def test_asking_for_the_deployment_of_the_best_opens_the_form(bot: Bot, slack: SlackCalls, done: Tuning) -> None:
    bot.feels(tunings.ASK, done.id)

    assert done.best_name in json.dumps(opened(slack))


def test_a_best_job_without_a_model_is_not_deployed(bot: Bot, slack: SlackCalls, world: World, done: Tuning) -> None:
    job = world.tuning().best_job(done.name, REQUESTER, CHANNEL)
    world.stores.jobs.save(replace(job, status=JobStatus.COMPLETED))

    bot.feels(tunings.ASK, done.id)

    assert "without a model" in slack.replies[0]["text"]
    assert slack.of("views.open") == []


def test_tuning_on_opens_the_form_around_the_best_and_starts_with_what_was_found(
    bot: Bot, slack: SlackCalls, world: World, done: Tuning
) -> None:
    bot.feels(tunings.TUNE_ON, done.id)
    bot.gets(opened(slack), jobs="3")

    (tuning,) = [one for one in world.stores.tunings.recent() if one.id != done.id]
    low, high = tuning.search.ranges[0].low, tuning.search.ranges[0].high
    assert 1e-6 < low < 0.01 < high < 0.5
    assert tuning.search.parents == (done.name,)


def test_the_best_of_a_running_tuning_is_not_gone_on_from(bot: Bot, slack: SlackCalls, world: World) -> None:
    tuning = world.has_tuning(a_running_tuning())

    bot.feels(tunings.TRAIN_ON, tuning.id)

    assert "has not ended" in json.dumps(slack.replies)


def test_the_button_of_a_list_brings_the_card(bot: Bot, slack: SlackCalls, done: Tuning) -> None:
    bot.feels(tuning_pages.CARD, done.id)

    assert "best 91.0 %" in slack.replies[0]["text"]


def test_until_its_model_is_known_the_forms_ask_for_a_moment(
    bot: Bot, slack: SlackCalls, world: World, done: Tuning
) -> None:
    for button in (tunings.TRAIN_ON, tunings.ASK):
        bot.feels(button, done.id)

        (told,) = errors_of(bot.gets(opened(slack))).values()
        assert told.endswith("Send this again in a moment.")
