"""The words of a command, as phones and people write them."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.words import addressed, words
from bot.errors import UsageError
from handlers.parsing import at_most, only, subcommand


@pytest.mark.parametrize(
    ("text", "names", "pairs"),
    [
        ("", (), {}),
        ("   ", (), {}),
        ("emoji", ("emoji",), {}),
        ("emoji epochs=5", ("emoji",), {"epochs": "5"}),
        ("epochs=5 emoji", ("emoji",), {"epochs": "5"}),
        ("emoji  epochs = 5   learning_rate =0.1", ("emoji",), {"epochs": "5", "learning_rate": "0.1"}),
        ("a EPOCHS=5", ("a",), {"epochs": "5"}),
        ("a mini-batch-size=8", ("a",), {"mini_batch_size": "8"}),
        ("a lr_scheduler_step=10,20", ("a",), {"lr_scheduler_step": "10,20"}),
        ("a lr_scheduler_step=10, 20, 30", ("a",), {"lr_scheduler_step": "10, 20, 30"}),
        ("a steps=10, 20 epochs=5", ("a",), {"steps": "10, 20", "epochs": "5"}),
        ("a epochs=5, learning_rate=0.1", ("a",), {"epochs": "5", "learning_rate": "0.1"}),
        ("a epochs=5 , learning_rate=0.1,", ("a",), {"epochs": "5", "learning_rate": "0.1"}),
        ("a, epochs=5", ("a",), {"epochs": "5"}),
        ("a max_run=“5 d”", ("a",), {"max_run": "5 d"}),
        ("a max_run=‘5 d’", ("a",), {"max_run": "5 d"}),
        ('a max_run="2h"', ("a",), {"max_run": "2h"}),
        ("emoji–7f3a epochs=5", ("emoji-7f3a",), {"epochs": "5"}),
        ("a\u00a0epochs=5", ("a",), {"epochs": "5"}),
        ("a eps=1e-8", ("a",), {"eps": "1e-8"}),
        ("stop emoji-7f3a2c", ("stop", "emoji-7f3a2c"), {}),
        ("a image_shape=3,224,224 epochs=5", ("a",), {"image_shape": "3,224,224", "epochs": "5"}),
        ("“emoji” epochs=5", ("emoji",), {"epochs": "5"}),
        ("`emoji epochs=5`", ("emoji",), {"epochs": "5"}),
        ("emoji optimizer=sgd,\u200badam", ("emoji",), {"optimizer": "sgd,adam"}),
        ("emoji learning_rate=1e-6 .. 0.5 jobs=2", ("emoji",), {"learning_rate": "1e-6..0.5", "jobs": "2"}),
    ],
)
def test_names_and_pairs_are_told_apart(text: str, names: tuple[str, ...], pairs: dict[str, str]) -> None:
    said = words(text)

    assert (said.names, dict(said.pairs)) == (names, pairs)


def test_a_pair_that_comes_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="`epochs` stands there twice"):
        words("emoji epochs=5 Epochs=6")


@pytest.mark.parametrize("text", ["epochs=", "=5", "emoji =", "= ="])
def test_a_pair_that_lacks_a_half_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="can't read"):
        words(text)


@pytest.mark.parametrize(
    ("text", "wants"),
    [("help", True), ("?", True), ("Help", True), ("help me", True), ("emoji help", False), ("", False)],
)
def test_help_is_asked_for_by_the_first_word(text: str, wants: bool) -> None:
    assert words(text).wants_help is wants


def test_words_too_many_are_refused_with_the_first_of_them() -> None:
    with pytest.raises(UsageError, match="`pets` is a word too many"):
        at_most(("emoji", "pets", "food"), 1, "/train")


def test_as_many_words_as_fit_are_taken() -> None:
    at_most(("emoji",), 1, "/train")


@pytest.mark.parametrize(
    ("name", "hint"), [("memry", "Did you mean `memory`?"), ("zzz", "`/deploy help` shows what I understand.")]
)
def test_an_unknown_pair_is_refused_with_the_nearest_one(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as refusal:
        only({name: "1"}, ("memory", "concurrency"), "/deploy")

    assert refusal.value.next_step == hint


def test_known_pairs_are_taken() -> None:
    only({"memory": "1"}, ("memory",), "/deploy")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((), ("", ())),
        (("stop",), ("stop", ())),
        (("STOP", "emoji"), ("stop", ("emoji",))),
        (("emoji",), ("", ("emoji",))),
    ],
)
def test_a_verb_is_told_from_a_name(names: tuple[str, ...], found: tuple[str, tuple[str, ...]]) -> None:
    assert subcommand(names, ("stop",)) == found


@pytest.mark.parametrize(("verb", "hint"), [("stpo", "Did you mean `stop`?"), ("zzz", "")])
def test_a_verb_that_is_none_is_refused_with_the_nearest_one(verb: str, hint: str) -> None:
    with pytest.raises(UsageError, match=f"I don't know `{verb}`") as refusal:
        subcommand((verb, "emoji"), ("stop",))

    assert refusal.value.next_step == hint


@settings(deadline=None)
@given(st.text(alphabet="ab1=, \"'-_“”’–\u00a0\n<>@#", max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        said = words(text)
    except UsageError:
        return
    assert not any("=" in name for name in said.names)
    assert all(said.pairs)


@pytest.mark.parametrize(
    "text", ["a=" + "1," * 2000, "x" * 12000, "a=1," + "x" * 12000 + "=", "=" * 4000, "a=1, " * 800]
)
def test_a_long_text_is_read_or_refused_in_no_time(text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(UsageError):
        words(text)

    assert time.process_time() - began < 1.0


@pytest.mark.parametrize(
    ("typed", "address", "rest"),
    [
        ("add pets s3://team/pets share=20%", "s3://team/pets", "add pets share=20%"),
        ("add pets <s3://team/pets>", "s3://team/pets", "add pets"),
        ("add pets <s3://team/pets|team/pets>", "s3://team/pets", "add pets"),
        ("add pets S3://team/Pets/", "s3://team/Pets/", "add pets"),
        ("add pets s3://team/day=1,2/a=b seed=3", "s3://team/day=1,2/a=b", "add pets seed=3"),
        ("add pets “s3://team/our pets” seed=3", "s3://team/our pets", "add pets seed=3"),
        ("add pets 's3://team/our pets'", "s3://team/our pets", "add pets"),
        ("add pets s3://team/cats&amp;dogs", "s3://team/cats&dogs", "add pets"),
        ("show pets", "", "show pets"),
        ("", "", ""),
    ],
)
def test_an_address_is_taken_out_of_the_words_as_it_is(typed: str, address: str, rest: str) -> None:
    found, left = addressed(typed)

    assert (found, left.split()) == (address, rest.split())
