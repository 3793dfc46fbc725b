"""What is said of a data set as a whole, and in which order."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checks import Finding, Rule
from bot.domain.preparations import ClassCount
from bot.domain.wholes import Tally, concluded, in_order_of_harm

GOOD = (ClassCount("cat", 80, 20), ClassCount("dog", 90, 22))


def rules(*classes: ClassCount, **counted: Any) -> list[Rule]:
    return [finding.rule for finding in concluded(Tally(classes or GOOD, **counted))]


def sentence(*classes: ClassCount, **counted: Any) -> str:
    (finding,) = concluded(Tally(classes or GOOD, **counted))
    assert finding.key == ""
    return finding.said


def test_nothing_is_said_of_a_good_data_set() -> None:
    assert rules(by_rule={Rule.TURNED: 31, Rule.DAMAGED: 2}, types={"JPEG": 212}) == []


def test_a_class_four_times_as_large_as_another_is_warned_of_with_both() -> None:
    said = sentence(ClassCount("cat", 400, 100), ClassCount("dog", 100, 25), ClassCount("owl", 200, 50))

    assert said.startswith("`cat` has 4.0 times as many images to train on as `dog` (400 and 100)")


def test_a_class_less_than_four_times_as_large_is_not() -> None:
    assert rules(ClassCount("cat", 399, 100), ClassCount("dog", 100, 25)) == []


@pytest.mark.parametrize(("train", "expected"), [(23, [Rule.FEW_IMAGES]), (24, [])])
def test_fewer_than_thirty_images_of_a_class_are_warned_of(train: int, expected: list[Rule]) -> None:
    assert rules(ClassCount("cat", train, 6), ClassCount("dog", 24, 6)) == expected


def test_many_small_classes_are_named_in_one_sentence() -> None:
    said = sentence(*(ClassCount(f"c{number}", 8, 2) for number in range(10)))

    assert said.startswith("`c0 (10)`, `c1 (10)`, `c2 (10)` and 7 more classes have fewer than 30 images.")


def test_a_class_of_one_image_is_warned_of_as_such_alone() -> None:
    assert rules(ClassCount("cat", 1, 0), ClassCount("dog", 3, 1)) == [Rule.SINGLE_IMAGE, Rule.FEW_IMAGES]


def test_a_class_without_a_usable_image_is_warned_of() -> None:
    said = sentence(*GOOD, ClassCount("owl", 0, 0, 12), by_rule={Rule.DAMAGED: 12})

    assert said.startswith("`owl` has no usable image")


def test_a_class_that_nothing_validates_is_warned_of() -> None:
    said = sentence(*GOOD, ClassCount("owl", 90, 0))

    assert said.startswith("`owl` has no image for validation")


def test_pictures_in_two_classes_are_counted() -> None:
    assert sentence(by_rule={Rule.TWO_CLASSES: 3}).startswith("The same pictures, 3 of them, lie in two classes.")


def test_a_picture_in_both_splits_is_warned_of() -> None:
    assert sentence(by_rule={Rule.BOTH_SPLITS: 1}).startswith("The same picture lies in train and in validation")


@pytest.mark.parametrize(("left_out", "expected"), [(23, []), (24, [Rule.MANY_LEFT_OUT])])
def test_more_than_a_tenth_left_out_is_warned_of(left_out: int, expected: list[Rule]) -> None:
    assert rules(by_rule={Rule.DAMAGED: left_out - 1, Rule.DOUBLE: 1}) == expected


def test_the_share_that_is_left_out_is_told() -> None:
    assert sentence(by_rule={Rule.DAMAGED: 53}).startswith("53 of 265 images (20 %) are left out.")


def test_images_below_what_the_network_sees_are_counted_with_its_side() -> None:
    assert sentence(by_rule={Rule.UNDER_SHAPE: 31}).startswith("31 images are smaller than the 224 pixels")


def test_that_every_image_is_below_what_the_network_sees_is_said_so() -> None:
    assert sentence(by_rule={Rule.UNDER_SHAPE: Tally(GOOD).taken}).startswith("All ")


def test_two_types_of_images_are_warned_of_with_their_counts() -> None:
    assert sentence(types={"PNG": 12, "JPEG": 200}).startswith(
        "The images are of different types (200 JPEG and 12 PNG)."
    )


def test_what_was_listed_of_the_whole_is_kept_and_of_single_files_is_not() -> None:
    whole = Finding(Rule.EMPTY_CLASS, "", "`bird` has no image, so it is no class.")
    single = Finding(Rule.STRAY, "a.csv", "is no image by its name")

    assert concluded(Tally(GOOD), [single, whole]) == (whole,)


def test_the_most_harmful_comes_first() -> None:
    by_rule = {Rule.UNDER_SHAPE: 1, Rule.BOTH_SPLITS: 1, Rule.TWO_CLASSES: 1, Rule.DAMAGED: 500}
    classes = (ClassCount("cat", 400, 99), ClassCount("dog", 20, 5), ClassCount("owl", 1, 0))

    assert rules(*classes, by_rule=by_rule, types={"JPEG": 500, "PNG": 25}) == [
        Rule.BOTH_SPLITS,
        Rule.TWO_CLASSES,
        Rule.MANY_LEFT_OUT,
        Rule.SINGLE_IMAGE,
        Rule.IMBALANCE,
        Rule.FEW_IMAGES,
        Rule.UNDER_SHAPE,
        Rule.MIXED_TYPES,
    ]


def test_a_rule_without_a_place_comes_last() -> None:
    unplaced, placed = Finding(Rule.GREY, "", "is grey"), Finding(Rule.STRAY, "", "a stray")

    assert in_order_of_harm([unplaced, placed]) == (placed, unplaced)


counts = st.builds(ClassCount, st.text(max_size=9), *(st.integers(0, 10**6) for _ in range(3)))


@given(
    st.lists(counts, max_size=6),
    st.dictionaries(st.sampled_from(Rule), st.integers(0, 10**6)),
    st.dictionaries(st.sampled_from(["JPEG", "PNG"]), st.integers(0, 10**6)),
)
def test_any_count_is_told_in_whole_sentences(
    classes: list[ClassCount], by_rule: Mapping[Rule, int], types: Mapping[str, int]
) -> None:
    for finding in concluded(Tally(classes, by_rule, types)):
        assert finding.said.endswith(".")
