"""Answers: the one message in a thread that says of each image of a message what the model sees, and fills in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.endpoints import Endpoint
from bot.domain.feedback import Verdict
from bot.domain.uploads import Upload, UploadStatus

# A person who shared a picture should see within two seconds that something is being done about it.
NOTE_AFTER = timedelta(seconds=1.2)
# https://docs.slack.dev/apis/web-api/rate-limits: chat.update is taken about fifty times a minute.
BETWEEN_EDITS = timedelta(seconds=2)
# Where Slack refuses for good, the answer is given up after so many tries.
MOST_TRIES = 12


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


def shown(answer: Answer, uploads: Sequence[Upload], now: datetime) -> Answer:
    """After Slack was told; while images are open it is told again at a measured pace."""
    due_at = now + BETWEEN_EDITS if any(upload.open for upload in uploads) else now
    return replace(answer, shown=answer.wanted, tries=0, due_at=due_at)


def delayed(answer: Answer, now: datetime, seconds: float) -> Answer:
    """To be told later, for Slack is busy; after many tries it is let be."""
    if answer.tries >= MOST_TRIES:
        return replace(answer, shown=answer.wanted, tries=0)
    return replace(answer, due_at=now + timedelta(seconds=max(seconds, min(2.0**answer.tries, 60.0))))


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """All that an answer shows: its images, the endpoints that there are by name, the verdicts by the images' ids."""

    answer: Answer
    uploads: tuple[Upload, ...]
    endpoints: Mapping[str, Endpoint]
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def seen(self) -> tuple[Upload, ...]:
        """The images that it tells of; not those of which nothing is known yet."""
        return tuple(
            one for one in self.uploads if one.status != UploadStatus.DROPPED and not (one.open and one.hinted)
        )

    def endpoint(self, upload: Upload) -> Endpoint | None:
        return self.endpoints.get(upload.endpoint_name)
