"""The words of a tuning become a search, or an error that says which word is off."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hyperparameters import TABLE
from bot.domain.search_remarks import remarks
from bot.domain.search_values import read
from bot.domain.search_words import Asked, requested
from bot.domain.searches import (
    TUNABLE,
    Choice,
    Range,
    Scaling,
    Search,
    Strategy,
    ignored,
    number_at,
    place,
    share,
    written,
)
from bot.errors import FieldError
from tests.builders import a_data_set

EVERYTHING_FIXED = {"learning_rate": "0.1", "mini_batch_size": "8", "optimizer": "adam", "beta_1": "0.9"}


def asked(**words: str) -> Asked:
    return requested({name.replace("__", "."): value for name, value in words.items()}, a_data_set())


def search(**words: str) -> Search:
    return asked(**words).search


def objection(**words: str) -> FieldError:
    with pytest.raises(FieldError) as refusal:
        asked(**words)
    return refusal.value


def test_ranges_and_lists_are_searched_and_the_rest_stays_the_same() -> None:
    words = asked(learning_rate="1e-6..0.5", optimizer="sgd,adam", mini_batch_size="16..64", epochs="5")

    assert words.search.ranges == (Range("learning_rate", 1e-6, 0.5), Range("mini_batch_size", 16, 64, whole=True))
    assert words.search.choices == (Choice("optimizer", ("sgd", "adam")),)
    assert words.hyperparameters["epochs"] == "5"
    assert not {*words.search.names} & {*words.hyperparameters}


def test_the_words_about_the_search_itself_are_heeded() -> None:
    found = search(
        learning_rate="1e-6..0.5",
        jobs="12",
        parallel="3",
        strategy="Random",
        scaling__learning_rate="log",
        early_stopping="auto",
        seed="0",
    )

    assert (found.jobs, found.parallel, found.strategy, found.early_stopping, found.seed) == (
        12,
        3,
        Strategy.RANDOM,
        True,
        0,
    )
    assert found.ranges[0].scaling == Scaling.LOGARITHMIC


def test_the_machines_are_as_for_a_single_job() -> None:
    compute = asked(instance="ml.g5.xlarge", max_run="30m").compute

    assert (compute.instance_type, compute.max_run_seconds, compute.input_mode) == ("ml.g5.xlarge", 1800, "File")


def test_without_a_range_what_has_most_impact_is_searched() -> None:
    found = search()

    assert found.names == ("learning_rate", "mini_batch_size", "optimizer")
    assert found.ranges[0] == Range("learning_rate", 1e-6, 0.5, scaling=Scaling.LOGARITHMIC)


@pytest.mark.parametrize(
    ("optimizer", "own"), [("sgd", "momentum"), ("nag", "momentum"), ("adam", "beta_1"), ("rmsprop", "gamma")]
)
def test_with_an_optimizer_chosen_what_it_heeds_is_searched(optimizer: str, own: str) -> None:
    words = asked(optimizer=optimizer)

    assert words.search.names == ("learning_rate", "mini_batch_size", own)
    assert ignored(words.search, words.hyperparameters) == []


def test_a_small_data_set_gets_no_batches_larger_than_it() -> None:
    found = requested({}, a_data_set(train_images=20)).search

    assert Range("mini_batch_size", 8, 20, whole=True) in found.ranges


def test_a_tiny_data_set_keeps_one_size_of_batch() -> None:
    found = requested({"mini_batch_size": "4"}, a_data_set(train_images=6)).search

    assert found.names == ("learning_rate", "optimizer")


def test_early_stopping_with_a_truth_is_the_algorithms_own() -> None:
    words = asked(learning_rate="1e-6..0.5", early_stopping="True")

    assert (words.search.early_stopping, words.hyperparameters["early_stopping"]) == (False, "True")


@pytest.mark.parametrize(
    "value", ["1e-4..0.1", "1e-4…0.1", "1e-4...0.1", "1E-4 .. 0.1", "1e-4-0.1", "0.0001 to 0.1", ".0001-.1"]
)
def test_a_range_may_be_written_as_phones_and_people_do(value: str) -> None:
    assert read("learning_rate", value) == Range("learning_rate", 1e-4, 0.1)


def test_a_list_of_one_value_is_that_value() -> None:
    assert read("optimizer", "SGD, sgd,") == "sgd"


def test_what_holds_commas_itself_is_no_list() -> None:
    assert asked(lr_scheduler_step="10,20").hyperparameters["lr_scheduler_step"] == "10,20"


@pytest.mark.parametrize(
    ("words", "field", "says"),
    [
        ({"learning_rate": "0.5..1e-6"}, "learning_rate", "from the smaller number"),
        ({"learning_rate": "0.1..0.1"}, "learning_rate", "Write `learning_rate=0.1`"),
        ({"learning_rate": "0.1..2"}, "learning_rate", "from 0 to 1, not `2`"),
        ({"learning_rate": "-1..0.5"}, "learning_rate", "from 0 to 1"),
        ({"mini_batch_size": "8..1e400"}, "mini_batch_size", "AWS recommends 8..512"),
        ({"mini_batch_size": "8.5..16"}, "mini_batch_size", "a whole number"),
        ({"mini_batch_size": "8..1000"}, "mini_batch_size", "638 training images"),
        ({"mini_batch_size": "16,1000"}, "mini_batch_size", "638 training images"),
        ({"optimizer": "1..2"}, "optimizer", "sgd, adam, rmsprop or nag"),
        ({"optimizer": "sgd,adamw"}, "optimizer", "not `adamw`"),
        ({"optimizer": ","}, "optimizer", "has no value"),
        ({"epochs": "5..10"}, "epochs", "can't search `epochs`"),
        ({"num_layers": "18,50"}, "num_layers", "can't search `num_layers`"),
        ({"epochz": "5"}, "epochz", "Did you mean `epochs`?"),
        ({"paralel": "5"}, "paralel", "Did you mean `parallel`?"),
        ({"learning_rate": ",".join(f"0.{digit:02}" for digit in range(1, 32))}, "learning_rate", "30 values"),
        ({"jobs": "0"}, "jobs", "from 1 to 750"),
        ({"jobs": "751"}, "jobs", "from 1 to 750"),
        ({"jobs": "10001", "strategy": "random"}, "jobs", "from 1 to 10,000"),
        ({"jobs": "²"}, "jobs", "a whole number"),
        ({"parallel": "101", "jobs": "200"}, "parallel", "from 1 to 100"),
        ({"parallel": "7"}, "parallel", "Of 6 jobs"),
        ({"seed": "-1"}, "seed", "from 0"),
        ({"strategy": "baysian"}, "strategy", "Did you mean `bayesian`?"),
        ({"scaling__momentum": "log"}, "scaling.momentum", "no scale"),
        ({"scaling__learning_rat": "log"}, "scaling.learning_rat", "Did you mean `scaling.learning_rate`?"),
        ({"scaling__learning_rate": "lag"}, "scaling.learning_rate", "Did you mean `log`?"),
        ({"momentum": "0..0.9", "scaling__momentum": "log"}, "scaling.momentum", "Begin above 0"),
        ({"mini_batch_size": "8..64", "scaling__mini_batch_size": "reverse"}, "scaling.mini_batch_size", "below 1"),
        ({"eps": "0.5..1", "scaling__eps": "reverselog"}, "scaling.eps", "below 1"),
        ({"strategy": "grid", "learning_rate": "0.1..0.2"}, "learning_rate", "is a range"),
        ({"strategy": "grid", "jobs": "7"}, "jobs", "all 12 combinations"),
        ({"strategy": "hyperband", "early_stopping": "auto"}, "early_stopping", "by itself"),
        ({"strategy": "hyperband", "epochs": "1"}, "epochs", "from 2 to 20,000"),
        (EVERYTHING_FIXED, "learning_rate", "nothing to search"),
    ],
)  # fmt: skip
def test_a_word_that_is_off_is_named_with_what_it_takes(words: dict[str, str], field: str, says: str) -> None:
    refusal = objection(**words)

    assert refusal.field == field
    assert says in refusal.sentences


def test_a_grid_tries_every_combination_once() -> None:
    found = search(strategy="grid", optimizer="sgd,adam", mini_batch_size="16,32,64")

    assert (found.jobs, found.combinations) == (6, 6)


def test_a_grid_larger_than_aws_allows_is_refused() -> None:
    values = ",".join(f"0.0{digit:02}" for digit in range(1, 29))

    assert "784 combinations" in objection(strategy="grid", learning_rate=values, momentum=values).sentences


def test_momentum_is_sent_where_only_some_optimizers_heed_it() -> None:
    assert asked(optimizer="adam,nag").hyperparameters["momentum"] == "0.9"


def test_momentum_is_left_out_where_no_optimizer_heeds_it() -> None:
    assert "momentum" not in asked(optimizer="adam,rmsprop").hyperparameters


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ({"optimizer": "sgd", "beta_1": "0.1..0.9", "gamma": "0.5"}, ["beta_1", "gamma"]),
        ({"optimizer": "adam,rmsprop", "momentum": "0.1..0.9", "eps": "0.1..0.2"}, ["momentum"]),
        ({"beta_2": "0.1..0.9"}, ["beta_2"]),
        ({"optimizer": "sgd,adam,rmsprop,nag", "momentum": "0..0.9"}, []),
    ],
)
def test_what_no_chosen_optimizer_heeds_is_found(words: dict[str, str], names: list[str]) -> None:
    found = asked(**words)

    assert ignored(found.search, found.hyperparameters) == names


@pytest.mark.parametrize(
    ("words", "remark"),
    [
        ({"parallel": "6"}, "becomes a random one"),
        ({"parallel": "3"}, "learns only once"),
        ({"parallel": "20", "jobs": "200"}, "10 jobs of a tuning at a time"),
        ({"optimizer": "sgd", "beta_1": "0.1..0.9"}, "`beta_1` has no effect with `sgd`."),
        ({"optimizer": "sgd", "beta_1": "0.1..0.9", "gamma": "0.1..0.2"}, "`beta_1` and `gamma` have no effect"),
        ({"optimizer": "sgd,adam", "momentum": "0..0.9"}, "only where the optimizer is `sgd`."),
        ({"learning_rate": "0.1..0.9"}, "AWS recommends 1e-6..0.5"),
        ({"learning_rate": "1e-5..0.1"}, "scaling.learning_rate=log"),
        ({"optimizer": "sgd,adam"}, "only 2 combinations for 6 jobs"),
    ],
)
def test_what_will_not_go_as_one_may_think_is_remarked_upon(words: dict[str, str], remark: str) -> None:
    found = asked(**words)

    assert any(remark in sentence for sentence in remarks(found.search, found.hyperparameters))


@pytest.mark.parametrize(
    "words",
    [{}, {"parallel": "2"}, {"parallel": "6", "strategy": "random"}, {"strategy": "grid"}, {"strategy": "hyperband"}],
)
def test_an_ordinary_search_needs_no_remark(words: dict[str, str]) -> None:
    found = asked(**words)

    assert remarks(found.search, found.hyperparameters) == ()


def test_all_that_aws_tunes_is_a_hyperparameter_of_the_algorithm() -> None:
    assert {*TUNABLE} <= {*TABLE}


@pytest.mark.parametrize(
    ("number", "text"), [(1e-6, "1e-6"), (0.5, "0.5"), (1.0, "1"), (1.5e-7, "1.5e-7"), (0.0, "0"), (16.0, "16")]
)
def test_numbers_are_written_as_people_write_them(number: float, text: str) -> None:
    assert written(number) == text


@given(st.floats(1e-8, 0.999), st.sampled_from(Scaling))
def test_a_number_is_found_again_at_its_place(number: float, scaling: Scaling) -> None:
    assert number_at(place(number, scaling), scaling) == pytest.approx(number)


@given(st.floats(0.01, 0.9), st.sampled_from([Scaling.AUTO, Scaling.LINEAR, Scaling.LOGARITHMIC]))
def test_the_share_of_a_range_is_0_at_its_low_end_and_1_at_its_high_one(low: float, scaling: Scaling) -> None:
    searched = Range("learning_rate", low, 0.95, scaling=scaling)

    assert (share(low, searched), share(0.95, searched)) == (0, pytest.approx(1))


texts: Any = st.dictionaries(
    st.sampled_from([*TABLE, "jobs", "parallel", "strategy", "seed", "early_stopping", "scaling.learning_rate"]),
    st.text(st.sampled_from("0123456789.,-e …+togridasmx"), max_size=12) | st.text(max_size=8),
    max_size=4,
)


def outcome(words: dict[str, str]) -> object:
    """The names of what is searched, or the field that is off."""
    try:
        return requested(words, a_data_set()).search.names
    except FieldError as refusal:
        return refusal.field


@given(texts)
def test_whatever_is_typed_becomes_a_search_or_names_its_field(words: dict[str, str]) -> None:
    assert outcome(words)
