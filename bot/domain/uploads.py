"""Uploaded images: how far each is on its way to an answer, for how long it is tried, and in which turn."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.endpoints import Endpoint, Kind
from bot.domain.predictions import Prediction
from bot.domain.sharing import SharedFile

# A serverless endpoint may take up to four minutes to wake up: the last try begins no sooner than that after the first.
TRIED_FOR = timedelta(minutes=4)
LONGEST_PAUSE = timedelta(seconds=60)
# An endpoint that AWS moves from one model to another takes some minutes; whoever waits for longer should hear of it.
HELD_FOR = timedelta(minutes=30)
BETWEEN_LOOKS = timedelta(seconds=15)
# Whatever ends a process so often ends every process.
MOST_CRASHES = 5
# Of one endpoint's images no more are in hand at once, lest those of others wait while it is slow.
MOST_AT_ONCE = 6
# How many images one worker looks at side by side: twice what one endpoint may take, as it takes half at most.
LANES = 12
# An instance has a worker for each of its processors, and the smallest that serve models have two.
_AT_ONCE_BY_INSTANCE = 4
# Of an endpoint that may be asleep this many are asked, for each may be a minute in hand; the others follow the first
# answer. Of all such endpoints together no more are in hand than leaves lanes free for those that are awake.
PROBES = 2
MOST_PROBES = 4
# AWS does not say for how long it keeps a serverless container without calls; after this it may have let go of it.
AWAKE_FOR = timedelta(minutes=5)
WAKING_UP = "The model is still waking up."
WITHHELD = "Slack does not give me the file."
# An answer that takes longer than this had to wait for something.
_SHORT = timedelta(seconds=3)


class UploadStatus(StrEnum):
    """How far an uploaded image is: received, waiting for the model, and the three ends.

    One is undecided while nobody has said which endpoint is to answer, and dropped where it turned out to be no image.
    """

    RECEIVED = "received"
    WAITING = "waiting"
    ANSWERED = "answered"
    REFUSED = "refused"
    FAILED = "failed"
    UNDECIDED = "undecided"
    DROPPED = "dropped"


OPEN = frozenset({UploadStatus.RECEIVED, UploadStatus.WAITING})


@dataclass(frozen=True, slots=True)
class Upload:
    """One image of one message, at its `place` there, on its way into the message's answer.

    `tries` counts its claims since something came of one, and `turn` orders an endpoint's line. `waiting_since` is when
    it could not be answered for the first time, `settled_at` when it came to its end, and `begun_at` when somebody had
    it looked at once more, if anybody did. `release` is the id of the endpoint's release that answered, `rule` the one
    that the image breaks, `convert` says that somebody wants it made into what the model reads, and `made` what was
    done to it for that.
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
    made: str = ""
    place: int = 0
    turn: int = 0
    waiting_since: datetime | None = None
    settled_at: datetime | None = None
    begun_at: datetime | None = None
    version: int = 0

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def settled(self) -> bool:
        """Whether there is something to be said of it."""
        return self.status not in OPEN and self.status != UploadStatus.DROPPED

    @property
    def undecided(self) -> bool:
        """Whether it waits for somebody to say which endpoint is to look at it."""
        return self.status == UploadStatus.UNDECIDED

    @property
    def hinted(self) -> bool:
        """Whether Slack has told no more of the file than that it is there."""
        return not self.url

    @property
    def took(self) -> timedelta | None:
        """From its coming, or from the last wish for it, to its end; None: it has none yet."""
        return None if self.settled_at is None else self.settled_at - (self.begun_at or self.received_at)


def upload_id(answer_id: str, file_id: str) -> str:
    """The same file of the same message has the same id, however often Slack tells of it."""
    return f"{answer_id}.{file_id}"


def answered(upload: Upload, prediction: Prediction, release: str, now: datetime, made: str = "") -> Upload:
    done = _settled(upload, UploadStatus.ANSWERED, now)
    return replace(done, prediction=prediction, release=release, made=made)


def refused(upload: Upload, problem: str, now: datetime, rule: str = "") -> Upload:
    return replace(_settled(upload, UploadStatus.REFUSED, now), problem=problem, rule=rule)


def failed(upload: Upload, problem: str, now: datetime) -> Upload:
    return replace(_settled(upload, UploadStatus.FAILED, now), problem=problem)


def _settled(upload: Upload, status: UploadStatus, now: datetime) -> Upload:
    return replace(upload, status=status, settled_at=now, problem="", rule="", made="")


def postponed(upload: Upload, problem: str, now: datetime) -> Upload:
    """The upload to be tried again after a while, or failed when it has been tried for long enough.

    Each pause is as long as all that it has waited so far.
    """
    waited = _waited(upload, now)
    if waited >= TRIED_FOR:
        return failed(upload, problem, now)
    pause = min(max(waited, timedelta(seconds=1)), LONGEST_PAUSE)
    return _waiting(upload, problem, now, now + pause)


def held(upload: Upload, problem: str, now: datetime) -> Upload:
    """The upload until its endpoint can be asked again, or failed when that takes too long."""
    if _waited(upload, now) >= HELD_FOR:
        return failed(upload, problem, now)
    return _waiting(upload, problem, now, now + BETWEEN_LOOKS)


def _waiting(upload: Upload, problem: str, now: datetime, due_at: datetime) -> Upload:
    since = upload.waiting_since or now
    return replace(upload, status=UploadStatus.WAITING, due_at=due_at, problem=problem, waiting_since=since, tries=0)


def _waited(upload: Upload, now: datetime) -> timedelta:
    return now - (upload.waiting_since or now)


def described(upload: Upload, file: SharedFile, now: datetime) -> Upload:
    """The upload with what Slack tells of its file, to be looked at at once."""
    received = replace(upload, status=UploadStatus.RECEIVED, tries=0, due_at=now)
    return replace(received, file_name=file.name, url=file.url, size=file.size)


def dropped(upload: Upload) -> Upload:
    """The upload that turned out to be nothing that anybody wants to have classified."""
    return replace(upload, status=UploadStatus.DROPPED, problem="")


def exhausted(upload: Upload) -> bool:
    """Whether so many tries came to nothing at all, as when the process crashes, that it is not tried again."""
    return upload.tries > MOST_CRASHES


def again(upload: Upload, now: datetime, *, convert: bool = False, endpoint_name: str = "") -> Upload:
    """The image from the beginning, as somebody wished who saw what came of it; maybe at another endpoint."""
    return replace(
        upload,
        status=UploadStatus.RECEIVED,
        tries=0,
        due_at=now,
        begun_at=now,
        waiting_since=None,
        settled_at=None,
        problem="",
        rule="",
        convert=convert or upload.convert,
        endpoint_name=endpoint_name or upload.endpoint_name,
    )


def may_sleep(endpoint: Endpoint, answered_at: datetime | None, now: datetime) -> bool:
    """Whether the endpoint may have to wake up first; `answered_at` is when it last answered an image."""
    moments = [answered_at, endpoint.in_service_at if endpoint.check and endpoint.check.images else None]
    return all(moment is None or now - moment > AWAKE_FOR for moment in moments)


def tells_of_waking(upload: Upload, claimed_at: datetime) -> bool:
    """Whether this answer is the first after a wait: the endpoint was asleep or away, and no longer is."""
    if upload.status != UploadStatus.ANSWERED or upload.settled_at is None:
        return False
    return upload.settled_at - min(upload.waiting_since or claimed_at, claimed_at) > _SHORT


def room(endpoint: Endpoint, *, asleep: bool = False) -> int:
    """How many images it is asked about at once; few where it may have to wake up first."""
    hosting = endpoint.hosting
    at_once = hosting.concurrency if hosting.kind == Kind.SERVERLESS else _AT_ONCE_BY_INSTANCE * hosting.instance_count
    return max(1, min(at_once, PROBES if asleep else MOST_AT_ONCE))


def share(room: int, others: int) -> int:
    """How much of its room an endpoint may take while `others` have so many images in hand.

    It is half of the lanes that they leave: any may hang for a minute, and several that do leave one for the next.
    """
    return min(room, max(1, (LANES - others) // 2))
