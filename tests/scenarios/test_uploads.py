"""Which uploads are answered, where, how often, and with which rule; and what happens when that goes wrong."""

import io
import random
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from PIL import Image

from sandbox.sagemaker.server import LocalAws
from sandbox.slack.sharing import share
from sandbox.slack.site import Site
from sandbox.slack.workspace import Workspace
from tests.scenarios.room import Lab, Message, Room, until


@pytest.fixture(scope="module")
def shared_served(shared_lab: Lab) -> Room:
    shared_lab.room.deployed(shared_lab.job, "as=answers")
    return shared_lab.room


@pytest.fixture
def served(shared_served: Room, lab: Lab) -> Room:
    """The room with an endpoint that answers its pictures."""
    return shared_served


def picture(path: Path, color: str = "teal") -> Path:
    Image.new("RGB", (96, 96), color).save(path)
    return path


def answered(room: Room, message: Message) -> str:
    """The answer to an upload."""
    room.shows(r"\d+ %", thread_ts=message.get("thread_ts") or message["ts"])
    return room.replies(message)[-1]


def uploaded_by_a_bot(room: Room, user_id: str, path: Path) -> Message:
    """A bot shares a picture in the room."""

    async def deed(site: Site) -> dict[str, Any]:
        stored = site.workspace.files.add(user_id, path.name, path.read_bytes())
        return share(site, site.workspace.channel(room.channel), site.workspace.user(user_id), [stored], {"text": ""})

    return {**room.slack._in_loop(deed), "channel": room.channel}


def asleep(aws: LocalAws) -> None:
    """Until the faults are cleared, lest what is said meanwhile pass by unseen."""
    aws.faults.add("InvokeEndpoint", "error", times=1000, code="ModelNotReadyException", status=429)


def deleted(room: Room, message: Message) -> None:
    """Somebody who may takes a message of the bot's away."""

    async def deed(site: Site) -> None:
        channel = site.workspace.channel(room.channel)
        site.posting.delete(channel, channel.messages[message["ts"]])

    room.slack._in_loop(deed)


def test_an_answer_has_classes_bars_the_file_the_job_and_the_endpoint(served: Room, lab: Lab) -> None:
    said = answered(served, served.lin.uploads(served.channel, "pizza.png"))

    assert all(told in said for told in ("food", "█", "pizza.png", lab.job, "% validation", "answers"))


def test_every_image_of_a_message_is_answered_in_one_message(served: Room, tmp_path: Path) -> None:
    names = [picture(tmp_path / f"{color}.png", color) for color in ("red", "green", "blue", "white")]
    message = served.lin.uploads(served.channel, *names)

    served.shows("4 images", thread_ts=message["ts"])
    (said,) = served.replies(message)
    assert all(path.name in said for path in names)


def test_a_message_with_text_and_an_image_is_answered(served: Room) -> None:
    message = served.lin.uploads(served.channel, "sushi.png", text="What is <this> & *that*?")

    answered(served, message)


def test_an_image_in_a_thread_is_answered_in_that_thread(served: Room) -> None:
    thread = served.lin.says(served.channel, "Pictures here, please")
    served.lin.uploads(served.channel, "sushi.png", thread_ts=thread["ts"])

    served.shows(r"\d+ %", thread_ts=thread["ts"])
    assert len(served.replies(thread)) == 2


def test_in_a_channel_without_an_endpoint_images_stay_unanswered(served: Room) -> None:
    silent = served.lin.uploads(Workspace.GENERAL, "pizza.png")
    answered(served, served.lin.uploads(served.channel, "pizza.png"))

    assert served.replies(silent) == []


@pytest.mark.parametrize("user_id", [Workspace.BOT_USER, Workspace.OTHER_BOT_USER])
def test_what_bots_upload_stays_unanswered(served: Room, tmp_path: Path, user_id: str) -> None:
    silent = uploaded_by_a_bot(served, user_id, picture(tmp_path / "bots.png"))
    answered(served, served.lin.uploads(served.channel, "pizza.png"))

    assert served.replies(silent) == []


def test_files_that_are_no_pictures_stay_unanswered(served: Room, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Notes.")
    silent = served.lin.uploads(served.channel, tmp_path / "notes.txt")
    answered(served, served.lin.uploads(served.channel, "pizza.png"))

    assert served.replies(silent) == []


def test_an_event_that_comes_twice_is_answered_once(served: Room) -> None:
    served.slack.deliver_twice = True
    try:
        message = served.lin.uploads(served.channel, "sushi.png")
        answered(served, message)
    finally:
        served.slack.deliver_twice = False
    answered(served, served.lin.uploads(served.channel, "pizza.png"))

    assert len(served.replies(message)) == 1


def test_a_web_page_instead_of_the_file_is_said_and_the_bot_goes_on(served: Room) -> None:
    served.slack.faults.add("download", "html")
    message = served.lin.uploads(served.channel, "sushi.png")

    served.shows("Slack does not let me read this file", thread_ts=message["ts"])
    answered(served, served.lin.uploads(served.channel, "pizza.png"))


@pytest.mark.parametrize("kind", ["http", "drop", "truncate"])
def test_a_file_that_does_not_arrive_is_fetched_again(served: Room, kind: str) -> None:
    served.slack.faults.add("download", kind)
    message = served.lin.uploads(served.channel, "sushi.png")

    answered(served, message)
    assert len(served.replies(message)) == 1


def test_a_throttled_endpoint_answers_a_little_later(served: Room, aws: LocalAws) -> None:
    aws.faults.add("InvokeEndpoint", "throttle")
    message = served.lin.uploads(served.channel, "sushi.png")

    answered(served, message)
    assert len(served.replies(message)) == 1


def test_a_model_that_wakes_up_is_said_to_and_that_message_becomes_the_answer(served: Room, aws: LocalAws) -> None:
    asleep(aws)
    message = served.lin.uploads(served.channel, "sushi.png")
    waiting = served.shows("The model is waking up", thread_ts=message["ts"])
    aws.faults.clear()

    answer = served.shows(r"\d+ %", thread_ts=message["ts"])
    assert answer["ts"] == waiting["ts"]
    assert len(served.replies(message)) == 1


def test_a_model_that_fails_is_said_with_its_reason(served: Room, aws: LocalAws) -> None:
    aws.faults.add("InvokeEndpoint", "error", code="ModelError", message="It cannot.", OriginalMessage="no such layer")
    message = served.lin.uploads(served.channel, "sushi.png")

    failed = served.shows(
        r"I could not classify `sushi.png`. The model behind .* answered with an error", thread_ts=message["ts"]
    )
    clicks = [Thread(target=person.clicks, args=(failed, "answer.again")) for person in (served.ada, served.grace)]
    for click in clicks:
        click.start()
    answered(served, message)
    # Whoever came second hears that for themselves alone.
    assert len(served.lin.messages(message["channel"], message["ts"])[1:]) == 1


def test_an_answer_that_somebody_deletes_comes_back_with_what_is_new(served: Room, aws: LocalAws) -> None:
    asleep(aws)
    message = served.lin.uploads(served.channel, "sushi.png")
    note = served.shows("The model is|Looking at", thread_ts=message["ts"])
    deleted(served, note)
    aws.faults.clear()

    answered(served, message)
    assert len(served.replies(message)) == 1


def test_an_answer_that_slack_refuses_for_the_moment_is_given_later_and_once(served: Room) -> None:
    served.slack.faults.add("chat.postMessage", "http", times=1)
    message = served.lin.uploads(served.channel, "sushi.png")

    answered(served, message)
    assert len(served.replies(message)) == 1


def test_an_answer_whose_receipt_was_lost_is_not_given_twice(served: Room) -> None:
    served.slack.faults.add("chat.postMessage", "drop", applied=True)
    message = served.lin.uploads(served.channel, "sushi.png")
    answered(served, message)
    answered(served, served.lin.uploads(served.channel, "pizza.png"))

    assert served.bot
    until(lambda: served.bot is not None and served.bot.classification.seconds_to_next(60.0) == 60.0)
    assert len(served.replies(message)) == 1


Draw = Callable[[Path], None]


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


REFUSED: dict[str, tuple[Draw, str]] = {
    "thin.png": (plain_picture(63, 200), "63 × 200 pixels, and an image needs 64 pixels a side at least"),
    "wide.png": (plain_picture(4097, 300), "4097 × 300 pixels, and an image may have 4096 pixels a side at most"),
    "strip.png": (plain_picture(1344, 64), "its long side may be 20 times the short one at most"),
    "heavy.png": (noise(1300, 1300), "4.8 MB, and an image may have 4 MB at most"),
    "still.gif": (plain_picture(100, 100), "is GIF, and this model reads JPEG and PNG"),
    "cut.jpg": (truncated, "cut.jpg"),
    "words.png": (written(b"These are only words."), "is text, and no image in spite of its name"),
}


def test_what_breaks_a_rule_is_answered_with_the_rule_and_converted_where_that_helps(
    served: Room, tmp_path: Path
) -> None:
    for name, (draw, _) in REFUSED.items():
        draw(tmp_path / name)
    message = served.lin.uploads(served.channel, *(tmp_path / name for name in REFUSED))
    refusal = served.shows("7 images.*7 refused", thread_ts=message["ts"])

    assert [rule for _, rule in REFUSED.values() if rule not in served.replies(message)[0]] == []
    served.grace.clicks(refusal, "answer.convert_all")
    served.shows("7 images.*4 refused", thread_ts=message["ts"])
    (said,) = served.replies(message)
    done = ("scaled from 4097 × 300", "saved smaller, from 4.8 MB", "converted from GIF")
    assert [one for one in done if one not in said] == []


@pytest.mark.parametrize(("width", "height"), [(64, 64), (4096, 205), (64, 1280)])
def test_what_just_keeps_the_rules_is_classified(served: Room, tmp_path: Path, width: int, height: int) -> None:
    plain_picture(width, height)(tmp_path / "just.png")
    message = served.lin.uploads(served.channel, tmp_path / "just.png")

    served.shows(r"\d+ %", thread_ts=message["ts"])


def test_a_picture_is_known_by_its_bytes_whatever_it_is_called(served: Room, tmp_path: Path) -> None:
    whole = io.BytesIO()
    Image.new("RGB", (100, 100), "teal").save(whole, "JPEG")
    (tmp_path / "really.png").write_bytes(whole.getvalue())
    message = served.lin.uploads(served.channel, tmp_path / "really.png")

    served.shows(r"really\.png.*\d+ %", thread_ts=message["ts"])
