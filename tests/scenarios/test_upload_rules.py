"""Uploaded files that break a rule are answered with that rule, in their thread."""

import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.scenarios.room import Lab, Room

Draw = Callable[[Path], None]


@pytest.fixture(scope="module")
def served(shared_lab: Lab) -> Room:
    """The room with an endpoint that answers its pictures."""
    shared_lab.room.deployed(shared_lab.job, "as=rules")
    return shared_lab.room


def plain_picture(width: int, height: int) -> Draw:
    return lambda path: Image.new("RGB", (width, height), "teal").save(path)


def noise(width: int, height: int) -> Draw:
    pixels = random.Random(7).randbytes(3 * width * height)
    return lambda path: Image.frombytes("RGB", (width, height), pixels).save(path)


def truncated(path: Path) -> None:
    whole = io.BytesIO()
    Image.new("RGB", (300, 300), "teal").save(whole, "JPEG")
    path.write_bytes(whole.getvalue()[:400])


def written(content: bytes) -> Draw:
    def draw(path: Path) -> None:
        path.write_bytes(content)

    return draw


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(500)


@pytest.mark.parametrize(
    ("name", "draw", "rule"),
    [
        ("thin.png", plain_picture(63, 200), "63 × 200 pixels, and an image needs 64 pixels a side at least"),
        ("wide.png", plain_picture(4097, 300), "4097 × 300 pixels, and an image may have 4096 pixels a side at most"),
        ("strip.png", plain_picture(1344, 64), "its long side may be 20 times the short one at most"),
        ("heavy.png", noise(1300, 1300), "4.8 MB, and an image may have 4 MB at most"),
        ("moving.gif", plain_picture(100, 100), "is GIF, and this model reads JPEG and PNG"),
        ("phone.heic", written(HEIC), "is HEIC, and this model reads JPEG and PNG"),
        ("cut.jpg", truncated, "This JPEG is cut short or damaged."),
        ("words.png", written(b"These are only words."), "This file is no image that I know."),
    ],
)
def test_what_breaks_a_rule_is_answered_with_the_rule(
    served: Room, lab: Lab, tmp_path: Path, name: str, draw: Draw, rule: str
) -> None:
    draw(tmp_path / name)
    message = served.lin.uploads(served.channel, tmp_path / name)

    served.shows(rule.replace("(", r"\("), thread_ts=message["ts"])
    assert [name in said for said in served.replies(message)] == [True]


@pytest.mark.parametrize(("width", "height"), [(64, 64), (4096, 205), (64, 1280)])
def test_what_just_keeps_the_rules_is_classified(
    served: Room, lab: Lab, tmp_path: Path, width: int, height: int
) -> None:
    plain_picture(width, height)(tmp_path / "just.png")
    message = served.lin.uploads(served.channel, tmp_path / "just.png")

    served.shows(r"\d+ %", thread_ts=message["ts"])


def test_a_picture_is_known_by_its_bytes_whatever_it_is_called(served: Room, lab: Lab, tmp_path: Path) -> None:
    whole = io.BytesIO()
    Image.new("RGB", (100, 100), "teal").save(whole, "JPEG")
    (tmp_path / "really.png").write_bytes(whole.getvalue())
    message = served.lin.uploads(served.channel, tmp_path / "really.png")

    served.shows(r"really\.png.*\d+ %", thread_ts=message["ts"])
