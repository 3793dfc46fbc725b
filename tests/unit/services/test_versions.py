"""Versions of data sets: what is in them, and that killing the pass anywhere changes nothing of that."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import pytest

from bot.domain.checks import Rule
from bot.domain.datasets import DataSet, Format
from bot.domain.preparations import Preparation, Progress
from bot.domain.sources import SourceObject
from bot.domain.versions import UsedPicture
from bot.errors import RefusedError
from bot.formats import listings, manifests, recordio
from bot.formats.recordio import Record
from bot.services.preparation.closing import Outcome
from bot.services.preparation.version_pass import VersionPass
from tests.builders import NOW, a_preparation
from tests.fakes.sources import JPEG, METADATA, FakeBucket, FakeSource, FakeTarget, Killed, instruments

FORMER = "s3://darkroom-artifacts/datasets/pets/first/"
OURS = "s3://darkroom-artifacts/datasets/pets-2/second/"
KEPT = "s3://darkroom-artifacts/datasets/pets/feedback/"
CLASSES = ("cat", "dog")


@dataclass
class Below:
    """The port ImageSource over the bucket: what lies below an address, and whole addresses."""

    bucket: FakeBucket
    address: str

    def _source(self) -> FakeSource:
        held = {
            key.removeprefix(self.address): body
            for key, body in self.bucket.held.items()
            if key.startswith(self.address)
        }
        return FakeSource({**self.bucket.held, **held}, address=self.address)

    def objects(self) -> Iterator[SourceObject]:
        return (one for one in self._source().objects() if not one.key.startswith("s3://"))

    def read(self, key: str, most_bytes: int) -> bytes:
        return self._source().read(key, most_bytes)

    def opened(self, key: str) -> AbstractContextManager[BinaryIO]:
        return self._source().opened(key)

    def findings(self) -> tuple[()]:
        return ()


class Sources:
    def __init__(self, bucket: FakeBucket) -> None:
        self._bucket = bucket

    def opened(self, preparation: Preparation) -> AbstractContextManager[Any]:
        return nullcontext(Below(self._bucket, preparation.source))


def picture(number: int) -> bytes:
    return JPEG + f"picture {number} ".encode() * 20


def a_bucket(former: Format) -> FakeBucket:
    """Six images to train on and two to validate with, and five pictures from use, of which one is held out."""
    bucket = FakeBucket()
    for split, numbers in (("train", range(6)), ("validation", range(6, 8))):
        match former:
            case Format.REC:
                records = [Record(number, (float(number % 2),), picture(number)) for number in numbers]
                bucket.held[f"{FORMER}{split}/{split}.rec"] = b"".join(map(recordio.packed, records))
            case Format.LST:
                entries = [listings.Entry(number, (number % 2,), f"{number}.jpg") for number in numbers]
                bucket.held[f"{FORMER}{split}_lst/{split}.lst"] = "".join(map(listings.line, entries)).encode()
                bucket.held |= {f"{FORMER}{split}/{number}.jpg": picture(number) for number in numbers}
            case Format.MANIFEST:
                labelling = manifests.Labelling("class", "darkroom/pets", NOW)
                lines = [
                    manifests.written(
                        manifests.Line(f"{FORMER}{split}/{one}.jpg", (one % 2,), (CLASSES[one % 2],)), labelling
                    )
                    for one in numbers
                ]
                bucket.held[f"{FORMER}{split}_manifest/{split}.manifest"] = "".join(lines).rstrip("\n").encode()
    bucket.held |= {f"{KEPT}{number}.jpg": picture(number) for number in range(20, 25)}
    return bucket


def a_former(kind: Format, **changes: Any) -> DataSet:
    former = DataSet("pets", FORMER.rstrip("/"), CLASSES, 6, 2, format=kind, smallest_side=300)
    if kind == Format.MANIFEST:
        locations = {split: f"{FORMER}{split}_manifest/{split}.manifest" for split in ("train", "validation")}
        former = replace(former, locations=locations, label_attribute="class")
    return replace(former, **changes)


def a_wish(numbers: range = range(20, 25)) -> Preparation:
    used = tuple(UsedPicture(f"U{one}", f"{KEPT}{one}.jpg", CLASSES[one % 2], held_out=one == 24) for one in numbers)
    return a_preparation(id="second", name="pets-2", source=FORMER, based_on="pets", pictures=used)


def run(bucket: FakeBucket, kind: Format = Format.REC, wish: Preparation | None = None, **changes: Any) -> Outcome:
    told: list[Progress] = []
    passing = VersionPass(instruments(), Sources(bucket))
    return passing.run(wish or a_wish(), a_former(kind, **changes), (), FakeTarget(bucket, OURS), told.append)


def trained(bucket: FakeBucket) -> list[tuple[int, float, bytes]]:
    body = bucket.held[f"{OURS}train/train.rec"]
    return [(one.id, one.labels[0], one.image) for _, one in recordio.read([body])]


@pytest.mark.parametrize("kind", [Format.REC, Format.LST])
def test_the_former_images_come_first_and_the_pictures_from_use_behind_them(kind: Format) -> None:
    bucket = a_bucket(kind)
    outcome = run(bucket, kind)
    used = [(6 + place, float(number % 2), picture(number)) for place, number in enumerate(range(20, 24))]
    assert trained(bucket) == [*((one, float(one % 2), picture(one)) for one in range(6)), *used]
    made = outcome.data_set
    assert made is not None
    assert (made.train_images, made.validation_images, made.from_use, made.based_on) == (10, 2, 4, "pets")
    assert made.classes == CLASSES


def test_a_manifest_gets_lines_that_name_the_versions_own_copies() -> None:
    bucket = a_bucket(Format.MANIFEST)
    outcome = run(bucket, Format.MANIFEST)
    lines = bucket.held[f"{OURS}train_manifest/train.manifest"].decode().splitlines()
    named = [json.loads(line)["source-ref"] for line in lines]
    assert named[5:8] == [f"{FORMER}train/5.jpg", f"{OURS}train/000000.jpg", f"{OURS}train/000001.jpg"]
    assert all(bucket.held[one].startswith(JPEG) for one in named[6:])
    assert outcome.data_set is not None
    assert outcome.data_set.label_attribute == "class"


def test_validation_stays_where_the_former_set_has_it() -> None:
    outcome = run(a_bucket(Format.REC))
    assert outcome.data_set is not None
    assert outcome.data_set.locations == {"train": f"{OURS}train/", "validation": f"{FORMER}validation/"}


def test_validation_of_a_list_is_packed_as_it_was() -> None:
    bucket = a_bucket(Format.LST)
    run(bucket, Format.LST)
    packed = [one.image for _, one in recordio.read([bucket.held[f"{OURS}validation/validation.rec"]])]
    assert packed == [picture(6), picture(7)]


def test_what_was_forgotten_damaged_or_held_out_elsewhere_is_left_out_and_said() -> None:
    bucket = a_bucket(Format.REC)
    del bucket.held[f"{KEPT}20.jpg"]
    bucket.held[f"{KEPT}21.jpg"] = b"no image"
    bucket.held[f"{KEPT}22.jpg"] = picture(24)
    outcome = run(bucket)
    assert outcome.data_set is not None
    assert outcome.data_set.from_use == 1
    assert sum(outcome.summary.by_rule.values()) == 3
    assert outcome.left_out == {"U20", "U21", "U22"}
    report = bucket.held[f"{OURS}report.csv"].decode()
    assert [line.split(",")[0] for line in report.splitlines()[1:]] == ["U20", "U21", "U22"]


@pytest.mark.parametrize("kind", list(Format))
def test_what_the_former_set_has_already_is_not_trained_on_once_more_and_least_of_all_what_validates(
    kind: Format,
) -> None:
    bucket = a_bucket(kind)
    if kind == Format.MANIFEST:
        bucket.held |= {f"{FORMER}train/{one}.jpg": picture(one) for one in range(6)}
        bucket.held |= {f"{FORMER}validation/{one}.jpg": picture(one) for one in range(6, 8)}
    bucket.held[f"{KEPT}20.jpg"] = picture(3) + METADATA + b"Ada"
    bucket.held[f"{KEPT}21.jpg"] = picture(6) + METADATA + b"Ben"
    outcome = run(bucket, kind)

    assert outcome.left_out == {"U20", "U21"}
    assert dict(outcome.summary.by_rule) == {Rule.BOTH_SPLITS: 1, Rule.DOUBLE: 1}
    assert outcome.data_set is not None
    assert outcome.data_set.from_use == 2


def test_a_former_image_that_cannot_be_read_is_compared_with_nothing() -> None:
    bucket = a_bucket(Format.MANIFEST)
    assert not any(key.startswith(f"{FORMER}train/") for key in bucket.held)
    assert run(bucket, Format.MANIFEST).left_out == frozenset()


def test_without_any_picture_left_there_is_no_version() -> None:
    bucket = a_bucket(Format.REC)
    for number in range(20, 25):
        del bucket.held[f"{KEPT}{number}.jpg"]
    assert run(bucket).problem == "None of its pictures can be had any more."


def test_several_labels_an_image_are_refused() -> None:
    with pytest.raises(RefusedError, match="several labels"):
        run(a_bucket(Format.REC), multi_label=True)


@pytest.mark.parametrize("kind", list(Format))
@pytest.mark.parametrize("takes_effect", [True, False])
def test_killed_after_any_write_it_goes_on_to_the_same(
    kind: Format, takes_effect: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.preparation.version_blocks.PART_BYTES", 300)
    whole = a_bucket(kind)
    run(whole, kind)
    kills = 0
    while True:
        kills += 1
        bucket = a_bucket(kind)
        bucket.after, bucket.writes_left = takes_effect, kills
        try:
            run(bucket, kind)
        except Killed:
            bucket.writes_left = None
            run(bucket, kind)
            assert bucket.held == whole.held
        else:
            break
    assert kills > 10
