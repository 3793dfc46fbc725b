"""What people may say of an answer, what they are told, and who settles what."""

from dataclasses import replace

import pytest

from bot.domain.endpoints import EndpointStatus
from bot.domain.feedback import Say
from bot.domain.uploads import UploadStatus
from bot.errors import FieldError, NotFoundError, WrongStateError
from bot.views.feedback import said_message
from tests.builders import APPROVER, an_endpoint
from tests.unit.services.learning_room import OTHER, OWNER, PASSER_BY, LearningRoom
from tests.unit.services.world import World


@pytest.fixture
def room(world: World) -> LearningRoom:
    return LearningRoom(world)


def test_right_is_the_models_first_class(room: LearningRoom) -> None:
    said = room.feedback().right(room.upload.id, PASSER_BY)

    assert (said.opinion.say, said.opinion.label, said.is_new) == (Say.LABEL, "cat", True)
    assert said_message(said) is None


def test_saying_the_same_twice_counts_once_and_is_said_kindly(room: LearningRoom) -> None:
    room.feedback().right(room.upload.id, PASSER_BY)
    said = room.feedback().right(room.upload.id, PASSER_BY)

    message = said_message(said)
    assert message
    assert "You said so already" in message.text
    assert said.verdict.by == (PASSER_BY,)


def test_a_person_may_change_their_mind(room: LearningRoom) -> None:
    room.feedback().right(room.upload.id, PASSER_BY)
    said = room.says(PASSER_BY, "fox")

    assert (said.verdict.label, said.verdict.disputed) == ("fox", False)
    assert said.asked.mine
    assert said.asked.mine.label == "cat"


def test_a_class_that_the_model_does_not_know_is_refused_under_its_field(room: LearningRoom) -> None:
    for label in ("unicorn", ""):
        with pytest.raises(FieldError) as refused:
            room.feedback().say(room.upload.id, PASSER_BY, Say.LABEL, label)
        assert refused.value.field == "class"


@pytest.mark.parametrize("status", [UploadStatus.WAITING, UploadStatus.REFUSED, UploadStatus.FAILED])
def test_of_what_was_not_answered_nothing_can_be_said(world: World, status: UploadStatus) -> None:
    room = LearningRoom(world)
    other = room.answered(id="another", file_id="F2", status=status, prediction=None)

    with pytest.raises(WrongStateError):
        room.feedback().right(other.id, PASSER_BY)


def test_of_a_picture_that_nobody_knows_nothing_can_be_said(room: LearningRoom) -> None:
    with pytest.raises(NotFoundError):
        room.feedback().right("gone", PASSER_BY)


def test_that_the_endpoint_is_gone_is_said_and_the_opinion_counts(room: LearningRoom, world: World) -> None:
    endpoint = world.stores.endpoints.get(an_endpoint().id)
    for status in (EndpointStatus.DELETING, EndpointStatus.DELETED):
        endpoint = world.stores.endpoints.save(replace(endpoint, status=status))
    said = room.says(PASSER_BY, "fox")

    message = said_message(said)
    assert message
    assert "emoji-live* is gone by now" in message.text
    assert said.verdict.is_label


def test_the_owner_and_approvers_decide_and_others_are_told_so(room: LearningRoom) -> None:
    for decider in (OWNER, APPROVER):
        assert room.says(decider, "fox").opinion.decides
    said = room.says(PASSER_BY, "dog")

    message = said_message(said)
    assert not said.opinion.decides
    assert message
    assert "decided that it is *fox*" in message.text


def test_whoever_differs_is_told_what_it_takes(room: LearningRoom) -> None:
    room.says(OTHER, "dog")
    message = said_message(room.says(PASSER_BY, "fox"))

    assert message
    assert "says *dog*" in message.text
    assert "once you agree" in message.text


def test_the_hint_comes_with_a_persons_first_correction_where_nothing_is_kept(room: LearningRoom) -> None:
    said = [room.feedback().right(room.upload.id, PASSER_BY)] + [room.says(PASSER_BY, one) for one in ("fox", "dog")]
    elsewhere = LearningRoom(World())
    elsewhere.keeps(90)

    assert [one.hint for one in said] == [False, True, False]
    assert not elsewhere.says(PASSER_BY, "fox").hint


def test_classes_are_offered_with_what_the_model_thought_likely_first(room: LearningRoom) -> None:
    assert room.feedback().classes_like(room.upload.id, PASSER_BY, "") == ["cat", "fox", "dog"]
    assert room.feedback().classes_like(room.upload.id, PASSER_BY, "DO") == ["dog"]
