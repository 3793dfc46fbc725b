"""What becomes of a wish for a data set: prepared, stopped, removed, refused."""

import csv
import io
import json

import pytest

from bot.domain.checks import Finding, Rule
from bot.domain.datasets import Format
from bot.domain.preparations import Options, PreparationStatus, Summary, removal_asked, stop_asked
from bot.domain.versions import UsedPicture
from bot.errors import BusyError, DeniedError, RefusedError
from bot.formats import recordio
from bot.services.preparation import image_reading, preparing
from bot.services.preparation.closing import Outcome
from tests.builders import REQUESTER, a_data_set
from tests.fakes.sources import JPEG, FakeSource, images
from tests.unit.services.preparing_room import FOLDER, PreparingRoom


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_reading, "PAUSES", (0.0, 0.0))


def report(room: PreparingRoom) -> list[list[str]]:
    return list(csv.reader(io.StringIO(room.written("report.csv").decode())))[1:]


def said_of(room: PreparingRoom, key: str) -> list[str]:
    return [line[3] for line in report(room) if line[0] == key]


def test_class_folders_become_two_record_files_that_hold_every_image() -> None:
    room = PreparingRoom()
    room.asked()

    assert room.work()
    records = [
        record.image
        for split in ("train", "validation")
        for _, record in recordio.read(io.BytesIO(room.written(f"{split}/{split}.rec")))
    ]
    assert room.row().status == PreparationStatus.READY
    assert sorted(records) == sorted(room.source.held.values())


def test_the_index_leads_to_each_record() -> None:
    room = PreparingRoom()
    room.asked()
    room.work()
    packed = room.written("train/train.rec")

    assert room.written("train_idx/train.idx").decode() == "".join(
        recordio.index_line(record.id, offset) for offset, record in recordio.read(io.BytesIO(packed))
    )


@pytest.mark.parametrize(
    ("kind", "some"),
    [
        (Format.REC, {"train/train.rec", "train_idx/train.idx", "validation_lst/validation.lst"}),
        (Format.LST, {"train_lst/train.lst", "validation_lst/validation.lst"}),
        (Format.MANIFEST, {"train_manifest/train.manifest", "validation_manifest/validation.manifest"}),
    ],
)
def test_each_format_has_its_tables(kind: Format, some: set[str]) -> None:
    room = PreparingRoom()
    room.asked(options=Options(format=kind))
    room.work()

    always = {"classes.txt", "split.csv", "report.csv", "contact-sheet.jpg", "summary.json"}
    assert some | always <= room.names()


@pytest.mark.parametrize("kind", [Format.LST, Format.MANIFEST])
def test_what_a_table_names_is_there(kind: Format) -> None:
    room = PreparingRoom()
    room.asked(options=Options(format=kind))
    room.work()
    if kind == Format.LST:
        lines = room.written("train_lst/train.lst").decode().splitlines()
        named = {f"train/{line.split(chr(9))[2]}" for line in lines}
    else:
        lines = room.written("train_manifest/train.manifest").decode().splitlines()
        named = {json.loads(line)["source-ref"].removeprefix(FOLDER) for line in lines}

    assert named == {name for name in room.names() if name.startswith("train/")}


def test_the_descriptor_comes_last_and_the_catalog_is_read_again() -> None:
    room = PreparingRoom()
    room.asked()
    room.work()

    assert list(room.bucket.held)[-1] == "s3://darkroom-artifacts/datasets/pets/dataset.json"
    assert room.refreshed == 1


def test_what_was_needed_on_the_way_is_gone_in_the_end() -> None:
    room = PreparingRoom()
    room.asked()
    room.work()

    assert not any(name.startswith("work/") for name in room.names())


def test_an_unreadable_image_is_a_line_in_the_report() -> None:
    room = PreparingRoom()
    room.source.held["cat/broken.jpg"] = b"what is this"
    room.asked()
    room.work()

    assert said_of(room, "cat/broken.jpg") == ["no-image"]
    assert room.row().progress.left_out == 1


def test_a_denied_image_is_a_line_in_the_report() -> None:
    room = PreparingRoom()
    room.source.failing["cat/0004.jpg"] = [DeniedError("Not this one.", "It lacks `s3:GetObject`.")]
    room.asked()
    room.work()

    assert said_of(room, "cat/0004.jpg") == ["denied"]


def test_a_busy_source_is_asked_again() -> None:
    room = PreparingRoom()
    room.source.failing["cat/0004.jpg"] = [BusyError("Later."), BusyError("Later.")]
    room.asked()
    room.work()

    assert room.row().progress.left_out == 0


def test_a_source_that_stays_busy_is_come_back_to() -> None:
    room = PreparingRoom()
    room.source.failing["cat/0004.jpg"] = [BusyError("Later.")] * 3
    room.asked()

    assert [room.work(), room.row().status] == [False, PreparationStatus.PREPARING]
    assert [room.work(), room.row().status] == [True, PreparationStatus.READY]


def test_a_double_in_a_class_is_left_out() -> None:
    room = PreparingRoom()
    room.source.held["cat/copy.jpg"] = room.source.held["cat/0001.jpg"]
    room.asked()
    room.work()

    assert sorted([*said_of(room, "cat/copy.jpg"), *said_of(room, "cat/0001.jpg")]) == ["double"]


def test_a_picture_in_two_classes_is_kept_once_and_warned_of() -> None:
    room = PreparingRoom()
    room.source.held["dog/copy.jpg"] = room.source.held["cat/0001.jpg"]
    room.asked()
    room.work()

    assert sorted([*said_of(room, "dog/copy.jpg"), *said_of(room, "cat/0001.jpg")]) == ["two-classes"]
    assert Rule.TWO_CLASSES in {one.rule for one in room.row().summary.warnings}


def test_a_picture_in_both_given_splits_is_left_out_of_train() -> None:
    held = {f"train/{key}": body for key, body in images(cat=10, dog=10).items()}
    held |= {
        f"val/{name}/v{number}.jpg": JPEG + f"{name}{number}".encode() for name in ("cat", "dog") for number in (1, 2)
    }
    held["train/cat/leak.jpg"] = held["val/cat/v1.jpg"]
    room = PreparingRoom(source=FakeSource(held))
    room.asked()
    room.work()

    assert said_of(room, "train/cat/leak.jpg") == ["both-splits"]


def test_a_class_without_a_usable_image_is_given_up_and_labels_have_no_gap() -> None:
    room = PreparingRoom(source=FakeSource(images(cat=10, elk=10) | {"dog/one.jpg": b"?", "dog/two.jpg": b"?"}))
    room.asked()
    room.work()
    labels = {record.labels for _, record in recordio.read(io.BytesIO(room.written("train/train.rec")))}

    assert room.written("classes.txt") == b"cat\nelk\n"
    assert labels == {(0.0,), (1.0,)}
    assert Rule.EMPTY_CLASS in {one.rule for one in room.row().summary.warnings}


def test_with_one_usable_class_there_is_no_data_set_and_the_report_says_why() -> None:
    room = PreparingRoom(source=FakeSource(images(cat=10) | {"dog/one.jpg": b"?"}))
    room.asked()
    room.work()

    assert room.row().status == PreparationStatus.FAILED
    assert "Only `cat` has usable images" in room.row().problem
    assert said_of(room, "dog/one.jpg") == ["no-image"]
    assert room.names() == {"report.csv"}


def test_an_empty_source_is_refused_with_what_is_expected() -> None:
    room = PreparingRoom(source=FakeSource({}))
    room.asked()
    room.work()

    assert room.row().status == PreparationStatus.FAILED
    assert "no file was found" in room.row().problem


def test_another_region_is_refused_before_anything_is_read() -> None:
    room = PreparingRoom()
    room.source.found = (Finding(Rule.OTHER_REGION, "", "It lies in eu-west-1."),)
    room.asked()
    room.work()

    assert (room.row().status, room.source.reads) == (PreparationStatus.FAILED, [])
    assert "eu-west-1" in room.row().problem


def test_a_data_set_is_never_written_into_its_own_source() -> None:
    room = PreparingRoom()
    room.source.address = "s3://darkroom-artifacts/datasets/"
    room.asked()
    room.work()

    assert "its own source" in room.row().problem
    assert room.bucket.held == {}


def test_images_of_an_earlier_version_keep_their_split() -> None:
    room = PreparingRoom()
    room.known.replace([a_data_set(name="pets", made_by="before")])
    first = "s3://darkroom-artifacts/datasets/pets/before/split.csv"
    keys = sorted(room.source.held)
    room.bucket.held[first] = ("key,split\n" + "".join(f"{key},validation\n" for key in keys[:9])).encode()
    room.asked()
    room.work()
    split = dict(csv.reader(io.StringIO(room.written("split.csv").decode())))

    assert {split[key] for key in keys[:9]} == {"validation"}


def test_a_wish_to_stop_is_noticed_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "SAVE_SECONDS", 0.0)
    room = PreparingRoom()
    asked = room.asked()
    read = room.source.read

    def stops(key: str, most_bytes: int) -> bytes:
        if room.row().status == PreparationStatus.PREPARING:
            room.rows.save(stop_asked(room.row(), REQUESTER))
        return read(key, most_bytes)

    room.source.read = stops  # type: ignore[method-assign]
    assert [room.work(), room.row(asked.id).status] == [True, PreparationStatus.STOPPING]
    assert [room.work(), room.row(asked.id).status] == [True, PreparationStatus.STOPPED]
    assert room.bucket.held == {}


def test_a_stop_before_anything_was_done_leaves_nothing() -> None:
    room = PreparingRoom()
    room.rows.save(stop_asked(room.asked(), REQUESTER))
    room.work()

    assert (room.row().status, room.bucket.held, room.source.reads) == (PreparationStatus.STOPPED, {}, [])


def test_a_stop_goes_before_what_waits_to_be_prepared() -> None:
    room = PreparingRoom()
    room.asked(id="first", name="first")
    room.rows.save(stop_asked(room.asked(id="second", name="second"), REQUESTER))
    room.work()

    assert (room.row("first").status, room.row("second").status) == ("requested", "stopped")


def test_a_stop_at_the_last_moment_takes_the_descriptor_back() -> None:
    room = PreparingRoom()
    room.known.replace([earlier := a_data_set(name="pets", made_by="before")])
    room.asked()
    room.bucket.held["s3://darkroom-artifacts/datasets/pets/dataset.json"] = room.row().id.encode()
    room.rows.save(stop_asked(room.row(), REQUESTER))
    room.work()

    assert room.bucket.held == {"s3://darkroom-artifacts/datasets/pets/dataset.json": repr(earlier).encode()}


def test_removal_takes_all_that_was_made_under_the_name_and_nothing_of_the_source() -> None:
    room = PreparingRoom()
    room.asked()
    room.work()
    held = dict(room.source.held)
    room.rows.save(removal_asked(room.row(), REQUESTER))
    room.work()

    assert (room.row().status, room.bucket.held, room.refreshed) == (PreparationStatus.REMOVED, {}, 2)
    assert room.source.held == held


def test_the_process_ending_leaves_it_to_the_next_one() -> None:
    room = PreparingRoom()
    room.asked()
    read = room.source.read

    def ends(key: str, most_bytes: int) -> bytes:
        room.stopping.set()
        return read(key, most_bytes)

    room.source.read = ends  # type: ignore[method-assign]
    assert [room.work(), room.row().status] == [False, PreparationStatus.PREPARING]
    room.stopping.clear()
    room.source.read = read  # type: ignore[method-assign]
    assert [room.work(), room.row().status] == [True, PreparationStatus.READY]


def test_a_fault_of_ours_is_tried_thrice_and_then_told(caplog: pytest.LogCaptureFixture) -> None:
    room = PreparingRoom()
    room.asked()
    room.source.objects = lambda: 1 / 0  # type: ignore[method-assign,assignment,return-value]

    assert [room.work(), room.work(), room.work()] == [False, False, True]
    assert room.row().status == PreparationStatus.FAILED
    assert "in the bot itself" in room.row().problem
    assert "preparation_crashed" in caplog.text


def test_what_a_person_can_mend_is_told_at_once() -> None:
    room = PreparingRoom()
    room.asked()

    def denied() -> None:
        raise DeniedError("AWS does not let me list it.", "It lacks `s3:ListBucket`.")

    room.source.objects = denied  # type: ignore[method-assign,assignment]
    room.work()

    assert (room.row().status, room.row().tries) == (PreparationStatus.FAILED, 0)
    assert "s3:ListBucket" in room.row().problem


def test_while_another_worker_prepares_nothing_is_done() -> None:
    room = PreparingRoom()
    room.asked()
    room.lock.free = False

    assert (room.work(), room.row().status) == (False, PreparationStatus.REQUESTED)


def test_with_nothing_to_do_it_says_so() -> None:
    assert not PreparingRoom().work()


def test_progress_tells_what_was_done_and_since_when() -> None:
    room = PreparingRoom()
    room.source.held["cat/x.jpg"] = b"?"
    room.asked()
    room.work()
    told = room.row().progress

    assert (told.found, told.checked, told.left_out, told.packed) == (51, 51, 1, 50)
    assert told.began_at is not None
    assert room.ticks.count >= 2


def test_a_zip_that_is_none_is_told() -> None:
    room = PreparingRoom()
    room.asked()

    class Sources:
        def opened(self, preparation: object) -> None:
            raise RefusedError("`a.zip` is no zip file that I can read.")

    service = room.service()
    service._places = preparing.Places(Sources(), service._places.targets)  # type: ignore[arg-type]
    service.work_once(room.stopping)

    assert (room.row().status, "no zip file" in room.row().problem) == (PreparationStatus.FAILED, True)


def test_a_failure_leaves_nothing_half_written_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    room = PreparingRoom()
    room.asked()
    monkeypatch.setattr("tests.fakes.sources.FakeTarget.complete", denied_write)
    room.work()

    assert room.row().status == PreparationStatus.FAILED
    assert (room.bucket.held, room.bucket.begun) == ({}, {})


def denied_write(*_: object) -> None:
    raise DeniedError("AWS does not let this bot write.", "It lacks `s3:PutObject`.")


def test_a_stop_is_noticed_while_a_source_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "SAVE_SECONDS", 0.0)
    room = PreparingRoom()
    room.asked()
    listed = room.source.objects

    def stops() -> object:
        room.rows.save(stop_asked(room.row(), REQUESTER))
        return listed()

    room.source.objects = stops  # type: ignore[method-assign,assignment]
    assert room.work()
    assert (room.row().status, room.source.reads) == (PreparationStatus.STOPPING, [])


def test_the_catalog_knows_a_data_set_before_anybody_is_told_that_it_is_ready() -> None:
    room = PreparingRoom()
    room.asked()
    seen: list[str] = []
    room._refresh = lambda: seen.append(room.row().status)  # type: ignore[method-assign]
    room.work()

    assert seen == [PreparationStatus.PREPARING]


def test_a_version_tells_which_pictures_it_does_not_have() -> None:
    class Pass:
        def run(self, *_: object) -> Outcome:
            return Outcome(Summary(), a_data_set(name="pets"), left_out=frozenset({"b"}))

    used = tuple(UsedPicture(name, f"s3://b/{name}.jpg", "cat", held_out=name == "c") for name in "abc")
    room = PreparingRoom()
    room.known.replace([a_data_set(name="former")])
    room.asked(based_on="former", pictures=used)
    service = room.service()
    service._versions = Pass()  # type: ignore[assignment]
    service.work_once(room.stopping)

    assert room.row().contained == ("a",)
