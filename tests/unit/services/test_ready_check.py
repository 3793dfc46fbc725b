"""Ready-made sets are checked where they lie, and nothing of them is written anew."""

import json

import pytest

from bot.domain.checks import Rule
from bot.domain.datasets import Format
from bot.domain.preparations import Options, PreparationStatus
from bot.formats import listings, manifests, recordio
from tests.builders import NOW
from tests.fakes.sources import JPEG, FakeSource
from tests.unit.services.preparing_room import PreparingRoom

ADDRESS = "s3://team-pictures/pets/"


def image(name: str) -> bytes:
    return JPEG + name.encode() * 10


def rec(*records: tuple[tuple[float, ...], bytes]) -> bytes:
    return b"".join(recordio.packed(recordio.Record(number, *one)) for number, one in enumerate(records))


def a_rec_source(**changes: bytes) -> FakeSource:
    train = rec(*(((float(number % 2),), image(f"t{number}")) for number in range(10)))
    validation = rec(*(((float(number % 2),), image(f"v{number}")) for number in range(4)))
    return FakeSource({"train.rec": train, "validation.rec": validation, **changes})


def an_lst_source() -> FakeSource:
    held: dict[str, bytes] = {}
    for split, count in (("train", 8), ("validation", 4)):
        lines = []
        for number in range(count):
            path = f"{number % 2}/{number}.jpg"
            held[f"{split}/{path}"] = image(f"{split}{number}")
            lines.append(listings.line(listings.Entry(number, (number % 2,), path)))
        held[f"{split}_lst/{split}.lst"] = "".join(lines).encode()
    return FakeSource(held)


def a_manifest_source(*, listed: bool = False) -> FakeSource:
    held: dict[str, bytes] = {}
    labelling = manifests.Labelling("kind", "job", NOW)
    for split, count in (("train", 8), ("validation", 4)):
        lines = []
        for number in range(count):
            key = f"images/{split}{number}.jpg"
            held[key] = image(key)
            labels, names = ((0, 2), ("cat", "elk")) if listed else ((number % 2,), (("cat", "dog")[number % 2],))
            lines.append(manifests.written(manifests.Line(ADDRESS + key, labels, names, listed=listed), labelling))
        held[f"{split}.manifest"] = "".join(lines).encode()
    return FakeSource(held)


def checked(source: FakeSource, **options: object) -> PreparingRoom:
    room = PreparingRoom(source=source)
    room.asked(options=Options(**options))  # type: ignore[arg-type]
    room.work()
    return room


def test_record_files_are_used_where_they_lie() -> None:
    room = checked(a_rec_source())

    assert room.row().status == PreparationStatus.READY
    assert room.row().summary.locations == {"train": f"{ADDRESS}train.rec", "validation": f"{ADDRESS}validation.rec"}
    assert room.names() == {"report.csv", "classes.txt", "summary.json", "contact-sheet.jpg"}


def test_classes_are_counted_by_label() -> None:
    room = checked(a_rec_source(), classes=("cat", "dog"))

    assert [(one.name, one.train, one.validation) for one in room.row().summary.classes] == [
        ("cat", 5, 2),
        ("dog", 5, 2),
    ]


def test_a_names_file_names_the_classes() -> None:
    room = checked(a_rec_source(**{"classes.txt": b"fox\nowl\n"}))

    assert [one.name for one in room.row().summary.classes] == ["fox", "owl"]


def test_more_labels_than_names_are_refused() -> None:
    room = checked(
        a_rec_source(**{"train.rec": rec(((0.0,), image("a")), ((5.0,), image("b")))}), classes=("cat", "dog")
    )

    assert room.row().status == PreparationStatus.FAILED
    assert "2 classes are named, and the labels count to 5" in room.row().problem


def test_one_image_that_cannot_be_read_refuses_the_whole_and_is_named() -> None:
    room = checked(a_rec_source(**{"validation.rec": rec(((0.0,), image("v")), ((1.0,), b"no image"))}))

    assert room.row().status == PreparationStatus.FAILED
    assert "1 image cannot be trained on" in room.row().problem
    assert b"validation.rec#1,,validation,no-image" in room.written("report.csv")


def test_a_file_that_is_cut_short_is_refused_with_the_place() -> None:
    room = checked(a_rec_source(**{"train.rec": a_rec_source().held["train.rec"][:-30]}))

    assert room.row().status == PreparationStatus.FAILED
    assert "`train.rec`, byte" in room.row().problem


def test_a_label_that_is_no_class_index_is_refused() -> None:
    room = checked(a_rec_source(**{"train.rec": rec(((0.5,), image("a")))}))

    assert "0.5 is not a class index" in room.row().problem


def test_several_labels_make_a_multi_label_set() -> None:
    rows = rec(((1.0, 0.0, 1.0), image("a")), ((0.0, 1.0, 0.0), image("b")))
    room = checked(a_rec_source(**{"train.rec": rows, "validation.rec": rec(((1.0, 1.0, 1.0), image("c")))}))

    assert [(one.train, one.validation) for one in room.row().summary.classes] == [(1, 1), (1, 1), (1, 1)]


def test_rows_of_different_lengths_are_refused() -> None:
    room = checked(a_rec_source(**{"train.rec": rec(((1.0, 0.0), image("a")), ((0.0,), image("b")))}))

    assert "the number of labels is" in room.row().problem


def test_lists_are_checked_against_the_images() -> None:
    room = checked(an_lst_source())

    assert room.row().status == PreparationStatus.READY
    assert room.row().summary.locations["train"] == f"{ADDRESS}train/"
    assert room.row().summary.locations["train_lst"] == f"{ADDRESS}train_lst/train.lst"


def test_an_image_that_a_list_names_and_nobody_has_refuses_the_whole() -> None:
    source = an_lst_source()
    del source.held["train/1/3.jpg"]
    room = checked(source)

    assert b"train/1/3.jpg,,train,missing" in room.written("report.csv")
    assert room.row().status == PreparationStatus.FAILED


def test_manifests_tell_their_classes_and_their_label() -> None:
    room = checked(a_manifest_source())

    assert [one.name for one in room.row().summary.classes] == ["cat", "dog"]
    assert b"label_attribute='kind'" in room.bucket.held["s3://darkroom-artifacts/datasets/pets/dataset.json"]


def test_manifests_with_several_labels_are_class_indexes() -> None:
    room = checked(a_manifest_source(listed=True))
    told = room.bucket.held["s3://darkroom-artifacts/datasets/pets/dataset.json"]

    assert b"multi_label=True" in told
    assert b"class_ids=True" in told


def test_a_picture_in_both_splits_is_warned_of_and_stays() -> None:
    room = checked(a_rec_source(**{"validation.rec": rec(((0.0,), image("t0")), ((1.0,), image("v1")))}))

    assert room.row().status == PreparationStatus.READY
    assert Rule.BOTH_SPLITS in {one.rule for one in room.row().summary.warnings}


def test_a_packed_set_in_a_folder_is_checked_and_not_packed_again(tmp_path: object) -> None:
    room = PreparingRoom(source=a_rec_source())
    room.source.address = "/somewhere/"
    room.asked()
    room.work()

    assert "packed already" in room.row().problem


@pytest.mark.parametrize("source", [a_rec_source(), an_lst_source(), a_manifest_source()], ids=list(Format))
def test_the_source_is_only_read(source: FakeSource) -> None:
    before = json.dumps({key: body.hex() for key, body in source.held.items()})
    checked(source)

    assert json.dumps({key: body.hex() for key, body in source.held.items()}) == before
