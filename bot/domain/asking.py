"""What comes of asking for the images of a message."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.uploads import Upload, UploadStatus

# What is looked at once more when somebody asks again.
ANEW = frozenset({UploadStatus.FAILED, UploadStatus.DROPPED, UploadStatus.UNDECIDED})


class Outcome(StrEnum):
    """New to the bot, tried again, under way, answered, answered and deleted, or waiting for somebody to choose."""

    TAKEN = "taken"
    AGAIN = "again"
    UNDER_WAY = "under_way"
    ANSWERED = "answered"
    RETOLD = "retold"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of it: for how many images, by which endpoint, and the address of the answer or its message."""

    outcome: Outcome
    images: int
    endpoint_name: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where."""

    user_id: str
    channel_id: str


def outcome(images: Sequence[Upload], new: int, again: int) -> Outcome:
    """`images` are those of the message now, of which so many are new or tried again."""
    if any(one.status == UploadStatus.UNDECIDED for one in images):
        return Outcome.UNDECIDED
    if new:
        return Outcome.TAKEN
    if again:
        return Outcome.AGAIN
    return Outcome.UNDER_WAY if any(one.open for one in images) else Outcome.ANSWERED


def is_direct(channel_id: str) -> bool:
    """Whether it is a direct message with the bot: https://docs.slack.dev/reference/objects/conversation-object"""
    return channel_id.startswith("D")
