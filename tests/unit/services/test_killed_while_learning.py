"""Killed around any call on the way from a label to a job: nothing is lost, and nothing is there twice."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.domain.preparations import PreparationStatus
from bot.domain.retrainings import RetrainingStatus
from bot.errors import WrongStateError
from bot.services.differing import Differing
from tests.builders import CHANNEL, REQUESTER, a_data_set, a_finished_job, an_endpoint
from tests.unit.services.learning_room import OTHER, PASSER_BY, SHARER, LearningRoom
from tests.unit.services.mortal import Reaper, until_done
from tests.unit.services.test_forgetting import TS
from tests.unit.services.test_retraining import Class
from tests.unit.services.world import World

MOMENTS = ("before", "after")


def around_each_call(walk: Callable[[Reaper], None], moment: str) -> None:
    """Go the same way once without and once for each of its calls, at which the process is killed."""
    whole = Reaper(0, moment)
    walk(whole)
    for number in range(1, whole.calls + 1):
        reaper = Reaper(number, moment)
        walk(reaper)
        assert reaper.killed


def a_room(reaper: Reaper) -> LearningRoom:
    """A room that keeps pictures, whose bot is killed."""
    room = LearningRoom(World())
    room.keeps(90)
    stores = room.world.stores
    stores.opinions, stores.kept_pictures = reaper.watch(stores.opinions), reaper.watch(stores.kept_pictures)
    room.folder = reaper.watch(room.folder)
    questions, thread = reaper.watch(stores.questions), reaper.watch(room.thread)
    room.differing = Differing(stores.answers, questions, thread, room.world.hush(), room.world.clock)
    return room


def comes_to_rest(room: LearningRoom) -> None:
    """What was postponed comes due meanwhile."""
    for _ in range(3):
        until_done(room.keeping().work_once)
        room.world.now += timedelta(minutes=1)


def say(room: LearningRoom, *said: tuple[str, str]) -> None:
    """They say so, and once more where the bot did not answer; then all is done that follows."""
    for person, label in said:
        until_done(lambda person=person, label=label: room.says(person, label))  # type: ignore[misc]  # runs at once
    comes_to_rest(room)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_picture_is_kept_and_put_right_with_one_object_and_one_line(moment: str) -> None:
    def walk(reaper: Reaper) -> None:
        room = a_room(reaper)
        say(room, (PASSER_BY, "cat"))
        say(room, (PASSER_BY, "fox"))
        reaper.spared = True
        assert (list(room.folder.pictures), room.lines) == ([room.upload.id], ["fox"]), reaper.killed

    around_each_call(walk, moment)


@pytest.mark.parametrize("moment", MOMENTS)
def test_who_differ_are_asked_once_and_nothing_is_learned(moment: str) -> None:
    def walk(reaper: Reaper) -> None:
        room = a_room(reaper)
        say(room, (PASSER_BY, "cat"))
        say(room, (OTHER, "fox"))
        reaper.spared = True
        assert (len(room.thread.messages), room.lines) == (1, []), reaper.killed

    around_each_call(walk, moment)


@pytest.mark.parametrize("moment", MOMENTS)
def test_of_a_forgotten_picture_neither_object_nor_line_is_left(moment: str) -> None:
    def walk(reaper: Reaper) -> None:
        room = a_room(reaper)
        say(room, (PASSER_BY, "fox"))
        until_done(lambda: room.forgetting().forget(CHANNEL, TS, SHARER))
        comes_to_rest(room)
        reaper.spared = True
        assert (room.kept, room.folder.pictures, room.lines) == (None, {}, []), reaper.killed

    around_each_call(walk, moment)


def learners_of(reaper: Reaper) -> Class:
    """A live model with three labelled pictures, whose bot is killed."""
    world = World()
    world.has_job(a_finished_job())
    world.has_endpoint(an_endpoint(data_set="emoji", job_id=a_finished_job().id))
    world.stores.data_sets.replace([a_data_set()])
    learners = Class(world)
    learners.labelled("a", "b", "c")
    stores = world.stores
    stores.preparations, stores.kept_pictures = reaper.watch(stores.preparations), reaper.watch(stores.kept_pictures)
    stores.jobs = reaper.watch(stores.jobs)
    learners.rows, learners.teller = reaper.watch(learners.rows), reaper.watch(learners.teller)
    return learners


def runs(learners: Class) -> None:
    until_done(lambda: learners.runner().work_once())
    until_done(lambda: learners.runner().work_once())


def learn_on(learners: Class, reaper: Reaper) -> None:
    """Offered, wanted, prepared and started."""
    runs(learners)
    (offer,) = learners.rows.rows
    with suppress(WrongStateError):
        # The second click of who was not answered; the first may have counted.
        until_done(lambda: learners.learning_on().start(offer, REQUESTER))
    runs(learners)
    # The data lane has a walk of its own.
    reaper.spared = True
    learners.ready(learners.rows.rows[offer])
    reaper.spared = False
    runs(learners)


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_there_is_to_learn_from_makes_one_offer_one_version_and_one_job(moment: str) -> None:
    def walk(reaper: Reaper) -> None:
        learners = learners_of(reaper)
        learn_on(learners, reaper)
        reaper.spared = True
        (retraining,) = learners.rows.rows.values()
        (job,) = learners.world.stores.jobs.active()
        assert (retraining.status, retraining.started_job) == (RetrainingStatus.STARTED, job.name), reaper.killed
        made = learners.world.stores.preparations.get(retraining.preparation_id)
        assert (made.status, made.name, job.data_set) == (PreparationStatus.READY, "emoji-2", "emoji-2")
        assert learners.world.stores.kept_pictures.versions_with(["a"]) == ["emoji-2"]

    around_each_call(walk, moment)
