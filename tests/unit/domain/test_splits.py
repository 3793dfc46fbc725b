"""The split: the same for the same seed, near the share in every class, and true to earlier versions."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.placing import PlacedImage, Split
from bot.domain.splits import planned, target

sizes = st.lists(st.integers(1, 60), min_size=1, max_size=4)
shares = st.floats(0.01, 0.9)
seeds = st.integers(0, 2**31 - 1)


def images(*of_class: int) -> list[PlacedImage]:
    return [PlacedImage(f"{label}/{n}.jpg", 9, label) for label, size in enumerate(of_class) for n in range(size)]


def splits(plan: tuple[PlacedImage, ...]) -> dict[str, Split]:
    return {image.key: image.split or Split.TRAIN for image in plan}


def validating(plan: tuple[PlacedImage, ...]) -> Counter[int]:
    return Counter(image.label for image in plan if image.split == Split.VALIDATION)


@given(sizes, shares, seeds, st.randoms(use_true_random=False))
def test_the_order_of_the_listing_changes_nothing(of_class: list[int], share: float, seed: int, chance: object) -> None:
    listed = images(*of_class)
    shuffled = listed.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert planned(listed, share, seed) == planned(shuffled, share, seed)


@given(sizes, shares, seeds)
def test_every_image_is_placed_once(of_class: list[int], share: float, seed: int) -> None:
    listed = images(*of_class)
    plan = planned(listed, share, seed)

    assert sorted(image.key for image in plan) == sorted(image.key for image in listed)
    assert all(image.split for image in plan)


@given(sizes, shares, seeds)
def test_each_class_validates_with_its_share_give_or_take_one(of_class: list[int], share: float, seed: int) -> None:
    counts = validating(planned(images(*of_class), share, seed))

    for label, size in enumerate(of_class):
        assert abs(counts[label] - share * size) <= 1
        assert size == 1 or 1 <= counts[label] <= size - 1


def test_a_single_image_is_trained_on() -> None:
    assert [image.split for image in planned(images(1), 0.9, 1)] == [Split.TRAIN]


@settings(max_examples=60)
@given(sizes, sizes, shares, seeds)
def test_images_that_are_added_later_leave_the_others_where_they_were(
    before: list[int], more: list[int], share: float, seed: int
) -> None:
    # A class that was a single image has nothing to validate with: there, the one added later does.
    before = [size + 1 for size in before]
    earlier = splits(planned(images(*before), share, seed))
    grown = [size + extra for size, extra in zip(before, [*more, 0, 0, 0, 0], strict=False)]
    now = planned(images(*grown), share, seed, earlier)

    assert earlier.items() <= splits(now).items()
    for label, size in enumerate(grown):
        assert abs(validating(now)[label] - share * size) <= 1


def test_images_added_later_keep_to_the_share() -> None:
    earlier = splits(planned(images(50), 0.2, 1))

    assert validating(planned(images(100), 0.2, 1, earlier)) == {0: 20}


def test_another_seed_or_share_later_moves_no_image_that_was_there() -> None:
    earlier = splits(planned(images(50), 0.2, 1))

    assert splits(planned(images(50), 0.5, 7, earlier)) == earlier


def test_an_earlier_split_gives_way_only_where_a_class_would_have_nothing_to_validate_with() -> None:
    listed = images(5)

    assert validating(planned(listed, 0.2, 1, {image.key: Split.TRAIN for image in listed})) == {0: 1}
    assert validating(planned(listed, 0.2, 1, {image.key: Split.VALIDATION for image in listed})) == {0: 4}


def test_a_split_that_the_source_gives_stands() -> None:
    given_split = [PlacedImage("a", 9, 0, Split.VALIDATION), PlacedImage("b", 9, 0, Split.VALIDATION)]

    assert splits(planned(given_split, 0.2, 1, {"a": Split.TRAIN})) == {"a": Split.VALIDATION, "b": Split.VALIDATION}


def test_validation_is_packed_first() -> None:
    packed = [image.split for image in planned(images(20, 20), 0.3, 1)]

    assert packed == sorted(packed, key=lambda split: split == Split.TRAIN)


def test_classes_are_well_mixed_in_the_order_of_packing() -> None:
    labels = [image.label for image in planned(images(500, 500), 0.2, 1) if image.split == Split.TRAIN]
    changes = sum(one != next_one for one, next_one in pairwise(labels))

    assert 340 < changes < 460


def test_the_share_is_met_to_the_nearest_image() -> None:
    assert [target(size, 0.2) for size in (1, 2, 3, 7, 8, 12, 13, 1000)] == [0, 1, 1, 1, 2, 2, 3, 200]


def test_a_plan_is_the_same_on_every_machine() -> None:
    assert [image.key for image in planned(images(5), 0.4, 1)] == [
        "0/3.jpg",
        "0/0.jpg",
        "0/1.jpg",
        "0/2.jpg",
        "0/4.jpg",
    ]
