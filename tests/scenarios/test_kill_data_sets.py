"""SIGKILL after every call while a data set is made: it goes on where it was, and nothing is said or written twice."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.adapters.database import Database, SqlCards, SqlPreparations
from sandbox.sagemaker.server import LocalAws
from sandbox.slack.server import LocalSlack
from tests.scenarios.killing import Reaper, reaping
from tests.scenarios.operators import aws_client
from tests.scenarios.room import PATIENCE, Message, Room, says, until

SOURCE = "killed-pictures"


@pytest.mark.kill
def test_killed_while_a_data_set_is_made_it_ends_with_one_card_one_report_and_one_data_set(
    slack: LocalSlack, aws: LocalAws, tmp_path: Path
) -> None:
    with aws_client(aws, "s3") as s3:
        _lay_out(s3)
        with reaping("after", slack, aws, tmp_path) as reaper:
            room = Room(slack, reaper.environment)
            _asks(room)
            card = room.shows(":white_check_mark: killed is ready", within=2 * PATIENCE)
            until(lambda: any(one.get("files") for one in room.ada.messages(room.channel, card["ts"])[1:]))
            _comes_to_rest(reaper)

            assert [one["ts"] for one in room.cards("killed is ready ·")] == [card["ts"]]
            assert [_is_note(one) for one in _thread(room, card)].count(True) == 1
            assert [name for one in _thread(room, card) for name in _names(one)] == ["report.csv"]
        assert {"CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "PutObject"} <= set(reaper.killed)
        _is_whole(s3, aws.environment()["ARTIFACT_BUCKET"])


def _lay_out(s3: Any) -> None:
    s3.create_bucket(Bucket=SOURCE)
    for number in range(12):
        body = io.BytesIO()
        Image.new("RGB", (80, 80), (20 * number, 90, 200)).save(body, "PNG")
        s3.put_object(Bucket=SOURCE, Key=f"pets/{'cat' if number % 2 else 'dog'}/{number}.png", Body=body.getvalue())
    s3.put_object(Bucket=SOURCE, Key="pets/cat/broken.png", Body=b"this is no picture")


def _asks(room: Room) -> None:
    def asked() -> bool:
        return bool(room.ada.types(room.channel, f"/datasets add killed s3://{SOURCE}/pets").get("answered"))

    until(lambda: asked() or any(says("killed")(one) for one in room.ada.messages(room.channel)))


def _comes_to_rest(reaper: Reaper) -> None:
    database = Database(reaper.environment["DATABASE_URL"])
    until(lambda: not SqlPreparations(database).open() and not SqlCards(database).behind())
    database.close()


def _thread(room: Room, card: Message) -> list[Message]:
    return room.ada.messages(room.channel, card["ts"])[1:]


def _is_note(message: Message) -> bool:
    return says(r"killed is ready: 12 images")(message)


def _names(message: Message) -> list[str]:
    return [file["name"] for file in message.get("files", ())]


def _is_whole(s3: Any, bucket: str) -> None:
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix="datasets/killed/")["Contents"]]
    names = sorted(key.rsplit("/", maxsplit=1)[1] for key in keys)
    assert names == sorted(
        [
            *("dataset.json", "classes.txt", "contact-sheet.jpg", "report.csv", "split.csv", "summary.json"),
            *(f"{split}.{kind}" for split in ("train", "validation") for kind in ("rec", "idx", "lst")),
        ]
    )
    assert not s3.list_multipart_uploads(Bucket=bucket).get("Uploads")
