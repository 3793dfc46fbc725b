"""A team brings pictures: from an S3 folder or as zip files, to a data set that a job is trained on, and away again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox import dirty_data
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.workspace import Workspace
from tests.scenarios.conftest import opened_room
from tests.scenarios.operators import aws_client
from tests.scenarios.room import PATIENCE, Message, Room, plain, until

SOURCE = "s3://team-pictures/dirty"


@dataclass(frozen=True)
class Studio:
    """A room with a data set that has been made of the dirty pictures; `zipped` can be uploaded."""

    room: Room
    card: Message
    zipped: Path


@pytest.fixture(scope="module")
def pictures(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dirty") / "pictures"
    dirty_data.build(samples / "datasets" / "emoji" / "train", folder)
    return folder


@pytest.fixture(scope="module")
def shared_studio(
    shared_aws: LocalAws, samples: Path, pictures: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    shared_aws.load_pictures(pictures / "team")
    trainers = f"{Workspace.ADA},{Workspace.GRACE}"
    with opened_room(shared_aws, samples, tmp_path_factory.mktemp("studio"), TRAINERS=trainers) as room:
        card = added(room, f"pets {SOURCE}")
        (zipped,) = (pictures / "uploads").glob("*.zip")
        yield Studio(room, card, zipped)


@pytest.fixture
def studio(
    shared_studio: Studio, aws: LocalAws, clean_environment: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Studio]:
    # The bot makes a client of AWS when it first needs one, and finds the way there in the environment.
    for name, value in shared_studio.room.environment.items():
        monkeypatch.setenv(name, value)
    yield shared_studio
    shared_studio.room.slack.faults.clear()


def added(room: Room, words: str) -> Message:
    """The card of a data set that is ready."""
    room.ada.types(room.channel, f"/datasets add {words}")
    return ready(room, words.split(maxsplit=1)[0])


def ready(room: Room, name: str) -> Message:
    """The pictures come last."""
    card = room.shows(rf"^{name} is ready", within=2 * PATIENCE)
    until(lambda: len(images(room.current(card))) == 2)
    return room.current(card)


def images(message: Message) -> list[str]:
    return [block["alt_text"] for block in message["blocks"] if block["type"] == "image"]


def reports(room: Room, card: Message) -> list[Message]:
    return [one for one in room.ada.messages(room.channel, card["ts"]) if one.get("files")]


def written(aws: LocalAws, name: str) -> list[str]:
    """What lies in the bot's bucket under the name."""
    with aws_client(aws, "s3") as client:
        bucket = aws.environment()["ARTIFACT_BUCKET"]
        found = client.list_objects_v2(Bucket=bucket, Prefix=f"datasets/{name}/")
        return [one["Key"] for one in found.get("Contents", ())]


def test_a_folder_of_pictures_becomes_a_data_set_with_its_bars_and_its_contact_sheet(studio: Studio) -> None:
    said = plain(studio.card)

    assert re.search(r"pets is ready · \d+ images, 4 classes", said)
    assert re.search(r"Left out\n\d+ of \d+: \d+ .+ for other reasons", said)
    assert "Worth a look before training" in said
    assert "images in 4 classes" in images(studio.card)[0]
    assert "A few images of each class" in images(studio.card)[1]


def test_the_thread_has_one_report_and_the_requester_is_told(studio: Studio) -> None:
    until(lambda: reports(studio.room, studio.card))
    (report,) = reports(studio.room, studio.card)

    assert re.search(r"\d+ images were left out; report.csv says which and why\.", plain(report))
    assert [file["name"] for file in report["files"]] == ["report.csv"]
    assert any(f"<@{Workspace.ADA}> pets is ready" in line for line in studio.room.replies(studio.card))


def test_the_source_is_as_it_was(studio: Studio, aws: LocalAws, pictures: Path) -> None:
    with aws_client(aws, "s3") as client:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket="team-pictures", Prefix="dirty/")
        found = {one["Key"]: one["Size"] for page in pages for one in page["Contents"] if one["Size"]}
    files = [path for path in (pictures / "team").rglob("*") if path.is_file()]

    assert found == {
        str(path.relative_to(pictures / "team")): path.stat().st_size for path in files if path.stat().st_size
    }


def test_zip_files_become_a_data_set_too(studio: Studio) -> None:
    room = studio.room
    room.ada.types(room.channel, "/datasets add streets resize=64")
    room.ada.submits(room.ada.modal(), {}, files={"files": [studio.zipped]})

    said = plain(ready(room, "streets"))
    assert f"1 zip file: {studio.zipped.name}" in said
    assert "shortest side 64 px" in said


def test_a_job_is_trained_from_the_button_with_all_filled_in(studio: Studio) -> None:
    room = studio.room
    room.ada.clicks(studio.card, "dataset.train")
    view = room.ada.modal()
    room.ada.submits(view, {"epochs": "1"})

    assert "num_classes=4" in str(view)
    assert room.shows(r"Trained pets-\w+", within=2 * PATIENCE)


def test_the_details_count_what_was_found_by_rule(studio: Studio) -> None:
    studio.room.ada.clicks(studio.card, "dataset.details")
    view = str(studio.room.ada.modal())

    assert "Left out" in view
    assert "s3://" in view
    assert "Remove pets" in view


def test_the_list_and_the_name_bring_it(studio: Studio) -> None:
    room = studio.room

    assert "pets · " in room.answer_to(room.lin, "/datasets")
    assert "the live card" in room.answer_to(room.lin, "/datasets show pets")


def test_who_may_not_train_may_not_add_either(studio: Studio) -> None:
    room = studio.room
    known = len(room.cards("lins"))
    room.answer_to(room.lin, f"/datasets add lins {SOURCE}")

    assert len(room.cards("lins")) == known


def test_a_bucket_that_is_not_there_is_told_on_the_card(studio: Studio) -> None:
    room = studio.room
    room.ada.types(room.channel, "/datasets add nowhere s3://no-such-bucket-at-all/pictures")

    card = room.shows("Preparing nowhere failed")
    assert "no-such-bucket-at-all" in plain(card)
    assert "dataset.again" in str(card["blocks"])


def test_a_removed_data_set_is_gone_with_its_pictures_and_its_source_is_not(studio: Studio, aws: LocalAws) -> None:
    room = studio.room
    card = added(room, f"fleeting {SOURCE}")
    room.ada.types(room.channel, "/datasets remove fleeting")
    question = room.whispers(room.ada, "Remove fleeting")
    room.ada.clicks(question, "dataset.remove")

    removed = room.becomes(card, "Removed fleeting")
    until(lambda: not images(room.current(removed)))
    assert written(aws, "fleeting") == []
    assert "I don't know a data set" in room.answer_to(room.ada, "/train fleeting")
