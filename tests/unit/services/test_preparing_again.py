"""A pass that was ended anywhere: what comes of it in the end is what an undisturbed one makes."""

import pytest

from bot.domain.datasets import Format
from bot.domain.preparations import Options, PreparationStatus
from bot.services.preparation import packing, writing
from tests.fakes.sources import FakeBucket, FakeSource, Killed, images
from tests.unit.services.preparing_room import PreparingRoom

FORMATS = pytest.mark.parametrize("kind", list(Format))


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that few images make several cuts."""
    monkeypatch.setattr(writing, "PART_BYTES", 1500)
    monkeypatch.setattr(writing, "FILES_IN_A_CUT", 5)
    monkeypatch.setattr(packing, "TOGETHER", 3)


def a_source() -> FakeSource:
    held = images(cat=11, dog=8, fox=1)
    held["cat/odd.jpg"] = b"no image"
    held["dog/again.jpg"] = held["dog/0003.jpg"]
    # A class without any usable image, so that the pass begins again without it.
    held["elk/one.jpg"] = b"no image either"
    return FakeSource(held)


def undisturbed(kind: Format) -> tuple[dict[str, bytes], int]:
    """What is written in the end, and by how many writes."""
    room = PreparingRoom(source=a_source(), bucket=FakeBucket(writes_left=100_000))
    room.asked(options=Options(format=kind))
    room.work()
    assert room.row().status == PreparationStatus.READY
    return room.bucket.held, 100_000 - (room.bucket.writes_left or 0)


@FORMATS
@pytest.mark.parametrize("after", [True, False], ids=["just-after", "just-before"])
def test_killed_at_any_write_it_ends_with_the_same_bytes(kind: Format, after: bool) -> None:
    whole, writes = undisturbed(kind)

    for killed_at in range(1, writes + 1):
        room = PreparingRoom(source=a_source(), bucket=FakeBucket(writes_left=killed_at, after=after))
        room.asked(options=Options(format=kind))
        with pytest.raises(Killed):
            room.work()
        room.bucket.writes_left = None
        room.work()

        left = {key: body for key, body in room.bucket.held.items() if "/work/" not in key}
        assert room.row().status == PreparationStatus.READY
        assert left == whole, f"killed at write {killed_at}"
        assert not room.bucket.begun


@FORMATS
def test_killed_again_and_again_it_still_comes_to_an_end(kind: Format) -> None:
    whole, _ = undisturbed(kind)
    room = PreparingRoom(source=a_source())
    room.asked(options=Options(format=kind))

    for _ in range(200):
        room.bucket.writes_left = 20
        try:
            room.work()
        except Killed:
            continue
        break

    assert {key: body for key, body in room.bucket.held.items() if "/work/" not in key} == whole


def test_an_image_that_is_gone_after_the_restart_is_a_line_in_the_report() -> None:
    room = PreparingRoom(source=a_source(), bucket=FakeBucket(writes_left=12))
    room.asked()
    with pytest.raises(Killed):
        room.work()
    room.bucket.writes_left = None
    read = set(room.source.reads)
    lost = next(key for key in sorted(room.source.held) if key not in read)
    del room.source.held[lost]
    room.work()

    assert room.row().status == PreparationStatus.READY
    assert f"{lost},".encode() in room.written("report.csv")
    assert b",missing,left out," in room.written("report.csv")


def test_what_was_packed_before_the_restart_is_not_read_again() -> None:
    room = PreparingRoom(source=FakeSource(images(cat=40, dog=40)), bucket=FakeBucket(writes_left=30))
    room.asked()
    with pytest.raises(Killed):
        room.work()
    room.bucket.writes_left = None
    before = len(room.source.reads)
    room.work()

    assert len(room.source.reads) - before < 60


def test_an_upload_that_the_bucket_gave_up_is_begun_anew() -> None:
    room = PreparingRoom(source=a_source(), bucket=FakeBucket(writes_left=8))
    room.asked()
    with pytest.raises(Killed):
        room.work()
    room.bucket.writes_left = None
    room.bucket.begun.clear()

    assert [room.work(), room.work()] == [False, True]
    assert room.row().status == PreparationStatus.READY
