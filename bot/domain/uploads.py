"""Uploaded images: how far each is on its way to an answer, and how often it is tried."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.endpoints import Endpoint, Kind
from bot.domain.predictions import Prediction

# Waiting times between tries: a serverless endpoint may take up to four minutes to wake up.
_RETRY_SECONDS = (1, 2, 4, 8, 15, 30, 60, 60, 60)
HELD_SECONDS = 15
# Of one endpoint's images no more are in hand at once, lest those of others wait while it wakes up.
MOST_AT_ONCE = 6
# An instance has a worker for each of its processors, and the smallest that serve models have two.
_AT_ONCE_BY_INSTANCE = 4


class UploadStatus(StrEnum):
    """How far an uploaded image is: received, waiting for the model, and the three ends."""

    RECEIVED = "received"
    WAITING = "waiting"
    ANSWERED = "answered"
    REFUSED = "refused"
    FAILED = "failed"


OPEN = frozenset({UploadStatus.RECEIVED, UploadStatus.WAITING})


@dataclass(frozen=True, slots=True)
class Upload:
    """One image of one message on its way to its place in the message's answer; `tries` counts its claims.

    `release` is the id of the endpoint's release that answered, `rule` the one that the image breaks, and `convert`
    says that somebody wants it made into what the model reads.
    """

    id: str
    answer_id: str
    file_id: str
    file_name: str
    url: str
    size: int
    user_id: str
    channel_id: str
    endpoint_name: str
    received_at: datetime
    due_at: datetime
    status: UploadStatus = UploadStatus.RECEIVED
    tries: int = 0
    prediction: Prediction | None = None
    problem: str = ""
    rule: str = ""
    convert: bool = False
    release: str = ""
    version: int = 0

    @property
    def open(self) -> bool:
        return self.status in OPEN


def upload_id(answer_id: str, file_id: str) -> str:
    """The same file of the same message has the same id, however often Slack tells of it."""
    return f"{answer_id}.{file_id}"


def answered(upload: Upload, prediction: Prediction, release: str = "") -> Upload:
    release = release or upload.release
    return replace(upload, status=UploadStatus.ANSWERED, prediction=prediction, problem="", rule="", release=release)


def refused(upload: Upload, problem: str, rule: str = "") -> Upload:
    return replace(upload, status=UploadStatus.REFUSED, problem=problem, rule=rule)


def failed(upload: Upload, problem: str) -> Upload:
    return replace(upload, status=UploadStatus.FAILED, problem=problem)


def postponed(upload: Upload, problem: str, now: datetime) -> Upload:
    """The upload to be tried again after a while, or failed when it has been tried often enough."""
    if exhausted(upload):
        return failed(upload, problem)
    due_at = now + timedelta(seconds=_RETRY_SECONDS[max(upload.tries, 1) - 1])
    return replace(upload, status=UploadStatus.WAITING, due_at=due_at, problem=problem)


def held(upload: Upload, problem: str, now: datetime) -> Upload:
    """The upload until its endpoint can be asked again, however long that takes: this was no try."""
    due_at = now + timedelta(seconds=HELD_SECONDS)
    return replace(upload, status=UploadStatus.WAITING, due_at=due_at, problem=problem, tries=max(0, upload.tries - 1))


def exhausted(upload: Upload) -> bool:
    """Whether it has been tried as often as it may be. A try counts when it begins, so crashes count too."""
    return upload.tries > len(_RETRY_SECONDS)


def room(endpoint: Endpoint) -> int:
    """How many images it is asked about at once."""
    hosting = endpoint.hosting
    at_once = hosting.concurrency if hosting.kind == Kind.SERVERLESS else _AT_ONCE_BY_INSTANCE * hosting.instance_count
    return max(1, min(at_once, MOST_AT_ONCE))


def again(upload: Upload, now: datetime, *, convert: bool = False) -> Upload:
    """The image from the beginning, as somebody wished who saw what came of it."""
    convert = convert or upload.convert
    return replace(upload, status=UploadStatus.RECEIVED, tries=0, due_at=now, problem="", rule="", convert=convert)
