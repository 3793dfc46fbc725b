"""The forms' lists answer while somebody types, and the forms follow what is chosen in them."""

import json
from typing import Any

import pytest
from slack_bolt import BoltResponse

from bot.views import forms, modals, training, tuning_form
from tests.builders import CHANNEL, a_data_set, a_finished_job
from tests.unit.handlers.conftest import Bot, SlackCalls, state
from tests.unit.services.world import World

TRAIN = {**training.train_modal([a_data_set()], {}, CHANNEL), "id": "V1", "hash": "h1"}
TUNE = {**tuning_form.tune_modal([a_data_set()], {}, CHANNEL), "id": "V1", "hash": "h1"}


def offered(response: BoltResponse) -> list[str]:
    """Values and descriptions."""
    assert response.status == 200
    options: list[dict[str, Any]] = json.loads(response.body)["options"]
    return [f"{one['value']}: {one.get('description', {}).get('text', '')}" for one in options]


def wanted(bot: Bot, action_id: str, typed: str, view: dict[str, Any] = TRAIN) -> BoltResponse:
    # Slack tells nothing of what stands in the other fields.
    asked = {"action_id": action_id, "block_id": "b", "value": typed, "view": {**view, "state": {"values": {}}}}
    return bot.is_sent({"type": "block_suggestion", "user": {"id": "U1"}, "team": {"id": "T1"}, **asked})


def choose(bot: Bot, view: dict[str, Any], field: str, value: str) -> BoltResponse:
    action_id = next(one["element"]["action_id"] for one in view["blocks"] if one["block_id"] == field)
    drawn = {**view, "state": {"values": state(view, {field: value})}}
    return bot.feels(action_id, value, view=drawn, container={"type": "view", "view_id": "V1"})


def test_data_sets_are_offered_with_their_images_and_classes(bot: Bot) -> None:
    assert offered(wanted(bot, forms.DATA_SETS, "emo")) == ["emoji: 638 + 158 images, 7 classes"]
    assert offered(wanted(bot, forms.DATA_SETS, "dogs")) == []


def test_jobs_are_offered_with_their_accuracy_and_none_of_them_first(bot: Bot, world: World) -> None:
    world.has_job(a_finished_job())

    assert offered(wanted(bot, forms.JOBS, "")) == ["none: ", "emoji-7f3a2c: best 89.2 % on emoji"]
    assert offered(wanted(bot, forms.JOBS, "emoji")) == ["emoji-7f3a2c: best 89.2 % on emoji"]


def test_instances_are_offered_with_their_price_for_the_recipe_of_the_form(bot: Bot) -> None:
    assert offered(wanted(bot, forms.INSTANCES, "g4")) == ["ml.g4dn.xlarge: $0.74 an hour"]
    assert offered(wanted(bot, forms.INSTANCES, "ml.g5.xlarge")) == ["ml.g5.xlarge: price unknown"]
    frozen = training.train_modal([a_data_set()], {"recipe": "frozen-backbone"}, CHANNEL)
    assert offered(wanted(bot, forms.INSTANCES, "c5.large", frozen)) == ["ml.c5.large: price unknown"]


def test_people_of_another_organisation_are_offered_nothing(bot: Bot) -> None:
    asked = {"action_id": forms.DATA_SETS, "block_id": "b", "value": "", "view": TRAIN}
    outsider = {"id": "U9", "team_id": "T0ELSEWHERE"}
    response = bot.is_sent({"type": "block_suggestion", "user": outsider, "team": {"id": "T0ELSEWHERE"}, **asked})

    assert (response.status, response.body) == (200, "")


def test_a_list_of_another_version_offers_nothing(bot: Bot) -> None:
    assert offered(wanted(bot, "choose.color", "red")) == []


@pytest.mark.parametrize("form", [TRAIN, TUNE], ids=["train", "tune"])
def test_a_choice_draws_the_form_anew(bot: Bot, slack: SlackCalls, form: dict[str, Any]) -> None:
    assert choose(bot, form, "recipe", "pytorch-resnet").status == 200

    (update,) = slack.of("views.update")
    view = update["view"] if isinstance(update["view"], dict) else json.loads(update["view"])
    assert (update["view_id"], update["hash"], view["callback_id"]) == ("V1", "h1", form["callback_id"])
    assert "lr" in {modals.field_of(block.get("block_id", "")) for block in view["blocks"]}


@pytest.mark.parametrize("code", ["hash_conflict", "not_found"])
def test_a_form_that_was_changed_or_closed_meanwhile_is_let_be(bot: Bot, slack: SlackCalls, code: str) -> None:
    slack.answers["views.update"] = {"ok": False, "error": code}

    assert choose(bot, TRAIN, "optimizer", "adam").status == 200


@pytest.mark.parametrize("recipe", ["pytorch-resnet", "frozen-backbone"])
def test_the_form_of_another_recipe_starts_its_job(bot: Bot, world: World, recipe: str) -> None:
    view = training.train_modal([a_data_set()], {"data_set": "emoji", "recipe": recipe}, CHANNEL)
    assert bot.gets(view, epochs="4", instance="ml.g4dn.xlarge").body == ""

    (job,) = world.stores.jobs.recent()
    assert (job.recipe, job.hyperparameters["epochs"]) == (recipe, "4")


def test_the_form_of_another_recipe_starts_its_tuning(bot: Bot, world: World) -> None:
    view = tuning_form.tune_modal([a_data_set()], {"data_set": "emoji", "recipe": "pytorch-resnet"}, CHANNEL)
    assert bot.gets(view, jobs="2").body == ""

    (tuning,) = world.stores.tunings.recent()
    assert (tuning.recipe, tuning.search.names) == ("pytorch-resnet", ("lr", "batch-size"))
    assert tuning.search.ranges[0].scaling == "Logarithmic"


def test_an_error_of_another_recipe_stands_under_its_field(bot: Bot) -> None:
    view = training.train_modal([a_data_set()], {"data_set": "emoji", "recipe": "pytorch-resnet"}, CHANNEL)

    assert list(json.loads(bot.gets(view, lr="2").body)["errors"]) == ["lr"]
    assert list(json.loads(bot.gets(view, more="batch_size=8").body)["errors"]) == ["more"]


@pytest.mark.parametrize("form", [TRAIN, TUNE], ids=["train", "tune"])
def test_a_form_with_another_recipes_fields_gets_its_own_before_anything_starts(
    bot: Bot, world: World, form: dict[str, Any]
) -> None:
    answer = json.loads(bot.gets(form, data_set="emoji", recipe="pytorch-resnet").body)

    assert answer["response_action"] == "update"
    assert "lr" in {modals.field_of(block.get("block_id", "")) for block in answer["view"]["blocks"]}
    assert world.stores.wakeup.calls == 0
