"""Answers: the one message in a thread that says of each image of a message what the model sees, and fills in."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.endpoints import Endpoint, Kind
from bot.domain.feedback import Verdict
from bot.domain.uploads import WAKING_UP, WITHHELD, Upload, UploadStatus

# A person who shared a picture should see within two seconds that something is being done about it.
NOTE_AFTER = timedelta(seconds=0.7)
# https://docs.slack.dev/apis/web-api/rate-limits: chat.update is taken about fifty times a minute.
BETWEEN_EDITS = timedelta(seconds=2)
# With many answers that fill in, each takes its turn at those fifty.
EACH_OTHERS_SECONDS = 1.2
# A Slack that is down may be so for hours; an answer of yesterday helps nobody.
MOST_TRIES = 100
_LONGEST_DELAY = 300.0
# Slack has looked through most pictures after a second or two, and through some it never does.
PICTURES_AFTER = timedelta(seconds=4)
MOST_LOOKS_FOR_PICTURES = 4


class Wait(StrEnum):
    """Why an image is not answered yet."""

    LOOKING = "looking"
    FILES = "files"
    IN_LINE = "in line"
    BUSY = "busy"
    WAKING = "waking"
    CHANGING = "changing"


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to the images of one message. `wanted` counts what changed of them, `shown` what Slack has of that.

    `asked_by` is who asked for it, and empty where the channel's images are answered by themselves. Due at `due_at`.
    """

    id: str
    channel_id: str
    message_ts: str
    thread_ts: str
    user_id: str
    received_at: datetime
    due_at: datetime
    asked_by: str = ""
    reply_ts: str = ""
    digest: str = ""
    tries: int = 0
    wanted: int = 1
    shown: int = 0


def answer_id(channel_id: str, message_ts: str) -> str:
    """The same message has the same answer, however often Slack tells of it and whoever asks."""
    return f"{channel_id}.{message_ts}"


def shown(answer: Answer, uploads: Sequence[Upload], now: datetime, others: int = 0) -> Answer:
    """After Slack was told; while images are open it is told again at a pace that leaves `others` their turns."""
    if lacks_pictures(answer) and answer.tries < MOST_LOOKS_FOR_PICTURES:
        return replace(answer, due_at=now + PICTURES_AFTER)
    pause = max(BETWEEN_EDITS, timedelta(seconds=EACH_OTHERS_SECONDS * others))
    due_at = now + pause if any(upload.open for upload in uploads) else now
    return replace(answer, shown=answer.wanted, tries=0, due_at=due_at)


def untold(answer: Answer, now: datetime) -> Answer:
    """To be told from the beginning: what was told is no longer there, and somebody wants to read it."""
    return replace(answer, reply_ts="", digest="", shown=answer.wanted - 1, tries=0, due_at=now)


def lacks_pictures(answer: Answer) -> bool:
    """Whether it stands in Slack without pictures that belong to it: Slack would not show them yet."""
    return bool(answer.reply_ts) and not answer.digest


def delayed(answer: Answer, now: datetime, seconds: float) -> Answer:
    """To be told later, for Slack is busy; after many tries it is let be.

    Where Slack names the `seconds` it has done nothing, so this was no try. Answers that were refused together come
    back one after the other.
    """
    if answer.tries >= MOST_TRIES:
        return replace(answer, shown=answer.wanted, tries=0)
    apart = 1 + zlib.crc32(answer.id.encode()) % 100 / 100
    if seconds > 0:
        return replace(answer, due_at=now + timedelta(seconds=seconds * apart), tries=max(0, answer.tries - 1))
    return replace(answer, due_at=now + timedelta(seconds=min(2.0 ** min(answer.tries, 10), _LONGEST_DELAY)))


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """All that an answer shows: its images, and the verdicts on them by their ids.

    `endpoints` has the releases that answered by their ids, and those that are to answer by their names. `wait` is why
    the others are not answered yet, and `ahead` how many images were in line before them. `choices` are the endpoints
    that could answer, where nobody has said yet which is to.
    """

    answer: Answer
    uploads: tuple[Upload, ...]
    endpoints: Mapping[str, Endpoint]
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    wait: Wait = Wait.LOOKING
    ahead: int = 0
    choices: tuple[Endpoint, ...] = ()

    @property
    def seen(self) -> tuple[Upload, ...]:
        """The images that it tells of; not those of which nothing is known yet."""
        return tuple(
            one for one in self.uploads if one.status != UploadStatus.DROPPED and not (one.open and one.hinted)
        )

    def endpoint(self, upload: Upload) -> Endpoint | None:
        return self.endpoints.get(upload.release) or self.endpoints.get(upload.endpoint_name)


def why_waiting(
    waiting: Sequence[Upload], endpoint: Endpoint | None, *, asleep: bool, changing: bool, ahead: int
) -> Wait:
    """Why none of the images is answered yet; `ahead` is how many others are in line before the first of them."""
    if changing:
        return Wait.CHANGING
    problems = {one.problem for one in waiting if one.waiting_since}
    if problems == {WITHHELD}:
        return Wait.FILES
    known_to_wake = any(one.problem == WAKING_UP for one in waiting)
    if known_to_wake or (endpoint is not None and endpoint.hosting.kind == Kind.SERVERLESS and asleep):
        return Wait.WAKING
    if ahead:
        return Wait.IN_LINE
    return Wait.BUSY if problems else Wait.LOOKING
