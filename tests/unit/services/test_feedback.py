"""What people may say of an answer, what they are told, and who settles what."""

from dataclasses import replace

import pytest

from bot.domain.access import Access
from bot.domain.endpoints import EndpointStatus
from bot.domain.feedback import Say, class_key
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
    for key in (class_key("unicorn"), ""):
        with pytest.raises(FieldError) as refused:
            room.feedback().say(room.upload.id, PASSER_BY, Say.LABEL, key)
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
    asked = room.feedback().asked(room.upload.id, PASSER_BY)

    assert asked.classes_like("") == ["cat", "fox", "dog"]
    assert asked.classes_like("DO") == ["dog"]


@pytest.mark.parametrize("said", ["fox", "none", "unfair"])
def test_one_click_agrees_with_what_another_said(room: LearningRoom, said: str) -> None:
    (side,) = room.says(OTHER, said).verdict.sides
    agreed = room.feedback().agree(room.upload.id, PASSER_BY, side.key)

    assert (agreed.verdict.disputed, set(agreed.verdict.by)) == (False, {OTHER, PASSER_BY})
    assert not room.feedback().agree(room.upload.id, PASSER_BY, side.key).is_new


def test_of_those_who_differ_one_is_agreed_with(room: LearningRoom) -> None:
    room.says(OTHER, "fox")
    verdict = room.says(PASSER_BY, "dog").verdict
    agreed = room.feedback().agree(room.upload.id, OTHER, next(one.key for one in verdict.sides if one.label == "dog"))

    assert (verdict.disputed, agreed.verdict.disputed, agreed.verdict.label) == (True, False, "dog")


def test_nobody_agrees_with_what_was_taken_back(room: LearningRoom) -> None:
    (side,) = room.says(OTHER, "fox").verdict.sides
    room.says(OTHER, "dog")

    for key in (side.key, "label", ""):
        with pytest.raises(WrongStateError):
            room.feedback().agree(room.upload.id, PASSER_BY, key)


def test_what_somebody_says_is_not_lost_because_slack_does_not_tell_who_approves(
    room: LearningRoom, world: World
) -> None:
    world.access = Access(frozenset(), frozenset({"S0APPROVERS"}))
    world.directory.unread = frozenset({"S0APPROVERS"})
    said = room.says(PASSER_BY, "fox")

    assert (said.is_new, said.opinion.decides) == (True, False)
