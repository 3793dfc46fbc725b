"""Where people differ, their thread is asked once, at a time that suits, and told how that was settled."""

from datetime import time

import pytest

from bot.domain.quiet_hours import QuietHours
from bot.errors import ChatBusyError, ChatError
from tests.builders import CHANNEL, NOW
from tests.unit.services.learning_room import OTHER, PASSER_BY, LearningRoom
from tests.unit.services.world import World


@pytest.fixture
def room(world: World) -> LearningRoom:
    room = LearningRoom(world)
    room.keeps(90)
    return room


def test_a_thread_is_asked_once_however_often_people_change_their_minds(room: LearningRoom) -> None:
    room.says(PASSER_BY, "fox")
    for label in ("dog", "fox", "cat"):
        room.says(OTHER, label)
        room.works()

    assert [one.disputed for one in room.thread.messages] == [True]


def test_a_question_that_was_asked_before_a_crash_is_found_again(room: LearningRoom, world: World) -> None:
    room.says(PASSER_BY, "fox")
    room.says(OTHER, "dog")
    room.works()
    world.stores.questions.ask(room.upload.id, "")
    room.says(OTHER, "cat")
    room.works()

    assert len(room.thread.messages) == 1
    assert world.stores.questions.asked(room.upload.id) == "1"


def test_a_thread_that_cannot_be_written_in_does_not_hold_up_what_is_learned(room: LearningRoom, world: World) -> None:
    room.thread.errors = [ChatError("No.", code="is_archived")]
    room.says(PASSER_BY, "fox")
    room.says(OTHER, "dog")
    room.works()

    assert world.stores.opinions.unweighed() == []


def test_a_busy_slack_is_asked_again(room: LearningRoom, world: World) -> None:
    room.thread.errors = [ChatBusyError("Later.", retry_after=60)] * 2
    room.says(PASSER_BY, "fox")
    room.says(OTHER, "dog")
    room.works()
    pressed = 2 - len(room.thread.errors)
    assert not room.keeping().work_once()
    for _ in range(2):
        world.passes(seconds=60)
        room.works()

    assert (pressed, len(room.thread.messages)) == (1, 1)
    assert world.stores.questions.held() == []


def test_while_slack_is_busy_no_other_thread_is_written_in(room: LearningRoom, world: World) -> None:
    other = room.answered(id="another", file_id="F2", url="https://files.slack.com/other")
    room.thread.errors = [ChatBusyError("Later.")]
    for upload in (room.upload, other):
        room.says(PASSER_BY, "fox", upload)
        room.says(OTHER, "dog", upload)
    room.works()
    before = len(room.thread.messages)
    world.passes(seconds=30)
    room.works()

    assert (before, world.stores.questions.held()) == (0, [])


def test_in_quiet_hours_a_question_waits_and_nothing_is_looked_at_all_night(room: LearningRoom, world: World) -> None:
    world.stores.quiet_hours.put(QuietHours(CHANNEL, time(9), time(18), "UTC"))
    room.says(PASSER_BY, "fox")
    room.says(OTHER, "dog")
    room.works()
    assert (room.thread.messages, room.keeping().work_once()) == ([], False)

    world.now = NOW.replace(hour=18, minute=0)
    room.works()
    assert [one.disputed for one in room.thread.messages] == [True]


def test_what_was_settled_in_quiet_hours_is_no_question_in_the_morning(room: LearningRoom, world: World) -> None:
    world.stores.quiet_hours.put(QuietHours(CHANNEL, time(9), time(18), "UTC"))
    room.says(PASSER_BY, "fox")
    room.says(OTHER, "dog")
    room.works()
    room.says(OTHER, "fox")
    world.now = NOW.replace(hour=18, minute=0)
    room.works()

    assert (room.thread.messages, world.stores.questions.held()) == ([], [])


def test_a_picture_that_is_forgotten_meanwhile_is_not_asked_about(room: LearningRoom, world: World) -> None:
    room.thread.errors = [ChatBusyError("Later.")]
    room.says(PASSER_BY, "fox")
    room.says(OTHER, "dog")
    room.works()
    room.forgetting().file_gone(room.upload.file_id)
    world.passes(minutes=1)
    room.works()

    assert (room.thread.messages, world.stores.questions.held()) == ([], [])
