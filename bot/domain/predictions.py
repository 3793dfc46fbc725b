"""Uploaded images: the rules that they must keep, how far each is on its way to an answer, and the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import RefusedError

MAX_BYTES = 4 * 1024 * 1024
MIN_SIDE, MAX_SIDE, MAX_RATIO = 64, 4096, 20
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}

# Waiting times between tries: a serverless endpoint may take up to four minutes to wake up.
_RETRY_SECONDS = (1, 2, 4, 8, 15, 30, 60, 60, 60)
HELD_SECONDS = 15


class UploadStatus(StrEnum):
    """How far an uploaded image is: received, waiting for the model, and the three ends."""

    RECEIVED = "received"
    WAITING = "waiting"
    ANSWERED = "answered"
    REFUSED = "refused"
    FAILED = "failed"


OPEN = frozenset({UploadStatus.RECEIVED, UploadStatus.WAITING})


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What a look at the bytes says: `format` is Pillow's name for it, sides are in pixels after turning."""

    format: str
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class Label:
    """One class with its probability, 0..1."""

    name: str
    probability: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest classes first; `seconds` is what the endpoint took."""

    labels: tuple[Label, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of one message on its way to an answer in the message's thread; `tries` counts its claims."""

    id: str
    file_id: str
    file_name: str
    url: str
    size: int
    user_id: str
    channel_id: str
    thread_ts: str
    endpoint_name: str
    received_at: datetime
    due_at: datetime
    status: UploadStatus = UploadStatus.RECEIVED
    tries: int = 0
    reply_ts: str = ""
    prediction: Prediction | None = None
    problem: str = ""
    version: int = 0


def upload_id(channel_id: str, message_ts: str, file_id: str) -> str:
    """The same file of the same message has the same id, however often Slack tells of it."""
    return f"{channel_id}.{message_ts}.{file_id}"


def check_size(name: str, size: int) -> None:
    """Refuse by the size alone, before anything is fetched."""
    if size > MAX_BYTES:
        raise RefusedError(
            f"`{name}` is {size / 1024 / 1024:.1f} MB, and an image may have 4 MB at most.",
            next_step="Save it smaller and upload it again.",
        )


def check_image(name: str, facts: ImageFacts) -> None:
    """Refuse an image that breaks a rule, naming the rule and the image's own figure."""
    check_size(name, facts.size)
    if facts.format not in FORMATS:
        raise RefusedError(f"`{name}` is {facts.format}, and this model reads JPEG and PNG.")
    pixels = f"{facts.width} × {facts.height} pixels"
    short, long = sorted((facts.width, facts.height))
    if short < MIN_SIDE:
        raise RefusedError(f"`{name}` has {pixels}, and an image needs {MIN_SIDE} pixels a side at least.")
    if long > MAX_SIDE:
        raise RefusedError(f"`{name}` has {pixels}, and an image may have {MAX_SIDE} pixels a side at most.")
    if long > MAX_RATIO * short:
        raise RefusedError(f"`{name}` has {pixels}, and its long side may be {MAX_RATIO} times the short one at most.")


def ranked(classes: Sequence[str], probabilities: Sequence[float], seconds: float, top: int = 3) -> Prediction:
    """The `top` likeliest classes; a count of probabilities that is not the count of classes is refused."""
    if len(classes) != len(probabilities):
        raise RefusedError(f"The model answered {len(probabilities)} probabilities for {len(classes)} classes.")
    labels = [Label(name, probability) for name, probability in zip(classes, probabilities, strict=True)]
    labels.sort(key=lambda label: -label.probability)
    return Prediction(tuple(labels[:top]), seconds)


def answered(upload: Upload, prediction: Prediction) -> Upload:
    return replace(upload, status=UploadStatus.ANSWERED, prediction=prediction, problem="")


def refused(upload: Upload, problem: str) -> Upload:
    return replace(upload, status=UploadStatus.REFUSED, problem=problem)


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
