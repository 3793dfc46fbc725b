"""Golden images: chosen from each format's validation split, kept with the release, and gone with it."""

from typing import Any

import pytest

from bot.adapters.data.golden_images import KeptGoldenImages
from bot.adapters.sagemaker.clients import AwsClients
from bot.domain.datasets import DataSet, Format
from bot.errors import RefusedError
from bot.formats import listings, manifests, recordio
from bot.formats.listings import Entry
from bot.formats.manifests import Labelling, Line
from bot.formats.recordio import Record
from tests.builders import NOW, an_endpoint
from tests.pictures import a_jpeg, a_png
from tests.unit.adapters_data.conftest import OURS

HERE = f"s3://{OURS}/datasets/pets"
RELEASE = an_endpoint(release="pets-live-0a1b2c3d", classes=("cat", "dog"))


def a_set(**changes: Any) -> DataSet:
    fields: dict[str, Any] = {"name": "pets", "s3_prefix": HERE, "classes": ("cat", "dog")}
    return DataSet(**(fields | {"train_images": 40, "validation_images": 30} | changes))


def put(clients: AwsClients, key: str, body: bytes) -> None:
    clients.s3.put_object(Bucket=OURS, Key=f"datasets/pets/{key}", Body=body)


def as_records(clients: AwsClients) -> DataSet:
    records = [Record(number, (float(number % 2),), a_jpeg()) for number in range(30)]
    put(clients, "validation/v.rec", b"".join(map(recordio.packed, records)))
    return a_set(format=Format.REC)


def as_files(clients: AwsClients) -> DataSet:
    entries = [Entry(number, (number % 2,), f"{number}.png") for number in range(30)]
    put(clients, "validation_lst/v.lst", "".join(map(listings.line, entries)).encode())
    for entry in entries:
        put(clients, f"validation/{entry.path}", a_png())
    return a_set(format=Format.LST)


def as_manifest(clients: AwsClients) -> DataSet:
    labelling = Labelling("class", "pets", NOW)
    lines = [Line(f"{HERE}/images/{number}.png", (number % 2,)) for number in range(30)]
    put(clients, "validation.manifest", "".join(manifests.written(line, labelling) for line in lines).encode())
    for number in range(30):
        put(clients, f"images/{number}.png", a_png())
    locations = {"train": f"{HERE}/train.manifest", "validation": f"{HERE}/validation.manifest"}
    return a_set(format=Format.MANIFEST, label_attribute="class", locations=locations)


@pytest.mark.parametrize("written", [as_records, as_files, as_manifest])
def test_twenty_images_of_the_validation_split_are_kept_evenly_over_the_classes(
    clients: AwsClients, written: Any
) -> None:
    images = KeptGoldenImages(clients, OURS)
    chosen = images.keep(RELEASE, written(clients))

    assert sorted(one.labels for one in chosen) == [(0,)] * 10 + [(1,)] * 10
    assert images.of(RELEASE) == list(chosen)


def test_what_was_never_kept_is_told_from_what_is_empty(clients: AwsClients) -> None:
    assert KeptGoldenImages(clients, OURS).of(RELEASE) is None


def test_forgotten_images_are_gone(clients: AwsClients) -> None:
    images = KeptGoldenImages(clients, OURS)
    images.keep(RELEASE, as_records(clients))
    images.forget(RELEASE)

    assert images.of(RELEASE) is None


def test_a_damaged_file_is_refused(clients: AwsClients) -> None:
    data_set = as_records(clients)
    put(clients, "validation/v.rec", b"no record at all")

    with pytest.raises(RefusedError):
        KeptGoldenImages(clients, OURS).keep(RELEASE, data_set)
