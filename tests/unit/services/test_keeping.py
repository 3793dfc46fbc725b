"""What is kept of what people said: brought into the bucket, put right, and taken out again, whatever fails between."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.kept_pictures import MOST_TRIES, KeptStatus
from bot.domain.preparations import PreparationStatus
from bot.errors import BusyError, ChatError, PlatformError, RefusedError
from tests.builders import NOW, a_data_set, a_known_picture, a_ready_preparation, minutes
from tests.unit.services.learning_room import CLASSES, OTHER, OWNER, PASSER_BY, LearningRoom
from tests.unit.services.world import World


@pytest.fixture
def room(world: World) -> LearningRoom:
    room = LearningRoom(world)
    room.keeps(90)
    return room


def test_a_label_is_kept_with_its_picture_and_its_line(room: LearningRoom) -> None:
    room.says(PASSER_BY, "fox")
    room.works()

    assert room.kept
    assert (room.kept.status, room.kept.predicted, room.kept.confidence) == (KeptStatus.KEPT, "cat", 0.6)
    assert (room.folder.pictures, room.lines) == ({room.upload.id: b"a picture"}, ["fox"])


@pytest.mark.parametrize(("image", "held_out"), [(b"a picture", False), (b"picture 2", True)])
def test_copies_that_were_uploaded_one_by_one_are_held_out_together_or_not_at_all(
    room: LearningRoom, world: World, image: bytes, held_out: bool
) -> None:
    copies = [room.upload, *(room.answered(id=f"copy {number}", file_id=f"F{number}") for number in range(8))]
    world.files.kept[room.upload.url] = image
    for one in copies:
        room.says(PASSER_BY, "fox", one)
    room.works()

    assert {world.stores.kept_pictures.get(one.id).held_out for one in copies} == {held_out}


@pytest.mark.parametrize("label", ["none", "unfair"])
def test_what_is_no_label_is_never_kept(room: LearningRoom, label: str) -> None:
    room.says(PASSER_BY, label)
    room.works()

    assert (room.kept, room.folder.pictures) == (None, {})


def test_where_the_channel_keeps_none_nothing_is_fetched(room: LearningRoom, world: World) -> None:
    room.keeps(0)
    room.says(PASSER_BY, "fox")
    room.works()

    assert (room.kept, world.files.fetched) == (None, [])
    assert world.stores.opinions.unweighed() == []


def test_another_label_is_written_over_the_former(room: LearningRoom) -> None:
    room.says(PASSER_BY, "fox")
    room.works()
    room.says(PASSER_BY, "dog")
    room.works()

    assert room.lines == ["dog"]
    assert room.kept
    assert room.kept.class_index == CLASSES.index("dog")


def test_a_label_that_is_taken_back_takes_the_picture_with_it(room: LearningRoom) -> None:
    room.says(PASSER_BY, "fox")
    room.works()
    room.says(PASSER_BY, "unfair")
    room.works()

    assert (room.kept, room.folder.pictures, room.lines) == (None, {}, [])


def test_a_dispute_takes_the_line_away_until_it_is_settled(room: LearningRoom) -> None:
    room.says(PASSER_BY, "fox")
    room.works()
    room.says(OTHER, "dog")
    room.works()
    disputed = (room.lines, list(room.folder.pictures), len(room.thread.messages))
    room.says(OWNER, "dog")
    room.works()

    assert disputed == ([], [room.upload.id], 1)
    assert room.lines == ["dog"]
    assert [one.settled_by for one in room.thread.messages] == [(OWNER,)]


def test_a_crash_between_the_bucket_and_the_row_is_made_good(room: LearningRoom, world: World) -> None:
    room.says(PASSER_BY, "fox")
    row, save = world.stores.kept_pictures, world.stores.kept_pictures.save
    row.save = lambda picture: (_ for _ in ()).throw(RuntimeError("killed"))  # type: ignore[method-assign]
    room.works(1)
    row.save = save  # type: ignore[method-assign]
    put, wanted = dict(room.folder.pictures), room.kept
    room.works()

    assert wanted
    assert (list(put), wanted.status) == ([room.upload.id], KeptStatus.WANTED)
    assert room.kept
    assert room.kept.status == KeptStatus.KEPT
    assert room.lines == ["fox"]


def test_a_picture_that_was_put_before_a_crash_goes_although_its_row_knows_of_none(
    room: LearningRoom, world: World
) -> None:
    room.says(PASSER_BY, "fox")
    room.folder.errors = [BusyError("Later.")]
    room.works(1)
    room.folder.pictures[room.upload.id] = b"put before the crash"
    room.keeps(0)
    room.works()

    assert (room.kept, room.folder.pictures) == (None, {})


@pytest.mark.parametrize("error", [RefusedError("The file was deleted."), ChatError("No.", code="missing_scope")])
def test_a_picture_that_is_not_to_be_had_is_let_be_and_its_opinion_counts(
    room: LearningRoom, world: World, error: Exception
) -> None:
    world.files.kept[room.upload.url] = error  # type: ignore[assignment]
    room.says(PASSER_BY, "fox")
    room.works()

    assert room.kept
    assert room.kept.status == KeptStatus.UNKEEPABLE
    assert list(world.stores.opinions.of([room.upload.id])) == [room.upload.id]


def test_a_picture_that_was_let_be_is_tried_again_when_somebody_says_something_more(
    room: LearningRoom, world: World
) -> None:
    had = world.files.kept[room.upload.url]
    world.files.kept[room.upload.url] = ChatError("No.", code="missing_scope")
    room.says(PASSER_BY, "fox")
    room.works()
    world.files.kept[room.upload.url] = had
    room.says(OTHER, "fox")
    room.works()

    assert room.lines == ["fox"]


def test_what_s3_refuses_is_tried_again_and_not_for_ever(room: LearningRoom, world: World) -> None:
    room.folder.errors = [PlatformError("Denied.", code="AccessDenied")] * MOST_TRIES
    room.says(PASSER_BY, "fox")
    for _ in range(MOST_TRIES):
        room.works(1)
        world.passes(hours=2)

    assert room.kept
    assert room.kept.status == KeptStatus.UNKEEPABLE
    assert room.folder.errors == []


def test_one_picture_that_fails_does_not_stop_the_others(room: LearningRoom, world: World) -> None:
    other = room.answered(id="another", file_id="F2", url="https://files.slack.com/other")
    world.files.kept[room.upload.url] = RefusedError("Gone.")
    room.says(PASSER_BY, "fox")
    room.says(PASSER_BY, "dog", other)
    room.works()

    assert list(room.folder.pictures) == ["another"]


def test_once_the_time_is_over_the_picture_goes_and_the_opinion_stays(room: LearningRoom, world: World) -> None:
    room.says(PASSER_BY, "fox")
    room.works()
    world.passes(days=89)
    room.works()
    still = dict(room.folder.pictures)
    world.passes(days=1)
    room.works()

    assert list(still) == [room.upload.id]
    assert (room.kept, room.folder.pictures, room.lines) == (None, {}, [])
    assert room.upload.id in world.stores.opinions.of([room.upload.id])


def test_a_channel_that_keeps_for_less_has_its_pictures_kept_for_less(room: LearningRoom, world: World) -> None:
    room.says(PASSER_BY, "fox")
    room.works()
    room.keeps(7)
    world.passes(days=6)
    room.works()
    still = dict(room.folder.pictures)
    world.passes(days=1)
    room.works()

    assert (list(still), room.folder.pictures) == ([room.upload.id], {})


def test_a_channel_that_keeps_no_more_has_all_of_its_pictures_removed(room: LearningRoom) -> None:
    room.says(PASSER_BY, "fox")
    room.works()
    room.keeps(0)
    room.works()

    assert (room.kept, room.folder.pictures, room.lines) == (None, {}, [])


def test_what_cannot_be_removed_now_is_removed_later(room: LearningRoom, world: World) -> None:
    room.says(PASSER_BY, "fox")
    room.works()
    room.keeps(0)
    room.folder.errors = [BusyError("Later.")]
    room.works()
    still = room.kept
    world.passes(minutes=1)
    room.works()

    assert still
    assert still.status == KeptStatus.REMOVING
    assert room.folder.pictures == {}


def test_a_manifest_that_cannot_be_written_holds_up_no_other_data_set(
    room: LearningRoom, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.says(PASSER_BY, "fox")
    room.works()
    for number in range(20):
        world.stores.kept_pictures.add(a_known_picture(id=f"p{number}", data_set="pets", due_at=NOW - minutes(5)))
    write = room.folder.write_manifest

    def refuse(data_set: str, *rest: Any) -> None:
        if data_set == "pets":
            raise PlatformError("Denied.", code="AccessDenied")
        write(data_set, *rest)

    monkeypatch.setattr(room.folder, "write_manifest", refuse)
    room.keeps(0)
    room.works(4)

    assert (room.kept, room.folder.pictures) == (None, {})
    assert world.stores.kept_pictures.get("p0").status == KeptStatus.REMOVING
    assert not room.keeping().work_once()


def test_an_opinion_that_cannot_be_weighed_now_is_not_tried_again_at_once(room: LearningRoom, world: World) -> None:
    room.says(PASSER_BY, "fox")
    room.works()
    room.says(PASSER_BY, "none")
    room.folder.errors = [BusyError("Later.")]
    room.works(1)
    room.says(PASSER_BY, "dog")

    assert not room.keeping().work_once()
    assert world.stores.opinions.unweighed() == [room.upload.id]


def test_who_says_so_anew_while_the_picture_goes_has_it_kept_anew(room: LearningRoom) -> None:
    room.says(PASSER_BY, "fox")
    room.works()
    room.says(PASSER_BY, "none")
    room.folder.errors = [BusyError("Later.")]
    room.works(1)
    room.says(PASSER_BY, "dog")
    room.world.passes(minutes=1)
    room.works(4)

    assert room.lines == ["dog"]


def test_of_a_data_set_with_several_labels_an_image_nothing_is_kept(room: LearningRoom, world: World) -> None:
    world.stores.data_sets.replace([a_data_set(classes=CLASSES, multi_label=True)])
    room.says(PASSER_BY, "fox")
    room.works()

    assert room.kept is None


def test_with_a_data_set_that_is_removed_goes_what_was_kept_for_it(room: LearningRoom, world: World) -> None:
    room.says(PASSER_BY, "fox")
    room.works()
    removed = replace(a_ready_preparation(name=a_data_set().name), status=PreparationStatus.REMOVED)
    world.stores.preparations.add(removed)
    room.works()

    assert (room.kept, room.folder.pictures) == (None, {})


def test_with_a_data_set_that_is_removed_goes_what_people_differ_about(room: LearningRoom, world: World) -> None:
    room.says(PASSER_BY, "fox")
    room.works()
    room.says(OTHER, "dog")
    room.works()
    removed = replace(a_ready_preparation(name=a_data_set().name), status=PreparationStatus.REMOVED)
    world.stores.preparations.add(removed)
    room.works()

    assert (room.kept, room.folder.pictures) == (None, {})


def test_while_another_worker_is_at_it_nothing_is_done(room: LearningRoom) -> None:
    room.says(PASSER_BY, "fox")
    keeping = room.keeping()
    with keeping._lock.held():
        assert not keeping.work_once()
