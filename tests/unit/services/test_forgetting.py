"""Forgetting: who may, what goes, and what is honestly said not to."""

import pytest

from bot.domain.feedback import Say, class_key
from bot.domain.uploads import Upload
from bot.errors import NotAllowedError, NotFoundError, RefusedError, WrongStateError
from bot.views.forgetting import forgotten_message
from tests.builders import APPROVER, CHANNEL, a_data_set
from tests.unit.services.learning_room import OTHER, OWNER, PASSER_BY, SHARER, LearningRoom
from tests.unit.services.world import World

TS = "1772443800.000100"


@pytest.fixture
def room(world: World) -> LearningRoom:
    room = LearningRoom(world)
    room.keeps(90)
    room.says(PASSER_BY, "fox")
    room.works()
    return room


@pytest.mark.parametrize("by", [SHARER, OWNER, APPROVER])
def test_who_shared_it_the_owner_and_approvers_may_have_it_forgotten(room: LearningRoom, by: str) -> None:
    done = room.forgetting().forget(CHANNEL, TS, by)
    room.works()

    assert (done.pictures, done.kept, done.data_sets) == (1, 1, ("emoji",))
    assert (room.kept, room.folder.pictures, room.lines) == (None, {}, [])


def test_nobody_else_may(room: LearningRoom) -> None:
    with pytest.raises(NotAllowedError):
        room.forgetting().forget(CHANNEL, TS, OTHER)
    assert room.folder.pictures


def test_a_message_of_which_nothing_is_known_is_said_so(room: LearningRoom) -> None:
    with pytest.raises(NotFoundError):
        room.forgetting().forget(CHANNEL, "1.000001", OWNER)


def test_it_works_when_slack_no_longer_has_the_file(room: LearningRoom, world: World) -> None:
    world.files.kept[room.upload.url] = RefusedError("The file is gone.")
    room.forgetting().forget(CHANNEL, TS, SHARER)
    room.works()

    assert room.folder.pictures == {}


def test_the_same_file_is_forgotten_wherever_it_was_shared(room: LearningRoom, world: World) -> None:
    elsewhere: Upload = room.answered(id="C2.9.F", answer_id="C2.9", channel_id="C2")
    done = room.forgetting().forget(CHANNEL, TS, SHARER)

    assert done.pictures == 2
    assert world.stores.uploads.get(elsewhere.id).url == ""


def test_what_is_forgotten_is_not_kept_anew(room: LearningRoom) -> None:
    room.forgetting().forget(CHANNEL, TS, SHARER)
    with pytest.raises(WrongStateError):
        room.feedback().say(room.upload.id, PASSER_BY, Say.LABEL, class_key("dog"))
    room.works()

    assert room.kept is None


def test_what_was_just_wanted_is_not_fetched_any_more(world: World) -> None:
    room = LearningRoom(world)
    room.keeps(90)
    room.says(PASSER_BY, "fox")
    room.forgetting().forget(CHANNEL, TS, SHARER)
    room.works()

    assert (room.kept, world.files.fetched) == (None, [])


def test_versions_that_contain_it_are_named(room: LearningRoom, world: World) -> None:
    world.stores.data_sets.replace([*world.stores.data_sets.all().values(), a_data_set(name="emoji-v2")])
    world.stores.kept_pictures.trained([room.upload.id], "emoji-v2")
    done = room.forgetting().forget(CHANNEL, TS, SHARER)

    assert (done.versions, done.former) == (("emoji-v2",), ())
    assert "*emoji-v2* contains a copy, and models that were trained" in forgotten_message(done).text


def test_a_version_that_was_removed_holds_no_copy_but_its_models_have_learned(room: LearningRoom, world: World) -> None:
    world.stores.kept_pictures.trained([room.upload.id], "emoji-v2")
    done = room.forgetting().forget(CHANNEL, TS, SHARER)

    assert (done.versions, done.former) == ((), ("emoji-v2",))
    said = forgotten_message(done).text
    assert "Models that were trained on *emoji-v2*, removed by now, have learned from it." in said
    assert "contains a copy" not in said


def test_forgetting_twice_does_no_harm_and_names_the_versions_again(room: LearningRoom, world: World) -> None:
    world.stores.kept_pictures.trained([room.upload.id], "emoji-v2")
    room.forgetting().forget(CHANNEL, TS, SHARER)
    room.works()
    again = room.forgetting().forget(CHANNEL, TS, SHARER)

    assert (again.kept, again.former) == (0, ("emoji-v2",))


def test_a_file_that_is_deleted_in_slack_goes_everywhere(room: LearningRoom) -> None:
    room.forgetting().file_gone(room.upload.file_id)
    room.works()

    assert room.folder.pictures == {}
    assert room.forgetting().file_gone("F0UNKNOWN1").pictures == 0
    assert room.forgetting().file_gone("").pictures == 0


def test_a_message_that_is_deleted_takes_its_pictures_along_and_no_others(room: LearningRoom, world: World) -> None:
    elsewhere = room.answered(id="C2.9.F", answer_id="C2.9", channel_id="C2")
    room.forgetting().message_gone(CHANNEL, TS)
    room.works()

    assert room.folder.pictures == {}
    assert world.stores.uploads.get(elsewhere.id).url
