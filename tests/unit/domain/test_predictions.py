"""The rules for uploaded images, the ranking of classes, and when an image is tried again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.image_rules import MAX_BYTES, ImageFacts, check_image, check_size
from bot.domain.predictions import Label, ranked
from bot.domain.uploads import UploadStatus, answered, exhausted, failed, postponed, refused, upload_id
from bot.errors import RefusedError
from tests.builders import NOW, a_prediction, an_upload


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
    with pytest.raises(RefusedError, match=r"8\.0 MB"):
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
    with pytest.raises(RefusedError, match=f"{len(probabilities)} probabilities for 2 classes"):
        ranked(("a", "b"), probabilities, 0.1)


def test_the_same_file_of_the_same_message_has_the_same_id() -> None:
    assert upload_id("C1", "1.2", "F1") == upload_id("C1", "1.2", "F1")


@pytest.mark.parametrize("other", [("C2", "1.2", "F1"), ("C1", "1.3", "F1"), ("C1", "1.2", "F2")])
def test_any_other_file_or_message_has_another_id(other: tuple[str, str, str]) -> None:
    assert upload_id(*other) != upload_id("C1", "1.2", "F1")


def test_an_answer_clears_the_problem_before_it() -> None:
    upload = answered(an_upload(problem="busy"), a_prediction())

    assert (upload.status, upload.problem) == (UploadStatus.ANSWERED, "")


def test_a_refusal_and_a_failure_keep_their_reason() -> None:
    assert (refused(an_upload(), "too big").status, refused(an_upload(), "too big").problem) == ("refused", "too big")
    assert (failed(an_upload(), "broken").status, failed(an_upload(), "broken").problem) == ("failed", "broken")


@pytest.mark.parametrize(("tries", "seconds"), list(enumerate((1, 1, 2, 4, 8, 15, 30, 60, 60, 60))))
def test_the_wait_grows_with_every_try(tries: int, seconds: int) -> None:
    upload = postponed(an_upload(tries=tries), "busy", NOW)

    assert (upload.status, upload.problem) == (UploadStatus.WAITING, "busy")
    assert (upload.tries, upload.due_at) == (tries, NOW + timedelta(seconds=seconds))


def test_an_image_is_tried_ten_times() -> None:
    assert [exhausted(an_upload(tries=tries)) for tries in (9, 10)] == [False, True]


def test_a_model_has_four_minutes_to_wake_up_before_an_image_is_given_up() -> None:
    upload, now = an_upload(), NOW
    while upload.status != UploadStatus.FAILED:
        waited = now - NOW
        upload = postponed(replace(upload, tries=upload.tries + 1), "busy", now)
        now = upload.due_at

    assert timedelta(minutes=4) <= waited <= timedelta(minutes=5)
    assert upload.problem == "busy"
