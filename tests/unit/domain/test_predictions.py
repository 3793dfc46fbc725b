"""The rules for uploaded images, and the ranking of classes."""

import pytest

from bot.domain.image_rules import MAX_BYTES, ImageFacts, check_image, check_size
from bot.domain.predictions import Label, ranked
from bot.errors import RefusedError


def facts(**changes: object) -> ImageFacts:
    return ImageFacts(**{"format": "PNG", "width": 640, "height": 480, "size": 1000, **changes})


@pytest.mark.parametrize(
    "image",
    [
        facts(),
        facts(format="JPEG"),
        facts(width=64, height=64),
        facts(width=4096, height=4096),
        facts(width=1280, height=64),
        facts(width=64, height=1280),
        facts(size=MAX_BYTES),
    ],
)
def test_an_image_at_the_edge_of_the_rules_is_taken(image: ImageFacts) -> None:
    check_image("cat.png", image)


@pytest.mark.parametrize(
    ("image", "rule"),
    [
        (facts(format="GIF"), "JPEG and PNG"),
        (facts(format="HEIF"), "JPEG and PNG"),
        (facts(width=63), "64 pixels a side at least"),
        (facts(height=63), "64 pixels a side at least"),
        (facts(width=4097), "4096 pixels a side at most"),
        (facts(height=4097), "4096 pixels a side at most"),
        (facts(width=1281, height=64), "20 times"),
        (facts(width=64, height=1281), "20 times"),
        (facts(size=MAX_BYTES + 1), "4 MB at most"),
    ],
)
def test_an_image_beyond_the_rules_is_refused_with_its_name_and_the_rule(image: ImageFacts, rule: str) -> None:
    with pytest.raises(RefusedError, match=rule) as refusal:
        check_image("cat.png", image)

    assert "`cat.png`" in refusal.value.what


def test_a_refusal_names_the_images_own_figures() -> None:
    with pytest.raises(RefusedError, match="5000 × 480 pixels"):
        check_image("cat.png", facts(width=5000))


def test_the_size_alone_is_enough_to_refuse() -> None:
    with pytest.raises(RefusedError, match="8 MB"):
        check_size("cat.png", 2 * MAX_BYTES)


def test_a_size_at_the_limit_is_taken() -> None:
    check_size("cat.png", MAX_BYTES)


def test_the_likeliest_classes_come_first_and_three_are_enough() -> None:
    prediction = ranked(("a", "b", "c", "d"), (0.1, 0.5, 0.15, 0.25), 0.4)

    assert prediction.labels == (Label("b", 0.5), Label("d", 0.25), Label("c", 0.15))
    assert prediction.seconds == 0.4


def test_two_classes_are_all_shown() -> None:
    assert len(ranked(("a", "b"), (0.4, 0.6), 0.1).labels) == 2


@pytest.mark.parametrize("probabilities", [(0.5,), (0.2, 0.3, 0.5), ()])
def test_an_answer_for_other_classes_is_refused(probabilities: tuple[float, ...]) -> None:
    with pytest.raises(RefusedError, match=f"know 2 classes, and answered as one of {len(probabilities)}"):
        ranked(("a", "b"), probabilities, 0.1)
