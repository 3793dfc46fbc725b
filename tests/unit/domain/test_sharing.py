"""What Slack tells of files: which are images, which only may be, and which can never be classified."""

from typing import Any

import pytest

from bot.domain.sharing import impossible, shared_file, shared_message

FOX = {
    "id": "F1",
    "name": "fox.png",
    "mode": "hosted",
    "mimetype": "image/png",
    "filetype": "png",
    "url_private": "https://files.slack.com/view",
    "size": 48_213,
}


def fox(**changes: Any) -> dict[str, Any]:
    return {**FOX, **changes}


@pytest.mark.parametrize(
    ("told", "is_image"),
    [
        (fox(), True),
        (fox(mode="external"), True),
        (fox(mimetype="", filetype="heic"), True),
        (fox(mimetype="application/octet-stream", filetype="binary", name="IMG_1.HEIC"), True),
        (fox(mimetype="application/octet-stream", filetype="binary", name="IMG_1"), False),
        (fox(mimetype="application/pdf", filetype="pdf"), False),
        (fox(mode="snippet"), False),
        (fox(mode="tombstone"), False),
        ({"id": "F1", "mode": "hidden_by_limit"}, False),
    ],
)
def test_an_image_is_what_calls_itself_one_and_is_there(told: dict[str, Any], is_image: bool) -> None:
    assert shared_file(told).is_image is is_image


@pytest.mark.parametrize(
    "told", [{"id": "F1", "mode": "file_access", "file_access": "check_file_info"}, fox(file_access="check_file_info")]
)
def test_what_is_only_hinted_at_may_be_an_image(told: dict[str, Any]) -> None:
    file = shared_file(told)

    assert (file.known, file.is_image, file.may_be_image, file.url) == (False, False, True, "")


def test_a_file_of_unknown_size_has_none() -> None:
    assert shared_file(fox(size=None)).size == 0


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (fox(mode="external"), "`fox.png` is not kept by Slack, so I cannot read it."),
        ({"id": "F1", "mode": "tombstone"}, "The file was deleted."),
        ({"id": "F1", "mode": "hidden_by_limit"}, "The file is hidden: it is older than this workspace's plan"),
        (fox(mode="snippet", mimetype="text/plain"), "`fox.png` is text, and no image."),
        (fox(mode="quip", mimetype="application/vnd.slack-docs"), "`fox.png` is text, and no image."),
        (fox(mimetype="video/mp4", name="cat.mp4"), "`cat.mp4` is a video, and I classify images."),
        (fox(mimetype="application/pdf", name="cat.pdf"), "`cat.pdf` is a PDF, and I classify images."),
    ],
)
def test_what_can_never_be_classified_says_why(told: dict[str, Any], said: str) -> None:
    refusal = impossible(shared_file(told))

    assert refusal is not None
    assert refusal.what.startswith(said)


@pytest.mark.parametrize("told", [fox(), fox(mimetype=""), {"id": "F1", "mode": "file_access"}])
def test_what_may_be_an_image_is_not_refused_by_its_name(told: dict[str, Any]) -> None:
    assert impossible(shared_file(told)) is None


def test_a_message_in_a_thread_is_answered_there() -> None:
    message = shared_message({"ts": "2.0", "thread_ts": "1.0", "user": "U1", "files": [FOX]}, "C1", "U2")

    assert (message.thread_ts, message.user_id, message.asked_by, len(message.files)) == ("1.0", "U1", "U2", 1)


def test_a_message_of_its_own_has_its_own_thread_and_maybe_no_files() -> None:
    message = shared_message({"ts": "2.0"}, "C1")

    assert (message.thread_ts, message.files, message.asked_by) == ("2.0", (), "")
