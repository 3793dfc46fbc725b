"""The algorithm's table: what each hyperparameter takes, its defaults, and what ties them together."""

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.hyperparameters import (
    DEEP_LAYERS,
    PRETRAINED_SHAPE,
    RECIPE_DEFAULTS,
    SHALLOW_LAYERS,
    TABLE,
    Hyperparameter,
    Kind,
    allowed,
    checked,
    completed,
    nearest,
)
from bot.errors import FieldError

# Name, values that are taken (with their spelling on the wire), values that are refused.
ROWS: list[tuple[str, dict[str, str], list[str]]] = [
    ("num_classes", {"2": "2", "1000": "1000"}, ["1", "0", "-2", "two", ""]),
    ("num_training_samples", {"1": "1"}, ["0", "1.5"]),
    ("epochs", {"1": "1", "007": "7"}, ["0", "-1", "1e3", "10.0", "9" * 400]),
    ("learning_rate", {"0": "0", "1": "1", "0.05": "0.05", "1e-4": "1e-4"}, ["1.01", "-0.1", "nan", "inf", "high"]),
    ("mini_batch_size", {"1": "1", "512": "512"}, ["0", "many"]),
    ("optimizer", {"sgd": "sgd", "Adam": "adam", "rmsprop": "rmsprop", "NAG": "nag"}, ["adamw", ""]),
    ("momentum", {"0.5": "0.5"}, ["2"]),
    ("weight_decay", {"0.001": "0.001"}, ["-0.001"]),
    ("beta_1", {"0.8": "0.8"}, ["1.1"]),
    ("beta_2", {"0.99": "0.99"}, ["x"]),
    ("eps", {"1e-8": "1e-8"}, ["-1e-8"]),
    ("gamma", {"0.9": "0.9"}, ["9"]),
    ("lr_scheduler_step", {"10,20": "10,20", "10, 20": "10,20", "5": "5"}, ["0,10", "a,b", "10,,20", ""]),
    ("lr_scheduler_factor", {"0.1": "0.1"}, ["10"]),
    ("early_stopping", {"True": "True", "true": "True", "1": "True", "FALSE": "False", "0": "False"}, ["yes", "2"]),
    ("early_stopping_min_epochs", {"1": "1"}, ["0"]),
    ("early_stopping_patience", {"1": "1"}, ["0"]),
    ("early_stopping_tolerance", {"0.0": "0.0"}, ["-1"]),
    ("augmentation_type", {"crop": "crop", "CROP_COLOR": "crop_color"}, ["flip"]),
    ("num_layers", {"18": "18", "152": "152", "20": "20"}, ["19", "0"]),
    ("use_pretrained_model", {"0": "0", "1": "1", "true": "1", "No": "0"}, ["2", "maybe"]),
    ("image_shape", {"3,224,224": "3,224,224", "1x28x28": "1,28,28"}, ["224", "2,8,8", "3,0,8", "3,8", "3,8,8,8"]),
    ("resize", {"256": "256"}, ["0"]),
    ("top_k", {"2": "2"}, ["1"]),
    ("precision_dtype", {"float16": "float16", "float32": "float32"}, ["float64"]),
    ("kv_store", {"dist_sync": "dist_sync", "dist_async": "dist_async"}, ["local"]),
    ("checkpoint_frequency", {"1": "1"}, ["0"]),
    ("multi_label", {"0": "0", "1": "1"}, ["3"]),
    ("use_weighted_loss", {"0": "0", "1": "1"}, ["-1"]),
]
TAKEN = [(name, given, sent) for name, good, _ in ROWS for given, sent in good.items()]
REFUSED = [(name, value) for name, _, bad in ROWS for value in bad]


def test_every_row_of_the_table_is_tried_here() -> None:
    assert [name for name, _, _ in ROWS] == list(TABLE)


@pytest.mark.parametrize(("name", "value", "sent"), TAKEN)
def test_a_good_value_is_taken_in_the_containers_spelling(name: str, value: str, sent: str) -> None:
    assert checked(name, f" {value} ") == sent


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_a_bad_value_is_refused_with_what_the_hyperparameter_takes(name: str, value: str) -> None:
    with pytest.raises(FieldError) as refusal:
        checked(name, value)

    assert refusal.value.field == name
    assert allowed(TABLE[name]) in refusal.value.what


@pytest.mark.parametrize("value", ["0.\uff15", "0_1", "\u0660.\u0665"])
def test_a_number_that_only_python_reads_is_not_sent_to_the_container(value: str) -> None:
    with pytest.raises(FieldError):
        checked("learning_rate", value)


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(FieldError, match="I don't know `epoch`") as refusal:
        checked("epoch", "5")

    assert refusal.value.next_step == "Did you mean `epochs`?"


def test_a_name_like_no_other_is_refused_without_a_guess() -> None:
    with pytest.raises(FieldError) as refusal:
        checked("zzzzzz", "5")

    assert not refusal.value.next_step


@settings(deadline=None)
@given(st.sampled_from(sorted(TABLE)), st.text(max_size=12) | st.floats().map(str) | st.integers().map(str))
@example("epochs", "9" * 5000)
@example("lr_scheduler_step", "1," * 200)
@example("image_shape", "3,224,224,")
def test_a_value_is_taken_as_the_row_allows_or_refused_and_nothing_else(name: str, value: str) -> None:
    try:
        sent = checked(name, value)
    except FieldError:
        return
    assert fits(TABLE[name], sent)


@settings(deadline=None)
@given(st.sampled_from(sorted(TABLE)), st.text(max_size=12) | st.floats().map(str) | st.integers().map(str))
def test_checking_what_was_checked_changes_nothing(name: str, value: str) -> None:
    try:
        sent = checked(name, value)
    except FieldError:
        return
    assert checked(name, sent) == sent


def fits(row: Hyperparameter, sent: str) -> bool:
    """Whether a string on the wire is what the algorithm's documentation names for this row."""
    match row.kind:
        case Kind.WHOLE:
            return sent.isascii() and row.low <= int(sent) <= row.high
        case Kind.DECIMAL:
            return sent.isascii() and math.isfinite(float(sent)) and row.low <= float(sent) <= row.high
        case Kind.CHOICE:
            return sent in row.choices
        case Kind.SWITCH | Kind.TRUTH:
            return sent in (("0", "1") if row.kind == Kind.SWITCH else ("True", "False"))
        case Kind.SHAPE:
            return len([int(part) for part in sent.split(",")]) == 3
        case Kind.STEPS:
            return all(int(part) >= 1 for part in sent.split(","))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("optimizer", "sgd, adam, rmsprop or nag"),
        ("learning_rate", "a number from 0 to 1"),
        ("epochs", "a whole number of at least 1"),
        ("early_stopping", "True or False"),
    ],
)
def test_what_a_row_takes_is_said_in_words(name: str, words: str) -> None:
    assert allowed(TABLE[name]) == words


def test_the_recipe_fills_in_what_nobody_said() -> None:
    assert completed({}) == {**RECIPE_DEFAULTS, "momentum": "0.9"}


def test_what_was_said_wins_over_the_recipe() -> None:
    assert completed({"epochs": "5", "learning_rate": "0.01"})["epochs"] == "5"


@pytest.mark.parametrize(("optimizer", "sends"), [("sgd", True), ("nag", True), ("adam", False), ("rmsprop", False)])
def test_momentum_is_sent_with_the_optimizers_that_have_one(optimizer: str, sends: bool) -> None:
    assert ("momentum" in completed({"optimizer": optimizer})) is sends


def test_a_momentum_that_was_said_is_kept() -> None:
    assert completed({"momentum": "0.5"})["momentum"] == "0.5"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"image_shape": "3,128,128"}, "image_shape"),
        ({"num_layers": "20"}, "num_layers"),
        ({"checkpoint_frequency": "31"}, "checkpoint_frequency"),
        ({"checkpoint_frequency": "6", "epochs": "5"}, "checkpoint_frequency"),
    ],
)
def test_values_that_contradict_each_other_are_refused(words: dict[str, str], field: str) -> None:
    with pytest.raises(FieldError) as refusal:
        completed(words)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    "words",
    [
        {"use_pretrained_model": "0", "image_shape": "1,28,28", "num_layers": "20"},
        {"checkpoint_frequency": "30"},
        {"checkpoint_frequency": "5", "epochs": "5"},
        {"multi_label": "0"},
    ],
)
def test_values_that_agree_with_each_other_are_taken(words: dict[str, str]) -> None:
    assert words.items() <= completed(words).items()


@pytest.mark.parametrize("layers", DEEP_LAYERS)
def test_a_pretrained_network_may_have_any_deep_number_of_layers(layers: str) -> None:
    assert completed({"num_layers": layers})["image_shape"] == PRETRAINED_SHAPE


@pytest.mark.parametrize("layers", SHALLOW_LAYERS)
def test_a_shallow_network_is_trained_from_scratch(layers: str) -> None:
    assert completed({"num_layers": layers, "use_pretrained_model": "0"})["num_layers"] == layers


@pytest.mark.parametrize(
    ("word", "like"), [("Epochs", "epochs"), ("lerning_rate", "learning_rate"), ("qqqqq", None), ("", None)]
)
def test_the_nearest_known_word_is_found_if_there_is_one(word: str, like: str | None) -> None:
    assert nearest(word, list(TABLE)) == like


def test_the_nearest_word_keeps_its_own_spelling() -> None:
    assert nearest("emoji", ("Emoji-Live", "Emojis")) == "Emojis"
