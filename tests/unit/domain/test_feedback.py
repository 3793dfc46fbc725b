"""What the opinions of one picture come to, and which kept pictures are held out."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import feedback, forgetting, kept_pictures
from bot.domain.feedback import Opinion, Say, Verdict
from bot.domain.kept_pictures import KeptStatus
from bot.domain.uploads import UploadStatus
from tests.builders import NOW, a_prediction, an_answered_upload, an_upload, minutes


def says(user_id: str, label: str, at: float = 0.0, **changes: Any) -> Opinion:
    say = Say(label) if label in ("none", "unfair") else Say.LABEL
    return replace(Opinion("u1", user_id, say, label if say == Say.LABEL else "", NOW + minutes(at)), **changes)


def verdict(*opinions: Opinion) -> Verdict:
    found = feedback.verdict(opinions)
    assert found is not None
    return found


def test_where_nobody_said_anything_there_is_no_verdict() -> None:
    assert feedback.verdict([]) is None


def test_those_who_agree_have_a_label() -> None:
    found = verdict(says("U2", "cat"), says("U1", "cat", 1))

    assert (found.is_label, found.label, found.by, found.settled_by) == (True, "cat", ("U1", "U2"), ())


@pytest.mark.parametrize("other", ["fox", "none", "unfair"])
def test_two_who_differ_make_a_question_and_no_label(other: str) -> None:
    found = verdict(says("U2", other, 1), says("U1", "cat"))

    assert (found.disputed, found.is_label, found.by) == (True, False, ("U1", "U2"))
    assert [side.by for side in found.sides] == [("U1",), ("U2",)]


def test_whoever_may_decide_settles_what_others_differ_about() -> None:
    found = verdict(says("U1", "cat"), says("U2", "fox", 1), says("U9", "fox", 2, decides=True))

    assert (found.is_label, found.label, found.by, found.settled_by) == (True, "fox", ("U2", "U9"), ("U9",))


def test_a_later_word_of_somebody_else_does_not_reopen_what_was_decided() -> None:
    found = verdict(says("U9", "fox", decides=True), says("U1", "cat", 1))

    assert (found.label, found.settled_by) == ("fox", ("U9",))


def test_where_even_those_who_may_decide_differ_it_stays_a_question() -> None:
    found = verdict(says("U8", "cat", decides=True), says("U9", "fox", 1, decides=True), says("U1", "fox", 2))

    assert found.disputed


@pytest.mark.parametrize("label", ["none", "unfair"])
def test_what_shows_none_of_the_classes_is_no_label(label: str) -> None:
    assert not verdict(says("U1", label)).is_label
    assert not verdict(says("U1", label)).agrees_with(a_prediction(("cat", 0.9), ("fox", 0.1)))


def test_about_a_fifth_is_held_out_and_always_the_same() -> None:
    held_out = [kept_pictures.is_held_out(f"picture {number}".encode()) for number in range(1000)]

    assert 150 < sum(held_out) < 250
    assert held_out == [kept_pictures.is_held_out(f"picture {number}".encode()) for number in range(1000)]


def test_what_is_on_its_way_out_stays_on_it() -> None:
    for status in (KeptStatus.REMOVING, KeptStatus.REMOVED):
        assert KeptStatus.KEPT not in kept_pictures.MOVES[status]


@pytest.mark.parametrize("status", [UploadStatus.RECEIVED, UploadStatus.WAITING, UploadStatus.FAILED])
def test_what_was_not_answered_will_not_be_once_it_is_forgotten(status: UploadStatus) -> None:
    left = forgetting.forgotten(an_upload(status=status, problem="`me-at-home.png` is odd."))

    assert (left.open, left.url, left.file_id) == (False, "", "")
    assert "me-at-home" not in left.problem


def test_what_the_model_said_of_a_forgotten_picture_still_counts() -> None:
    upload = an_answered_upload()

    assert forgetting.forgotten(upload).prediction == upload.prediction
