"""Kept pictures in the bucket: where they lie, the manifest's lines, and that nothing is left of what is removed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.adapters.data.feedback_folder import KEPT, BucketFeedback, manifest_line
from bot.adapters.data.image_sources import ImageSources
from bot.adapters.sagemaker.clients import AwsClients
from bot.domain.kept_pictures import KeptPicture, KeptStatus
from bot.formats import manifests
from tests.builders import NOW, a_preparation, minutes
from tests.unit.adapters_data.conftest import OURS

FOLDER = "datasets/pets/feedback/"
CLASSES = ("cat", "dog", "fox")


def a_picture(upload_id: str = "C1.1.F1", label: str = "fox", **changes: Any) -> KeptPicture:
    fields: dict[str, Any] = {
        "id": upload_id,
        "channel_id": "C1",
        "data_set": "pets",
        "label": label,
        "class_index": 2,
        "endpoint_name": "pets-live",
        "release": "a1",
        "model": "pets-7f3a2c",
        "predicted": "cat",
        "confidence": 0.61,
        "labelled_by": ("U1", "U2"),
        "labelled_at": NOW,
        "keep_days": 90,
        "kept_until": NOW + minutes(5),
        "due_at": NOW,
        "held_out": False,
        "key": f"s3://{OURS}/{FOLDER}{upload_id}.jpg",
        "status": KeptStatus.KEPT,
    }
    return KeptPicture(**(fields | changes))


@pytest.fixture(params=["plain", "versioned"])
def bucket(clients: AwsClients, request: pytest.FixtureRequest) -> Iterator[AwsClients]:
    if request.param == "versioned":
        clients.s3.put_bucket_versioning(Bucket=OURS, VersioningConfiguration={"Status": "Enabled"})
    yield clients
    if request.param == "versioned":
        clients.s3.put_bucket_versioning(Bucket=OURS, VersioningConfiguration={"Status": "Suspended"})


def left(clients: AwsClients) -> list[str]:
    """Everything, what only looks deleted and the marks of that included."""
    found = clients.s3.list_object_versions(Bucket=OURS, Prefix=FOLDER)
    return [one["Key"] for kind in ("Versions", "DeleteMarkers") for one in found.get(kind, ())]


def test_a_picture_has_the_same_address_however_often_it_is_put(bucket: AwsClients) -> None:
    folder = BucketFeedback(bucket, OURS)
    keys = {folder.put("pets", "C1.1.F1", b"a picture", "image/jpeg") for _ in range(2)}

    assert keys == {f"s3://{OURS}/{FOLDER}C1.1.F1.jpg"}


@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png"])
def test_of_a_picture_that_is_removed_no_version_is_left(bucket: AwsClients, content_type: str) -> None:
    folder = BucketFeedback(bucket, OURS)
    for body in (b"one", b"two"):
        folder.put("pets", "C1.1.F1", body, content_type)
    folder.put("pets", "C1.1.F10", b"another", content_type)
    for _ in range(2):
        folder.remove("pets", "C1.1.F1")

    assert len(left(bucket)) == 1
    assert left(bucket)[0].startswith(f"{FOLDER}C1.1.F10.")


def test_no_version_of_the_manifest_names_what_it_names_no_more(bucket: AwsClients) -> None:
    folder = BucketFeedback(bucket, OURS)
    folder.write_manifest("pets", [a_picture(), a_picture("C1.1.F2")], CLASSES)
    folder.write_manifest("pets", [a_picture("C1.1.F2")], CLASSES)
    one = left(bucket)
    folder.write_manifest("pets", [], CLASSES)

    assert one == [f"{FOLDER}feedback.manifest"]
    assert left(bucket) == []


def test_our_own_reader_reads_the_lines() -> None:
    lines = [manifest_line(a_picture(), CLASSES).encode(), manifest_line(a_picture("C1.1.F2", "cat"), CLASSES).encode()]
    read = list(manifests.read(lines))

    assert [(one.source_ref, one.labels, one.class_names) for one in read] == [
        (f"s3://{OURS}/{FOLDER}C1.1.F1.jpg", (2,), ("fox",)),
        (f"s3://{OURS}/{FOLDER}C1.1.F2.jpg", (0,), ("cat",)),
    ]
    assert manifests.summary(read).attribute == "class"


def test_a_line_says_what_ground_truth_would_and_who_said_so_of_which_answer() -> None:
    told = json.loads(manifest_line(a_picture(share=0.5, held_out=True), CLASSES))["class-metadata"]

    assert told == {
        "class-name": "fox",
        "confidence": 0.5,
        "type": "groundtruth/image-classification",
        "job-name": "darkroom/feedback",
        "human-annotated": "yes",
        "creation-date": NOW.replace(tzinfo=None).isoformat(timespec="microseconds"),
        "model": "pets-7f3a2c",
        "endpoint": "pets-live",
        "predicted": "cat",
        "predicted-confidence": 0.61,
        "labelled-by": ["U1", "U2"],
        "held-out": "yes",
    }


def test_a_data_set_that_knows_other_classes_by_now_decides_the_index() -> None:
    assert json.loads(manifest_line(a_picture(), ("fox", "cat")))["class"] == 0
    assert json.loads(manifest_line(a_picture(), ()))["class"] == 2


def test_kept_pictures_are_no_images_of_the_data_set_that_is_made_of_it_again(clients: AwsClients) -> None:
    BucketFeedback(clients, OURS).put("pets", "C1.1.F1", b"a picture", "image/jpeg")
    clients.s3.put_object(Bucket=OURS, Key="datasets/pets/train/cat/1.jpg", Body=b"a picture")
    sources = ImageSources(clients, None, OURS)  # type: ignore[arg-type]
    with sources.opened(a_preparation(source=f"s3://{OURS}/datasets/pets/", file_ids=())) as source:
        assert [one.key for one in source.objects()] == ["train/cat/1.jpg"]


def test_what_merely_is_called_so_elsewhere_is_no_kept_picture() -> None:
    assert KEPT.match("datasets/pets/feedback/x.jpg")
    assert not KEPT.match("feedback/x.jpg")
    assert not KEPT.match("datasets/pets/train/feedback/x.jpg")
