"""What was cut off on its way to S3 and arrives there after the picture was removed."""

from datetime import timedelta

import pytest

from bot.services.keeping import LATE
from tests.builders import CHANNEL
from tests.unit.services.learning_room import OWNER, PASSER_BY, LearningRoom
from tests.unit.services.test_forgetting import TS
from tests.unit.services.world import World


@pytest.fixture
def room(world: World) -> LearningRoom:
    room = LearningRoom(world)
    room.keeps(90)
    return room


def test_what_reaches_the_bucket_later_than_its_removal_is_removed_too(room: LearningRoom) -> None:
    keeping = room.keeping()
    room.says(PASSER_BY, "fox")
    keeping.work_once()
    room.forgetting().forget(CHANNEL, TS, OWNER)
    keeping.work_once()
    room.folder.pictures[room.upload.id] = b"was cut off, and tried again"
    room.world.now += LATE
    keeping.work_once()

    assert room.folder.pictures == {}


def test_what_is_kept_anew_meanwhile_stays(room: LearningRoom) -> None:
    keeping = room.keeping()
    for label in ("fox", "none", "fox"):
        room.says(PASSER_BY, label)
        keeping.work_once()
        room.world.now += timedelta(seconds=1)
    room.world.now += LATE
    keeping.work_once()

    assert list(room.folder.pictures) == [room.upload.id]
