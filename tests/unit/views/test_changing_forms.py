"""Forms that are drawn anew after a choice: which fields there are then, and what stands in them."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.datasets import Format
from bot.domain.presets import Preset
from bot.domain.recipes import RecipeName
from bot.domain.rules import RULES
from bot.errors import FieldError
from bot.views import modals, training, tuning_form
from bot.views.message import View
from sandbox.slack.blocks import MODAL, check_blocks
from tests.builders import CHANNEL, a_data_set
from tests.unit.handlers.conftest import state

SETS = [a_data_set(format=Format.REC), a_data_set(name="pets", format=Format.LST)]
CHANGED = {"Train": training.train_modal_changed, "Tune": tuning_form.tune_modal_changed}


def train(**prefill: str) -> View:
    return training.train_modal(SETS, prefill, CHANNEL)


def tune(**prefill: str) -> View:
    return tuning_form.tune_modal(SETS, prefill, CHANNEL)


def changed(view: View, **filled: str) -> View:
    """The form after somebody typed and chose so, the fields by their names."""
    ids = {modals.field_of(block): block for block in blocks(view)}
    values = state(view, {ids[name]: value for name, value in filled.items()})
    title = view["title"]["text"]
    return CHANGED[title](SETS, {**view, "id": "V1", "hash": "1", "state": {"values": values}})


def blocks(view: View) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def names(view: View) -> set[str]:
    return {modals.field_of(block) for block in blocks(view)}


def standing(view: View) -> dict[str, str]:
    """What a person sees in the fields."""
    return modals.standing(state(view, {}))


def test_a_form_begins_with_what_is_usual_and_says_what_that_is() -> None:
    shown = standing(train())

    assert (shown["preset"], shown["epochs"], shown["num_layers"], shown["max_run"]) == ("balanced", "30", "18", "2h")
    hint = train()["blocks"][0]["hint"]["text"]
    assert hint == "30 epochs, 18 layers, 2 h at most; change below what you like."


@pytest.mark.parametrize(
    ("optimizer", "heeded"),
    [
        ("sgd", {"momentum", "weight_decay"}),
        ("nag", {"momentum", "weight_decay"}),
        ("adam", {"beta_1", "beta_2", "eps"}),
        ("rmsprop", {"gamma", "eps"}),
    ],
)
def test_only_what_the_optimizer_goes_by_has_a_field(optimizer: str, heeded: set[str]) -> None:
    own = {"momentum", "weight_decay", "beta_1", "beta_2", "eps", "gamma"}

    assert names(changed(train(), optimizer=optimizer)) & own == heeded


def test_what_was_typed_survives_a_choice_and_comes_back_with_its_field() -> None:
    other = changed(train(), optimizer="adam", momentum="0.5", epochs="7", learning_rate="")
    again = changed(other, optimizer="sgd")

    assert (standing(again)["momentum"], standing(again)["epochs"]) == ("0.5", "7")
    assert standing(again)["learning_rate"] == ""
    assert blocks(again) == blocks(train())


def test_a_preset_puts_its_values_into_new_blocks_and_leaves_the_others_alone() -> None:
    form = train()
    quick = changed(form, preset="quick", learning_rate="0.03")

    assert (standing(quick)["epochs"], standing(quick)["max_run"]) == ("3", "30m")
    assert set(blocks(form)) - set(blocks(quick)) == {"epochs", "max_run"}
    thorough = changed(quick, preset="thorough")
    assert standing(thorough)["augmentation_type"] == "crop_color_transform"
    assert {"epochs#3", "max_run#3", "num_layers#2"} <= set(blocks(thorough))
    balanced = changed(thorough, preset="balanced")
    assert (standing(balanced)["augmentation_type"], standing(balanced)["learning_rate"]) == ("none", "0.03")


def test_another_recipe_brings_its_own_fields_and_usual_values() -> None:
    other = changed(train(), recipe="pytorch-resnet")

    assert {"lr", "batch-size", "model", "momentum", "weight-decay", "weights"} <= names(other)
    assert not {"learning_rate", "mini_batch_size", "optimizer", "num_layers"} & names(other)
    assert standing(other)["epochs"] == "10"


def test_what_was_typed_survives_another_recipe() -> None:
    assert standing(changed(train(), recipe="pytorch-resnet", epochs="7"))["epochs"] == "7"


def test_the_machine_follows_the_recipe_unless_somebody_chose_one() -> None:
    assert standing(changed(train(), recipe="frozen-backbone"))["instance"] == "ml.c5.xlarge"
    chosen = changed(train(), recipe="frozen-backbone", instance="ml.g5.xlarge")
    assert standing(chosen)["instance"] == "ml.g5.xlarge"


def test_rules_of_awss_are_asked_about_where_there_is_a_gpu_to_watch() -> None:
    view = train(data_set="emoji", rules="profiler")
    ticked = training.read_train_modal(state(view, {}))[1]["rules"].split(",")

    assert ticked == list(RULES)
    assert "rules" not in training.read_train_modal(state(train(data_set="emoji"), {}))[1]
    assert "rules" not in names(changed(view, recipe="frozen-backbone"))


def test_how_images_are_read_is_asked_only_where_there_is_a_choice() -> None:
    assert "mode" in names(changed(train(), data_set="emoji"))
    assert "mode" not in names(changed(train(), data_set="pets"))


def test_who_goes_on_from_a_job_takes_its_network_as_it_is() -> None:
    assert "num_layers" not in names(changed(train(), **{"from": "emoji-7f3a2c"}))
    assert "num_layers" in names(changed(changed(train(), **{"from": "emoji-7f3a2c"}), **{"from": "none"}))


def test_a_form_opened_by_a_button_keeps_what_it_holds() -> None:
    form = train(**{"data_set": "pets", "from": "pets-1", "learning_rate": "0.02", "beta_1": "0.8", "count": "2"})
    later = changed(form, optimizer="adam")

    assert standing(form)["more"] == "beta_1=0.8\ncount=2"
    assert (standing(later)["beta_1"], standing(later)["more"]) == ("0.8", "count=2")
    assert (standing(later)["from"], standing(later)["learning_rate"]) == ("pets-1", "0.02")


def test_words_that_cannot_be_read_stay_where_they_are() -> None:
    assert standing(changed(train(), optimizer="adam", more="beta_1 0.8"))["more"] == "beta_1 0.8"


def test_a_form_asks_for_what_the_words_would_ask_for() -> None:
    view = changed(train(data_set="emoji"), optimizer="adam", preset="")

    _, words = training.read_train_modal(state(view, {}))

    assert words == {
        "epochs": "30",
        "learning_rate": "0.1",
        "mini_batch_size": "32",
        "optimizer": "adam",
        "num_layers": "18",
        "mode": "file",
        "instance": "ml.g4dn.xlarge",
        "max_run": "2h",
    }


def test_another_recipe_is_among_the_words() -> None:
    view = changed(train(data_set="emoji"), recipe="frozen-backbone")

    assert training.read_train_modal(state(view, {}))[1]["recipe"] == "frozen-backbone"


def test_an_error_finds_its_field_under_its_new_id() -> None:
    view = changed(train(), preset="quick")

    assert modals.field_errors(FieldError("epochs", "No."), blocks(view), "more") == {"epochs#2": "No."}


def test_a_tuning_searches_what_its_optimizers_go_by() -> None:
    assert not {"momentum", "beta_1", "gamma"} & names(tune())
    assert {"momentum", "weight_decay"} <= names(changed(tune(), optimizer="sgd,nag"))
    one = changed(tune(), optimizer="adam", learning_rate="0.01..0.1")
    assert "beta_1" in names(one)
    assert (standing(one)["optimizer"], standing(one)["learning_rate"]) == ("adam", "0.01..0.1")


def test_each_strategy_has_its_own_fields() -> None:
    assert "jobs" not in names(changed(tune(), strategy="grid"))
    assert "early_stopping" not in names(changed(tune(), strategy="hyperband"))
    assert {"jobs", "early_stopping"} <= names(changed(changed(tune(), strategy="grid"), strategy="random"))


def test_a_grid_begins_with_lists_and_leaves_alone_what_was_typed() -> None:
    grid = changed(tune(), strategy="grid")
    back = changed(grid, strategy="random")

    assert (standing(grid)["learning_rate"], standing(grid)["mini_batch_size"]) == ("0.001,0.01,0.1", "")
    assert (standing(back)["learning_rate"], standing(back)["mini_batch_size"]) == ("1e-6..0.5", "8..64")
    assert standing(changed(tune(), strategy="grid", learning_rate="0.2,0.3"))["learning_rate"] == "0.2,0.3"


def test_who_tunes_on_finds_the_epochs_filled_in() -> None:
    shown = standing(tune(recipe="pytorch-resnet", warm="emoji-tune-1", lr="1e-3..0.1"))

    assert (shown["epochs"], shown["batch-size"], shown["lr"]) == ("10", "", "1e-3..0.1")


def test_a_tuning_of_another_recipe_searches_its_learning_rate_on_its_scale() -> None:
    view = changed(tune(data_set="emoji"), recipe="pytorch-resnet")
    _, words = tuning_form.read_tune_modal(state(view, {}))

    assert (words["lr"], words["scaling.lr"], words["batch-size"]) == ("1e-5..0.1", "log", "8..64")
    assert not {"learning_rate", "optimizer", "scaling.learning_rate"} & words.keys()


def test_a_preset_of_a_tuning_sets_how_much_is_tried() -> None:
    quick = standing(changed(tune(), preset="quick"))

    assert (quick["jobs"], quick["epochs"], quick["max_run"]) == ("4", "3", "30m")


CHOICES: dict[str, Iterable[Any]] = {
    "preset": list(Preset),
    "recipe": list(RecipeName),
    "optimizer": ["sgd", "adam", "rmsprop", "nag"],
    "data_set": ["emoji", "pets"],
    "strategy": ["bayesian", "random", "hyperband", "grid"],
    "from": ["emoji-7f3a2c", "none"],
    "epochs": ["5", ""],
    "more": ["beta_1=0.5", "lr=0.5 model=resnet50", "?" * 3000, "gamma=0.1 eps=1e-8"],
}
MOVE = st.sampled_from([(name, value) for name, values in CHOICES.items() for value in values])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([train, tune]), st.lists(MOVE, max_size=6))
def test_whatever_is_chosen_in_whatever_order_slack_takes_the_form(opened: Any, moves: list[tuple[str, str]]) -> None:
    view = opened()
    for name, value in moves:
        if name in names(view):
            view = changed(view, **{name: str(value)})

            assert check_blocks(view["blocks"], MODAL) == []
            assert len(view["private_metadata"]) <= 3000
            assert standing(view)[name] == (value or standing(view)[name]) or name in ("more", "from")
